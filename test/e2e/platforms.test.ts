import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type RunningApp } from '../setup/electronApp';
import { noise } from '../setup/imageBuilder';
import { indexedLayout, type PlatformSpec } from '../setup/indexBuilder';
import { violations } from '../setup/lookTools';
import { answerOpenDialog } from '../setup/windowTools';

const of = (architecture: string, more: Partial<PlatformSpec> = {}): PlatformSpec => ({
  architecture,
  config: { Cmd: ['/srv/shop'], Env: ['PATH=/usr/bin'] },
  layers: [
    { files: [{ path: 'usr/lib/base', content: noise(60_000, architecture.length) }] },
    { files: [{ path: 'srv/shop', content: noise(9000, architecture.length + 9) }] },
  ],
  ...more,
});
const statements = ['https://slsa.dev/provenance/v0.2', 'https://spdx.dev/Document'];
const layout = indexedLayout('shop:2.0', [
  of('amd64', { statements }),
  // The same image under another manifest, packed by gzip: no platform of its own.
  of('amd64', { layers: of('amd64').layers.map((layer) => ({ ...layer, gzip: true })) }),
  of('arm64', { variant: 'v8', statements: statements.slice(0, 1) }),
  of('s390x', { absent: true }),
  of('riscv64', { absent: true }),
]);

describe.each([
  ['light', 1280, 800],
  ['dark', 1920, 1080],
] as const)('%s, %i × %i', (theme, width, height) => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp({ settings: { theme }, size: { width, height } });
  });
  afterAll(() => running.close());

  test('the inspector goes from platform to platform by the keyboard, and shows what is kept with each', async () => {
    const { page } = running;
    const file = join(running.folder, 'shop.tar');
    await writeFile(file, layout.archive);
    await answerOpenDialog(running, [file]);
    await page.keyboard.press('Control+o');
    await page.locator('.card', { hasText: 'shop:2.0' }).first().click();
    const inspector = page.locator('.inspector');
    const picker = inspector.getByRole('button', { name: /^Platform linux\/.+, one of 2/ });
    await picker.waitFor();
    await inspector.getByText('2 platforms not in this store').waitFor();
    await inspector.getByText('Attestation').scrollIntoViewIfNeeded();
    await running.picture(`platforms-artifacts-${theme}-${width}`);
    expect(await violations(running)).toEqual([]);
    // One name, two cards: what tells them apart is on them.
    const labels = await page
      .locator('.card', { hasText: 'shop:2.0' })
      .evaluateAll((cards) => cards.map((card) => card.textContent));
    expect(labels.map((label) => /amd64|arm64/.exec(label ?? '')?.[0]).sort()).toEqual(['amd64', 'arm64']);
    // In the table, too, also where the platform has no column of its own.
    await page.keyboard.press('Control+5');
    const rows = page.locator('.table-row', { hasText: 'shop' });
    await rows.first().waitFor();
    const lines = await rows.evaluateAll((all) => all.map((row) => row.textContent));
    expect(lines.map((line) => /amd64|arm64/.exec(line ?? '')?.[0]).sort()).toEqual(['amd64', 'arm64']);
    await page.keyboard.press('Control+1');
    await page.locator('.card', { hasText: 'shop:2.0' }).first().waitFor();
    const before = await picker.getAttribute('aria-label');
    await picker.focus();
    await page.keyboard.press('Enter');
    const menu = page.getByRole('menu', { name: 'Platforms' });
    await menu.waitFor();
    await running.picture(`platforms-menu-${theme}-${width}`);
    expect(await violations(running)).toEqual([]);
    const other = menu.locator('[aria-checked="false"]');
    await other.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => picker.getAttribute('aria-label')).not.toBe(before);
    // The focus stays in the pane.
    expect(
      await page.evaluate(() => document.querySelector('.inspector')?.contains(document.activeElement)),
    ).toBe(true);
    await inspector.getByText(/^[12] statements?$/).waitFor();
  });
});
