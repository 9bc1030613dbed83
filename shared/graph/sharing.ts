import { calledName } from './calledNames';
import { addBytes } from '../image/bytes';
import { shortDigest, type ChainId, type Digest, type ImageId } from '../image/digest';
import { blobBytes } from './imageGraph';
import type { ImageGraph, ImageNode, LayerNode, LayerStep, RemovalPreview } from './imageGraph';
import { Holders, type Closures } from './holders';
import { ownLayer } from './ownLayer';

/** What a person picked: whole images, and single names. */
export interface RemovalSelection {
  readonly images: readonly ImageId[];
  readonly names: readonly string[];
  /** Roots that no image of the graph has, since they cannot be read. */
  readonly roots?: readonly Digest[] | undefined;
}

/** What a removal comes to: roots that go, names that go alone. */
export interface RemovalPlan {
  readonly images: readonly ImageNode[];
  readonly roots: ReadonlySet<Digest>;
  readonly untagged: readonly string[];
}

const keptListed = 50;
const holdersListed = 8;

/** How people know an image: the name that they typed, else its first one, else its short ID. */
export function displayName(image: Pick<ImageNode, 'id' | 'names'>): string {
  return calledName(image.names) ?? shortDigest(image.id);
}

/**
 * Resolves a selection as `docker rmi` does: an image goes with all of its names; the last name of an image takes the
 * image with it, any other name goes alone. Roots of several platforms go whole.
 */
export function planRemoval(graph: ImageGraph, selection: RemovalSelection): RemovalPlan {
  const picked = new Set(selection.images);
  const names = new Set(selection.names);
  const roots = new Set<Digest>(selection.roots);
  const untagged: string[] = [];
  const addRoots = (image: ImageNode): void => image.roots.forEach((root) => roots.add(root));
  for (const image of graph.images) {
    const taken = image.names.filter((name) => names.has(name));
    if (picked.has(image.id) || (taken.length > 0 && taken.length === image.names.length)) addRoots(image);
  }
  // An image goes when no root of it is left.
  const images = graph.images.filter((image) => image.roots.every((root) => roots.has(root)));
  const gone = new Set(images.map(({ id }) => id));
  for (const image of graph.images) {
    if (gone.has(image.id)) continue;
    for (const name of image.names) if (names.has(name) && !untagged.includes(name)) untagged.push(name);
  }
  return { images, roots, untagged };
}

/** What the roots of a removal reach, each blob once with its bytes, and what of it is kept all the same: by other roots, by containers. */
export function whatGoes(
  closures: Closures,
  holders: Holders,
  { images, roots }: Pick<RemovalPlan, 'images' | 'roots'>,
): { readonly going: ReadonlyMap<Digest, number>; readonly kept: ReadonlySet<Digest> } {
  const { blobs: going, stays } = holders.without(roots);
  const kept = new Set([...going.keys()].filter(stays));
  // A container keeps the layers that it stands on, even where its image is gone.
  for (const image of images)
    if (image.containers.length > 0)
      for (const root of image.roots) for (const digest of closures.get(root)?.keys() ?? []) kept.add(digest);
  return { going, kept };
}

/** Exactly what a removal would free and keep. */
export function previewRemoval(
  graph: ImageGraph,
  closures: Closures,
  selection: RemovalSelection,
): RemovalPreview {
  const plan = planRemoval(graph, selection);
  const { going, kept } = whatGoes(closures, Holders.of(closures), plan);
  let freedBytes = 0;
  let freedBlobs = 0;
  let keptBytes = 0;
  for (const [digest, size] of going) {
    if (kept.has(digest)) keptBytes = addBytes(keptBytes, size);
    else {
      freedBytes = addBytes(freedBytes, size);
      freedBlobs++;
    }
  }
  return {
    images: plan.images.map(({ id, names }) => ({ id, names })),
    untagged: plan.untagged,
    freedBytes,
    freedBlobs,
    freed: listFreed(graph, plan, going, kept),
    keptBytes,
    kept: listKept(graph, plan, new Map([...going].filter(([digest]) => kept.has(digest)))),
    containers: plan.images.flatMap(({ id, containers }) => containers.map((use) => ({ ...use, image: id }))),
  };
}

/**
 * Bytes that removing these roots would free, as {@link previewRemoval} counts them; linear in what they reach, so that it
 * can be asked for every image.
 */
export function freedByRoots(closures: Closures): (roots: readonly Digest[]) => number {
  const holders = Holders.of(closures);
  return (roots) => holders.without(roots).freed;
}

/** Bytes that roots need together, each blob once. */
export function unionOf(closures: Closures): (roots: readonly Digest[]) => number {
  return (roots) => {
    const needed = new Map(roots.flatMap((root) => [...(closures.get(root) ?? [])]));
    let size = 0;
    for (const bytes of needed.values()) size = addBytes(size, bytes);
    return size;
  };
}

/** How layers were made by what images themselves say, the first that says something else than the graph. */
function stepsOf(images: readonly ImageNode[]): (layer: LayerNode) => LayerStep {
  const own = new Map<string, LayerStep>();
  for (const { steps = {} } of images)
    for (const [chainId, step] of Object.entries(steps)) if (!own.has(chainId)) own.set(chainId, step);
  return (layer) => own.get(layer.chainId) ?? layer;
}

/** Layers of the images that go with the bytes that are freed of them; a blob in two chains counts for the first. */
function listFreed(
  graph: ImageGraph,
  plan: RemovalPlan,
  going: ReadonlyMap<Digest, number>,
  kept: ReadonlySet<Digest>,
): RemovalPreview['freed'] {
  const wanted = new Set(plan.images.flatMap(({ layers }) => layers));
  const counted = new Set<Digest>();
  const stepOf = stepsOf(plan.images);
  const found = graph.layers.flatMap((layer) => {
    const { chainId, blobs } = layer;
    if (!wanted.has(chainId)) return [];
    let size = 0;
    for (const { digest } of blobs) {
      if (kept.has(digest) || counted.has(digest) || !going.has(digest)) continue;
      counted.add(digest);
      size = addBytes(size, going.get(digest) ?? 0);
    }
    const { createdBy } = stepOf(layer);
    return size > 0 ? [{ chainId, size, createdBy }] : [];
  });
  return found.sort((a, b) => b.size - a.size || (a.chainId < b.chainId ? -1 : 1)).slice(0, keptListed);
}

/** Blobs of a layer that an image needs: those that its own manifests name. */
const blobsIn = (image: ImageNode, layer: LayerNode | undefined): readonly Digest[] =>
  layer ? (image.forms?.[layer.chainId]?.blobs ?? layer.blobs.map(({ digest }) => digest)) : [];

/** Layers of the images that go whose blobs stay; a layer stored twice counts with what they need of it alone. */
function listKept(
  graph: ImageGraph,
  plan: RemovalPlan,
  kept: ReadonlyMap<Digest, number>,
): RemovalPreview['kept'] {
  const gone = new Set(plan.images.map(({ id }) => id));
  const wanted = new Set<ChainId>();
  for (const image of plan.images) for (const chainId of image.layers) wanted.add(chainId);
  const counted = new Set<Digest>();
  const staying = graph.layers.flatMap((layer) => {
    const blobs = wanted.has(layer.chainId)
      ? layer.blobs.filter(({ digest }) => kept.has(digest) && !counted.has(digest))
      : [];
    let size = 0;
    for (const { digest } of blobs) {
      counted.add(digest);
      size = addBytes(size, kept.get(digest) ?? 0);
    }
    return blobs.length > 0 ? [{ ...layer, blobs, size }] : [];
  });
  const listed = staying
    .sort((a, b) => b.size - a.size || (a.chainId < b.chainId ? -1 : 1))
    .slice(0, keptListed);
  const holders = new Map<Digest, Set<string>>();
  const users = new Map<ChainId, Set<string>>();
  for (const image of plan.images) {
    if (image.containers.length === 0) continue;
    for (const chainId of image.layers) {
      let set = users.get(chainId);
      if (!set) users.set(chainId, (set = new Set()));
      for (const { name } of image.containers) set.add(name);
    }
  }
  const byChain = new Map(graph.layers.map((layer) => [layer.chainId, layer]));
  const interesting = new Set(listed.flatMap(({ blobs }) => blobs.map(({ digest }) => digest)));
  for (const image of graph.images) {
    if (gone.has(image.id)) continue;
    for (const chainId of image.layers) {
      for (const digest of blobsIn(image, byChain.get(chainId))) {
        if (!interesting.has(digest)) continue;
        let set = holders.get(digest);
        if (!set) holders.set(digest, (set = new Set()));
        set.add(displayName(image));
      }
    }
  }
  const stepOf = stepsOf(plan.images);
  return listed.map((layer) => {
    const names = new Set(layer.blobs.flatMap(({ digest }) => [...(holders.get(digest) ?? [])]));
    return {
      chainId: layer.chainId,
      size: layer.size,
      createdBy: stepOf(layer).createdBy,
      holders: [...names].sort().slice(0, holdersListed),
      holderCount: names.size,
      containers: [...(users.get(layer.chainId) ?? [])].sort().slice(0, holdersListed),
    };
  });
}

/** Images that share layers with `image`, with the bytes they have in common, most first. */
export function sharingOf(
  graph: ImageGraph,
  image: ImageNode,
): readonly { readonly id: ImageId; readonly name: string; readonly bytes: number }[] {
  const byChain = new Map(graph.layers.map((layer) => [layer.chainId, layer]));
  const own = new Map<Digest, number>();
  for (const chainId of image.layers) {
    const layer = byChain.get(chainId);
    for (const blob of layer ? ownLayer(image, layer).blobs : []) own.set(blob.digest, blobBytes(blob));
  }
  const shares: { id: ImageId; name: string; bytes: number }[] = [];
  for (const other of graph.images) {
    if (other.id === image.id) continue;
    let bytes = 0;
    const seen = new Set<Digest>();
    for (const chainId of other.layers) {
      for (const digest of blobsIn(other, byChain.get(chainId))) {
        const size = own.get(digest);
        if (size !== undefined && !seen.has(digest)) bytes = addBytes(bytes, size);
        seen.add(digest);
      }
    }
    if (bytes > 0) shares.push({ id: other.id, name: displayName(other), bytes });
  }
  return shares.sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

/** The image that this one stands on: the largest other image whose whole chain is the lower part of this one's. */
export function baseOf(
  graph: ImageGraph,
  image: ImageNode,
): { image: ImageNode; layersAbove: number } | null {
  const depthOf = new Map(image.layers.map((chainId, i) => [chainId, i]));
  let best: ImageNode | null = null;
  let bestDepth = -1;
  for (const other of graph.images) {
    if (other.id === image.id || other.top === null) continue;
    const depth = depthOf.get(other.top);
    if (depth === undefined || depth >= image.layers.length - 1) continue;
    if (depth > bestDepth || (depth === bestDepth && best?.names.length === 0 && other.names.length > 0)) {
      best = other;
      bestDepth = depth;
    }
  }
  return best ? { image: best, layersAbove: image.layers.length - 1 - bestDepth } : null;
}
