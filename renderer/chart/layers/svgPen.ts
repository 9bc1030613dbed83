import { mono, sans, textureDefs, xml } from '../drawing/pictureSvg';
import type { Pen } from './paint';
import type { ViewTransform } from './viewTransform';

interface State {
  fillStyle: Pen['fillStyle'];
  strokeStyle: Pen['strokeStyle'];
  lineWidth: number;
  lineCap: CanvasLineCap;
  globalAlpha: number;
  font: string;
  textAlign: CanvasTextAlign;
  dash: readonly number[];
  x: number;
  y: number;
}

const initial: State = {
  fillStyle: 'rgba(0,0,0,1)',
  strokeStyle: 'rgba(0,0,0,1)',
  lineWidth: 1,
  lineCap: 'butt',
  globalAlpha: 1,
  font: '400 12px sans-serif',
  textAlign: 'left',
  dash: [],
  x: 0,
  y: 0,
};

const anchors: Partial<Record<CanvasTextAlign, string>> = { right: 'end', center: 'middle' };
const n = (value: number): string => String(Math.round(value * 100) / 100);
/** Name of the pattern of a kind of layer in the document. */
const patternOf = (kind: string): string => `texture-${kind}`;

/** Takes what is painted on a canvas and writes it down as an SVG: every line and word a shape, nothing a picture of dots. */
export class SvgPen implements Pen {
  private state: State = { ...initial };
  private readonly saved: State[] = [];
  private readonly parts: string[] = [];
  private path = '';
  private isOpen = false;

  get fillStyle(): Pen['fillStyle'] {
    return this.state.fillStyle;
  }
  set fillStyle(value: Pen['fillStyle']) {
    this.state.fillStyle = value;
  }
  get strokeStyle(): Pen['strokeStyle'] {
    return this.state.strokeStyle;
  }
  set strokeStyle(value: Pen['strokeStyle']) {
    this.state.strokeStyle = value;
  }
  get lineWidth(): number {
    return this.state.lineWidth;
  }
  set lineWidth(value: number) {
    this.state.lineWidth = value;
  }
  get lineCap(): CanvasLineCap {
    return this.state.lineCap;
  }
  set lineCap(value: CanvasLineCap) {
    this.state.lineCap = value;
  }
  get globalAlpha(): number {
    return this.state.globalAlpha;
  }
  set globalAlpha(value: number) {
    this.state.globalAlpha = value;
  }
  get font(): string {
    return this.state.font;
  }
  set font(value: string) {
    this.state.font = value;
  }
  get textAlign(): CanvasTextAlign {
    return this.state.textAlign;
  }
  set textAlign(value: CanvasTextAlign) {
    this.state.textAlign = value;
  }

  /** From now on coordinates are those of the drawing, as `Surface.enter` has it. */
  enter({ k, x, y }: ViewTransform): void {
    this.parts.push(`<g transform="translate(${n(x)} ${n(y)}) scale(${k})">`);
    this.isOpen = true;
  }

  /** Fill of the texture of a kind of layer. */
  static texture(kind: string): string {
    return `url(#${patternOf(kind)})`;
  }

  /** All that was drawn as a document that stands alone. `texture`: colour of the textures. CSS pixels. */
  document(
    { width, height }: { readonly width: number; readonly height: number },
    background: string,
    texture: string,
  ): string {
    const size = `width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}"`;
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<svg xmlns="http://www.w3.org/2000/svg" ${size}>`,
      `<defs>${textureDefs(paintOf('stroke', texture), patternOf)}</defs>`,
      `<rect width="100%" height="100%" ${paintOf('fill', background)}/>`,
      ...this.parts,
      ...(this.isOpen ? ['</g>'] : []),
      '</svg>',
      '',
    ].join('\n');
  }

  save(): void {
    this.saved.push({ ...this.state });
  }

  restore(): void {
    this.state = this.saved.pop() ?? this.state;
  }

  translate(x: number, y: number): void {
    this.state.x += x;
    this.state.y += y;
  }

  setLineDash(dash: readonly number[]): void {
    this.state.dash = dash;
  }

  beginPath(): void {
    this.path = '';
  }

  moveTo(x: number, y: number): void {
    this.path += `M${n(x)} ${n(y)}`;
  }

  lineTo(x: number, y: number): void {
    this.path += `${this.path === '' ? 'M' : 'L'}${n(x)} ${n(y)}`;
  }

  bezierCurveTo(a: number, b: number, c: number, d: number, x: number, y: number): void {
    this.path += `C${n(a)} ${n(b)} ${n(c)} ${n(d)} ${n(x)} ${n(y)}`;
  }

  /** Clockwise, as everything here is drawn. */
  arc(x: number, y: number, radius: number, from: number, to: number): void {
    const at = (angle: number): [number, number] => [
      x + radius * Math.cos(angle),
      y + radius * Math.sin(angle),
    ];
    this.lineTo(...at(from));
    // A whole circle would begin where it ends: it is two halves.
    const middle = (from + to) / 2;
    for (const angle of [middle, to]) {
      const [endX, endY] = at(angle);
      this.path += `A${n(radius)} ${n(radius)} 0 0 1 ${n(endX)} ${n(endY)}`;
    }
  }

  closePath(): void {
    this.path += 'Z';
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.path += `M${n(x)} ${n(y)}h${n(width)}v${n(height)}h${n(-width)}Z`;
  }

  roundRect(x: number, y: number, width: number, height: number, radius: number): void {
    const r = Math.min(radius, width / 2, height / 2);
    const corner = (dx: number, dy: number): string => `a${n(r)} ${n(r)} 0 0 1 ${n(dx)} ${n(dy)}`;
    this.path +=
      `M${n(x + r)} ${n(y)}h${n(width - 2 * r)}${corner(r, r)}v${n(height - 2 * r)}${corner(-r, r)}` +
      `h${n(2 * r - width)}${corner(-r, -r)}v${n(2 * r - height)}${corner(r, -r)}Z`;
  }

  fill(): void {
    this.add(this.path, `${this.paint('fill')}`);
  }

  stroke(): void {
    this.add(this.path, this.line());
  }

  /** Strokes a path that is given as SVG has it. */
  strokePath(path: string): void {
    this.add(path, this.line());
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.add(`M${n(x)} ${n(y)}h${n(width)}v${n(height)}h${n(-width)}Z`, this.paint('fill'));
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.add(`M${n(x)} ${n(y)}h${n(width)}v${n(height)}h${n(-width)}Z`, this.line());
  }

  fillText(text: string, x: number, y: number): void {
    if (text === '') return;
    const [, weight = '400', size = '12', family = ''] =
      /^(\d+) ([\d.]+)px (.*)$/.exec(this.state.font) ?? [];
    const anchor = anchors[this.state.textAlign];
    const look = [
      `font-family="${xml(family.includes('Mono') ? mono : sans)}" font-size="${size}" font-weight="${weight}"`,
      ...(anchor === undefined ? [] : [`text-anchor="${anchor}"`]),
      this.paint('fill'),
    ];
    this.parts.push(`<text x="${n(x)}" y="${n(y)}" ${look.join(' ')}${this.shift()}>${xml(text)}</text>`);
  }

  private add(path: string, look: string): void {
    if (path !== '') this.parts.push(`<path d="${path}" ${look}${this.shift()}/>`);
  }

  private shift(): string {
    const { x, y } = this.state;
    return x === 0 && y === 0 ? '' : ` transform="translate(${n(x)} ${n(y)})"`;
  }

  private paint(what: 'fill' | 'stroke'): string {
    const style = what === 'fill' ? this.state.fillStyle : this.state.strokeStyle;
    return paintOf(what, typeof style === 'string' ? style : 'none', this.state.globalAlpha);
  }

  private line(): string {
    const { lineWidth, lineCap, dash } = this.state;
    const more = [
      ...(lineWidth === 1 ? [] : [`stroke-width="${n(lineWidth)}"`]),
      ...(lineCap === 'butt' ? [] : [`stroke-linecap="${lineCap}"`]),
      ...(dash.length === 0 ? [] : [`stroke-dasharray="${dash.map(n).join(' ')}"`]),
    ];
    return ['fill="none"', this.paint('stroke'), ...more].join(' ');
  }
}

/** A colour as attributes that every reader of SVG knows: no `rgba()`. */
function paintOf(what: 'fill' | 'stroke', colour: string, alpha = 1): string {
  const found = /^rgba?\((\d+),\s*(\d+),\s*(\d+)(?:,\s*([\d.]+))?\)$/.exec(colour);
  const own = found?.[4] === undefined ? 1 : Number(found[4]);
  const hex = found
    ? `#${found
        .slice(1, 4)
        .map((part) => Number(part).toString(16).padStart(2, '0'))
        .join('')}`
    : colour;
  const opacity = Math.round(own * alpha * 1000) / 1000;
  return `${what}="${xml(hex)}"${opacity === 1 ? '' : ` ${what}-opacity="${opacity}"`}`;
}
