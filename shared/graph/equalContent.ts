import { addBytes } from '../image/bytes';
import type { ChainId, Digest, ImageId } from '../image/digest';
import { splitName } from '../image/reference';
import { equalLayers } from './equalLayers';
import type { GraphIndex } from './graphIndex';
import { blobBytes } from './imageGraph';
import type { ImageNode, LayerNode } from './imageGraph';
import { ownLayer } from './ownLayer';

/** A layer's content in other places. */
export interface EqualContent {
  /** Layers with the same content (diff ID) on other parents, most images first. */
  readonly others: readonly LayerNode[];
  /** Different blobs that hold this content, in all of these places. */
  readonly copies: number;
  /** Exact bytes that all copies but the largest take. */
  readonly extraBytes: number;
}

/** Where else the content of a layer stands, and what storing it more than once takes. */
export function equalContent(index: GraphIndex, layer: LayerNode): EqualContent {
  const same = equalLayers(index).get(layer.diffId) ?? [layer];
  const blobs = new Map<Digest, number>();
  for (const { blobs: held } of same)
    for (const blob of held) if (blob.missing === undefined) blobs.set(blob.digest, blobBytes(blob));
  const sizes = [...blobs.values()];
  const sum = sizes.reduce((total, size) => addBytes(total, size), 0);
  return {
    others: same
      .filter((each) => each !== layer)
      .sort((a, b) => b.imageCount - a.imageCount || (a.chainId < b.chainId ? -1 : 1)),
    copies: sizes.length,
    extraBytes: sum - Math.max(0, ...sizes),
  };
}

/** Images that could stand on another base, which holds the same layers above it already. */
export interface RebaseAdvice {
  /** The image to rebase on. */
  readonly base: ImageNode;
  /** The layer that the images stand on now, in the base's place. */
  readonly from: LayerNode;
  readonly images: readonly ImageNode[];
  /** Exact bytes of layer blobs that nothing needs any more when all of the images are rebased. */
  readonly bytes: number;
  /** Layers above the base that are the same already, and their bytes: what speaks for it. */
  readonly equal: { readonly layers: number; readonly bytes: number };
}

/** Least part of what would be replaced that the equal layers above it must make up, where names do not speak for it. */
const leastEvidence = 0.1;

/** Pairs of parents under which the same content stands. */
interface Move {
  readonly from: LayerNode;
  readonly to: LayerNode;
  readonly base: ImageNode;
  /** Lowest layers above `from` whose content stands above `to`, too. */
  readonly starts: ChainId[];
}

/**
 * Finds images whose base could be another one that is here: some of their layers have the same content as layers above
 * that base, so somebody has put them there already. Only bases that are images with a name are advised, the newest first;
 * what is replaced must be of the same repository or not dwarf what is equal, so that a script that is copied everywhere
 * is no reason to swap distributions. Whether the program runs on the other base nobody can tell from layers: it is
 * advice. The bytes are exact, for the store by blobs and for an engine by chains. Most bytes first; advice that frees
 * nothing is left out.
 */
export function rebaseAdvice(index: GraphIndex): readonly RebaseAdvice[] {
  const moves = findMoves(index);
  if (moves.length === 0) return [];
  const starts = new Map<ChainId, Move>();
  for (const move of moves) for (const chainId of move.starts) starts.set(chainId, move);
  const groups = new Map<Move, ImageNode[]>();
  const needed = new Map<Digest, number>();
  for (const image of index.graph.images) {
    const blobs = new Set<Digest>();
    // The uppermost change of base takes everything below it along.
    let move: Move | undefined;
    for (const chainId of image.layers) {
      move = starts.get(chainId) ?? move;
      const layer = index.layers.get(chainId);
      for (const { digest } of layer ? ownLayer(image, layer).blobs : []) blobs.add(digest);
    }
    for (const digest of blobs) needed.set(digest, (needed.get(digest) ?? 0) + 1);
    if (!move || move.base === image) continue;
    const group = groups.get(move);
    if (group) group.push(image);
    else groups.set(move, [image]);
  }
  const found: RebaseAdvice[] = [];
  for (const [move, images] of groups) {
    const advice = weigh(index, move, images, needed);
    if (advice) found.push(advice);
  }
  return found.sort((a, b) => b.bytes - a.bytes || (a.from.chainId < b.from.chainId ? -1 : 1));
}

function findMoves(index: GraphIndex): readonly Move[] {
  const moves = new Map<string, Move>();
  for (const same of equalLayers(index).values()) {
    const parents = same.flatMap((layer) => {
      const parent = layer.parent === null ? undefined : index.layers.get(layer.parent);
      return parent ? [{ layer, parent, base: namedAt(index, parent) }] : [];
    });
    const target = parents.reduce<(typeof parents)[number] | null>((best, each) => {
      if (!each.base) return best;
      if (!best?.base) return each;
      const [a, b] = [each.base.created ?? '', best.base.created ?? ''];
      return a > b || (a === b && each.parent.chainId < best.parent.chainId) ? each : best;
    }, null);
    if (!target?.base) continue;
    for (const { layer, parent } of parents) {
      // Where the parents are equal, too, they are what is to be moved.
      if (parent === target.parent || parent.diffId === target.parent.diffId) continue;
      const key = `${parent.chainId} ${target.parent.chainId}`;
      const move = moves.get(key);
      if (move) move.starts.push(layer.chainId);
      else moves.set(key, { from: parent, to: target.parent, base: target.base, starts: [layer.chainId] });
    }
  }
  return [...moves.values()];
}

/** The image with a name that ends at a layer; the newest where there are several. */
function namedAt(index: GraphIndex, layer: LayerNode): ImageNode | null {
  const named = (index.imagesAt.get(layer.chainId) ?? []).filter(({ names }) => names.length > 0);
  return (
    [...named].sort(
      (a, b) => ((a.created ?? '') > (b.created ?? '') ? -1 : 1) || (a.id < b.id ? -1 : 1),
    )[0] ?? null
  );
}

function weigh(
  index: GraphIndex,
  { from, to, base, starts }: Move,
  images: readonly ImageNode[],
  needed: ReadonlyMap<Digest, number>,
): RebaseAdvice | null {
  const begins = new Set(starts);
  // An engine stores a layer once for each chain: what comes above another base is stored anew there.
  const perChain = index.graph.sizes === 'unpacked';
  /** Blobs that the images would let go of, with how many of the images hold them; those that they keep; and those to come. */
  const gone = new Map<Digest, { readonly size: number; users: number }>();
  const kept = new Set<Digest>();
  const made = new Map<string, number>();
  /** Layers that are the same already, and the blobs that the images name of them and of what they stand on. */
  const equal = new Set<ChainId>();
  const equalBlobs = new Map<Digest, number>();
  const belowBlobs = new Map<Digest, number>();
  for (const image of images) {
    const start = image.layers.findIndex((chainId) => begins.has(chainId));
    // Above the new base as long as it has the same contents there; what comes then is the image's own.
    let there: LayerNode | undefined = to;
    let place: string = to.chainId;
    const mine = new Map<Digest, number>();
    image.layers.forEach((chainId, at) => {
      const layer = index.layers.get(chainId);
      if (!layer) return;
      if (at >= start && there) {
        there = index.children.get(there.chainId)?.find(({ diffId }) => diffId === layer.diffId);
        place = there?.chainId ?? place;
      }
      const own = ownLayer(image, layer).blobs;
      if (at < start && !base.layers.includes(chainId))
        for (const blob of own) belowBlobs.set(blob.digest, blobBytes(blob));
      if (at >= start && there) {
        equal.add(chainId);
        for (const blob of own) equalBlobs.set(blob.digest, blobBytes(blob));
      } else if (at >= start && perChain) made.set((place += ` ${layer.diffId}`), layer.size);
      const replaced = perChain || at < start || there !== undefined;
      for (const blob of own)
        if (replaced) mine.set(blob.digest, blobBytes(blob));
        else kept.add(blob.digest);
    });
    for (const [digest, size] of mine) {
      const known = gone.get(digest);
      if (known) known.users++;
      else gone.set(digest, { size, users: 1 });
    }
  }
  let bytes = 0;
  for (const [digest, { size, users }] of gone)
    if (!kept.has(digest) && needed.get(digest) === users) bytes = addBytes(bytes, size);
  for (const size of made.values()) bytes -= size;
  const sum = (blobs: ReadonlyMap<Digest, number>): number =>
    [...blobs.values()].reduce((bytes, size) => addBytes(bytes, size), 0);
  const [equalBytes, below] = [sum(equalBlobs), sum(belowBlobs)];
  const related =
    sameRepository(base, index.imagesAt.get(from.chainId) ?? []) || equalBytes >= leastEvidence * below;
  if (bytes <= 0 || equalBytes === 0 || !related) return null;
  return { base, from, images, bytes, equal: { layers: equal.size, bytes: equalBytes } };
}

function sameRepository(base: ImageNode, others: readonly ImageNode[]): boolean {
  const repositories = new Set(base.names.map((name) => splitName(name).repository));
  return others.some(({ names }) => names.some((name) => repositories.has(splitName(name).repository)));
}

/** Advice that concerns an image. */
export function adviceFor(index: GraphIndex, image: ImageId): RebaseAdvice | null {
  return adviceOf(index).find(({ images }) => images.some(({ id }) => id === image)) ?? null;
}

const known = new WeakMap<GraphIndex, readonly RebaseAdvice[]>();

/** {@link rebaseAdvice}, made once a graph. */
export function adviceOf(index: GraphIndex): readonly RebaseAdvice[] {
  let advice = known.get(index);
  if (!advice) known.set(index, (advice = rebaseAdvice(index)));
  return advice;
}
