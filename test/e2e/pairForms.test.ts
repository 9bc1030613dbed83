import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { translator } from '../../shared/text/catalogue';
import { startApp } from '../setup/electronApp';
import { dockerArchive, noise, ociArchive, type LayerSpec } from '../setup/imageBuilder';
import { dragFiles } from '../setup/windowTools';

/** Two images on one base that is stored in two forms: nothing of them is in both, and the inspector says why. */

const t = translator('en');
const base: LayerSpec = { files: [{ path: 'etc/os', content: noise(300_000) }] };
const own = (name: string): LayerSpec => ({ files: [{ path: name, content: noise(20_000, name.length) }] });

test('a base that each image has as a blob of its own is told beside "In both 0 B"', async () => {
  const running = await startApp();
  try {
    const { page, folder } = running;
    const [plain, packed] = [join(folder, 'plain.tar'), join(folder, 'packed.tar')];
    await writeFile(plain, dockerArchive([{ names: ['shop:plain'], layers: [base, own('a')] }]));
    await writeFile(
      packed,
      ociArchive([{ names: ['shop:packed'], layers: [{ ...base, gzip: true }, own('bb')] }]),
    );
    await dragFiles(running, [plain]);
    await page.locator('.layer-graph .card', { hasText: 'shop:plain' }).click();
    await dragFiles(running, [packed]);
    await page.locator('.layer-graph .card', { hasText: 'shop:packed' }).click();
    await page.locator('.layer-graph .card', { hasText: 'shop:plain' }).click({ modifiers: ['Control'] });
    const pair = page.locator('.insp-section', { hasText: t('pair.common') }).first();
    await pair
      .getByText(/1 layer of the same content is stored in another form for each: \d+ kB together/)
      .waitFor();
    expect(await page.locator('.insp-section', { hasText: t('pair.layers') }).count()).toBeGreaterThan(0);
    await running.picture('pair-forms');
    // The matrix says the same of their cell.
    await page.keyboard.press('Control+4');
    const box = await page.locator('.overlap[data-ready]').boundingBox();
    if (!box) throw new Error('no matrix');
    // The one cell of the two, left of the second label.
    await page.mouse.move(box.x + 50, box.y + 96);
    await page.mouse.move(box.x + 56, box.y + 100);
    const card = page.locator('.hover-card');
    await card
      .getByText(/1 layer of the same content is stored in another form for each: \d+ kB together/)
      .waitFor();
    await card.getByText(t('overlap.card.layers')).waitFor();
    await running.picture('overlap-forms');
    expect(running.complaints).toEqual([]);
  } finally {
    await running.close();
  }
});
