import { dirname } from 'node:path';
import { recentStoresFile } from '../../shared/ipc/profile';
import { withLock } from '../store/lock';
import { makeFolders } from '../store/makeFolders';
import { readRegular, replaceRegular } from './regularFile';

/** The most stores that are remembered. */
export const mostRecent = 8;

/**
 * The stores that were opened, newest first, in a file beside the settings. It is read whenever it is asked for: windows over other stores
 * are processes of their own, and write it, too.
 */
export class RecentStores {
  /** `path` is that of the file. */
  constructor(private readonly path: string) {}

  /** Their folders; none where the file is missing, or no list of ours. */
  list(): readonly string[] {
    try {
      return recentStoresFile.parse(JSON.parse(readRegular(this.path))).stores.slice(0, mostRecent);
    } catch {
      return [];
    }
  }

  /** Puts a folder first. A disk that refuses costs the memory of it, no more. */
  async add(directory: string): Promise<void> {
    try {
      makeFolders(dirname(this.path), 0o700);
      // Of two processes that begin at once neither writes a list without the other.
      await withLock(`${this.path}.lock`, async () => {
        const stores = [directory, ...this.list().filter((other) => other !== directory)];
        await replaceRegular(
          this.path,
          `${JSON.stringify({ stores: stores.slice(0, mostRecent) }, null, 2)}\n`,
        );
      });
    } catch {
      // It is offered by its folder all the same.
    }
  }
}
