import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  statSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { isPrivateHome, makePrivateHome, privateHome } from '../store/homes';
import { isMakerAlive, ownName } from '../store/owner';
import { storeProblem } from '../store/durable';

/** Texts that are remembered: the last of them, with room so that they are not counted each time. */
const remembered = 1000;
const room = 200;

const textName = /^[0-9a-f]{64}$/;
const copyingName = /^copying\.\d+-\d+-[0-9a-f]{8}-[0-9a-f]{8}\.[0-9a-f]{32}$/;

/**
 * What pages have put on the clipboard, for all processes of this user to know: in a folder that nobody else writes to, as names of
 * empty files, of a text its digest. They outlive the process, as a text does that a clipboard's manager has.
 */
export class CopyRecords {
  /** The file that says that this process's page is copying. */
  private copying: string | null = null;
  private added = 0;

  /** A page has this text put on the clipboard, by its digest. Throws `file-unwritable`, `disk-full`, `store-unsafe`. */
  add(key: string): void {
    const path = this.touch(key);
    // What is there already is the latest again.
    utimesSync(path, new Date(), new Date());
    if (this.added++ % room === 0) this.forgetOld();
  }

  /** Until {@link end} a page of this process may put something there. Throws as {@link add} does. */
  begin(): void {
    this.copying = this.touch(`copying.${ownName()}`);
  }

  /** What was put there is told. */
  end(): void {
    const path = this.copying;
    this.copying = null;
    if (path !== null) removeQuietly(path);
  }

  /**
   * Whether a page of another process may have put a text there. Where the folder cannot be read, or others write to it, that may
   * always be so.
   */
  mayHave(key: string): boolean {
    try {
      const home = privateHome('clipboard');
      if (!isThere(home)) return false;
      if (!isPrivateHome('clipboard')) return true;
      if (isThere(join(home, key))) return true;
      for (const name of readdirSync(home)) {
        if (!copyingName.test(name)) continue;
        if (isMakerAlive(name) === false) {
          // It was killed before it could tell: what stands there now is taken for what it put there.
          this.add(key);
          removeQuietly(join(home, name));
        }
        return true;
      }
      return false;
    } catch {
      return true;
    }
  }

  private touch(name: string): string {
    const path = join(makePrivateHome('clipboard'), name);
    try {
      closeSync(openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW, 0o600));
    } catch (cause) {
      throw storeProblem(cause, path);
    }
    return path;
  }

  private forgetOld(): void {
    try {
      const home = privateHome('clipboard');
      const texts = readdirSync(home).filter((name) => textName.test(name));
      if (texts.length <= remembered) return;
      const byAge = texts.map((name) => ({ name, at: statSync(join(home, name)).mtimeMs }));
      byAge.sort((a, b) => b.at - a.at);
      for (const { name } of byAge.slice(remembered)) removeQuietly(join(home, name));
    } catch {
      // Another process is doing the same.
    }
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Another process has removed it.
  }
}
