import type { ImageNode } from './imageGraph';

/** Whether all layers of one image are the lowest ones of another, which has more. */
const isBaseOf = (base: ImageNode, image: ImageNode): boolean =>
  base.layers.length < image.layers.length && base.layers.every((chainId, i) => chainId === image.layers[i]);

/** When an image says that it was made, milliseconds since 1970; null where it says nothing that is a time. */
function madeAt({ created }: ImageNode): number | null {
  const time = created === null ? NaN : Date.parse(created);
  return Number.isNaN(time) ? null : time;
}

/**
 * In which direction two images are compared where nobody says it, from → to: what one adds to the base that it stands on is added; else
 * from the older to the newer one; where neither is to be told, as they are given.
 */
export function fromTo(one: ImageNode, other: ImageNode): readonly [from: ImageNode, to: ImageNode] {
  if (isBaseOf(one, other)) return [one, other];
  if (isBaseOf(other, one)) return [other, one];
  const [a, b] = [madeAt(one), madeAt(other)];
  return a !== null && b !== null && b < a ? [other, one] : [one, other];
}
