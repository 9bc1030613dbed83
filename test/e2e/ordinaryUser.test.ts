import { readdirSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOrdinaryUser, type OrdinaryUser } from '../setup/ordinaryUser';
import { shellArchive } from '../setup/shellImage';
import { startUserApp, type UserApp } from '../setup/userApp';
import { dragFiles, seen } from '../setup/windowTools';

/** The window of an ordinary user, sandbox on: mounts, workspaces, runs and the guided page without root. */

let user: OrdinaryUser;
let running: UserApp;
let tree: string;
beforeAll(async () => {
  user = await makeOrdinaryUser();
  running = await startUserApp(user);
});
afterAll(async () => {
  await running.close();
  await user.remove();
});

const row = (text: string) => running.page.locator('.change-row', { hasText: text });

/** Command lines and owners of the processes that run the user's copy of Electron. */
function processes(): { words: string; uid: number; userNamespace: number; pid: number; parent: number }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        if (!words.startsWith(join(user.place, 'runtime', 'electron'))) return [];
        const status = readFileSync(`/proc/${pid}/status`, 'utf8');
        const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
        const parent = Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]);
        const userNamespace = statSync(`/proc/${pid}/ns/user`).ino;
        return [{ words, uid, userNamespace, pid: Number(pid), parent }];
      } catch {
        return [];
      }
    });
}

test('the window runs as the user, and its pages in the sandbox', () => {
  const all = processes();
  const renderers = all.filter(({ words }) => words.includes('--type=renderer'));
  expect(renderers.length).toBeGreaterThan(0);
  for (const { words } of renderers) expect(words).not.toContain('--no-sandbox');
  // The helper in the user namespace shows nothing and has no page; what Electron starts for it has not either.
  const byPid = new Map(all.map((each) => [each.pid, each]));
  const isOfHelper = (one: (typeof all)[number]): boolean => {
    for (let at: typeof one | undefined = one; at; at = byPid.get(at.parent))
      if (at.words.includes('--stratigraph-helper')) return true;
    return false;
  };
  expect(all.filter((one) => one.words.includes('--no-sandbox') && !isOfHelper(one))).toEqual([]);
  for (const { uid } of all) expect(uid).not.toBe(0);
  for (const { pid, userNamespace } of renderers) {
    // Filter of system calls on, no capability left, and a user namespace of their own.
    expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^Seccomp:\s+2$/m);
    expect(userNamespace).not.toBe(statSync('/proc/self/ns/user').ino);
  }
});

test('a workspace is made, and changes made through the printed path appear', async () => {
  const { page } = running;
  const file = join(user.place, 'shell.tar');
  await writeFile(file, shellArchive(), { mode: 0o644 });
  await dragFiles(running, [file]);
  await page.locator('.card', { hasText: 'rig/shell:1.0' }).click();
  await page.keyboard.press('w');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('own');
  await dialog.getByRole('button', { name: 'Open workspace' }).click();
  await page.getByText('Nothing has changed yet').waitFor();
  tree = (await running.cli('workspace', 'path', 'own')).trim();
  expect(tree).toMatch(/^\/proc\/\d+\/root\//);
  // The process that keeps the mount outlives the window: it must hold nothing of it, least of all its pipes.
  const holder = tree.split('/')[2] ?? '';
  await expect.poll(() => readdirSync(`/proc/${holder}/fd`).sort()).toEqual(['0', '1', '2']);
  expect(await running.shell(`cat '${tree}/srv/app.conf'`)).toBe('port = 80\n');
  // The files of the image's user 1000 are not the person's to change from outside; those of root are.
  await running.shell(
    `echo 'motd' > '${tree}/etc/motd'; rm '${tree}/etc/group'; echo '# more' >> '${tree}/etc/passwd'`,
  );
  await row('motd').waitFor();
  await row('passwd').waitFor();
  expect(await row('group').innerText()).toMatch(/D[\s\S]*Whiteout/);
  await running.picture('user-workspace-light-1280');
});

test('a command runs in the terminal as root of the image, with its users', async () => {
  const { page } = running;
  await page.getByRole('button', { name: 'Run…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Command').fill("sh -c 'id; ls -ln /srv; echo made > /srv/made'");
  await dialog.getByRole('button', { name: 'Run', exact: true }).click();
  await expect
    .poll(() => page.locator('.terminal-screen').innerText(), { timeout: 20_000 })
    .toMatch(/uid=0\(root\)[\s\S]*1000\s+1000[\s\S]*app\.conf/);
  await page.getByText('Ended: 0').first().waitFor();
  await row('made').waitFor();
  await running.picture('user-terminal-light-1280');
});

test('what changed is committed with the owners of the image', async () => {
  const { page } = running;
  await page.getByLabel('Name', { exact: true }).fill('rig/shell:mine');
  await page.getByRole('button', { name: /^Commit 4 changes$/ }).click();
  await seen(running, /^Committed rig\/shell:mine: .*, 4 changes/);
  await page.getByText('Nothing has changed yet').waitFor();
  expect(await running.cli('images', '-q', 'rig/shell:mine')).toMatch(/^[0-9a-f]{12}\n$/);
  const listed = await running.shell(
    `cd '${user.folder}'; '${user.node}' '${user.place}/runtime/resources/app/dist/cli.cjs' --store '${running.store}' export -o mine.tar rig/shell:mine; tar --numeric-owner -tvf mine.tar`,
  );
  expect(listed).toMatch(/ 0\/0 .* etc\/motd\n/);
  expect(listed).toMatch(/ 1000\/1000 .* srv\/app\.conf\n/);
  expect(listed).not.toContain('etc/group');
});

test('the guided page builds on a real overlay', async () => {
  const { page } = running;
  await page.getByRole('button', { name: 'Back to the images' }).click();
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'How layers work' }).click();
  await page.getByRole('button', { name: 'Next: Stack them' }).click();
  await page.getByText('hidden by material2').waitFor();
  for (let step = 0; step < 2; step++) await page.keyboard.press('ArrowRight');
  await page.getByText('whiteout 0:0').waitFor();
  await running.picture('user-guide-light-1280');
  await page.keyboard.press('ArrowRight');
  await page.getByRole('rowheader', { name: /^next/ }).waitFor();
  await page.getByRole('button', { name: 'Back to the images' }).click();
  await expect.poll(() => readdirSync(join(running.store, 'guide'))).toEqual([]);
});

test('nothing was complained about', () => {
  expect(running.complaints).toEqual([]);
});
