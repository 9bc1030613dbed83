import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RecentStores } from '../../../electron/ipc/recentStores';
import { SettingsFile } from '../../../electron/ipc/settingsFile';
import { bundle } from '../electron/scripts';

/** Windows over several stores are processes of their own with one profile: what each changed in it stays. */

let folder: string;
let churn: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stratigraph-profile-'));
  churn = await bundle('test/setup/profileChurn.ts', join(folder, 'churn.cjs'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...words: readonly string[]): Promise<unknown> =>
  promisify(execFile)(process.execPath, [churn, ...words]);

test('two processes that write at once each keep what the other changed', async () => {
  const [settings, stores] = [join(folder, 'settings.json'), join(folder, 'stores.json')];
  const rounds = '40';
  await Promise.all([
    run(
      settings,
      stores,
      JSON.stringify([
        { theme: 'dark', store: '/one' },
        { view: 'strata', store: '/three' },
      ]),
      rounds,
    ),
    run(
      settings,
      stores,
      JSON.stringify([
        { language: 'zh-CN', store: '/two' },
        { inspector: false, store: '/four' },
      ]),
      rounds,
    ),
  ]);
  expect(new SettingsFile(settings).settings).toMatchObject({
    theme: 'dark',
    view: 'strata',
    language: 'zh-CN',
    inspector: false,
  });
  expect([...new RecentStores(stores).list()].sort()).toEqual(['/four', '/one', '/three', '/two']);
  // Neither drafts nor locks are left.
  expect(readdirSync(folder).sort()).toEqual(['churn.cjs', 'settings.json', 'stores.json']);
}, 60_000);

test('what another process changed while a window stood open stays when that one changes something else', async () => {
  const path = join(folder, 'later.json');
  const open = new SettingsFile(path);
  open.changeSettings({ view: 'map' });
  await open.flush();
  await run(path, join(folder, 'none.json'), JSON.stringify([{ theme: 'light', store: '/s' }]), '1');
  open.changeSettings({ inspector: false });
  open.changeWindow({ x: 1, y: 2, width: 1200, height: 700, maximized: false });
  await open.flush();
  const after = new SettingsFile(path);
  expect(after.settings).toMatchObject({ view: 'map', theme: 'light', inspector: false });
  expect(after.window).toMatchObject({ x: 1, width: 1200 });
});

test('what somebody broke while a window stood open is kept beside the file that takes its place', async () => {
  const path = join(folder, 'broken.json');
  const said: string[] = [];
  const open = new SettingsFile(path, ({ code }) => void said.push(code));
  open.changeSettings({ view: 'map' });
  await open.flush();
  const text = '{ "settings": { "theme": "dark", } }';
  writeFileSync(path, text);
  open.changeSettings({ inspector: false });
  await open.flush();
  expect(said).toEqual(['settings-damaged']);
  const [kept = ''] = readdirSync(folder).filter((name) => name.endsWith('.damaged'));
  expect(readFileSync(join(folder, kept), 'utf8')).toBe(text);
  expect(new SettingsFile(path).settings).toMatchObject({ view: 'map', inspector: false });
});
