import { performCommand, type Called } from './performCommand';
import { openStore } from './temporary';

/** Runs a command of the table on a store in this process, as the command line does: a process for each would take a second. */
export function callCommand(store: string, words: readonly string[]): Promise<Called> {
  return performCommand(() => openStore(store), words);
}
