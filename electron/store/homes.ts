import { lstatSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { problem } from '../../shared/image/problem';
import { storeProblem } from './durable';
import { othersMayWrite } from './folderTrust';
import { makeFolders } from './makeFolders';
import { userHome } from './thisUser';

/** `$XDG_DATA_HOME`, else `~/.local/share` (XDG base directories: a relative value counts as none). */
export function dataHome(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment['XDG_DATA_HOME'];
  return named !== undefined && isAbsolute(named) ? named : join(userHome(), '.local', 'share');
}

/** `$XDG_CACHE_HOME`, else `~/.cache`. */
export function cacheHome(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment['XDG_CACHE_HOME'];
  return named !== undefined && isAbsolute(named) ? named : join(userHome(), '.cache');
}

/** `$XDG_STATE_HOME`, else `~/.local/state`. */
export function stateHome(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment['XDG_STATE_HOME'];
  return named !== undefined && isAbsolute(named) ? named : join(userHome(), '.local', 'state');
}

/**
 * Folders for what is believed and acted upon: programs that are run, processes that are ended or entered. Never in a store,
 * which may have come from elsewhere. `run`: what runtimes know of containers. `holders`: who keeps the namespaces of stores.
 * `clipboard`: which texts pages of windows have put on the clipboard.
 */
export type PrivateHome = 'run' | 'holders' | 'clipboard';

/** Where such a folder is. */
export const privateHome = (name: PrivateHome): string =>
  join(name === 'clipboard' ? stateHome() : dataHome(), 'stratigraph', name);

function faultOf(home: string): 'link' | 'owner' | 'writers' | null {
  const info = lstatSync(home);
  if (!info.isDirectory()) return 'link';
  if (info.uid !== (process.geteuid?.() ?? info.uid)) return 'owner';
  return othersMayWrite(info) ? 'writers' : null;
}

/** Whether such a folder is there, and nobody else writes to it: else what is in it counts for nothing. */
export function isPrivateHome(name: PrivateHome): boolean {
  try {
    return faultOf(privateHome(name)) === null;
  } catch {
    return false;
  }
}

/** Makes such a folder, and that nobody else writes to it. Throws `file-unwritable`, `store-unsafe`. */
export function makePrivateHome(name: PrivateHome): string {
  const home = privateHome(name);
  try {
    makeFolders(home, 0o700);
  } catch (cause) {
    throw storeProblem(cause, home);
  }
  const fault = faultOf(home);
  if (fault !== null) throw problem('store-unsafe', { path: home, place: '.', fault });
  return home;
}
