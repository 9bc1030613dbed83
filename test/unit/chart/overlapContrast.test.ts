import { expect, test } from 'vitest';
import { parseOklch } from '../../../renderer/chart/drawing/palette';
import { inkOn, rampColour } from '../../../renderer/chart/overlap/overlapPicture';
import { contrast, themePalette } from '../../setup/themeColours';

test.each(['light', 'dark'] as const)('%s: a value can be read on its cell, whatever the family', (theme) => {
  const palette = themePalette(theme);
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
