import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { profileSchema, type Profile, type WindowState } from '../../shared/ipc/profile';
import { settingsInFile, type Settings } from '../../shared/ipc/settings';

/**
 * What is remembered between starts, in one JSON file. A broken file is as good as none: every value falls back to its
 * default by itself. Writes are atomic and coalesced.
 */
export class SettingsFile {
  private state: Profile;
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly path: string) {
    let stored: unknown = {};
    try {
      stored = JSON.parse(readFileSync(path, 'utf8'));
    } catch {
      // No file yet, or not JSON: the defaults below.
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
    this.schedule();
    return this.state.settings;
  }

  /** Remembers the window's place. */
  changeWindow(window: WindowState): void {
    this.state = { ...this.state, window };
    this.schedule();
  }

  /** Writes what is pending; resolves when it is on disk. A disk that refuses costs the memory of a setting, no more. */
  async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const text = `${JSON.stringify(this.state, null, 2)}\n`;
    this.writing = this.writing.then(async () => {
      try {
        await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
        await writeFile(`${this.path}.new`, text, { mode: 0o600 });
        await rename(`${this.path}.new`, this.path);
      } catch {
        // Said above: nothing is lost but the memory of a setting.
      }
    });
    await this.writing;
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.flush();
    }, 300);
  }
}
