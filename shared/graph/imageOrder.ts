import type { ChainId } from '../image/digest';
import type { Family, GraphIndex } from './graphIndex';
import type { ImageNode, LayerNode } from './imageGraph';

/** A run of places in {@link ImageOrder.images}, from `lo` up to and without `hi`. */
export interface Span {
  readonly lo: number;
  readonly hi: number;
}

/** A layer with the images whose chain holds it: they stand side by side. */
export interface PlacedLayer extends Span {
  readonly layer: LayerNode;
  readonly hi: number;
  /** 0 for a base. */
  readonly depth: number;
  readonly family: Family;
}

/**
 * Every image in the order of the layer forest's leaves: families as the sidebar has them, an image before what was built
 * on it, the heaviest branch first. All images that hold a layer stand side by side, so a layer's holders are a span.
 */
export interface ImageOrder {
  readonly images: readonly ImageNode[];
  /** A layer before those that stand on it. */
  readonly layers: readonly PlacedLayer[];
}

type Open = { -readonly [K in keyof PlacedLayer]: PlacedLayer[K] };

const stride = 2000;
const made = new WeakMap<GraphIndex, ImageOrder>();

/**
 * Orders the images by lineage. What two images share is, but for equal blobs in different chains, the weight of the
 * layers up to the last one that both stand on; under such a measure every depth-first order of the forest brings
 * neighbours equally close and no other order brings them closer, so this one needs no search. Linear; remembered for
 * the index.
 */
export function orderImages(index: GraphIndex): ImageOrder {
  const steps = orderSteps(index);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** {@link orderImages} in steps of a few milliseconds. */
export function* orderSteps(index: GraphIndex): Generator<undefined, ImageOrder> {
  const ready = made.get(index);
  if (ready) return ready;
  const images: ImageNode[] = [];
  const layers: Open[] = [];
  for (const family of index.families) {
    const base = index.layers.get(family.key as ChainId);
    if (!base) continue;
    const pending: ({ readonly layer: LayerNode; readonly depth: number } | Open)[] = [
      { layer: base, depth: 0 },
    ];
    for (let next = pending.pop(); next; next = pending.pop()) {
      if ('lo' in next) {
        next.hi = images.length;
        continue;
      }
      const { layer, depth } = next;
      const open: Open = { layer, depth, family, lo: images.length, hi: 0 };
      if (layers.push(open) % stride === 0) yield;
      pending.push(open);
      for (const image of index.imagesAt.get(layer.chainId) ?? []) images.push(image);
      const kids = index.children.get(layer.chainId) ?? [];
      for (let i = kids.length - 1; i >= 0; i--)
        pending.push({ layer: kids[i] as LayerNode, depth: depth + 1 });
    }
  }
  for (const image of index.graph.images) if (image.top === null) images.push(image);
  const order: ImageOrder = { images, layers };
  made.set(index, order);
  return order;
}

/** Spans without overlaps, in order: what their union is. */
export function joinSpans(spans: readonly Span[]): readonly Span[] {
  if (spans.length < 2) return spans;
  const sorted = [...spans].sort((a, b) => a.lo - b.lo || b.hi - a.hi);
  const joined: Span[] = [];
  for (const { lo, hi } of sorted) {
    const last = joined[joined.length - 1];
    if (last && lo <= last.hi) joined[joined.length - 1] = { lo: last.lo, hi: Math.max(last.hi, hi) };
    else joined.push({ lo, hi });
  }
  return joined;
}
