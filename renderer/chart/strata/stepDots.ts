/** Radius of a dot that stands for an empty step, CSS pixels. */
export const dotRadius = 2.5;
const pitch = 8;
const inset = 5;
/** More are told by the layer's card. */
const atMost = 8;

/** Where the dots of `count` empty steps stand over a band of a width, CSS pixels from its left: as many as have room. */
export function dotsOver(count: number, width: number): readonly number[] {
  const room = Math.floor((width - 2 * inset) / pitch) + 1;
  return Array.from({ length: Math.max(0, Math.min(count, atMost, room)) }, (_, i) => inset + i * pitch);
}
