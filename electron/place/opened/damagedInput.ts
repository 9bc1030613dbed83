import type { Problem } from '../../../shared/image/problem';

/** In which input a blob lies, by its digest or its tar's: what people know the input by; null for what lies in none. */
export type InputOf = (digest: string) => string | null | Promise<string | null>;

/**
 * A damaged blob as one of the input that is looked at, where it lies in one: then no repair of the store helps, and the file has to
 * be got again.
 */
export async function ofInput(inputOf: InputOf, problem: Problem): Promise<Problem> {
  if (problem.code !== 'blob-damaged' || problem.facts.file !== undefined) return problem;
  const file = await inputOf(problem.facts.digest);
  return file === null ? problem : { ...problem, facts: { ...problem.facts, file } };
}
