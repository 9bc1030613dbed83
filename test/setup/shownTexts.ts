import type { Page } from 'playwright';

/** A text as it stands on the screen, of the page, of a drawing or of a canvas. CSS pixels of the window. */
export interface ShownText {
  readonly text: string;
  readonly kind: 'page' | 'drawing' | 'canvas';
  /** What it is part of, to find it by. */
  readonly place: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  /** Size of its letters on the screen. */
  readonly size: number;
  readonly bold: boolean;
  /** Red, green, blue of 0 to 255, alpha of 0 to 1 with all that makes it fainter. */
  readonly ink: readonly [number, number, number, number];
  /** What lies over it, '' for nothing. */
  readonly under: string;
  /** Nobody can use it now: contrast is not asked of it (WCAG 1.4.3). */
  readonly inactive: boolean;
  /** Dialog, menu or tooltip that it belongs to, by number; only texts of one layer can collide. */
  readonly layer: number;
  /** Number of the element that it is of; of a canvas of the writing. */
  readonly owner: number;
}

interface Word {
  text: string;
  left: number;
  top: number;
  right: number;
  bottom: number;
  size: number;
  bold: boolean;
  colour: string;
  alpha: number;
}
interface Kept {
  canvasTexts: Map<HTMLCanvasElement, Word[]>;
}

/** From now on remembers what each canvas of the page writes, from one time that it is emptied to the next. */
export async function watchCanvases(page: Page): Promise<void> {
  await page.evaluate(() => {
    const kept = globalThis as unknown as Kept;
    kept.canvasTexts = new Map();
    const pen = CanvasRenderingContext2D.prototype;
    const own = {
      fillText: Object.getOwnPropertyDescriptor(pen, 'fillText')?.value as (...args: unknown[]) => void,
      clearRect: Object.getOwnPropertyDescriptor(pen, 'clearRect')?.value as (...args: unknown[]) => void,
    };
    pen.clearRect = function (this: CanvasRenderingContext2D, ...args: unknown[]) {
      kept.canvasTexts.set(this.canvas, []);
      own.clearRect.apply(this, args);
    };
    pen.fillText = function (this: CanvasRenderingContext2D, text: string, x: number, y: number) {
      const size = this.measureText(text);
      const at = this.getTransform();
      const ratio = devicePixelRatio;
      const words = kept.canvasTexts.get(this.canvas) ?? [];
      kept.canvasTexts.set(this.canvas, words);
      if (text.trim() !== '')
        words.push({
          text,
          left: ((x - size.actualBoundingBoxLeft) * at.a + at.e) / ratio,
          right: ((x + size.actualBoundingBoxRight) * at.a + at.e) / ratio,
          top: ((y - size.actualBoundingBoxAscent) * at.d + at.f) / ratio,
          bottom: ((y + size.actualBoundingBoxDescent) * at.d + at.f) / ratio,
          size: (parseFloat(/([\d.]+)px/.exec(this.font)?.[1] ?? '0') * at.d) / ratio,
          bold: /\b(?:[6-9]00|bold)\b/.test(this.font),
          colour: typeof this.fillStyle === 'string' ? this.fillStyle : '#000',
          alpha: this.globalAlpha,
        });
      own.fillText.call(this, text, x, y);
    };
  });
}

/** All texts that can be seen. Canvases tell what they wrote since {@link watchCanvases}. */
export function shownTexts(page: Page, ignored: string): Promise<readonly ShownText[]> {
  return page.evaluate((leftOut) => {
    type Ink = [number, number, number, number];
    const pen = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
    const inks = new Map<string, Ink>();
    const inkOf = (colour: string): Ink => {
      const known = inks.get(colour);
      if (known) return known;
      let ink: Ink = [0, 0, 0, 1];
      if (pen) {
        pen.clearRect(0, 0, 1, 1);
        pen.fillStyle = colour;
        pen.fillRect(0, 0, 1, 1);
        const [r = 0, g = 0, b = 0, a = 0] = pen.getImageData(0, 0, 1, 1).data;
        ink = [r, g, b, a / 255];
      }
      inks.set(colour, ink);
      return ink;
    };
    const opacityOf = (element: Element): number => {
      let all = 1;
      for (let at: Element | null = element; at; at = at.parentElement)
        all *= parseFloat(getComputedStyle(at).opacity);
      return all;
    };
    /** What of a box can be seen within everything above the element that cuts. */
    const seenOf = (element: Element, box: DOMRect): DOMRect | null => {
      let { left, top, right, bottom } = box;
      for (let above: Element | null = element; above; above = above.parentElement) {
        const style = getComputedStyle(above);
        const cuts =
          above instanceof SVGSVGElement || style.overflowX !== 'visible' || style.overflowY !== 'visible';
        if (!cuts || above instanceof SVGTextElement) continue;
        const cut = above.getBoundingClientRect();
        left = Math.max(left, cut.left);
        right = Math.min(right, cut.right);
        top = Math.max(top, cut.top);
        bottom = Math.min(bottom, cut.bottom);
      }
      // Of what the edge of something that scrolls cuts nothing can be said.
      return right - left > 0.6 * box.width && bottom - top > 0.6 * box.height
        ? new DOMRect(left, top, right - left, bottom - top)
        : null;
    };
    const layers: Element[] = [];
    const layerOf = (element: Element): number => {
      const layer = element.closest(
        '[role="dialog"], [role="alertdialog"], [role="menu"], [role="tooltip"], dialog',
      );
      if (!layer) return -1;
      if (!layers.includes(layer)) layers.push(layer);
      return layers.indexOf(layer);
    };
    const placeOf = (element: Element): string => {
      const names: string[] = [];
      for (let at: Element | null = element; at && names.length < 3; at = at.parentElement) {
        const name = at.getAttribute('class')?.split(' ')[0];
        if (name !== undefined && name !== '') names.unshift(name);
      }
      return `${names.join(' ')} <${element.tagName.toLowerCase()}>`;
    };
    // Everything that is painted answers where it is, also what the pointer goes through.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { pointer-events: auto !important; }');
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    const paints = (element: Element): boolean => {
      const style = getComputedStyle(element);
      if (element instanceof SVGElement && !(element instanceof SVGSVGElement)) {
        if (element instanceof SVGTextElement || element instanceof SVGTSpanElement) return false;
        const filled =
          style.fill !== 'none' &&
          inkOf(style.fill.startsWith('url') ? '#000' : style.fill)[3] * parseFloat(style.fillOpacity) > 0.3;
        return filled && opacityOf(element) > 0.3;
      }
      return inkOf(style.backgroundColor)[3] * opacityOf(element) > 0.3;
    };
    const passing = '[popover], .layer-graph :is(.ground, .card)';
    const passes = 'what passes';
    /** What is painted over a box of an element. */
    const over = (element: Element, box: DOMRect): string => {
      const y = box.top + box.height / 2;
      for (const part of [0.08, 0.5, 0.92]) {
        const x = box.left + box.width * part;
        for (const top of document.elementsFromPoint(x, y)) {
          if (top === element || top.contains(element) || element.contains(top)) break;
          if (leftOut !== '' && top.closest(leftOut)) break;
          // What comes over the page for a moment, and names that stay while layers move behind them.
          if (top.closest(passing)) return passes;
          if (paints(top)) return placeOf(top);
        }
      }
      return '';
    };
    const texts: ShownText[] = [];
    let count = 0;
    for (const element of document.body.querySelectorAll<HTMLElement>('*')) {
      if (leftOut !== '' && element.closest(leftOut)) continue;
      const inputs = element instanceof HTMLInputElement && ['text', 'search', ''].includes(element.type);
      const own = [...element.childNodes].filter(
        (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
      );
      if (own.length === 0 && !inputs) continue;
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const style = getComputedStyle(element);
      const drawn = (element as unknown as Element) instanceof SVGElement;
      const scale = drawn ? ((element as unknown as SVGGraphicsElement).getScreenCTM()?.d ?? 1) : 1;
      const [r, g, b, a] = inkOf(drawn ? style.fill : style.color);
      const inactive = element.closest(':disabled, [aria-disabled=true]') !== null;
      const base = {
        kind: drawn ? ('drawing' as const) : ('page' as const),
        place: placeOf(element),
        size: parseFloat(style.fontSize) * scale,
        bold: Number(style.fontWeight) >= 600,
        ink: [r, g, b, a * opacityOf(element) * (drawn ? parseFloat(style.fillOpacity) : 1)] as const,
        inactive,
        layer: layerOf(element),
        owner: count++,
      };
      const put = (text: string, line: DOMRect): void => {
        if (line.width < 3 || line.height < 3) return;
        const box = seenOf(element, line);
        if (box === null || box.left >= innerWidth || box.top >= innerHeight) return;
        const { left, top, right, bottom } = box;
        const under = over(element, box);
        if (under !== passes) texts.push({ ...base, text, left, top, right, bottom, under });
      };
      if (inputs) {
        const shown = element.value === '' ? element.placeholder : element.value;
        const pad = parseFloat(style.paddingLeft);
        const frame = element.getBoundingClientRect();
        const faint = element.value === '' ? getComputedStyle(element, '::placeholder').color : style.color;
        const [pr, pg, pb, pa] = inkOf(faint);
        if (shown !== '' && frame.width > 3) {
          const width = Math.min(frame.width - 2 * pad, shown.length * base.size * 0.5);
          const box = seenOf(element, new DOMRect(frame.left + pad, frame.top + 4, width, frame.height - 8));
          if (box)
            texts.push({
              ...base,
              ink: [pr, pg, pb, pa * opacityOf(element)],
              text: shown,
              left: box.left,
              top: box.top,
              right: box.right,
              bottom: box.bottom,
              under: over(element, box),
            });
        }
        continue;
      }
      for (const node of own) {
        const range = document.createRange();
        range.selectNodeContents(node);
        const text = (node.textContent ?? '').trim().slice(0, 60);
        for (const line of range.getClientRects()) put(text, line);
      }
    }
    for (const [canvas, words] of (globalThis as unknown as Kept).canvasTexts) {
      if (!(canvas instanceof HTMLCanvasElement) || !canvas.isConnected) continue;
      if (!canvas.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const frame = canvas.getBoundingClientRect();
      const [sx, sy] = [
        frame.width / (canvas.width / devicePixelRatio || 1),
        frame.height / (canvas.height / devicePixelRatio || 1),
      ];
      for (const word of words) {
        const box = seenOf(
          canvas,
          new DOMRect(
            frame.left + word.left * sx,
            frame.top + word.top * sy,
            (word.right - word.left) * sx,
            (word.bottom - word.top) * sy,
          ),
        );
        const under = box && over(canvas, box);
        if (box === null || under === null || under === passes) continue;
        const [r, g, b, a] = inkOf(word.colour);
        texts.push({
          text: word.text,
          kind: 'canvas',
          place: placeOf(canvas),
          left: box.left,
          top: box.top,
          right: box.right,
          bottom: box.bottom,
          size: word.size * sy,
          bold: word.bold,
          ink: [r, g, b, a * word.alpha * opacityOf(canvas)],
          under,
          inactive: false,
          layer: layerOf(canvas),
          owner: count++,
        });
      }
    }
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
    return texts;
  }, ignored);
}
