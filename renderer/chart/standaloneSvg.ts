/** Properties that make the look of an SVG drawing, with the value that needs no mention. */
const inherited: Readonly<Record<string, string>> = {
  fill: 'rgb(0, 0, 0)',
  'fill-opacity': '1',
  stroke: 'none',
  'stroke-width': '1px',
  'stroke-opacity': '1',
  'stroke-dasharray': 'none',
  'stroke-linecap': 'butt',
  'stroke-linejoin': 'miter',
  'font-family': '',
  'font-size': '',
  'font-weight': '400',
  'font-style': 'normal',
  'letter-spacing': 'normal',
  'text-anchor': 'start',
  'dominant-baseline': 'auto',
  'paint-order': 'normal',
  visibility: 'visible',
};
const own: Readonly<Record<string, string>> = {
  opacity: '1',
  'text-decoration-line': 'none',
  'stop-color': 'rgb(0, 0, 0)',
  'stop-opacity': '1',
};

const svgNamespace = 'http://www.w3.org/2000/svg';
const plain = new Map<string, string>();
let painter: CanvasRenderingContext2D | null = null;

/** A computed colour as `#rrggbb` or `rgba(…)`, which every reader of SVG knows; anything else as it is. */
export function plainColour(value: string): string {
  if (!/^(?:rgb|color|oklch|oklab|lab|lch|hsl)/.test(value)) return value;
  const known = plain.get(value);
  if (known !== undefined) return known;
  painter ??= new OffscreenCanvas(1, 1).getContext('2d', {
    willReadFrequently: true,
  }) as unknown as CanvasRenderingContext2D | null;
  if (!painter) return value;
  painter.clearRect(0, 0, 1, 1);
  painter.fillStyle = value;
  painter.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0, a = 255] = painter.getImageData(0, 0, 1, 1).data;
  const hex = `#${[r, g, b].map((part) => part.toString(16).padStart(2, '0')).join('')}`;
  const made = a === 255 ? hex : `rgba(${r},${g},${b},${(a / 255).toFixed(3)})`;
  plain.set(value, made);
  return made;
}

function resolved(value: string): string {
  return plainColour(value).replace(/url\("([^"]+)"\)/, 'url($1)');
}

/** The same for those that are no attributes of SVG. */
const styled: Readonly<Record<string, string>> = {
  'font-variant-numeric': 'normal',
  'font-feature-settings': 'normal',
};

/** Copies an element with what is below it; looks become attributes, what is not shown stays away. */
function copy(from: Element, above: CSSStyleDeclaration | null): Element | null {
  const style = getComputedStyle(from);
  const definition = from.closest('defs') !== null;
  if (style.display === 'none' && !definition) return null;
  const made = document.createElementNS(svgNamespace, from.localName);
  for (const { name, value } of from.attributes) {
    if (/^(?:class|style|tabindex|role|focusable|xmlns)$/.test(name) || /^(?:aria-|data-|on)/.test(name))
      continue;
    made.setAttribute(name, value);
  }
  for (const [property, initial] of Object.entries(inherited)) {
    const value = style.getPropertyValue(property);
    const before = above ? above.getPropertyValue(property) : initial;
    if (value !== before && value !== '') made.setAttribute(property, resolved(value));
    else made.removeAttribute(property);
  }
  for (const [property, initial] of Object.entries(styled)) {
    const value = style.getPropertyValue(property);
    if (value !== (above ? above.getPropertyValue(property) : initial))
      made.style.setProperty(property, value);
  }
  for (const [property, initial] of Object.entries(own)) {
    const value = style.getPropertyValue(property);
    if (value !== initial && value !== '') made.setAttribute(property.replace('-line', ''), resolved(value));
  }
  // A transform in the style sheet counts more than the attribute, which stays where there is none.
  if (style.transform !== 'none' && !from.hasAttribute('transform'))
    made.setAttribute('transform', style.transform);
  for (const child of from.childNodes) {
    if (child instanceof Element) {
      const below = copy(child, style);
      if (below) made.append(below);
    } else if (child.nodeType === Node.TEXT_NODE) made.append(child.cloneNode());
  }
  return made;
}

/** An SVG element of the page with what the style sheets say about it as attributes; null when it is not shown. */
export function copyDrawing(svg: SVGSVGElement): Element | null {
  return copy(svg, null);
}

/** A drawing as an SVG document of that size, CSS pixels, on a ground. */
export function svgDocument(
  drawing: Element,
  {
    width,
    height,
    background,
  }: { readonly width: number; readonly height: number; readonly background: string },
): string {
  const [w, h] = [Math.round(width), Math.round(height)];
  drawing.setAttribute('xmlns', svgNamespace);
  drawing.setAttribute('width', String(w));
  drawing.setAttribute('height', String(h));
  if (!drawing.hasAttribute('viewBox')) drawing.setAttribute('viewBox', `0 0 ${w} ${h}`);
  const ground = document.createElementNS(svgNamespace, 'rect');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute('fill', plainColour(background));
  drawing.prepend(ground);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(drawing)}\n`;
}

/**
 * An SVG element of the page as a document that stands alone: what the style sheets say about it becomes attributes, in
 * the theme of the moment; classes, roles and what is hidden stay behind. The element must be in the page.
 */
export function standaloneSvg(svg: SVGSVGElement, background: string): string {
  const { width, height } = svg.getBoundingClientRect();
  const drawing = copyDrawing(svg) ?? document.createElementNS(svgNamespace, 'svg');
  return svgDocument(drawing, { width, height, background });
}

/** The colour that lies behind an element: the first one above it that is not see-through. */
export function backgroundBehind(element: Element): string {
  for (let at: Element | null = element; at; at = at.parentElement) {
    const { backgroundColor } = getComputedStyle(at);
    if (backgroundColor !== 'rgba(0, 0, 0, 0)' && backgroundColor !== 'transparent') return backgroundColor;
  }
  return 'rgb(255, 255, 255)';
}
