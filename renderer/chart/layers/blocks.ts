import type { ImageNode } from '../../../shared/graph/imageGraph';
import { repositoryOf } from '../../../shared/graph/repository';
import type { Scene } from './scene';

/** Neighbouring cards that are drawn as one where a card is too small to read. */
export interface BlockItem {
  readonly kind: 'block';
  readonly key: string;
  /** Cards, from the first to one before `to`. */
  readonly from: number;
  readonly to: number;
  readonly top: number;
  readonly bottom: number;
  readonly images: readonly ImageNode[];
}

/** Runs of neighbouring cards of one repository: first card of each, and one past the last card. */
function repositoryRuns(scene: Scene): Int32Array {
  const starts: number[] = [];
  let before: string | null = null;
  for (let card = 0; card < scene.cardCount; card++) {
    const [image] = scene.imagesOf(card);
    const repository: string = image ? repositoryOf(image) : '';
    if (repository !== before) starts.push(card);
    before = repository;
  }
  return Int32Array.from([...starts, scene.cardCount]);
}

/**
 * Cards as blocks that are high enough to be labelled: the images of one repository where there are enough of them, else
 * of several that are neighbours. The same scale always gives the same blocks, wherever the view is.
 */
export class Blocks {
  private readonly runs: Int32Array;
  private least = 0;
  private bounds: Int32Array = new Int32Array(0);
  private made: BlockItem[] = [];

  constructor(private readonly scene: Scene) {
    this.runs = repositoryRuns(scene);
  }

  /**
   * Blocks that are at least `least` high, in units of the drawing, and meet `top` to `bottom`. They change in steps of a
   * fifth of the scale: while it slides, most frames find those of the frame before.
   */
  blocksIn(top: number, bottom: number, least: number): readonly BlockItem[] {
    this.divide(2 ** (Math.ceil(Math.log2(least) * 4) / 4));
    const found: BlockItem[] = [];
    let low = 0;
    let high = this.bounds.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.bottomOf((this.bounds[middle + 1] as number) - 1) < top) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < this.bounds.length - 1; i++) {
      const block = this.block(i);
      if (block.top > bottom) break;
      found.push(block);
    }
    return found;
  }

  private divide(least: number): void {
    if (least === this.least) return;
    this.least = least;
    this.made = [];
    const bounds = [0];
    let from = 0;
    for (let i = 1; i < this.runs.length; i++) {
      const to = this.runs[i] as number;
      if (to <= from || this.bottomOf(to - 1) - this.topOf(from) < least) continue;
      bounds.push(to);
      from = to;
    }
    // What is left at the end goes with the block before it.
    if (from < this.scene.cardCount) {
      if (bounds.length > 1) bounds.pop();
      bounds.push(this.scene.cardCount);
    }
    this.bounds = Int32Array.from(bounds);
  }

  private block(i: number): BlockItem {
    const from = this.bounds[i] as number;
    const to = this.bounds[i + 1] as number;
    return (this.made[i] ??= {
      kind: 'block',
      key: `block ${from} ${to}`,
      from,
      to,
      top: this.topOf(from),
      bottom: this.bottomOf(to - 1),
      images: this.imagesIn(from, to),
    });
  }

  private imagesIn(from: number, to: number): readonly ImageNode[] {
    const images: ImageNode[] = [];
    for (let card = from; card < to; card++)
      for (const image of this.scene.imagesOf(card)) images.push(image);
    return images;
  }

  private topOf(card: number): number {
    return this.scene.cardY(card) - this.scene.metrics.rowPitch / 2;
  }

  private bottomOf(card: number): number {
    return this.scene.cardY(card) + this.scene.metrics.rowPitch / 2;
  }
}
