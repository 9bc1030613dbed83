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

/**
 * Share of the picture's area, 0 to 1, that looks another way in the other one: both are drawn at the screen's size, and a
 * place counts where none of the places round it in the other has a colour like its own. Edges that lie half a pixel off
 * and letters of another width by a hair do not count; a bar of another colour does.
 */
export async function strangeArea(
  { page }: RunningApp,
  a: Buffer,
  b: Buffer,
  types: readonly [string, string],
): Promise<number> {
  return page.evaluate(
    async ([first, second]) => {
      const load = async (url: string): Promise<HTMLImageElement> => {
        const image = new Image();
        image.src = url;
        await image.decode();
        return image;
      };
      const [x, y] = [await load(first), await load(second)];
      // Half of the screen's size, so that letters become grey and the colours of areas stay.
      const [width, height] = [Math.round(y.naturalWidth / 2), Math.round(y.naturalHeight / 2)];
      const pixels = (image: HTMLImageElement): Uint8ClampedArray => {
        const full = new OffscreenCanvas(y.naturalWidth, y.naturalHeight);
        const half = new OffscreenCanvas(width, height);
        // By halves: a larger step at once takes other neighbours together.
        for (const [canvas, from] of [
          [full, image],
          [half, full],
        ] as const) {
          const context = canvas.getContext('2d');
          if (!context) throw new Error('no canvas');
          context.imageSmoothingQuality = 'high';
          context.drawImage(from, 0, 0, canvas.width, canvas.height);
        }
        return half.getContext('2d')?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
      };
      const [p, q] = [pixels(x), pixels(y)];
      let strange = 0;
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++) {
          const at = (row * width + column) * 4;
          let least = 255;
          for (let dy = -2; dy <= 2; dy++)
            for (let dx = -2; dx <= 2; dx++) {
              const [r, c] = [row + dy, column + dx];
              if (r < 0 || c < 0 || r >= height || c >= width) continue;
              const to = (r * width + c) * 4;
              const apart = [0, 1, 2].map((k) => Math.abs((p[at + k] ?? 0) - (q[to + k] ?? 0)));
              least = Math.min(least, Math.max(...apart));
            }
          if (least > 24) strange++;
        }
      return strange / (width * height);
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
      for (const each of document.querySelectorAll<HTMLElement>(
        '.graph-foot, .graph-legend, .strata-foot, .map-foot, .overlap-foot',
      ))
        each.style.visibility = value;
    }, visibility);
  await show('hidden');
  try {
    return await work();
  } finally {
    await show('');
  }
}
