import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { problem } from '../../shared/image/problem';
import { storeProblem } from '../store/durable';
import { othersMayWrite } from '../store/folderTrust';
import { makeFolders } from '../store/makeFolders';
import { dataHome } from '../store/sealKey';

/**
 * Where runtimes keep what they know of the containers that they run, by ID. Never in a store: a runtime believes that
 * record, runs the hooks that it names as programs of this machine and ends the process that it names, and a store may have come
 * from elsewhere.
 */
export const runtimeHome = (): string => join(dataHome(), 'stratigraph', 'run');

/** Makes the {@link runtimeHome}, and that nobody else writes to it. Throws `file-unwritable`, `store-unsafe`. */
export function makeRuntimeHome(): string {
  const home = runtimeHome();
  try {
    makeFolders(home, 0o700);
  } catch (cause) {
    throw storeProblem(cause, home);
  }
  const info = lstatSync(home);
  const unsafe = (fault: 'link' | 'owner' | 'writers'): Error =>
    problem('store-unsafe', { path: home, place: '.', fault });
  if (!info.isDirectory()) throw unsafe('link');
  if (info.uid !== (process.getuid?.() ?? info.uid)) throw unsafe('owner');
  if (othersMayWrite(info)) throw unsafe('writers');
  return home;
}
