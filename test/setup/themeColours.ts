import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePalette, type Oklch, type Palette } from '../../renderer/chart/drawing/palette';

const css = readFileSync(join(import.meta.dirname, '../../renderer/ui/tokens.css'), 'utf8');

/** A colour of light, 0 to 255 each. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** A token of a theme, as the page has it; '' for one that there is not. */
export function themeToken(theme: 'light' | 'dark', name: string): string {
  const first = css.indexOf('--canvas:');
  const from = theme === 'light' ? first : css.indexOf('--canvas:', first + 1);
  return new RegExp(`${name}:\\s*([^;]+);`).exec(css.slice(from - 400))?.[1] ?? '';
}

/** The charts' colours in a theme. */
export const themePalette = (theme: 'light' | 'dark'): Palette =>
  makePalette((name) => themeToken(theme, name));

const linear = (v: number): number => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
const curved = (v: number): number => (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);

/** A colour as a screen shows it: cut to what it can show (OKLab by its definition). */
export function onScreen(colour: Oklch | Rgb): Rgb {
  if (!('l' in colour)) return colour;
  const { l, c, h } = colour;
  const [a, b] = [c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)];
  const L = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const M = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const S = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const cut = (x: number): number => 255 * curved(Math.max(0, Math.min(1, x)));
  return [
    cut(4.0767416621 * L - 3.3077115913 * M + 0.2309699292 * S),
    cut(-1.2684380046 * L + 2.6097574011 * M - 0.3413193965 * S),
    cut(-0.0041960863 * L - 0.7034186147 * M + 1.707614701 * S),
  ];
}

/** A colour laid over another with an opacity of 0 to 1. */
export function mixed(over: Oklch | Rgb, under: Oklch | Rgb, alpha: number): Rgb {
  const [a, b] = [onScreen(over), onScreen(under)];
  const part = (i: 0 | 1 | 2): number => a[i] * alpha + b[i] * (1 - alpha);
  return [part(0), part(1), part(2)];
}

/** Contrast of two colours, 1 to 21 (WCAG 2.2). */
export function contrast(a: Oklch | Rgb, b: Oklch | Rgb): number {
  const luminance = (colour: Oklch | Rgb): number => {
    const [red, green, blue] = onScreen(colour);
    return 0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255);
  };
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}
