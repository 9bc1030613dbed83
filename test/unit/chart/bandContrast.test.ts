import { expect, test } from 'vitest';
import { layerFill, parseOklch, type Oklch } from '../../../renderer/chart/drawing/palette';
import { bandFill } from '../../../renderer/chart/strata/fills';
import { contrast, mixed, themePalette, themeToken } from '../../setup/themeColours';

/** What is written on layers in strata and map can be read on every colour that they have, with the light that lies on them. */

const themes = ['light', 'dark'] as const;
const inks = ['--lin-ink', '--lin-ink-2'] as const;
/** How much lighter the gloss makes the upper half of a band, where text may stand, at the most. */
const gloss = { light: 0, dark: 0.04 } as const;

test.each(themes)('%s: titles and sizes can be read on every band and every block', (theme) => {
  const palette = themePalette(theme);
  const faint: string[] = [];
  for (let colour = 0; colour <= 12; colour++)
    for (let depth = 0; depth <= 7; depth++) {
      const fills: [string, Oklch][] = [['map', parseOklch(layerFill(palette, colour, depth))]];
      for (let hue = -24; hue <= 24; hue += 8)
        fills.push([`strata ${hue}`, parseOklch(bandFill(palette, colour, depth, hue))]);
      for (const [where, fill] of fills)
        for (const name of inks) {
          const text = themeToken(theme, name);
          const alpha = Number(/\/\s*([\d.]+)/.exec(text)?.[1] ?? 1);
          const ground = mixed({ l: 1, c: 0, h: 0 }, fill, where === 'map' ? 0 : gloss[theme]);
          const found = contrast(mixed(parseOklch(text), ground, alpha), ground);
          if (found < 4.5) faint.push(`${where} ${colour} at ${depth}, ${name}: ${found.toFixed(2)}`);
        }
    }
  expect(faint).toEqual([]);
});
