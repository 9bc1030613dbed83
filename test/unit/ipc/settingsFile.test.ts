import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SettingsFile } from '../../../electron/ipc/settingsFile';
import type { Problem } from '../../../shared/image/problem';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stratigraph-settings-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the settings file', () => {
  it('remembers what was changed, in a file that only its owner reads', async () => {
    const path = join(folder, 'sub', 'settings.json');
    const first = new SettingsFile(path);
    first.changeSettings({ theme: 'dark', language: 'zh-CN' });
    first.changeWindow({ x: 5, y: 6, width: 1400, height: 900, maximized: true });
    await first.flush();
    const second = new SettingsFile(path);
    expect(second.settings).toMatchObject({ theme: 'dark', language: 'zh-CN', view: 'graph' });
    expect(second.window).toEqual({ x: 5, y: 6, width: 1400, height: 900, maximized: true });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveProperty('settings.theme', 'dark');
  });

  it('falls back value by value when the file was broken by hand', () => {
    const path = join(folder, 'broken.json');
    writeFileSync(
      path,
      JSON.stringify({ settings: { theme: 'pink', view: 'table' }, window: { width: 'wide', x: 3 } }),
    );
    const file = new SettingsFile(path);
    expect(file.settings).toMatchObject({ theme: 'system', view: 'table' });
    expect(file.window).toMatchObject({ width: 1280, x: 3 });
  });

  it.each(['', '{', 'null', '[]', '"x"'])('starts with defaults when the file holds %j', (text) => {
    const path = join(folder, 'odd.json');
    writeFileSync(path, text);
    expect(new SettingsFile(path).settings.view).toBe('graph');
  });

  it('keeps a file that is no JSON beside the new one, and says so once', async () => {
    const place = mkdtempSync(join(folder, 'damaged-'));
    const path = join(place, 'settings.json');
    const text = '{ "settings": { "view": "table" }, }';
    writeFileSync(path, text);
    const said: Problem[] = [];
    const file = new SettingsFile(path, (problem) => void said.push(problem));
    file.changeSettings({ theme: 'dark' });
    await file.flush();
    file.changeSettings({ theme: 'light' });
    await file.flush();
    const others = readdirSync(place).filter((name) => name !== 'settings.json');
    expect(others).toEqual([expect.stringMatching(/^settings\.json\.[0-9a-f]{12}\.damaged$/)]);
    const kept = join(place, String(others[0]));
    expect(readFileSync(kept, 'utf8')).toBe(text);
    expect(said).toEqual([{ code: 'settings-damaged', facts: { path, kept } }]);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveProperty('settings.theme', 'light');
  });

  it.each(['["table"]', '"table"', '7', 'null', '{"settings":["table"]}', '{"settings":"table"}'])(
    'keeps a file that holds no settings, %s, beside the new one, and says so',
    async (text) => {
      const place = mkdtempSync(join(folder, 'no-object-'));
      const path = join(place, 'settings.json');
      writeFileSync(path, text);
      const said: Problem[] = [];
      const file = new SettingsFile(path, (problem) => void said.push(problem));
      file.changeSettings({ theme: 'dark' });
      await file.flush();
      const [kept = '', ...more] = readdirSync(place).filter((name) => name !== 'settings.json');
      expect(more).toEqual([]);
      expect(readFileSync(join(place, kept), 'utf8')).toBe(text);
      expect(said).toEqual([{ code: 'settings-damaged', facts: { path, kept: join(place, kept) } }]);
      expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveProperty('settings.theme', 'dark');
    },
  );

  it('follows a link to the file, and neither waits for a FIFO nor replaces one', async () => {
    const real = join(folder, 'dotfiles.json');
    const link = join(folder, 'linked.json');
    writeFileSync(real, JSON.stringify({ settings: { view: 'table' } }));
    symlinkSync(real, link);
    const file = new SettingsFile(link);
    expect(file.settings.view).toBe('table');
    file.changeSettings({ theme: 'dark' });
    await file.flush();
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(real, 'utf8'))).toMatchObject({
      settings: { theme: 'dark', view: 'table' },
    });
    const pipe = join(folder, 'pipe.json');
    execFileSync('mkfifo', [pipe]);
    const other = new SettingsFile(pipe);
    expect(other.settings.view).toBe('graph');
    other.changeSettings({ theme: 'dark' });
    await other.flush();
    expect(lstatSync(pipe).isFIFO()).toBe(true);
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  it('removes the drafts of programs that were ended while they wrote, and nothing else', async () => {
    const place = join(folder, 'drafts');
    mkdirSync(join(place, 'settings.json.00112233445566.new'), { recursive: true });
    const draft = 'settings.json.0123456789ab.new';
    const fresh = 'settings.json.ba9876543210.new';
    const others = ['settings.json.new', 'settings.json.0123456789ab.new.txt', 'other.json.0123456789ab.new'];
    for (const name of [draft, fresh, ...others]) writeFileSync(join(place, name), '{');
    for (const name of [draft, ...others]) utimesSync(join(place, name), 1e9, 1e9);
    const file = new SettingsFile(join(place, 'settings.json'));
    file.changeSettings({ theme: 'dark' });
    await file.flush();
    expect(readdirSync(place).sort()).toEqual(
      [...others, fresh, 'settings.json', 'settings.json.00112233445566.new'].sort(),
    );
  });

  it('says once that a setting cannot be saved, keeps it, and says it anew after a write that succeeded', async () => {
    const place = join(folder, 'refused');
    const path = join(place, 'settings.json');
    // Nobody can write a file where a file is a folder on the way, be it root.
    writeFileSync(place, '');
    const said: Problem[] = [];
    const file = new SettingsFile(path, (problem) => void said.push(problem));
    file.changeWindow({ x: 5, y: 6, width: 1400, height: 900, maximized: false });
    await file.flush();
    expect(said).toEqual([]);
    file.changeSettings({ theme: 'dark' });
    await file.flush();
    file.changeSettings({ view: 'table' });
    await file.flush();
    expect(said).toEqual([
      { code: 'settings-unsaved', facts: { path, reason: expect.any(String) as string } },
    ]);
    expect(file.settings).toMatchObject({ theme: 'dark', view: 'table' });
    rmSync(place);
    // What could not be saved before is saved with the next.
    file.changeSettings({ language: 'zh-CN' });
    await file.flush();
    expect(new SettingsFile(path).settings).toMatchObject({
      theme: 'dark',
      view: 'table',
      language: 'zh-CN',
    });
    rmSync(place, { recursive: true });
    writeFileSync(place, '');
    file.changeSettings({ theme: 'light' });
    await file.flush();
    expect(said).toHaveLength(2);
  });

  it('says that a file which could not be read is not overwritten', async () => {
    const path = join(folder, 'unread');
    symlinkSync('unread', path);
    const said: Problem[] = [];
    const file = new SettingsFile(path, (problem) => void said.push(problem));
    file.changeSettings({ theme: 'dark' });
    await file.flush();
    expect(said).toEqual([{ code: 'settings-unsaved', facts: { path, reason: 'unread' } }]);
  });

  it.runIf(process.getuid?.() === 0)('names the fault of a full and of a read-only disk', async () => {
    for (const [options, reason] of [
      ['size=4k', 'ENOSPC'],
      ['ro', 'EROFS'],
    ]) {
      const place = mkdtempSync(join(folder, 'disk-'));
      execFileSync('mount', ['-t', 'tmpfs', '-o', String(options), 'tmpfs', place]);
      try {
        if (reason === 'ENOSPC') writeFileSync(join(place, 'full'), Buffer.alloc(4096));
        const said: Problem[] = [];
        const path = join(place, 'settings.json');
        const file = new SettingsFile(path, (problem) => void said.push(problem));
        file.changeSettings({ theme: 'dark' });
        await file.flush();
        expect(said).toEqual([{ code: 'settings-unsaved', facts: { path, reason } }]);
      } finally {
        execFileSync('umount', [place]);
      }
    }
  });
});
