import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, statSync } from 'node:fs';
import { open, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ownCacheHome } from './homes';
import { makeFolders } from './makeFolders';
import { sha256 } from './sha256';
import { systemCode } from '../../shared/image/systemCode';

/** Faults that say that a store's own cache cannot be written to: it is read-only, somebody else's, or something is in the way. */
const unwritable = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'ELOOP', 'EISDIR', 'ENOTEMPTY', 'EEXIST']);

/**
 * Where the caches of one store's layers are: in the store, beside the blobs. Of a store that is somebody else's, or cannot be
 * written to, they are kept in our own cache folder (`$XDG_CACHE_HOME/stratigraph`): root leaves nothing of its own in a user's
 * store, and two users of one store do not take each other's caches away. Where others can lead the way there elsewhere, none is kept.
 */
export class CachePlaces {
  /** Null where we have no such folder. */
  private readonly aside: string | null;
  private usesAside: boolean;
  private readonly isForeign: boolean;

  constructor(directory: string) {
    const home = ownCacheHome();
    this.aside = home && join(home, 'stratigraph', sha256(Buffer.from(directory)).slice(0, 32));
    const info = statSync(directory, { throwIfNoEntry: false });
    this.isForeign = info !== undefined && info.uid !== (process.geteuid?.() ?? info.uid);
    this.usesAside = this.aside !== null && existsSync(this.aside);
  }

  /** The file to read a cache from: `path`, where it is in the store, or ours beside. */
  find(path: string): string {
    const beside = this.usesAside ? this.besideOf(path) : null;
    return beside !== null && existsSync(beside) ? beside : path;
  }

  /** Has a cache made at a draft, and gives it its place. Returns where it is now. Throws what `make` throws. */
  async make(path: string, make: (draft: string) => Promise<unknown>): Promise<string> {
    if (!this.isForeign && (await this.tryAt(path, make))) {
      await this.removeBeside(path);
      return path;
    }
    const beside = this.besideOf(path);
    this.usesAside = beside !== null;
    if (beside !== null && (await this.tryAt(beside, make))) return beside;
    throw Object.assign(new Error(`no place for ${basename(path)}`), { code: 'EACCES' });
  }

  /** Removes a cache, wherever it is. */
  async remove(path: string): Promise<void> {
    await rm(path, { force: true });
    await this.removeBeside(path);
  }

  private async removeBeside(path: string): Promise<void> {
    const beside = this.usesAside ? this.besideOf(path) : null;
    if (beside !== null) await rm(beside, { force: true });
  }

  private besideOf(path: string): string | null {
    return this.aside && join(this.aside, basename(dirname(dirname(path))), basename(path));
  }

  /** False where nothing can be written there. */
  private async tryAt(path: string, make: (draft: string) => Promise<unknown>): Promise<boolean> {
    const draft = `${path}.${randomBytes(6).toString('hex')}`;
    try {
      makeFolders(dirname(path), 0o700);
      await (await open(draft, 'wx', 0o600)).close();
      rmSync(draft);
    } catch (cause) {
      if (isUnwritable(cause)) return false;
      throw cause;
    }
    try {
      await make(draft);
      await rename(draft, path).catch(async (cause: unknown) => {
        // An empty folder in its place goes; one that holds something is not ours.
        if (!isUnwritable(cause)) throw cause;
        await rmdir(path);
        await rename(draft, path);
      });
      return true;
    } catch (cause) {
      if (isUnwritable(cause)) return false;
      throw cause;
    } finally {
      await rm(draft, { force: true }).catch(() => undefined);
    }
  }
}

function isUnwritable(cause: unknown): boolean {
  return unwritable.has(String(systemCode(cause)));
}
