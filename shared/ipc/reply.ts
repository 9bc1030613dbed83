import type { Problem } from '../image/problem';

/** What every request answers: a value, or a problem as data. Errors never cross as exceptions. */
export type Reply<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };
