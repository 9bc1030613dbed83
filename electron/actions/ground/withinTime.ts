import type { Limits } from '../../../shared/image/limits';
import { problem, ProblemError } from '../../../shared/image/problem';
import type { Run } from './context';

/**
 * Runs work on input from outside within the time that it may take: past that it is stopped as a cancel stops it, and
 * `limit-exceeded` is thrown in the place of `cancelled`. `label` is what the person called the input.
 */
export async function withinTime<T>(
  limits: Limits,
  label: string,
  run: Run,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  // Timers hold 2^31 milliseconds: 24 days, and nobody waits longer.
  const timer = setTimeout(() => late.abort(), Math.min(limits.time * 1000, 2 ** 31 - 1));
  try {
    return await work({ ...run, signal: AbortSignal.any([run.signal, late.signal]) });
  } catch (thrown) {
    const stopped = thrown instanceof ProblemError && thrown.problem.code === 'cancelled';
    if (!stopped || run.signal.aborted || !late.signal.aborted) throw thrown;
    const bound = { limit: limits.time, name: 'time' } as const;
    throw problem('limit-exceeded', { file: label, what: label, ...bound }, { cause: thrown });
  } finally {
    clearTimeout(timer);
  }
}
