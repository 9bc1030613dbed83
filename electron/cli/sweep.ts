import { ProblemError, problemOf } from '../../shared/image/problem';
import { problemSentence } from '../../shared/text/problemText';
import type { ActionContext } from '../actions/ground/context';
import { notEnded, type StillRunning } from '../actions/trees/endRun';
import { sweepWork } from '../actions/upkeep/sweepWork';
import type { Session } from './command';
import { noteIncomplete } from './source';

/**
 * The store, without what killed commands left of mounts, runs and workspaces: for every command that counts these, works in
 * them, or ends them. What still runs and cannot be ended is said. With `reads` the command goes on where that cannot be
 * cleaned up (a disk that nobody can write to), and says why.
 */
export async function sweptContext(
  session: Session,
  { reads = false }: { readonly reads?: boolean } = {},
): Promise<ActionContext> {
  const context = await session.context();
  try {
    const { running } = await sweepWork(context);
    noteRunning(session, running);
  } catch (thrown) {
    if (!reads || !(thrown instanceof ProblemError)) throw thrown;
    session.note(problemSentence(problemOf(thrown), session.language));
    if (thrown.problem.code === 'file-unreadable') noteIncomplete(session);
  }
  return context;
}

/** Says what still runs and cannot be ended. */
export function noteRunning(session: Session, running: readonly StillRunning[]): void {
  for (const each of running) session.note(problemSentence(problemOf(notEnded(each)), session.language));
}
