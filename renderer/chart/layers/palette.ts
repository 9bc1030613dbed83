import { depthShift } from './shapes';

const tokens = [
  'raised',
  'surface',
  'canvas',
  'line',
  'line-strong',
  'line-control',
  'text',
  'text-2',
  'text-3',
  'text-on-accent',
  'accent',
  'accent-soft',
  'accent-text',
  'focus',
  'selected-quiet',
  'lin-ink',
  'lin-ink-2',
  'lin-texture',
] as const;

type Token = (typeof tokens)[number];

/** The design's colours as a canvas takes them: tokens of the theme in use, resolved to values. */
export class Palette {
  private readonly style: CSSStyleDeclaration;
  private readonly values = new Map<Token, string>();
  private readonly fills = new Map<number, string>();
  private readonly lines: string[] = [];
  private readonly pen = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });

  /** Reads the tokens as they hold at an element. */
  constructor(element: Element) {
    this.style = getComputedStyle(element);
    for (const token of tokens) this.values.set(token, this.read(token));
  }

  /** A token's colour. */
  get(token: Token): string {
    return this.values.get(token) ?? '';
  }

  /** Solid colour of a lineage, 1 to 12. */
  line(colour: number): string {
    return (this.lines[colour] ??= this.read(`lin-${colour}`));
  }

  /** Fill of a lineage's layer: deeper for older ones. */
  fill(colour: number, depth: number): string {
    const { darker, paler, steps } = depthShift(depth);
    const key = colour * 16 + steps;
    let found = this.fills.get(key);
    if (found === undefined) {
      const from = this.value(`lin-${colour}-fill`);
      const step = this.value('lin-depth-step');
      const chroma = this.value('lin-chroma');
      found = this.plain(
        `oklch(from ${from} calc(l + ${darker} * ${step} * 0.55) calc(c * (${chroma} - ${paler})) h)`,
      );
      this.fills.set(key, found);
    }
    return found;
  }

  private read(token: string): string {
    return this.plain(this.value(token));
  }

  private value(token: string): string {
    return this.style.getPropertyValue(`--${token}`).trim();
  }

  /** The colour in the one form that costs nothing to read again: a canvas takes thousands a frame. */
  private plain(colour: string): string {
    const { pen } = this;
    if (!pen) return colour;
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 255] = pen.getImageData(0, 0, 1, 1).data;
    return `rgba(${red},${green},${blue},${Math.round((alpha / 255) * 1000) / 1000})`;
  }
}
