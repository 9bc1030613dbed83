import type { Problem } from '../../../shared/image/problem';

/** Where a blob lies that is none of the store. */
export interface BlobInput {
  /** What people know the input by. */
  readonly file: string;
  /** It lies in what is kept of the input unpacked: has that count for nobody any more. */
  readonly forget?: () => Promise<void>;
}

/** In which input a blob lies, by its digest or its tar's; null for what lies in none. */
export type InputOf = (digest: string) => BlobInput | null | Promise<BlobInput | null>;

/**
 * A damaged blob as one of the input that is looked at, where it lies in one: then no repair of the store helps, and the file has to
 * be got again; where what we kept of it is damaged, and it is not, that is forgotten.
 */
export async function ofInput(inputOf: InputOf, problem: Problem): Promise<Problem> {
  if (problem.code !== 'blob-damaged' || problem.facts.file !== undefined) return problem;
  const found = await inputOf(problem.facts.digest);
  if (found === null) return problem;
  const { file, forget } = found;
  await forget?.();
  return { ...problem, facts: { ...problem.facts, file, ...(forget && { kept: true as const }) } };
}
