import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { systemCode } from '../../shared/image/systemCode';

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * Makes a folder that a person or the environment named, and those above it, with a mode of permissions; nothing happens
 * where it is. Node's own way never ends where a file system makes no folders (`/proc`), and then not even a signal ends
 * the process. Throws what mkdir(2) does.
 */
export function makeFolders(path: string, mode: number): void {
  const missing: string[] = [];
  for (let at = resolve(path); ; at = dirname(at)) {
    try {
      mkdirSync(at, { mode });
      break;
    } catch (thrown) {
      if (systemCode(thrown) === 'ENOENT' && dirname(at) !== at) missing.push(at);
      // A disk that cannot be written to says so also of a folder that is there.
      else if (isFolder(at)) break;
      else throw thrown;
    }
  }
  for (const each of missing.reverse())
    try {
      mkdirSync(each, { mode });
    } catch (thrown) {
      // Another process may have been faster.
      if (!isFolder(each)) throw thrown;
    }
}
