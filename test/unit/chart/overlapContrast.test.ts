import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makePalette, parseOklch, type Oklch } from '../../../renderer/chart/drawing/palette';
import { inkOn, rampColour } from '../../../renderer/chart/overlap/overlapPicture';

/** Tokens of a theme, as the page has them. */
const css = readFileSync(join(import.meta.dirname, '../../../renderer/ui/tokens.css'), 'utf8');
function tokens(theme: 'light' | 'dark'): (name: string) => string {
  const from =
    theme === 'light' ? css.indexOf('--canvas:') : css.indexOf('--canvas:', css.indexOf('--canvas:') + 1);
  const part = css.slice(from - 400);
  return (name) => new RegExp(`${name}:\\s*([^;]+);`).exec(part)?.[1] ?? '';
}

/** Relative luminance of a colour, cut to what a screen can show (WCAG 2; OKLab by its definition). */
function luminance({ l, c, h }: Oklch): number {
  const [a, b] = [c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)];
  const cube = (x: number): number => x ** 3;
  const L = cube(l + 0.3963377774 * a + 0.2158037573 * b);
  const M = cube(l - 0.1055613458 * a - 0.0638541728 * b);
  const S = cube(l - 0.0894841775 * a - 1.291485548 * b);
  const cut = (x: number): number => Math.max(0, Math.min(1, x));
  const red = cut(4.0767416621 * L - 3.3077115913 * M + 0.2309699292 * S);
  const green = cut(-1.2684380046 * L + 2.6097574011 * M - 0.3413193965 * S);
  const blue = cut(-0.0041960863 * L - 0.7034186147 * M + 1.707614701 * S);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
const contrast = (a: Oklch, b: Oklch): number => {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
};

test.each(['light', 'dark'] as const)('%s: a value can be read on its cell, whatever the family', (theme) => {
  const palette = makePalette(tokens(theme));
  expect(palette.dark).toBe(theme === 'dark');
  const faint: string[] = [];
  for (let colour = 0; colour <= 12; colour++)
    for (let at = 0; at <= 200; at++) {
      const fill = rampColour(palette, colour, at / 200);
      const found = contrast(fill, parseOklch(palette.ink[inkOn(fill, palette)]));
      if (found < 4.5) faint.push(`${colour} at ${at / 200}: ${fill.l.toFixed(3)} ${found.toFixed(2)}`);
    }
  expect(faint).toEqual([]);
});
