import { randomBytes } from 'node:crypto';
import { lstat, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { profileSchema, type Profile, type WindowState } from '../../shared/ipc/profile';
import type { Settings } from '../../shared/ipc/settings';
import { settingsInFile } from '../../shared/ipc/settingsInFile';
import { makeFolders } from '../store/makeFolders';
import { readRegular, realOf, replaceRegular } from './regularFile';
import { systemCode } from '../../shared/image/systemCode';
import type { Problem } from '../../shared/image/problem';

/** A draft that is older belongs to a process that was ended while it wrote, milliseconds. */
const draftAge = 60_000;

/**
 * What is remembered between starts, in one JSON file. Every value that is broken falls back to its default by itself; a file
 * that is no JSON at all, or holds no object where settings are one, is kept beside the new one, which is said once. Writes are atomic and coalesced. A link leads to the file that is read and replaced; what is no regular
 * file (a FIFO would be waited for) is neither read nor replaced.
 */
export class SettingsFile {
  private state: Profile;
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();
  private swept = false;
  /** Whether a setting was changed since the last write that succeeded, and whether it was said that it is not on disk. */
  private isChanged = false;
  private isSaid = false;
  /** Whether there is a file that could not be read: what it says is not to be lost for defaults. */
  private readonly isUnread: boolean = false;
  /** What a file holds that is no JSON, or no settings: somebody's work, which a slip of the hand has broken. */
  private damaged: string | null = null;

  constructor(
    private readonly path: string,
    /** Hears that a damaged file was replaced, and that a setting could not be saved: once, until saving works again. The place of a window is not worth a word. */
    private readonly unsaved: (problem: Problem) => void = () => undefined,
  ) {
    let stored: unknown = {};
    let text = '';
    try {
      text = readRegular(path);
      stored = JSON.parse(text);
      if (!isProfile(stored)) this.damaged = text;
    } catch (thrown) {
      // No file yet, or not JSON: the defaults below.
      if (thrown instanceof SyntaxError && text.trim() !== '') this.damaged = text;
      const code = systemCode(thrown) ?? 'ENOENT';
      this.isUnread = code !== 'ENOENT' && code !== 'ENOTDIR';
    }
    this.state = profileSchema.catch(profileSchema.parse({})).parse(stored);
  }

  get settings(): Settings {
    return this.state.settings;
  }

  get window(): WindowState {
    return this.state.window;
  }

  /** Merges a change and writes it soon. */
  changeSettings(change: Partial<Settings>): Settings {
    this.state = { ...this.state, settings: settingsInFile.parse({ ...this.state.settings, ...change }) };
    this.isChanged = true;
    this.schedule();
    return this.state.settings;
  }

  /** Remembers the window's place. */
  changeWindow(window: WindowState): void {
    this.state = { ...this.state, window };
    this.schedule();
  }

  /** Writes what is pending; resolves when it is on disk. A disk that refuses costs the memory of a setting, no more, and is told of. */
  async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.isUnread) return this.refused(null);
    const text = `${JSON.stringify(this.state, null, 2)}\n`;
    this.writing = this.writing.then(async () => {
      try {
        makeFolders(dirname(this.path), 0o700);
        if (!this.swept) await sweepDrafts(this.path);
        this.swept = true;
        await this.keepDamaged();
        await replaceRegular(this.path, text);
        this.isSaid = false;
        this.isChanged &&= this.timer !== null;
      } catch (thrown) {
        this.refused(thrown);
      }
    });
    await this.writing;
  }

  /** Puts what cannot be taken over beside the file that takes its place, before that is written. */
  private async keepDamaged(): Promise<void> {
    if (this.damaged === null) return;
    const kept = `${await realOf(this.path)}.${randomBytes(6).toString('hex')}.damaged`;
    await writeFile(kept, this.damaged, { mode: 0o600, flag: 'wx' });
    this.damaged = null;
    this.unsaved({ code: 'settings-damaged', facts: { path: this.path, kept } });
  }

  /** Says once that a setting is not on disk; `null`: since the file could not be read. */
  private refused(thrown: unknown): void {
    if (!this.isChanged || this.isSaid) return;
    this.isSaid = true;
    const reason = thrown === null ? 'unread' : (systemCode(thrown) ?? 'another-kind');
    this.unsaved({ code: 'settings-unsaved', facts: { path: this.path, reason } });
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.flush();
    }, 300);
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a document has the members that are remembered, or leaves them out: else none of its values could be taken over. */
function isProfile(stored: unknown): boolean {
  return isObject(stored) && (!('settings' in stored) || isObject(stored.settings));
}

/** Removes what {@link replaceRegular} has left of a file where it was ended in the middle. */
async function sweepDrafts(path: string): Promise<void> {
  const real = await realOf(path);
  const own = basename(real);
  for (const name of await readdir(dirname(real))) {
    if (!name.startsWith(own) || !/^\.[0-9a-f]{12}\.new$/.test(name.slice(own.length))) continue;
    const draft = join(dirname(real), name);
    const info = await lstat(draft).catch(() => null);
    if (info?.isFile() === true && Date.now() - info.mtimeMs > draftAge) await rm(draft, { force: true });
  }
}
