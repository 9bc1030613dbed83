import { addBytes } from '../image/bytes';
import { blobBytes } from './imageGraph';
import type { ChainId, DiffId, Digest } from '../image/digest';
import type { GraphIndex } from './graphIndex';
import type { HistoryStep, ImageNode, LayerNode } from './imageGraph';
import { namedLayers, ownLayer, ownLayers } from './ownLayer';
import { plainCommand } from './layerTitle';

/** Where two images stand on the same layers, and where they part. */
export interface Parted {
  /** Layers that both stand on, from the base up. */
  readonly trunk: readonly LayerNode[];
  /** The layer on the trunk in each; null where an image ends there. */
  readonly first: LayerNode | null;
  readonly second: LayerNode | null;
  /** Layers above the trunk with the same content (diff ID) on different parents. */
  readonly elsewhere: readonly {
    readonly first: LayerNode;
    readonly second: LayerNode;
    /** Both are the same blob; else the content is stored twice. */
    readonly sameBlob: boolean;
  }[];
}

/** What two images of one place have in common, and what not. All bytes are those of layer blobs as stored. */
export interface Pair extends Parted {
  /** Bytes of the blobs that both need, only the first, only the second. */
  readonly common: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** Layers of the trunk that each has as another blob: what both stand on is stored twice, and no bytes of it are in both. */
  readonly twice: {
    readonly layers: number;
    /** Bytes of all of these blobs. */
    readonly bytes: number;
  };
}

/** The layers that a pair is of. */
export type PairLayers = Pick<GraphIndex, 'layers'>;

/** Bytes of the layer blobs of an image, each counted once. */
export function blobsOf(index: PairLayers, image: ImageNode): ReadonlyMap<Digest, number> {
  const blobs = new Map<Digest, number>();
  for (const layer of ownLayers(image, index.layers))
    for (const blob of layer.blobs) blobs.set(blob.digest, blobBytes(blob));
  return blobs;
}

/** Sets two images side by side. Linear in their layers. */
export function pairOf(index: PairLayers, a: ImageNode, b: ImageNode): Pair {
  const [blobsA, blobsB] = [blobsOf(index, a), blobsOf(index, b)];
  let common = 0;
  let onlyFirst = 0;
  for (const [digest, size] of blobsA) {
    if (blobsB.has(digest)) common = addBytes(common, size);
    else onlyFirst = addBytes(onlyFirst, size);
  }
  let onlySecond = 0;
  for (const [digest, size] of blobsB) if (!blobsA.has(digest)) onlySecond = addBytes(onlySecond, size);
  const parted = partOf(index, a, b);
  return { ...parted, common, onlyFirst, onlySecond, twice: storedTwice(index, parted.trunk, b) };
}

/** Layers of which neither image has a blob that the other has. */
function storedTwice(index: PairLayers, trunk: readonly LayerNode[], b: ImageNode): Pair['twice'] {
  const blobs = new Map<Digest, number>();
  let layers = 0;
  for (const first of trunk) {
    const layer = index.layers.get(first.chainId);
    const second = layer ? ownLayer(b, layer) : first;
    if (first.blobs.length === 0 || second.blobs.length === 0 || sharesBlob(first, second)) continue;
    layers++;
    for (const blob of [...first.blobs, ...second.blobs]) blobs.set(blob.digest, blobBytes(blob));
  }
  return { layers, bytes: [...blobs.values()].reduce((sum, size) => addBytes(sum, size), 0) };
}

/**
 * Content (diff IDs) that images of both sides have and of which the two sides have no blob in common: it is stored once for each.
 * Linear in the layers of the images.
 */
export function sameContent(
  index: PairLayers,
  a: readonly ImageNode[],
  b: readonly ImageNode[],
): Pair['twice'] {
  const byDiff = (images: readonly ImageNode[]): ReadonlyMap<DiffId, ReadonlyMap<Digest, number>> => {
    const found = new Map<DiffId, Map<Digest, number>>();
    for (const { diffId, blobs } of namedLayers(images, index.layers)) {
      const known = found.get(diffId) ?? new Map<Digest, number>();
      found.set(diffId, known);
      for (const blob of blobs) known.set(blob.digest, blobBytes(blob));
    }
    return found;
  };
  const [first, second] = [byDiff(a), byDiff(b)];
  const blobs = new Map<Digest, number>();
  let layers = 0;
  for (const [diffId, own] of first) {
    const others = second.get(diffId);
    if (!others || own.size === 0 || others.size === 0) continue;
    if ([...own.keys()].some((digest) => others.has(digest))) continue;
    layers++;
    for (const [digest, size] of [...own, ...others]) blobs.set(digest, size);
  }
  return { layers, bytes: [...blobs.values()].reduce((sum, size) => addBytes(sum, size), 0) };
}

/** Whether two layers are one blob, in some form that both have. */
export function sharesBlob(a: LayerNode, b: LayerNode): boolean {
  return a.blobs.some(({ digest }) => b.blobs.some((other) => other.digest === digest));
}

/** Finds where two images part, each layer as the first one has it. Linear in their layers. */
export function partOf(index: PairLayers, a: ImageNode, b: ImageNode): Parted {
  let depth = 0;
  while (depth < a.layers.length && a.layers[depth] === b.layers[depth]) depth++;
  const [layersA, layersB] = [ownLayers(a, index.layers), ownLayers(b, index.layers)];
  const later = new Map<string, LayerNode>();
  for (const layer of layersB.slice(depth)) if (!later.has(layer.diffId)) later.set(layer.diffId, layer);
  const elsewhere = layersA.slice(depth).flatMap((first) => {
    const second = later.get(first.diffId);
    if (!second || !later.delete(first.diffId)) return [];
    return [{ first, second, sameBlob: sharesBlob(first, second) }];
  });
  return {
    trunk: layersA.slice(0, depth),
    first: layersA[depth] ?? null,
    second: layersB[depth] ?? null,
    elsewhere,
  };
}

/** A step of an image's history with the layer that it made, null where it made none. */
export type MadeStep = HistoryStep & { readonly chainId: ChainId | null };

/** Where two histories part. */
export interface Parting {
  /** Steps that both have. */
  readonly at: number;
  /** The first step that is another; null where a history ends. */
  readonly first: MadeStep | null;
  readonly second: MadeStep | null;
  /** Both say the same, and what they made is not. */
  readonly sameCommand: boolean;
}

/** The first step in which two histories differ: by the layer that it made, or by what it says where it made none. */
export function partingOf(a: readonly MadeStep[], b: readonly MadeStep[]): Parting {
  const same = (x: MadeStep, y: MadeStep): boolean =>
    x.chainId === y.chainId && (x.chainId !== null || x.createdBy === y.createdBy);
  let at = 0;
  for (; at < a.length && at < b.length; at++) {
    if (!same(a[at] as MadeStep, b[at] as MadeStep)) break;
  }
  const first = a[at] ?? null;
  const second = b[at] ?? null;
  const sameCommand =
    first !== null &&
    second !== null &&
    plainCommand(first.createdBy) !== '' &&
    first.createdBy === second.createdBy;
  return { at, first, second, sameCommand };
}
