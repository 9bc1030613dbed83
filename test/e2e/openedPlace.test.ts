import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { translator } from '../../shared/text/catalogue';
import { inMain, startApp, type RunningApp } from '../setup/electronApp';
import { dockerArchive, gzip } from '../setup/imageBuilder';
import { textFaults, violations } from '../setup/lookTools';
import { pairImages } from '../setup/pairImages';
import { snapshotDirectory } from '../setup/temporary';
import { answerOpenDialog, cli, dragFiles, seen } from '../setup/windowTools';

/** An archive that is opened where it lies: dropped with Alt held, looked into, compared, one image copied in, closed. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const t = translator('en');
/** Alt, as the drag events of the protocol have it. */
const alt = 1;
let running: RunningApp;
let file = '';
let before: ReadonlyMap<string, string>;

beforeAll(async () => {
  running = await startApp();
  file = join(running.folder, 'till.tar');
  const own = join(running.folder, 'own.tar');
  await writeFile(own, dockerArchive(pairImages.filter(({ names }) => names?.includes('till:1.0'))));
  await writeFile(file, dockerArchive(pairImages));
  await dragFiles(running, [own]);
  await running.page.locator('.card', { hasText: 'till:1.0' }).waitFor();
  await running.page.keyboard.press('Escape');
  before = await snapshotDirectory(running.store);
});
afterAll(() => running.close());

const looks = [
  ['light', 1280, 800],
  ['dark', 1280, 800],
  ['light', 1920, 1080],
  ['dark', 1920, 1080],
] as const;

/** Pictures of the window as it is, each looked at for text in trouble and by axe-core. */
async function look(name: string): Promise<void> {
  const { page } = running;
  const found: string[] = [];
  for (const [theme, width, height] of looks) {
    await running.resize(width, height);
    await page.emulateMedia({ colorScheme: theme });
    await page.locator(`html[data-theme="${theme}"]`).waitFor();
    await page.mouse.move(2, height - 2);
    await page.waitForTimeout(250);
    await running.picture(`${name}-${theme}-${width}`);
    const faults = [...(await violations(running)), ...(await textFaults(running, '.terminal-screen'))];
    found.push(...faults.map((fault) => `${theme} ${width}: ${fault}`));
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await running.resize(1280, 800);
  expect(found).toEqual([]);
}

const place = (name = 'till.tar') => running.page.locator('.side-opened', { hasText: name });

/** What a screen reader is told of a control beside its name and role. */
async function described(name: string): Promise<string> {
  const session = await running.app.context().newCDPSession(running.page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  const found = nodes.find(
    ({ role, name: label }) =>
      ['button', 'menuitem'].includes(String(role?.value)) && String(label?.value).startsWith(name),
  );
  return String(found?.description?.value ?? '');
}

test('dropped with Alt held it is opened, and nothing is loaded', async () => {
  const { page } = running;
  await dragFiles(running, [file], ['dragEnter', 'dragOver']);
  await seen(running, t('app.drop.alt'));
  await dragFiles(running, [file], ['dragOver'], alt);
  await seen(running, t('app.drop.look', { files: 1 }));
  await look('opened-drop');
  await dragFiles(running, [file], ['drop'], alt);
  await place().waitFor();
  await page.getByRole('heading', { level: 1, name: 'till.tar' }).waitFor();
  await page.locator('.layer-graph .card', { hasText: 'till:1.1' }).waitFor();
  expect(await page.locator('.operations-line').innerText()).toContain('nothing was loaded');
  await look('opened-graph');
  expect(await snapshotDirectory(running.store)).toEqual(before);
});

test('all of its images take together what the place says that it stores', async () => {
  const { page } = running;
  await page.keyboard.press('Control+a');
  await page.locator('.inspector h2', { hasText: 'images selected' }).waitFor();
  const stored = await page.locator('.side-foot .m.num').innerText();
  await expect.poll(() => page.locator('.insp-together .insp-figure').innerText()).toBe(stored);
  const inspector = await page.locator('.insp-together').innerText();
  expect(inspector).toContain(t('inspector.alsoOthers', { count: 0 }));
  // Nothing is deleted here.
  expect(inspector).not.toContain(t('inspector.unique.freed'));
  await page.keyboard.press('Escape');
});

test('its files are looked into layer by layer, and what it cannot do says why', async () => {
  const { page } = running;
  await page.locator('.layer-graph .card', { hasText: 'till:1.1' }).click();
  const inspector = page.locator('.inspector');
  await inspector.getByText(t('secret.title')).first().waitFor();
  const remove = inspector.getByRole('button', { name: t('inspector.delete') });
  expect(await remove.getAttribute('aria-disabled')).toBe('true');
  await remove.hover();
  await seen(running, t('place.cannot.write'));
  // The map goes down to the files of a layer.
  await page.keyboard.press('Control+3');
  await page.locator('.treemap, .map-canvas, canvas').first().waitFor();
  await look('opened-map');
  await page.keyboard.press('Control+5');
  await page.getByRole('row', { name: /till:1\.1/ }).waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('mount');
  await page.getByText(t('source.onlyStore')).first().waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+1');
  expect(await snapshotDirectory(running.store)).toEqual(before);
});

test('an image of it is compared with one of the store, by keys', async () => {
  const { page } = running;
  await page.locator('.layer-graph .card', { hasText: 'till:1.1' }).click();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('compare with an image of the store');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio').first().waitFor();
  await look('opened-compare-dialog');
  await page.keyboard.press('Enter');
  await page.locator('h2', { hasText: t('compare.title') }).waitFor();
  // Each side says where it is from: the older image is in the store.
  await page.locator('.compare-side').nth(0).getByText(t('app.store'), { exact: true }).waitFor();
  await page.locator('.compare-side').nth(1).getByText('till.tar', { exact: true }).waitFor();
  await page.getByRole('radio', { name: t('compare.files') }).focus();
  await page.keyboard.press('Space');
  await page.locator('.compare-files .change-row', { hasText: 'app.js' }).first().waitFor();
  await look('opened-compare');
  await page.keyboard.press('Escape');
});

test('one image is copied into the store', async () => {
  const { page } = running;
  await page.locator('.layer-graph .card', { hasText: 'till:1.1' }).click();
  await page
    .locator('.inspector')
    .getByRole('button', { name: t('source.copyIn') })
    .click();
  await expect
    .poll(() => cli(running.store, 'images', '--format', '{{.Repository}}:{{.Tag}}'))
    .toContain('till:1.1');
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('till.tar');
});

test('it follows the file, and says so when that is gone', async () => {
  const { page } = running;
  await rename(file, `${file}.away`);
  await seen(running, 'till.tar is not there any more');
  await look('opened-gone');
  // What has gone is no success, and trying again brings nothing back.
  const trouble = page.locator('.inline-notice', { hasText: 'till.tar is not there any more' }).first();
  expect(await trouble.innerText()).toContain(join(basename(dirname(file)), basename(file)));
  expect(await trouble.innerText()).not.toContain(file);
  expect(await trouble.getByRole('button').allInnerTexts()).toEqual([t('app.close')]);
  // What needs it is off, and says why to whoever hears the window, too.
  const why = 'till.tar is not there any more';
  const inspector = page.locator('.inspector');
  for (const name of [t('inspector.save'), t('source.copyIn')]) {
    const button = inspector.getByRole('button', { name });
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    expect(await described(name)).toContain(why);
  }
  await page.locator('.layer-graph .card', { hasText: 'till:1.1' }).click({ button: 'right' });
  await page.getByRole('menuitem', { name: t('command.compare') }).waitFor();
  expect(await described(t('command.compare'))).toBe(t('command.compare.two'));
  await running.picture('opened-gone-menu');
  await page.keyboard.press('Escape');
  // Another image is asked for meanwhile: what is said of it goes with the trouble.
  await page.locator('.layer-graph .card', { hasText: 'till:1.0' }).first().click();
  await inspector.getByText(why).waitFor();
  await rename(`${file}.away`, file);
  await expect.poll(() => page.getByText(why).count()).toBe(0);
  await inspector.getByText(t('secret.title')).first().waitFor();
  await page.locator('.layer-graph .card', { hasText: 'till:1.1' }).waitFor();
  expect(await page.locator('.operations-line').innerText()).not.toContain('Opened');
  await page.keyboard.press('Escape');
});

test('Esc steps out of the selection, then out of the place; the menu item opens one and its button closes it', async () => {
  const { page } = running;
  await page.locator('.layer-graph .card', { hasText: 'till:1.1' }).click();
  await page.keyboard.press('Escape');
  await place().waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => place().count()).toBe(0);
  await page.getByRole('heading', { level: 1, name: 'store' }).waitFor();
  await page.locator('.layer-graph .card', { hasText: 'till:1.1' }).waitFor();
  // In every view, with the focus in it, one press is enough where nothing is selected.
  for (const view of ['1', '2', '3', '4', '5']) {
    await page.keyboard.press(`Control+${view}`);
    await dragFiles(running, [file], ['dragEnter', 'dragOver', 'drop'], alt);
    await page.getByRole('heading', { level: 1, name: 'till.tar' }).waitFor();
    const focus = page.locator(view === '5' ? '[role=row][tabindex="0"]' : '[data-pane-focus]').first();
    await focus.focus();
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { level: 1, name: 'store' }).waitFor({ timeout: 5000 });
  }
  await page.keyboard.press('Control+1');
  // A compressed one, by the menu.
  const packed = join(running.folder, 'packed.tar.gz');
  await writeFile(packed, gzip(dockerArchive(pairImages)));
  await answerOpenDialog(running, [packed]);
  await inMain(
    running,
    ({ Menu }, label) => {
      const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? []) ?? [];
      items.find((item) => item.label === label)?.click();
    },
    t('native.menu.look'),
  );
  await place('packed.tar.gz').waitFor();
  await page.getByRole('heading', { level: 1, name: 'packed.tar.gz' }).waitFor();
  await place('packed.tar.gz').hover();
  await place('packed.tar.gz')
    .getByRole('button', { name: t('place.close.of', { name: 'packed.tar.gz' }) })
    .click();
  await expect.poll(() => place('packed.tar.gz').count()).toBe(0);
  await rm(packed);
  expect(running.complaints).toEqual([]);
});

test('a start with --look shows what lies there', async () => {
  const again = await startApp({ files: ['--look', file] });
  try {
    await again.page.getByRole('heading', { level: 1, name: 'till.tar' }).waitFor();
    await again.page.locator('.layer-graph .card', { hasText: 'till:1.1' }).waitFor();
    // A second one of the same name is told apart, and the empty store shows both beside the ways to begin.
    const second = join(again.folder, 'other', 'till.tar');
    await mkdir(join(again.folder, 'other'));
    await writeFile(second, dockerArchive(pairImages));
    await dragFiles(again, [second], ['dragEnter', 'dragOver', 'drop'], alt);
    await again.page.getByRole('heading', { level: 1, name: 'other/till.tar' }).waitFor();
    await again.page.keyboard.press('F1');
    await again.page.getByText(t('shortcuts.stepBack')).waitFor();
    await again.picture('opened-shortcuts');
    await again.page.keyboard.press('Escape');
    await again.page.locator('.side-item[data-source="store"]').click();
    await seen(again, t('app.empty.title'));
    for (const [theme, width, height] of looks) {
      await again.resize(width, height);
      await again.page.emulateMedia({ colorScheme: theme });
      await again.page.waitForTimeout(250);
      await again.picture(`opened-empty-store-${theme}-${width}`);
      expect([...(await violations(again)), ...(await textFaults(again, '.terminal-screen'))]).toEqual([]);
    }
    expect(await again.page.locator('.side-opened').count()).toBe(2);
    await again.page.getByRole('button', { name: t('place.close.of', { name: 'other/till.tar' }) }).click();
    await expect.poll(() => again.page.locator('.side-opened').count()).toBe(1);
    expect((await cli(again.store, 'images', '-q')).trim()).toBe('');
  } finally {
    await again.close();
  }
});
