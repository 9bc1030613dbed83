import { xmlDocument } from '../../../shared/graph/escape';
import { textures } from '../layers/textures';
import type { Palette } from './palette';
import type { Label, LabelStyle, Picture, Shape } from './picture';

/** Fonts of documents, with what stands in for them elsewhere. */
export const sans =
  "Inter, 'Inter Variable', 'Segoe UI', Ubuntu, 'Noto Sans', 'Noto Sans CJK SC', sans-serif";
export const mono = "'JetBrains Mono', 'JetBrains Mono Variable', 'DejaVu Sans Mono', monospace";
const styles: Readonly<Record<LabelStyle, string>> = {
  title: `font:500 12px ${sans}`,
  strong: `font:600 12px ${sans}`,
  small: `font:400 11px ${sans}`,
  mono: `font:400 11px ${mono}`,
};

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as XML has it; characters that XML forbids become the replacement character. */
export const xml = (text: string): string => xmlDocument(text).replace(/[&<>"]/g, (c) => escapes[c] ?? c);

const n = (value: number): string => (Math.round(value * 100) / 100).toString();

function shapeSvg(shape: Shape): string {
  const { x0, y0, x1, y1 } = shape;
  const at = `x="${n(x0)}" y="${n(y0)}" width="${n(x1 - x0)}" height="${n(y1 - y0)}"`;
  if (shape.kind === 'outline')
    return `<rect ${at} fill="none" stroke="${xml(shape.stroke)}" stroke-width="${n(shape.width)}"/>`;
  const opacity = shape.opacity === undefined ? '' : ` fill-opacity="${n(shape.opacity)}"`;
  const edge = shape.edge === null ? '' : ` stroke="${xml(shape.edge)}"`;
  const area = `<rect ${at} fill="${xml(shape.fill)}"${opacity}${edge}/>`;
  return shape.texture === null ? area : `${area}<rect ${at} fill="url(#${shape.texture})"/>`;
}

function labelSvg({ x, y, style, ink, anchor, text }: Label, palette: Palette): string {
  const end = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${n(x)}" y="${n(y)}" class="${style}" fill="${xml(palette.ink[ink])}"${end}>${xml(text)}</text>`;
}

/** Definitions of the textures; `stroke`: their colour as attributes. */
export function textureDefs(stroke: string, nameOf: (kind: string) => string): string {
  const patterns = Object.entries(textures).map(
    ([kind, [width, height, path]]) =>
      `<pattern id="${nameOf(kind)}" width="${width}" height="${height}" patternUnits="userSpaceOnUse">` +
      `<path d="${path}" fill="none" ${stroke} stroke-linecap="round" stroke-width="${kind === 'packages' ? 2 : 1}"/></pattern>`,
  );
  return patterns.join('');
}

/** A picture as an SVG document that stands alone: values for colours, fonts with fallbacks, nothing outside of it. */
export function pictureSvg(
  { width, height, shapes, labels }: Picture,
  palette: Palette,
  title: string,
): string {
  const sizes = `width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${sizes}>`,
    `<title>${xml(title)}</title>`,
    `<style>${Object.entries(styles)
      .map(([name, style]) => `.${name}{${style}}`)
      .join('')}</style>`,
    `<defs>${textureDefs(`stroke="${xml(palette.ink['lin-texture'])}"`, (name) => name)}</defs>`,
    `<rect width="100%" height="100%" fill="${xml(palette.ink.canvas)}"/>`,
    ...shapes.map(shapeSvg),
    ...labels.map((label) => labelSvg(label, palette)),
    '</svg>',
    '',
  ].join('\n');
}
