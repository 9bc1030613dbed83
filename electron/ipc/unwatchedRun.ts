import type { Run } from '../actions/ground/context';

/** A run that nobody watches: for requests that answer when they are done. */
export function unwatchedRun(): Run {
  return { signal: new AbortController().signal, report: () => undefined };
}
