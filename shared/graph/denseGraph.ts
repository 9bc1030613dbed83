import { addBytes } from '../image/bytes';
import { ownPlaces } from './chainBytes';
import type { ChainId, ImageId } from '../image/digest';
import type { ImageGraph, ImageNode, LayerNode } from './imageGraph';

/**
 * A graph in numbers: layers and images are places in its lists, so that a hundred thousand of them are handled without
 * a look-up by digest.
 */
export interface DenseGraph {
  /** Place of each layer in `graph.layers`. */
  readonly place: ReadonlyMap<ChainId, number>;
  /** Place of each image in `graph.images`. */
  readonly imagePlace: ReadonlyMap<ImageId, number>;
  /** Place of each layer's parent, -1 for a base. */
  readonly parent: Int32Array;
  /** Places of the layers, a parent before its children. */
  readonly upwards: Int32Array;
  readonly size: Float64Array;
  /** Bytes of each layer and all below, as an image that ends there has them: see `ownPlaces`. */
  readonly chain: Float64Array;
  /** When each layer was made, milliseconds since 1970; a step without a date is as old as a base. */
  readonly made: Float64Array;
  /** Place of each image's top layer, -1 for none. */
  readonly top: Int32Array;
  /** Places of the images: named before dangling ones, names as people count. */
  readonly byName: Int32Array;
}

/** Layers or images that are handled between two steps. */
const stride = 1000;

/** Makes the numbers of a graph, in steps of about a millisecond. Linear but for sorting names. */
export function* denseSteps({ layers, images }: ImageGraph): Generator<undefined, DenseGraph> {
  const place = new Map<ChainId, number>();
  for (let i = 0; i < layers.length; i++) {
    if (i % stride === 0) yield;
    const layer = layers[i];
    if (layer) place.set(layer.chainId, i);
  }
  const parent = new Int32Array(layers.length);
  const size = new Float64Array(layers.length);
  const made = new Float64Array(layers.length);
  let sorted = true;
  for (let i = 0; i < layers.length; i++) {
    if (i % stride === 0) yield;
    const layer = layers[i];
    if (!layer) continue;
    const below = layer.parent === null ? -1 : (place.get(layer.parent) ?? -1);
    parent[i] = below;
    if (below >= i) sorted = false;
    size[i] = layer.size;
    made[i] = layer.created === null ? 0 : Date.parse(layer.created) || 0;
  }
  const imagePlace = new Map<ImageId, number>();
  const top = new Int32Array(images.length);
  for (let i = 0; i < images.length; i++) {
    if (i % stride === 0) yield;
    const image = images[i];
    if (!image) continue;
    imagePlace.set(image.id, i);
    top[i] = image.top === null ? -1 : (place.get(image.top) ?? -1);
  }
  yield;
  const upwards = sorted ? new Int32Array(layers.length).map((_, i) => i) : parentsFirst(parent);
  yield;
  const own = ownPlaces({ images, layers });
  const chain = new Float64Array(layers.length);
  let count = 0;
  for (const i of upwards) {
    if (++count % stride === 0) yield;
    const below = parent[i] as number;
    chain[i] =
      own.get((layers[i] as LayerNode).chainId)?.chain ??
      addBytes(below < 0 ? 0 : (chain[below] as number), size[i] as number);
  }
  yield;
  return { place, imagePlace, parent, upwards, size, chain, made, top, byName: sortByName(images) };
}

function parentsFirst(parent: Int32Array): Int32Array {
  const depth = new Int32Array(parent.length).fill(-1);
  const path: number[] = [];
  for (let i = 0; i < parent.length; i++) {
    let at = i;
    for (; at >= 0 && (depth[at] as number) < 0; at = parent[at] as number) path.push(at);
    let level = at < 0 ? -1 : (depth[at] as number);
    for (let next = path.pop(); next !== undefined; next = path.pop()) depth[next] = ++level;
  }
  const order = Int32Array.from(parent, (_, i) => i);
  return order.sort((a, b) => (depth[a] as number) - (depth[b] as number) || a - b);
}

/** A text that sorts as people count: 1.9 before 1.10. */
const countingKey = (name: string): string =>
  name.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(10, '0'));

function sortByName(images: readonly ImageNode[]): Int32Array {
  const keys = images.map(({ id, names: [name] }) =>
    name === undefined ? `1 ${id}` : `0 ${countingKey(name)} ${id}`,
  );
  return Int32Array.from(images, (_, i) => i).sort((a, b) => {
    const [x, y] = [keys[a] as string, keys[b] as string];
    return x < y ? -1 : x > y ? 1 : 0;
  });
}
