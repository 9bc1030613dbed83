import type { StrataLayer } from './layoutTypes';

/** How bytes become heights: in proportion, by square root, or not at all. */
export type HeightScale = 'linear' | 'balanced' | 'equal';

/** Where the bands of every layer stand, CSS pixels above the ground, by layer. */
export interface Stacks {
  readonly bottom: Float64Array;
  readonly top: Float64Array;
  /** Height of the strip of dots for empty steps, which lies on top of the band; 0 for none. */
  readonly steps: Float64Array;
  /** Height of the highest stack with its last strip. */
  readonly tallest: number;
  /** Between a band and what stands on it. */
  readonly gap: number;
  /** Height of a band of so many bytes, CSS pixels. */
  readonly heightOf: (bytes: number) => number;
}

interface Options {
  readonly scale: HeightScale;
  /** Room for the highest stack, CSS pixels; more is taken where bands of the smallest height need it. */
  readonly room: number;
  /** Empty history steps after each layer; null where they are not shown. */
  readonly emptySteps: readonly number[] | null;
}

/** The smallest height of a band. */
export const minHeight = 3;
/** Between a band and what stands on it. */
export const bandGap = 2;
/** The same where stacks are so high that gaps would take most of the room. */
const narrowGap = 1;
/** No band is higher, however much room there is. */
const maxHeight = 260;
const maxEqual = 50;
/** Of the dots of empty steps, which stand in one row. */
const stepHeight = 7;

const curves: Readonly<Record<HeightScale, (bytes: number) => number>> = {
  linear: (bytes) => bytes / 1e6,
  balanced: (bytes) => Math.sqrt(bytes / 1e6),
  equal: () => 1,
};

/**
 * Heights that fill the room: one factor for all layers, so that equal bytes are equally high everywhere. Of a few tiny
 * layers none grows beyond a limit. Linear in the layers.
 */
export function stackHeights(layers: readonly StrataLayer[], { scale, room, emptySteps }: Options): Stacks {
  const curve = curves[scale];
  const values = Float64Array.from(layers, ({ size }) => curve(size));
  const steps = Float64Array.from(layers, (_, i) => ((emptySteps?.[i] ?? 0) > 0 ? stepHeight : 0));
  const top = new Float64Array(layers.length);
  const bottom = new Float64Array(layers.length);
  let gap = bandGap;
  const stack = (factor: number): number => {
    let tallest = 0;
    for (let i = 0; i < layers.length; i++) {
      const parent = layers[i]?.parent ?? -1;
      const below = parent < 0 ? 0 : (top[parent] ?? 0) + stepRoom(steps[parent] ?? 0) + gap;
      bottom[i] = below;
      top[i] = below + Math.max(minHeight, (values[i] ?? 0) * factor);
      tallest = Math.max(tallest, (top[i] ?? 0) + stepRoom(steps[i] ?? 0));
    }
    return tallest;
  };
  if (stack(0) > room / 2) gap = narrowGap;
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  let factor = most === 0 ? 1 : (scale === 'equal' ? maxEqual : maxHeight) / most;
  if (stack(factor) > room) {
    let [low, high] = [0, factor];
    for (let i = 0; i < 24; i++) {
      const middle = (low + high) / 2;
      if (stack(middle) > room) high = middle;
      else low = middle;
    }
    factor = low;
  }
  const tallest = stack(factor);
  return {
    bottom,
    top,
    steps,
    tallest,
    gap,
    heightOf: (bytes) => Math.max(minHeight, curve(bytes) * factor),
  };
}

/** What a strip takes, with the hairline below it. */
export const stepRoom = (strip: number): number => (strip > 0 ? strip + 1 : 0);

/**
 * Sizes for the key of the scale, the largest first: round numbers, the first of them not above the largest layer, the third
 * an order of magnitude below the second, where the square root is felt. None where layers have next to no bytes.
 */
export function keySizes(largest: number): readonly number[] {
  if (largest < 25) return [];
  const power = 10 ** Math.floor(Math.log10(largest));
  const first = [5, 2.5, 1].map((step) => step * power).find((step) => step <= largest) ?? power;
  const second = first > power ? power : power / 4;
  return [first, second, second / 10].filter(Number.isInteger);
}

/** The key's numbers in one unit: that of the first, a smaller one where the last would be a small part of it. */
export function inUnit(sizes: readonly number[]): {
  readonly numbers: readonly string[];
  readonly unit: string;
} {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const stepOf = (size: number): number =>
    Math.max(0, Math.min(units.length - 1, Math.floor(Math.log10(size) / 3)));
  const step = Math.min(stepOf(sizes[0] ?? 1), stepOf(10 * (sizes[sizes.length - 1] ?? 1)));
  return {
    numbers: sizes.map((size) => String(Number((size / 1000 ** step).toPrecision(3)))),
    unit: units[step] ?? 'B',
  };
}
