import type { Digest } from '../../../shared/image/digest';
import { blobBytes } from '../../../shared/graph/imageGraph';
import { blobSpans } from '../../../shared/graph/blobSpans';
import type { ImageOrder, Span } from '../../../shared/graph/imageOrder';
import { itemLimit, type OverlapItem } from './overlapItems';

/** Bytes that rows have in common, two by two. */
export interface OverlapMatrix {
  readonly count: number;
  /** Stored bytes of the layer blobs that rows `i` and `k` both need, each counted once; `i` = `k`: all that row needs. */
  bytes(i: number, k: number): number;
  /** The same as a part of the smaller of the two: 0..1. */
  share(i: number, k: number): number;
  /** Most bytes that two different rows share. */
  readonly most: number;
}

/** Rows that a bit set of two numbers holds; bits beyond 30 would make slow numbers of fast ones. */
const half = 30;

/**
 * Adds up what rows share by walking the layers once: each layer has the set of rows that hold it, as bits, and each
 * distinct set adds its bytes to all of its pairs. Takes layers × 1 plus sets × rows², never images².
 */
export function* matrixSteps(
  { images, layers }: ImageOrder,
  items: readonly OverlapItem[],
): Generator<undefined, OverlapMatrix> {
  if (items.length > itemLimit) throw new RangeError('too many rows');
  const count = items.length;
  const rowOf = new Map(items.flatMap((item, row) => item.images.map(({ id }) => [id, row] as const)));
  yield;
  // Which rows have an image before each place of the order: a span holds those that its ends tell apart.
  const rows = images.map(({ id }) => rowOf.get(id) ?? -1);
  const rowsIn = (spans: readonly Span[]): { low: number; high: number } => {
    const set = { low: 0, high: 0 };
    for (const { lo, hi } of spans)
      for (let at = lo; at < hi; at++) {
        const row = rows[at] ?? -1;
        if (row < 0) continue;
        if (row < half) set.low |= 1 << row;
        else set.high |= 1 << (row - half);
      }
    return set;
  };
  const sets = new Map<string, { low: number; high: number; bytes: number }>();
  const blobs = new Map<Digest, { size: number; low: number; high: number }>();
  let step = 0;
  // Layers come before those that stand on them: from the end back, a layer's set is its own images' and its children's.
  const low = new Int32Array(layers.length);
  const high = new Int32Array(layers.length);
  const below: number[] = [];
  const parents = new Int32Array(layers.length).fill(-1);
  layers.forEach(({ depth }, i) => {
    below.length = depth;
    parents[i] = below[depth - 1] ?? -1;
    below.push(i);
  });
  for (let i = layers.length - 1; i >= 0; i--) {
    if (++step % 2000 === 0) yield;
    const placed = layers[i] as ImageOrder['layers'][number];
    // Images that end here come first in the span, before the first child's.
    for (let at = placed.lo; at < placed.hi && images[at]?.top === placed.layer.chainId; at++) {
      const row = rows[at] ?? -1;
      if (row < 0) continue;
      if (row < half) low[i] = (low[i] ?? 0) | (1 << row);
      else high[i] = (high[i] ?? 0) | (1 << (row - half));
    }
    const parent = parents[i] ?? -1;
    if (parent >= 0) {
      low[parent] = (low[parent] ?? 0) | (low[i] ?? 0);
      high[parent] = (high[parent] ?? 0) | (high[i] ?? 0);
    }
    if (low[i] === 0 && high[i] === 0) continue;
    for (const { blob, spans } of blobSpans({ images }, placed)) {
      const one = spans[0]?.lo === placed.lo && spans[0].hi === placed.hi;
      const set = one ? { low: low[i] ?? 0, high: high[i] ?? 0 } : rowsIn(spans);
      const known = blobs.get(blob.digest);
      if (known) {
        known.low |= set.low;
        known.high |= set.high;
      } else blobs.set(blob.digest, { size: blobBytes(blob), ...set });
    }
  }
  for (const blob of blobs.values()) {
    if (++step % 2000 === 0) yield;
    const key = `${blob.low} ${blob.high}`;
    const set = sets.get(key);
    if (set) set.bytes += blob.size;
    else sets.set(key, { low: blob.low, high: blob.high, bytes: blob.size });
  }
  const sums = new Float64Array(count * count);
  for (const set of sets.values()) {
    if (++step % 500 === 0) yield;
    const members: number[] = [];
    for (let row = 0; row < count; row++) {
      const bit = row < half ? set.low & (1 << row) : set.high & (1 << (row - half));
      if (bit !== 0) members.push(row);
    }
    for (const i of members)
      for (const k of members) sums[i * count + k] = (sums[i * count + k] ?? 0) + set.bytes;
  }
  let most = 0;
  for (let i = 0; i < count; i++) for (let k = 0; k < i; k++) most = Math.max(most, sums[i * count + k] ?? 0);
  const bytes = (i: number, k: number): number => sums[i * count + k] ?? 0;
  return {
    count,
    most,
    bytes,
    share: (i, k) => {
      const smaller = Math.min(bytes(i, i), bytes(k, k));
      return smaller === 0 ? 0 : bytes(i, k) / smaller;
    },
  };
}

/** {@link matrixSteps} in one go. */
export function overlapMatrix(order: ImageOrder, items: readonly OverlapItem[]): OverlapMatrix {
  const steps = matrixSteps(order, items);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
