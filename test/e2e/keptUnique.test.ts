import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Reply } from '../../shared/ipc/reply';
import { translator } from '../../shared/text/catalogue';
import { startApp } from '../setup/electronApp';
import { buildImage, dockerArchive, noise, type ImageSpec } from '../setup/imageBuilder';
import { dragFiles } from '../setup/windowTools';

/** What the inspector says that deleting one image frees, while a clean-up can be put back that needs the same layers. */

vi.setConfig({ testTimeout: 120_000 });

const t = translator('en');
const base = { files: [{ path: 'etc/os', content: noise(200_000) }] };
const below: ImageSpec = { names: ['shop:base'], layers: [base] };
const above: ImageSpec = {
  names: ['shop:top'],
  layers: [base, { files: [{ path: 'top', content: 'top' }] }],
};

test('deleting an image frees nothing that a clean-up may put back, and the inspector says so', async () => {
  const running = await startApp();
  try {
    const { page } = running;
    const file = join(running.folder, 'shop.tar');
    await writeFile(file, dockerArchive([below, above]));
    await dragFiles(running, [file]);
    const card = page.locator('.layer-graph .card', { hasText: 'shop:base' });
    await card.waitFor();
    const { id } = buildImage(above);
    await page.evaluate(async (image) => {
      const start = window.stratigraph.request['cleanup.start'] as unknown as (
        input: unknown,
      ) => Promise<Reply<unknown>>;
      const shown = { images: [{ id: image, names: ['shop:top'] }], untagged: [] };
      await start({ images: [image], unpacked: false, interrupted: false, shown });
    }, id);
    await expect.poll(() => page.locator('.layer-graph .card').count()).toBe(1);
    await card.click();
    // Its config and manifest are its own; the layer is held by what can be put back.
    const note = page.locator('.insp-amounts .row', { hasText: t('inspector.unique') }).locator('.t3');
    await expect
      .poll(() => note.innerText())
      .toMatch(/^deleting frees \d{1,3} B$|^deleting frees 1\.\d+ kB$/);
    // Rows that move under the pointer once more take the hint away: it is pointed at until it comes.
    const hint = page.getByText(t('inspector.heldElsewhere')).first();
    await vi.waitFor(
      async () => {
        await page.mouse.move(1, 1);
        await note.hover();
        await hint.waitFor({ timeout: 2_000 });
      },
      { timeout: 30_000 },
    );
    await running.picture('inspector-kept-unique');
    expect(running.complaints).toEqual([]);
  } finally {
    await running.close();
  }
});
