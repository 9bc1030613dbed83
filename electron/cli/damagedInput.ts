import type { Problem } from '../../shared/image/problem';
import type { Session } from './command';

/**
 * A damaged blob as one of the input that is looked at, where it lies in one: then no repair of the store helps, and the file has to
 * be got again.
 */
export async function ofInput(session: Pick<Session, 'inputOf'>, problem: Problem): Promise<Problem> {
  if (problem.code !== 'blob-damaged' || problem.facts.file !== undefined) return problem;
  const file = (await session.inputOf?.(problem.facts.digest)) ?? null;
  return file === null ? problem : { ...problem, facts: { ...problem.facts, file } };
}
