import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Text on every surface in every state of it can be read: 4.5 to 1 (WCAG 1.4.3), by the formulas of CSS Color 4. */

const css = readFileSync(join(import.meta.dirname, '..', '..', '..', 'renderer', 'ui', 'tokens.css'), 'utf8');

type Colour = readonly [number, number, number];

/** A token of a theme as oklch with its opacity. */
function token(theme: 'light' | 'dark', name: string): { colour: Colour; opacity: number } {
  const block = css.slice(css.indexOf(`[data-theme='${theme}'] {`));
  const found = new RegExp(`--${name}: oklch\\(([\\d.]+) ([\\d.]+) ([\\d.]+)(?: / ([\\d.]+))?\\)`).exec(
    block.slice(0, block.indexOf('\n}')),
  );
  if (!found) throw new Error(`no --${name} in ${theme}`);
  const [, l, c, h, opacity = '1'] = found;
  return { colour: srgb(Number(l), Number(c), Number(h)), opacity: Number(opacity) };
}

function srgb(l: number, c: number, h: number): Colour {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const encode = (x: number): number => {
    const part = x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055;
    return Math.min(1, Math.max(0, part));
  };
  return [
    encode(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    encode(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    encode(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}

function luminance([r, g, b]: Colour): number {
  const linear = (x: number): number => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function contrast(one: Colour, other: Colour): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

test('the formulas give the ratios that everybody knows', () => {
  expect(contrast(srgb(1, 0, 0), srgb(0, 0, 0))).toBeCloseTo(21, 3);
  // #767676 on white.
  expect(contrast(srgb(0.5659, 0, 0), srgb(1, 0, 0))).toBeCloseTo(4.54, 1);
});

describe.each(['light', 'dark'] as const)('%s', (theme) => {
  test.each(['text', 'text-2', 'text-3'])(
    '--%s is read on every surface, plain, hovered and selected',
    (text) => {
      const poor: string[] = [];
      for (const surface of ['chrome', 'surface', 'surface-2', 'raised', 'sunken', 'canvas'])
        for (const state of [null, 'hover', 'selected', 'selected-quiet']) {
          const below = token(theme, surface).colour;
          const fill = state === null ? { colour: below, opacity: 1 } : token(theme, state);
          const [r, g, b] = fill.colour.map(
            (part, i) => part * fill.opacity + (below[i] ?? 0) * (1 - fill.opacity),
          );
          const ratio = contrast(token(theme, text).colour, [r ?? 0, g ?? 0, b ?? 0]);
          if (ratio < 4.5) poor.push(`${surface} ${state ?? 'plain'}: ${ratio.toFixed(2)}`);
        }
      expect(poor).toEqual([]);
    },
  );
});
