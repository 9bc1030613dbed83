import type { DialogState } from '../../store/state';
import { currentActions } from '../../store/hooks';
import { closeTerminals, liveTerminals } from './terminalList';
import type { TerminalPlan, TerminalSession } from './terminalSession';

/** Terminals by their titles, with the program that runs in each; null where a shell waits. */
export async function namedTerminals(
  sessions: readonly TerminalSession[],
): Promise<readonly { readonly title: string; readonly program: string | null }[]> {
  return Promise.all(sessions.map(async (each) => ({ title: each.title, program: await each.program() })));
}

/**
 * Does something for which a tree has to rest. Where our own terminals are open in it, which would be in the way, the person is asked first
 * whether they are closed for it.
 */
export async function closeFirst(
  tree: TerminalPlan['tree'],
  what: Extract<DialogState, { kind: 'closeTerminals' }>['what'],
  place: string,
  go: () => void,
): Promise<void> {
  const live = liveTerminals(tree);
  if (live.length === 0) {
    go();
    return;
  }
  const terminals = await namedTerminals(live);
  currentActions().openDialog({
    kind: 'closeTerminals',
    place,
    what,
    terminals,
    go: () => void closeTerminals(liveTerminals(tree)).then(go),
  });
}

/** Closes a terminal; where a program runs in it the person is asked first. */
export async function closeAsked(session: TerminalSession): Promise<void> {
  const close = (): void => void closeTerminals([session]);
  const program = session.live ? await session.program() : null;
  if (program === null) close();
  else currentActions().openDialog({ kind: 'closeTerminal', program, close });
}
