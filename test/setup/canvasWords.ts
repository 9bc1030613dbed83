import type { Page } from 'playwright';

/** Words that a canvas shows, with their boxes in the element, CSS pixels. */
export interface CanvasWord {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Kept {
  canvasWords: CanvasWord[];
}

/** From now on remembers what the page's canvas writes in each frame. */
export async function watchCanvasWords(page: Page): Promise<void> {
  await page.evaluate(() => {
    const kept = globalThis as unknown as Kept;
    kept.canvasWords = [];
    const pen = CanvasRenderingContext2D.prototype;
    const own = {
      fillText: Object.getOwnPropertyDescriptor(pen, 'fillText')?.value as (...args: unknown[]) => void,
      clearRect: Object.getOwnPropertyDescriptor(pen, 'clearRect')?.value as (...args: unknown[]) => void,
    };
    pen.clearRect = function (this: CanvasRenderingContext2D, ...args: unknown[]) {
      kept.canvasWords = [];
      own.clearRect.apply(this, args);
    };
    pen.fillText = function (this: CanvasRenderingContext2D, text: string, x: number, y: number) {
      const size = this.measureText(text);
      const at = this.getTransform();
      const ratio = devicePixelRatio;
      kept.canvasWords.push({
        text,
        left: ((x - size.actualBoundingBoxLeft) * at.a + at.e) / ratio,
        right: ((x + size.actualBoundingBoxRight) * at.a + at.e) / ratio,
        top: ((y - size.actualBoundingBoxAscent) * at.d + at.f) / ratio,
        bottom: ((y + size.actualBoundingBoxDescent) * at.d + at.f) / ratio,
      });
      own.fillText.call(this, text, x, y);
    };
  });
}

/** What the last frame wrote. */
export function canvasWords(page: Page): Promise<readonly CanvasWord[]> {
  return page.evaluate(() => (globalThis as unknown as Kept).canvasWords);
}

/** Pairs of words that lie on one another. */
export function overlaps(words: readonly CanvasWord[]): readonly string[] {
  const shown = words.filter(({ text }) => text !== '');
  return shown.flatMap((a, i) =>
    shown
      .slice(i + 1)
      .filter(
        (b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1,
      )
      .map((b) => `${a.text} / ${b.text}`),
  );
}
