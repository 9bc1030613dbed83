import type { ViewTransform } from './viewTransform';

/** A canvas in the size of its element, as sharp as the screen is. */
export class Surface {
  readonly context: CanvasRenderingContext2D;
  private ratio = 1;

  constructor(private readonly canvas: HTMLCanvasElement) {
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no 2d context');
    this.context = context;
  }

  /** Empties it; from now on coordinates are CSS pixels of the element. */
  begin({ width, height }: { readonly width: number; readonly height: number }): void {
    this.ratio = window.devicePixelRatio;
    const w = Math.round(width * this.ratio);
    const h = Math.round(height * this.ratio);
    if (this.canvas.width !== w || this.canvas.height !== h) {
      this.canvas.width = w;
      this.canvas.height = h;
    }
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.clearRect(0, 0, w, h);
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
  }

  /** From now on coordinates are those of the drawing, its widths stretched by `kx / k` by whoever draws. */
  enter({ k, x, y }: ViewTransform): void {
    const { ratio } = this;
    this.context.setTransform(ratio * k, 0, 0, ratio * k, ratio * x, ratio * y);
  }
}
