import { addBytes } from '../image/bytes';
import type { ChainId, Digest, ImageId } from '../image/digest';
import type { ImageGraph, ImageNode, LayerNode } from './imageGraph';
import { Holders, type Closures } from './holders';
import { planRemoval, whatGoes } from './sharing';

/** What some images take together, by the arithmetic by which the graph has the sizes of one. */
export interface Together {
  /** Bytes of every blob that they need, each once: `unique` and `shared`. */
  readonly size: number;
  /** What goes with their roots. */
  readonly unique: number;
  /** What stays when their roots go: other roots need it, or containers keep it. */
  readonly shared: number;
  /**
   * Bytes that deleting them frees: as `unique`, and what goes with them, since a root of several platforms goes whole, and with it
   * what refers to it (signatures).
   */
  readonly freed: number;
  /** Images that are none of these and go with them: other platforms of their indexes. */
  readonly along: number;
  /** Images that hold of what is shared and stay. */
  readonly others: number;
  /** Containers of these images, which keep the layers that they stand on (at most 8), and how many there are. */
  readonly containers: readonly string[];
  readonly containerCount: number;
}

const containersListed = 8;

/**
 * What images take together: for one image its `size`, `unique` and `shared`, for all of a graph what the graph stores. `closures` are those that the graph
 * was made of, and of a store also what holds blobs beside its images; `withOthers` adds to roots what goes with them. Linear in what the images reach.
 * Images that the graph has not count nothing.
 */
export function takenTogether(
  graph: ImageGraph,
  closures: Closures,
  images: readonly ImageId[],
  withOthers: (roots: ReadonlySet<Digest>) => ReadonlySet<Digest> = (roots) => roots,
): Together {
  const chosen = new Set(images);
  const needOf = needsOf(graph, closures);
  const taken = new Map<Digest, number>();
  const going = new Set<Digest>();
  const kept = new Set<Digest>();
  const containers = new Set<string>();
  for (const image of graph.images) {
    if (!chosen.has(image.id)) continue;
    for (const root of image.roots) going.add(root);
    for (const { name } of image.containers) containers.add(name);
    for (const [digest, size] of needOf(image)) {
      taken.set(digest, size);
      if (image.containers.length > 0) kept.add(digest);
    }
  }
  const holders = Holders.of(closures);
  const { stays: isNeeded } = holders.without(going);
  for (const digest of taken.keys()) if (isNeeded(digest)) kept.add(digest);
  let [size, shared] = [0, 0];
  for (const [digest, bytes] of taken) {
    size = addBytes(size, bytes);
    if (kept.has(digest)) shared = addBytes(shared, bytes);
  }
  const stays = (image: ImageNode): boolean =>
    !chosen.has(image.id) && image.roots.some((root) => !going.has(root));
  const holds = (image: ImageNode): boolean => {
    for (const digest of needOf(image).keys()) if (kept.has(digest)) return true;
    return false;
  };
  const plan = planRemoval(graph, { images, names: [] });
  const removed = whatGoes(closures, holders, { images: plan.images, roots: withOthers(plan.roots) });
  let freed = 0;
  for (const [digest, bytes] of removed.going) if (!removed.kept.has(digest)) freed = addBytes(freed, bytes);
  return {
    size,
    unique: size - shared,
    shared,
    freed,
    along: plan.images.filter(({ id }) => !chosen.has(id)).length,
    others: kept.size === 0 ? 0 : graph.images.filter((image) => stays(image) && holds(image)).length,
    containers: [...containers].sort().slice(0, containersListed),
    containerCount: containers.size,
  };
}

/** The blobs that an image needs, with their sizes: of a root of several platforms not those that only the others need. */
function needsOf(
  { images, layers }: ImageGraph,
  closures: Closures,
): (image: ImageNode) => ReadonlyMap<Digest, number> {
  const members = new Map<Digest, ImageNode[]>();
  for (const image of images)
    for (const root of image.roots) {
      const known = members.get(root);
      if (known) known.push(image);
      else members.set(root, [image]);
    }
  const byChain = new Map(layers.map((layer) => [layer.chainId, layer]));
  const rests = new Map<Digest, ReadonlySet<Digest>>();
  const restOf = (root: Digest, own: readonly ImageNode[]): ReadonlySet<Digest> => {
    let rest = rests.get(root);
    if (!rest) {
      const left = new Set(closures.get(root)?.keys());
      for (const image of own) for (const digest of ownBlobs(image, byChain)) left.delete(digest);
      rests.set(root, (rest = left));
    }
    return rest;
  };
  return (image) => {
    const found = new Map<Digest, number>();
    for (const root of image.roots) {
      const blobs = closures.get(root) ?? new Map<Digest, number>();
      const all = members.get(root) ?? [];
      const some = all.length > 1 ? [...ownBlobs(image, byChain), ...restOf(root, all)] : blobs.keys();
      for (const digest of some) {
        const size = blobs.get(digest);
        if (size !== undefined) found.set(digest, size);
      }
    }
    return found;
  };
}

/** What is of an image alone: its manifests, its config and the layers as its manifests name them. */
function ownBlobs(image: ImageNode, layers: ReadonlyMap<ChainId, LayerNode>): readonly Digest[] {
  return [
    ...image.manifests,
    image.id,
    ...image.layers.flatMap(
      (chainId) =>
        image.forms?.[chainId]?.blobs ?? layers.get(chainId)?.blobs.map(({ digest }) => digest) ?? [],
    ),
  ];
}
