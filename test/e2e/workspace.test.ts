import { appendFile, chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningApp } from '../setup/electronApp';
import { startWithShell } from '../setup/shellWindow';
import { answerSaveDialog, buttonStates, cli, seen } from '../setup/windowTools';

let running: RunningApp;
let tree: string;
beforeAll(async () => {
  running = await startWithShell();
});
afterAll(() => running.close());

const row = (text: string) => running.page.locator('.change-row', { hasText: text });

test('a workspace is made on an image, and its page opens', async () => {
  const { page, store } = running;
  await page.locator('.card', { hasText: 'rig/shell:1.0' }).click();
  await page.keyboard.press('w');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('not a name');
  expect(await dialog.getByRole('button', { name: 'Open workspace' }).getAttribute('aria-disabled')).toBe(
    'true',
  );
  await dialog.getByRole('textbox').fill('shell-fix');
  await running.picture('workspace-dialog-light-1280');
  await dialog.getByRole('button', { name: 'Open workspace' }).click();
  await page.getByText('Nothing has changed yet').waitFor();
  await running.picture('workspace-empty-light-1280');
  tree = (await cli(store, 'workspace', 'path', 'shell-fix')).trim();
});

test('what changes in the folder appears by itself', async () => {
  await appendFile(join(tree, 'srv', 'app.conf'), 'debug = 1\n');
  await chmod(join(tree, 'srv', 'big.bin'), 0o600);
  await rm(join(tree, 'srv', 'old.log'));
  await mkdir(join(tree, 'srv', 'new', 'deep'), { recursive: true });
  await writeFile(join(tree, 'srv', 'new', 'deep', 'a.txt'), 'a\n');
  await writeFile(join(tree, 'srv', 'new', 'b.txt'), 'bb\n');
  await row('app.conf').waitFor();
  await row('new').waitFor();
  expect(await row('app.conf').innerText()).toMatch(/C[\s\S]*Edited, 10 B differ[\s\S]*20 B/);
  expect(await row('big.bin').innerText()).toMatch(/Mode 0644 → 0600[\s\S]*3\.00 MB/);
  expect(await row('old.log').innerText()).toMatch(/D[\s\S]*Whiteout, hides 20\.0 kB/);
  expect(await row('new').innerText()).toMatch(/A[\s\S]*New directory, 2 files/);
  expect(await running.page.locator('.change-hint').innerText()).toContain(
    'big.bin was copied whole (3.00 MB) only to change its metadata',
  );
  await running.picture('workspace-light-1280');
  // A file opens to what was changed in it.
  await running.page.getByRole('button', { name: 'Show the difference of /srv/app.conf' }).click();
  const dialog = running.page.getByRole('dialog');
  await dialog.locator('.contents-line.new', { hasText: 'debug = 1' }).waitFor();
  expect(await dialog.locator('.contents-line').allInnerTexts()).toHaveLength(2);
  await running.picture('workspace-difference-light-1280');
  await running.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});

test('a command runs in the workspace, and its output is read in the terminal', async () => {
  const { page } = running;
  await page.getByRole('button', { name: 'Run…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Command').fill("sh -c 'echo from inside: $GREETING; pwd; echo made > /srv/made'");
  await dialog.getByRole('button', { name: 'Run', exact: true }).click();
  await expect
    .poll(() => page.locator('.terminal-screen').innerText(), { timeout: 20_000 })
    .toMatch(/from inside: hello\s+\/srv/);
  await page.getByText('Ended: 0').first().waitFor();
  await row('made').waitFor();
  await running.picture('workspace-terminal-light-1280');
});

test('an author that a commit cannot take is said beside the field, before the act', async () => {
  const { page } = running;
  const commit = page.getByRole('button', { name: /^Commit \d+ changes/ });
  const author = page.getByLabel('Author');
  await author.fill('a'.repeat(2000));
  await page.getByText(/This is 2.?000 characters long; at most 1.?024 can be taken\./).waitFor();
  expect(await commit.getAttribute('aria-disabled')).toBe('true');
  await running.picture('workspace-long-author-light-1280');
  await author.fill('');
  expect(await commit.getAttribute('aria-disabled')).toBeNull();
});

test('ticked changes are committed, the rest stays', async () => {
  const { page, store } = running;
  await page.getByRole('button', { name: 'Untick' }).click();
  await page.getByLabel('Name', { exact: true }).fill('rig/shell:1.1');
  await page.getByLabel('Message').fill('Turn debugging on');
  await page.getByLabel('Author').fill('Lin Zhao <lin@shop.example>');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const form = page.getByRole('dialog', { name: 'Add a config change' });
  await form.getByRole('combobox').click();
  await form.getByRole('option', { name: 'LABEL', exact: true }).click();
  await form.getByRole('textbox').fill('version=1.1');
  await form.getByRole('button', { name: 'Add' }).click();
  await running.picture('workspace-commit-light-1280');
  await page.getByRole('button', { name: /^Commit 7 changes$/ }).click();
  await seen(running, /^Committed rig\/shell:1\.1: .*, 7 changes, 1 change left/);
  await expect.poll(() => page.locator('.change-row:not(.change-head)').count()).toBe(1);
  expect(await row('big.bin').count()).toBe(1);
  // The name is not left for the next commit, which would take it away from this image; the one after it is offered.
  const name = page.getByLabel('Name', { exact: true });
  await expect.poll(() => name.inputValue()).toBe('');
  await page.getByText('rig/shell:1.1 was just committed.').waitFor();
  await running.picture('workspace-committed-light-1280');
  await page.getByRole('button', { name: 'Name it rig/shell:1.2' }).click();
  expect(await name.inputValue()).toBe('rig/shell:1.2');
  expect(await page.getByRole('button', { name: /^Name it/ }).count()).toBe(0);
  const history = await cli(store, 'history', 'rig/shell:1.1');
  expect(history).toContain('Turn debugging on');
  const inspected = JSON.parse(await cli(store, 'inspect', 'rig/shell:1.1')) as [
    { Config: unknown; Author: string },
  ];
  expect(inspected[0].Config).toMatchObject({ Labels: { version: '1.1' }, WorkingDir: '/srv' });
  expect(inspected[0].Author).toBe('Lin Zhao <lin@shop.example>');
  // The workspace goes on: what was committed shows through from below, what was not is still there.
  expect(await readFile(join(tree, 'srv', 'app.conf'), 'utf8')).toBe('port = 80\ndebug = 1\n');
});

test('a commit without a name makes a dangling image', async () => {
  const { page } = running;
  await page.getByLabel('Name', { exact: true }).fill('');
  await page.getByRole('checkbox', { name: 'Tick all changes' }).check();
  await page.getByRole('button', { name: /^Commit 1 change$/ }).click();
  await seen(running, /^Committed a dangling image: /);
  await page.getByText('Nothing has changed yet').waitFor();
});

test('a second click in the place of a commit, as of a slow double click, makes no other image', async () => {
  const { page, store } = running;
  const images = async () => (await cli(store, 'images', '-a', '-q')).trim().split('\n').length;
  const before = await images();
  await writeFile(join(tree, 'twice'), 'x');
  const commit = page.getByRole('button', { name: /^Commit 1 change$/ });
  const { x = 0, y = 0, width = 0 } = (await commit.boundingBox({ timeout: 20_000 })) ?? {};
  const at = [x + width - 20, y + 10] as const;
  await page.mouse.click(...at);
  const next = page.getByRole('button', { name: 'Commit a history step' });
  await expect.poll(() => next.getAttribute('aria-disabled'), { interval: 20, timeout: 20_000 }).toBeNull();
  await page.mouse.click(...at);
  await page.mouse.click(...at, { clickCount: 2 });
  await page.waitForTimeout(1500);
  expect(await images()).toBe(before + 1);
  // Once it has stood it is pressed there as anywhere.
  await page.mouse.click(...at);
  await seen(running, /^Committed .*: a history step, no layer/);
  expect(await images()).toBe(before + 2);
});

test('committing nothing makes a history step', async () => {
  const { page, store } = running;
  await page.getByLabel('Name', { exact: true }).fill('rig/shell:1.2');
  await page.getByRole('button', { name: 'Commit a history step' }).click();
  await seen(running, /^Committed rig\/shell:1\.2: a history step, no layer/);
  expect(await cli(store, 'history', 'rig/shell:1.2')).toMatch(/stratigraph commit shell-fix\s+0 B/);
});

/** Keeps the window from looking at the changes of a workspace meanwhile, as where a click is faster than the next look. */
const unseen = (hidden: boolean) =>
  running.page.evaluate(
    (value) => Object.defineProperty(document, 'hidden', { configurable: true, get: () => value }),
    hidden,
  );

test('a commit takes what is listed, and nothing that came since', async () => {
  const { page, store } = running;
  await writeFile(join(tree, 'listed.txt'), 'x');
  const button = page.getByRole('button', { name: /^Commit 1 change$/ });
  await button.waitFor();
  await page.getByLabel('Name', { exact: true }).fill('rig/shell:never');
  await unseen(true);
  await writeFile(join(tree, 'secret.key'), 'x');
  await button.click();
  await seen(running, /^The changes in the workspace are not those that were shown any more/);
  expect(await cli(store, 'images')).not.toContain('never');
  await unseen(false);
  await page.getByRole('button', { name: /^Commit 2 changes$/ }).waitFor();
  await rm(join(tree, 'listed.txt'));
  await rm(join(tree, 'secret.key'));
  await page.getByText('Nothing has changed yet').waitFor();
  await page.getByLabel('Name', { exact: true }).fill('');
});

test('the graph shows the new images', async () => {
  const { page } = running;
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Back to the images' }).click();
  await page.locator('.card', { hasText: 'rig/shell:1.2' }).waitFor();
  expect(await page.locator('.card', { hasText: 'rig/shell:1.1' }).count()).toBe(1);
  await running.picture('workspace-graph-light-1280');
  // The workspace is a dashed child of its image, reached by keyboard and opened by Enter.
  await page.locator('.card', { hasText: 'rig/shell:1.2' }).click();
  await page.keyboard.press('ArrowRight');
  await expect
    .poll(() => page.locator('.layer-graph').getAttribute('aria-activedescendant'))
    .toBe('workspace-shell-fix');
  await page.keyboard.press('Enter');
  await page.getByText('on rig/shell:1.2').waitFor();
  await page.getByRole('button', { name: 'Back to the images' }).click();
});

test('an image that a workspace stands on is not deleted', async () => {
  const { page, store } = running;
  // Selecting is not deleting: what the images take is said, and nothing is refused.
  await page.locator('.card', { hasText: 'rig/shell:1.2' }).click();
  await page.keyboard.press('Control+a');
  await page.getByText('Only in these').waitFor();
  expect(await page.getByText('is in use').count()).toBe(0);
  await running.picture('select-all-light-1280');
  await expect(cli(store, 'rmi', 'rig/shell:1.2')).rejects.toThrow(/is in use[\s\S]*shell-fix/);
  // The preview says who holds it before anything is refused, and leads there.
  await page.locator('.card', { hasText: 'rig/shell:1.2' }).click();
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('alertdialog');
  await dialog.getByText(/is in use: .*shell-fix/).waitFor();
  await running.picture('delete-held-light-1280');
  expect(await dialog.getByRole('button', { name: /^Delete 1 image/ }).getAttribute('aria-disabled')).toBe(
    'true',
  );
  await dialog.getByRole('button', { name: 'Remove the workspace shell-fix…' }).click();
  await page.getByRole('alertdialog', { name: /shell-fix/ }).waitFor();
  await page.getByRole('button', { name: 'Cancel' }).click();
});

test('an image is mounted read-only, looked into, a file is copied out', async () => {
  const { page, folder } = running;
  await page.locator('.card', { hasText: 'rig/shell:1.1' }).click();
  await page.keyboard.press('m');
  await page.getByText('Read-only').waitFor();
  const file = (name: string) => page.locator('.file-row', { hasText: name });
  await file('srv').dblclick();
  await file('app.conf').waitFor();
  expect(await file('app.conf').innerText()).toMatch(/20 B[\s\S]*-rw-r--r--[\s\S]*1000:1000/);
  await running.picture('mount-light-1280');
  const target = join(folder, 'copied.conf');
  await answerSaveDialog(running, target);
  await file('app.conf').click();
  await page.getByRole('button', { name: 'Copy out…' }).click();
  await expect.poll(() => readFile(target, 'utf8').catch(() => '')).toBe('port = 80\ndebug = 1\n');
  const foot = page.locator('.operations-line');
  await page.getByRole('button', { name: 'Unmount' }).click();
  await page.locator('.layer-graph').waitFor();
  // What no longer holds is not said any more.
  await expect.poll(() => foot.innerText()).not.toContain('Mounted');
});

test('an image that is mounted is unmounted and deleted in one step, over our own terminal, and comes back', async () => {
  const { page, store } = running;
  await cli(store, 'tag', 'rig/shell:1.1', 'rig/mounted:1');
  await cli(store, 'untag', 'rig/shell:1.1');
  const card = page.locator('.card', { hasText: 'rig/mounted:1' });
  await card.click();
  await page.keyboard.press('m');
  await page.getByText('Read-only').waitFor();
  await page.getByRole('button', { name: 'Back to the images' }).click();
  await card.click();
  await page.keyboard.press('Delete');
  const dialog = page.getByRole('alertdialog');
  await dialog.getByText(/rig\/mounted:1 is in use: /).waitFor();
  await running.picture('delete-mounted-light-1280');
  await dialog.getByRole('button', { name: 'Unmount and delete 1 image' }).click();
  await seen(running, /^Deleted 1 image; /);
  await expect.poll(() => card.count()).toBe(0);
  expect(await cli(store, 'mount')).not.toContain('rig/mounted');
  await page.keyboard.press('Control+z');
  await card.waitFor();
  await cli(store, 'tag', 'rig/mounted:1', 'rig/shell:1.1');
  await cli(store, 'untag', 'rig/mounted:1');
  await page.locator('.card', { hasText: 'rig/shell:1.1' }).waitFor();
});

test('squash says what it gives, and makes an image with one layer', async () => {
  const { page, store } = running;
  await page.locator('.card', { hasText: 'rig/shell:1.1' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Squash layers…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('3 layers with').waitFor();
  await dialog.getByLabel('Name of the new image').fill('rig/shell:flat');
  await running.picture('squash-light-1280');
  // Twice: a second one would find the name given, and have the last word.
  await dialog.getByLabel('Name of the new image').press('Enter');
  await page.keyboard.press('Enter');
  await seen(running, /^Squashed 3 layers into one/);
  await page.waitForTimeout(500);
  expect(await page.getByText(/was not squashed/).count()).toBe(0);
  const [{ RootFS }] = JSON.parse(await cli(store, 'inspect', 'rig/shell:flat')) as [
    { RootFS: { Layers: string[] } },
  ];
  expect(RootFS.Layers).toHaveLength(1);
});

test('the workspace is removed with a word about what is lost', async () => {
  const { page, store } = running;
  await writeFile(join(tree, 'lost.txt'), 'x');
  await page.locator('.side-item', { hasText: 'shell-fix' }).click();
  await row('lost.txt').waitFor();
  await page.getByRole('button', { name: 'More for this workspace' }).click();
  await page.getByRole('menuitem', { name: 'Remove workspace…' }).click();
  const dialog = page.getByRole('alertdialog');
  await dialog.getByText(/uncommitted|Nothing is changed/).waitFor();
  await running.picture('workspace-remove-light-1280');
  await dialog.getByText('1 uncommitted change will be lost').waitFor();
  const go = dialog.getByRole('button', { name: 'Remove workspace' });
  // What comes while the question stands is in it, and what comes before the next look brings it back.
  const states = await buttonStates(dialog, 'Remove workspace');
  await writeFile(join(tree, 'later.txt'), 'x');
  await dialog.getByText('2 uncommitted changes will be lost').waitFor();
  await expect.poll(states).toEqual(['true', null]);
  await unseen(true);
  await writeFile(join(tree, 'last.txt'), 'x');
  await go.click();
  await dialog.getByText(/^The changes in the workspace are not those that were shown any more/).waitFor();
  await unseen(false);
  expect(await readFile(join(tree, 'last.txt'), 'utf8')).toBe('x');
  await dialog.getByText('3 uncommitted changes will be lost').waitFor();
  await running.picture('workspace-remove-again-light-1280');
  await go.click();
  await page.locator('.layer-graph').waitFor();
  expect(await cli(store, 'workspace', 'ls')).not.toContain('shell-fix');
  // What cannot be taken back says so, and no key undoes what was done before it in its place.
  await seen(running, 'Removed the workspace shell-fix; it cannot be put back');
  await page.keyboard.press('Control+z');
  await seen(running, /cannot be undone: Removed the workspace shell-fix$/);
});

test('nothing was complained about', () => {
  expect(running.complaints).toEqual([]);
});
