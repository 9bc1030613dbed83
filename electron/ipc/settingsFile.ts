import { randomBytes } from 'node:crypto';
import { lstat, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { profileSchema, type Profile, type WindowState } from '../../shared/ipc/profile';
import type { Settings } from '../../shared/ipc/settings';
import { settingsInFile } from '../../shared/ipc/settingsInFile';
import { withLock } from '../store/lock';
import { makeFolders } from '../store/makeFolders';
import { readRegular, realOf, replaceRegular } from './regularFile';
import { systemCode } from '../../shared/image/systemCode';
import { ProblemError, type Problem } from '../../shared/image/problem';

/** A draft that is older belongs to a process that was ended while it wrote, milliseconds. */
const draftAge = 60_000;

/**
 * What is remembered between starts, in one JSON file. Every value that is broken falls back to its default by itself; a file
 * that is no JSON at all, or holds no object where settings are one, is kept beside the new one, which is said once. Writes are atomic and coalesced. A link leads to the file that is read and replaced; what is no regular
 * file (a FIFO would be waited for) is neither read nor replaced. Processes over other stores have the same file: each writes what was changed in
 * it, over what is in the file by then, under a lock.
 */
export class SettingsFile {
  private state: Profile;
  /** What was changed here and is not on disk yet. */
  private changed: { readonly settings: Partial<Settings>; readonly window: WindowState | null } = unchanged;
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
    try {
      stored = this.read();
    } catch (thrown) {
      // No file yet: the defaults below.
      this.isUnread = !isMissing(thrown);
    }
    this.state = profileOf(stored);
  }

  /** What the file holds, null where that is none of ours and is to be kept beside the next one. Throws what the system says. */
  private read(): unknown {
    const text = readRegular(this.path);
    let stored: unknown = null;
    try {
      stored = JSON.parse(text);
    } catch {
      // Damaged, or nothing yet.
    }
    if (isProfile(stored)) return stored;
    if (text.trim() !== '') this.damaged = text;
    return null;
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
    this.changed = { ...this.changed, settings: { ...this.changed.settings, ...change } };
    this.isChanged = true;
    this.schedule();
    return this.state.settings;
  }

  /** Remembers the window's place. */
  changeWindow(window: WindowState): void {
    this.state = { ...this.state, window };
    this.changed = { ...this.changed, window };
    this.schedule();
  }

  /** Writes what is pending; resolves when it is on disk. A disk that refuses costs the memory of a setting, no more, and is told of. */
  async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.isUnread) return this.refused(null);
    this.writing = this.writing.then(async () => {
      const written = this.changed;
      this.changed = unchanged;
      try {
        makeFolders(dirname(this.path), 0o700);
        if (!this.swept) await sweepDrafts(this.path);
        this.swept = true;
        await withLock(`${await realOf(this.path)}.lock`, () => this.write(written), patience);
        this.isSaid = false;
        this.isChanged &&= this.timer !== null;
      } catch (thrown) {
        const { settings, window } = this.changed;
        this.changed = { settings: { ...written.settings, ...settings }, window: window ?? written.window };
        this.refused(thrown);
      }
    });
    await this.writing;
  }

  /** Writes what was changed here over what the file holds by now: another process has changed other things in it. */
  private async write({ settings, window }: SettingsFile['changed']): Promise<void> {
    let stored: unknown = null;
    try {
      stored = this.read();
    } catch (thrown) {
      if (!isMissing(thrown)) throw thrown;
    }
    const before = stored === null ? this.state : profileOf(stored);
    const profile = {
      ...before,
      settings: settingsInFile.parse({ ...before.settings, ...settings }),
      window: window ?? before.window,
    };
    await this.keepDamaged();
    await replaceRegular(this.path, `${JSON.stringify(profile, null, 2)}\n`);
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
    const reason = thrown === null ? 'unread' : (codeOf(thrown) ?? 'another-kind');
    this.unsaved({ code: 'settings-unsaved', facts: { path: this.path, reason } });
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.flush();
    }, 300);
  }
}

const unchanged = { settings: {}, window: null } as const;

/** For how long another process is waited for that writes the file, milliseconds: a window that closes waits with it. */
const patience = 5000;

const profileOf = (stored: unknown): Profile => profileSchema.catch(profileSchema.parse({})).parse(stored);

/** What the system said, where the lock says it in other words. */
const codeOf = (thrown: unknown): string | undefined =>
  systemCode(thrown) ?? (thrown instanceof ProblemError ? systemCode(thrown.cause) : undefined);

const isMissing = (thrown: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes(systemCode(thrown) ?? 'ENOENT');

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
