import { lstatSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { problem, ProblemError } from '../../shared/image/problem';
import { storeProblem } from './durable';
import { othersMayWrite } from './folderTrust';
import { makeFolders } from './makeFolders';
import { isWayToOurs } from './ownWay';
import { recordedHome, userHome } from './thisUser';

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

/**
 * Of a folder that the environment names, and that where the system knows the user at home, the first that nobody else can lead
 * elsewhere; null for neither. Root that has kept somebody's environment (`sudo -E`, `su -m`) leaves nothing in that home and
 * believes nothing that is there.
 */
function firstOurs(named: string, ...inHome: readonly string[]): string | null {
  const home = recordedHome();
  const other = home === null ? [] : [join(home, ...inHome)];
  // Of what is ours in there, too, nobody else may take the name.
  return [named, ...other].find((path) => isWayToOurs(join(path, 'stratigraph', 'any'))) ?? null;
}

/** Where what this user alone may write is kept for good: as {@link dataHome}, where that is ours; null where no place is. */
export const ownDataHome = (environment: NodeJS.ProcessEnv = process.env): string | null =>
  firstOurs(dataHome(environment), '.local', 'share');

/** The same for caches: as {@link cacheHome}, where that is ours. */
export const ownCacheHome = (environment: NodeJS.ProcessEnv = process.env): string | null =>
  firstOurs(cacheHome(environment), '.cache');

/** Where such a folder is. */
export function privateHome(name: PrivateHome): string {
  const isState = name === 'clipboard';
  const own = isState ? firstOurs(stateHome(), '.local', 'state') : ownDataHome();
  return join(own ?? (isState ? stateHome() : dataHome()), 'stratigraph', name);
}

function faultOf(home: string): 'link' | 'owner' | 'writers' | null {
  if (!isWayToOurs(home)) return 'writers';
  const info = lstatSync(home);
  if (!info.isDirectory()) return 'link';
  if (info.uid !== (process.geteuid?.() ?? info.uid)) return 'owner';
  return othersMayWrite(home, info, false) ? 'writers' : null;
}

/** Whether such a folder is there, and nobody else writes to it: else what is in it counts for nothing. */
export function isPrivateHome(name: PrivateHome): boolean {
  try {
    return faultOf(privateHome(name)) === null;
  } catch {
    return false;
  }
}

/** The disk's faults of such a folder and what is in it: they name the folder, which no store is told by, and the variable that says where it is. */
export function homeProblem(cause: unknown, home: string): unknown {
  const found = storeProblem(cause, home, home);
  if (!(found instanceof ProblemError) || found.problem.code !== 'file-unwritable') return found;
  const variable = basename(home) === 'clipboard' ? 'XDG_STATE_HOME' : 'XDG_DATA_HOME';
  return problem('file-unwritable', { ...found.problem.facts, path: home, variable }, { cause });
}

/** Makes such a folder, and that nobody else writes to it. Throws `file-unwritable`, `store-unsafe`. */
export function makePrivateHome(name: PrivateHome): string {
  const home = privateHome(name);
  // Before anything is made: it would be in somebody else's folder.
  if (!isWayToOurs(home)) throw problem('store-unsafe', { path: home, place: '.', fault: 'writers' });
  try {
    makeFolders(home, 0o700);
  } catch (cause) {
    throw homeProblem(cause, home);
  }
  const fault = faultOf(home);
  if (fault !== null) throw problem('store-unsafe', { path: home, place: '.', fault });
  return home;
}
