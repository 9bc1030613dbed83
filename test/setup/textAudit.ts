import { pngPixels, type Pixels } from './pngPixels';
import { contrast, type Rgb } from './themeColours';
import { inMain, type RunningApp } from './electronApp';
import { shownTexts, type ShownText } from './shownTexts';

/** Smallest size of letters, CSS pixels. */
const smallest = 11;
/** Contrast that letters need (WCAG 1.4.3), and large ones: 24 px, or 18.66 px where they are bold. */
const needed = { plain: 4.5, large: 3 };

/** The colour that most pixels of a box have, which is what the letters stand on, and all of its pixels. */
function ground(
  { width, height, channels, data }: Pixels,
  scale: number,
  { left, top, right, bottom }: ShownText,
): { readonly most: Rgb; readonly pixels: readonly Rgb[] } {
  const counts = new Map<number, number>();
  const pixels: Rgb[] = [];
  const to = (x: number, most: number): number => Math.max(0, Math.min(most, Math.round(x * scale)));
  for (let y = to(top, height); y < to(bottom, height); y++)
    for (let x = to(left - 1, width); x < to(right + 1, width); x++) {
      const at = (y * width + x) * channels;
      const [r, g, b] = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
      pixels.push([r, g, b]);
      const key = (r << 16) | (g << 8) | b;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  const [most] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a), [0, 0]);
  return { most: [most >> 16, (most >> 8) & 0xff, most & 0xff], pixels };
}

/** How far pixels go from the ground towards the ink, 0 to 1: 0 where nothing of the letters is on the screen. */
function nearest(pixels: readonly Rgb[], most: Rgb, ink: Rgb): number {
  const way = [0, 1, 2].map((i) => (ink[i] ?? 0) - (most[i] ?? 0));
  const length = way.reduce((sum, each) => sum + each * each, 0);
  if (length === 0) return 0;
  return Math.max(
    0,
    ...pixels.map(
      (pixel) => way.reduce((sum, each, i) => sum + each * ((pixel[i] ?? 0) - (most[i] ?? 0)), 0) / length,
    ),
  );
}

/** Pairs of texts that lie on each other. */
function collisions(texts: readonly ShownText[]): readonly string[] {
  const sorted = [...texts].sort((a, b) => a.top - b.top);
  return sorted.flatMap((a, i) => {
    const found: string[] = [];
    for (let k = i + 1; k < sorted.length; k++) {
      const b = sorted[k] as ShownText;
      if (b.top >= a.bottom) break;
      if (a.layer !== b.layer || a.owner === b.owner) continue;
      const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      // Boxes touch by their leading, letters do not.
      const height = Math.min(a.bottom, b.bottom) - b.top;
      if (width > 2 && height > 0.35 * Math.min(a.bottom - a.top, b.bottom - b.top))
        found.push(`on each other: ${a.text} (${a.place}) | ${b.text} (${b.place})`);
    }
    return found;
  });
}

/**
 * What is wrong with the texts on the screen, of page, drawings and canvases: letters under 11 px, text on text, text under
 * something else, a contrast below 4.5 : 1 with the pixels around it. One sentence each; needs `watchCanvases` before.
 */
export async function textFaultsOnScreen(
  running: RunningApp,
  { ignored = '' }: { readonly ignored?: string } = {},
): Promise<readonly string[]> {
  const { page } = running;
  const texts = await shownTexts(page, ignored);
  // A window whose page is zoomed is not pictured whole by the page's own debugger.
  const png = await inMain(
    running,
    async ({ BrowserWindow }) => {
      const picture = await BrowserWindow.getAllWindows()[0]?.webContents.capturePage();
      return picture?.toPNG().toString('base64') ?? '';
    },
    null,
  );
  const picture = pngPixels(Buffer.from(png, 'base64'));
  const scale = picture.width / (await page.evaluate(() => innerWidth));
  const faults = texts.flatMap((text) => {
    const found: string[] = [];
    const say = (what: string): void => {
      found.push(`${what}: ${text.text} (${text.place})`);
    };
    if (text.size < smallest - 0.05) say(`${text.size.toFixed(1)} px`);
    if (text.under !== '') say(`under ${text.under}`);
    if (text.inactive || text.under !== '') return found;
    const { most, pixels } = ground(picture, scale, text);
    const [r, g, b, alpha] = text.ink;
    const mix = (ink: number, i: number): number => ink * alpha + (most[i] ?? 0) * (1 - alpha);
    const ink: Rgb = [mix(r, 0), mix(g, 1), mix(b, 2)];
    const ratio = contrast(ink, most);
    const large = text.size >= 24 || (text.bold && text.size >= 18.66);
    if (ratio < (large ? needed.large : needed.plain) - 0.02) say(`contrast ${ratio.toFixed(2)}`);
    else if (nearest(pixels, most, ink) < 0.4) say('not to be seen');
    return found;
  });
  return [...new Set([...faults, ...collisions(texts)])];
}
