import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningApp } from './electronApp';
import { answerSaveDialog, seen } from './windowTools';

/** Takes the view away in a format through its menu; gives the file's bytes. */
export async function exported(running: RunningApp, format: string, label: RegExp): Promise<Buffer> {
  const { page, folder } = running;
  const target = join(folder, `view.${format}`);
  await answerSaveDialog(running, target);
  await page.getByRole('button', { name: 'Export this view' }).click();
  await page.getByRole('menuitem', { name: label }).click();
  await seen(running, new RegExp(`Wrote view\\.${format}`));
  await page.getByRole('button', { name: 'Dismiss' }).click();
  return readFile(target);
}

/** Mean difference of two pictures of the same thing, 0 (equal) to 255, after both are drawn at one size. */
export async function difference(
  { page }: RunningApp,
  a: Buffer,
  b: Buffer,
  types: readonly [string, string],
): Promise<number> {
  return page.evaluate(
    async ([first, second]) => {
      const pixels = async (url: string): Promise<Uint8ClampedArray> => {
        const image = new Image();
        image.src = url;
        await image.decode();
        const canvas = new OffscreenCanvas(400, 300);
        const context = canvas.getContext('2d');
        if (!context) throw new Error('no canvas');
        context.imageSmoothingQuality = 'high';
        context.drawImage(image, 0, 0, 400, 300);
        return context.getImageData(0, 0, 400, 300).data;
      };
      const [x, y] = [await pixels(first), await pixels(second)];
      return x.reduce((sum, value, i) => sum + Math.abs(value - (y[i] ?? 0)), 0) / x.length;
    },
    [
      `data:${types[0]};base64,${a.toString('base64')}`,
      `data:${types[1]};base64,${b.toString('base64')}`,
    ] as const,
  );
}

/** Does something while nothing lies over the drawing: no overview, zoom control or legend. */
export async function withoutOverlays<T>({ page }: RunningApp, work: () => Promise<T>): Promise<T> {
  const show = (visibility: string): Promise<void> =>
    page.evaluate((value) => {
      for (const each of document.querySelectorAll<HTMLElement>('.graph-foot, .graph-legend'))
        each.style.visibility = value;
    }, visibility);
  await show('hidden');
  try {
    return await work();
  } finally {
    await show('');
  }
}
