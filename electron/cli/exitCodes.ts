import type { Problem } from '../../shared/image/problem';

/** Exit codes: failed, wrong usage, cancelled; 0 is done. */
export const exit = { failed: 1, usage: 2, cancelled: 130 } as const;

/**
 * The exit code of a command that ended with a problem; `failed` is what the command itself leaves with when it could not begin. A word in the spelling of
 * another tool is wrong usage wherever it stands: no input can make it right.
 */
export function exitOf({ code }: Pick<Problem, 'code'>, failed: number): number {
  if (code === 'cancelled') return exit.cancelled;
  if (code === 'transport-word') return exit.usage;
  // A command that was run did start.
  return code === 'output-lost' ? exit.failed : failed;
}
