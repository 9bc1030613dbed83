import { copyDrawing, plainColour, svgDocument } from './standaloneSvg';

const svgNamespace = 'http://www.w3.org/2000/svg';

/** A box in the picture, CSS pixels from its corner. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function shape(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

const round = (value: number): number => Math.round(value * 100) / 100;

/** Rings that shadows without an offset and a blur draw along an edge: how wide, whether inside, in what colour. */
function rings(
  shadow: string,
): { readonly width: number; readonly inset: boolean; readonly colour: string }[] {
  // Computed shadows name the colour first; commas stand in colours, too.
  return shadow.split(/,(?![^(]*\))/).flatMap((each) => {
    const found = /^(.*?) ([\d.-]+)px ([\d.-]+)px ([\d.-]+)px ([\d.-]+)px( inset)?$/.exec(each.trim());
    if (!found) return [];
    const [, colour = '', right, down, blur, spread, inset] = found;
    if (Number(right) !== 0 || Number(down) !== 0 || Number(blur) !== 0 || !(Number(spread) > 0)) return [];
    return [{ width: Number(spread), inset: inset !== undefined, colour }];
  });
}

/** Background and edges of an element. */
function ground(style: CSSStyleDeclaration, { x, y, width, height }: Box): SVGElement[] {
  const parts: SVGElement[] = [];
  const fill = style.backgroundColor;
  const radius = Math.min(parseFloat(style.borderTopLeftRadius) || 0, width / 2, height / 2);
  if (fill !== 'rgba(0, 0, 0, 0)' && width > 0 && height > 0) {
    parts.push(shape('rect', { x, y, width, height, rx: round(radius), fill: plainColour(fill) }));
  }
  if (width > 0 && height > 0)
    for (const ring of rings(style.boxShadow)) {
      const by = ring.inset ? ring.width / 2 : -ring.width / 2;
      const [w, h] = [Math.max(0, width - 2 * by), Math.max(0, height - 2 * by)];
      const edge = { fill: 'none', stroke: plainColour(ring.colour), 'stroke-width': ring.width };
      parts.push(
        shape('rect', {
          x: x + by,
          y: y + by,
          width: w,
          height: h,
          rx: round(Math.max(0, radius - by)),
          ...edge,
        }),
      );
    }
  for (const [side, from, to] of [
    ['Bottom', [x, y + height], [x + width, y + height]],
    ['Top', [x, y], [x + width, y]],
  ] as const) {
    const edge = parseFloat(style[`border${side}Width`]) || 0;
    if (edge === 0 || style[`border${side}Style`] === 'none') continue;
    const stroke = plainColour(style[`border${side}Color`]);
    parts.push(shape('path', { d: `M${from.join(' ')}L${to.join(' ')}`, stroke, 'stroke-width': edge }));
  }
  return parts;
}

/** A text node line by line, each where it stands; what an ellipsis cuts is cut here too. */
function texts(node: Text, style: CSSStyleDeclaration, origin: DOMRect): SVGElement[] {
  const text = node.data;
  if (text.trim() === '') return [];
  const range = document.createRange();
  range.selectNodeContents(node);
  const [first] = range.getClientRects();
  const within = node.parentElement?.getBoundingClientRect();
  if (!first || !within || first.width === 0) return [];
  let width = first.width;
  let shown = text.replace(/\s+/g, ' ').trim();
  const room = within.right - first.left + 1;
  if (style.textOverflow === 'ellipsis' && first.width > room + 1) {
    const fits = Math.max(1, Math.floor((shown.length * room) / first.width) - 1);
    shown = `${shown.slice(0, fits)}…`;
    width = 0;
  }
  const size = parseFloat(style.fontSize);
  const made = shape('text', {
    x: round(first.left - origin.left),
    y: round(first.top - origin.top + first.height / 2 + size * 0.35),
    fill: plainColour(style.color),
    'font-family': style.fontFamily,
    'font-size': style.fontSize,
    'font-weight': style.fontWeight,
    'font-style': style.fontStyle,
    'letter-spacing': style.letterSpacing,
    // As wide as it is here, also with another font and on a screen that places letters between pixels.
    ...(width > 0 ? { textLength: round(width) } : {}),
  });
  // No attributes of SVG, unlike the rest.
  made.style.setProperty('font-variant-numeric', style.fontVariantNumeric);
  made.style.setProperty('font-feature-settings', style.fontFeatureSettings);
  made.textContent = style.textTransform === 'uppercase' ? shown.toUpperCase() : shown;
  return [made];
}

/**
 * A part of the page as a standalone SVG document: grounds, edges, drawings and texts where they stand now. For views that
 * are made of elements, such as the table; only what is in sight is in it. CSS pixels.
 */
export function pageSvg(element: Element, background: string): string {
  const origin = element.getBoundingClientRect();
  const root = shape('svg', {});
  const sees = (box: DOMRect): boolean =>
    box.right > origin.left && box.left < origin.right && box.bottom > origin.top && box.top < origin.bottom;
  const walk = (at: Element): void => {
    const box = at.getBoundingClientRect();
    const style = getComputedStyle(at);
    if (style.display === 'none' || style.visibility === 'hidden' || style.opacity === '0') return;
    if (style.clipPath !== 'none' || at.classList.contains('visually-hidden')) return;
    if (box.width > 0 && box.height > 0 && !sees(box)) return;
    const place = {
      x: box.left - origin.left,
      y: box.top - origin.top,
      width: box.width,
      height: box.height,
    };
    if (at instanceof SVGSVGElement) {
      const drawing = copyDrawing(at);
      if (!drawing) return;
      for (const [key, value] of Object.entries(place)) drawing.setAttribute(key, String(round(value)));
      root.append(drawing);
      return;
    }
    root.append(...ground(style, place));
    for (const child of at.childNodes) {
      if (child instanceof Element) walk(child);
      else if (child instanceof Text) root.append(...texts(child, style, origin));
    }
  };
  walk(element);
  return svgDocument(root, { width: origin.width, height: origin.height, background });
}
