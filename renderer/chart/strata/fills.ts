import { css, fillLightness, lineageOf, type Palette } from '../drawing/palette';

/** How much more colour bands carry than the tokens have, which are made for small chips. */
const rich = { light: 1.45, dark: 1.26 } as const;

/** Fill of a band: its family's colour, older layers darker and richer, a branch shifted in hue (design: colour). */
export function bandFill(palette: Palette, colour: number, depth: number, hue: number): string {
  const { l, c, h } = lineageOf(palette, colour).fill;
  const d = Math.min(depth, 7);
  const most = palette.dark ? rich.dark : rich.light;
  return css({
    l: fillLightness(palette, l, d),
    c: c * (most - d * 0.05),
    h: (h + hue + 360) % 360,
  });
}

/** The solid colour of a lineage. */
export const solidOf = (palette: Palette, colour: number): string => css(lineageOf(palette, colour).solid);
