import type { ChainId, Digest, ImageId } from '../../../shared/image/digest';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import { blobBytes } from '../../../shared/graph/imageGraph';
import { blobSpans } from '../../../shared/graph/blobSpans';
import { joinSpans, orderSteps, type PlacedLayer, type Span } from '../../../shared/graph/imageOrder';
import type { ImageNode, LayerBlob, LayerNode } from '../../../shared/graph/imageGraph';
import { splitName } from '../../../shared/image/reference';
import type { TreeKind } from '../../../shared/layer/layerTree';

interface Base {
  /** Stays the same while the store changes around it. */
  readonly key: string;
  /** The area: stored bytes, inside of a layer bytes of files. */
  readonly bytes: number;
  /** Largest first. */
  readonly children: readonly MapNode[];
  /** 1..12, the lineage of most of its bytes; 0 where there is none. */
  readonly colour: number;
}

/** A block of the map. */
export type MapNode = Base &
  (
    | { readonly kind: 'store' }
    /** What only images of one repository hold; `images` is how many there are of them. */
    | { readonly kind: 'repository'; readonly name: string; readonly images: number }
    /** The same of images without a name. */
    | { readonly kind: 'nameless'; readonly images: number }
    /** What only one image holds. */
    | { readonly kind: 'image'; readonly image: ImageNode }
    /** What images of several repositories hold. */
    | { readonly kind: 'across' }
    /** What one set of images of one repository, or of one set of repositories, holds together. */
    | {
        readonly kind: 'together';
        /** The images, as places in the order of the tree. */
        readonly spans: readonly Span[];
        /** Empty inside of a repository. An empty name stands for images without one. */
        readonly repositories: readonly string[];
      }
    | LayerBlock
    /** Manifests, configs and indexes. */
    | { readonly kind: 'documents' }
    /** What is too small to be drawn by itself. */
    | { readonly kind: 'rest'; readonly count: number }
    | EntryBlock
  );

/** A blob of a layer, drawn once however many chains and images hold it. */
export interface LayerBlock {
  readonly kind: 'layer';
  readonly blob: LayerBlob;
  /** Layers with this blob: more than one where the same blob stands on different parents. */
  readonly layers: readonly [LayerNode, ...LayerNode[]];
  /** Images that hold it. */
  readonly holders: number;
  /** 0 for a base. */
  readonly depth: number;
}

/** A file or directory of a layer. */
export interface EntryBlock {
  readonly kind: 'entry';
  readonly entry: TreeKind;
  readonly name: string;
  /** Within the layer. */
  readonly path: string;
  readonly files: number;
  /** Names of a page that is not here yet. */
  readonly more: { readonly offset: number } | null;
}

/** The whole map: its blocks, and the images in the order that spans count in. */
export interface MapTree {
  readonly root: MapNode;
  readonly order: readonly ImageNode[];
}

interface Draft {
  readonly key: string;
  readonly make: (base: Base, spans: readonly Span[]) => MapNode;
  readonly inner: Map<string, Draft>;
  readonly blocks: MapNode[];
  readonly spans: Span[];
}

const newDraft = (key: string, make: Draft['make']): Draft => ({
  key,
  make,
  inner: new Map(),
  blocks: [],
  spans: [],
});

/** The block's children's bytes, and the lineage of most of them. */
function* finish(
  { key, make, inner, blocks, spans }: Draft,
  done: { count: number },
): Generator<undefined, MapNode> {
  const children = blocks;
  for (const draft of inner.values()) children.push(yield* finish(draft, done));
  done.count += blocks.length;
  if (done.count > stride) {
    done.count = 0;
    yield;
  }
  children.sort(bySize);
  const byColour = new Map<number, number>();
  let bytes = 0;
  for (const child of children) {
    bytes += child.bytes;
    byColour.set(child.colour, (byColour.get(child.colour) ?? 0) + child.bytes);
  }
  let colour = 0;
  for (const [each, amount] of byColour) {
    if (each !== 0 && amount > (byColour.get(colour) ?? -1)) colour = each;
  }
  return make({ key, bytes, children, colour }, joinSpans(spans));
}

function bySize(a: MapNode, b: MapNode): number {
  return b.bytes - a.bytes || (a.key < b.key ? -1 : 1);
}

/**
 * The store as blocks: repository, image, layer; bytes that several images hold stand once, beside the images where one
 * repository has them all, else in a group of what repositories share. A block's bytes are the sum of its children's, and
 * the whole is `storedBytes` exactly while all images are in sight. Who shares with whom is told of the whole store: a
 * filter takes blocks away and moves none. Nearly linear in layers.
 */
export function mapTree(index: GraphIndex, shown: ReadonlySet<ImageId>): MapTree {
  const steps = mapSteps(index, shown);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Layers handled between two steps. */
const stride = 2000;

interface Stored {
  readonly blob: LayerBlob;
  readonly layers: [PlacedLayer, ...PlacedLayer[]];
  readonly spans: Span[];
}

/** {@link mapTree} in steps of a few milliseconds, so that a large store does not hold the window still. */
export function* mapSteps(index: GraphIndex, shown: ReadonlySet<ImageId>): Generator<undefined, MapTree> {
  const order = yield* orderSteps(index);
  const { images } = order;
  const repositoryOf = images.map(({ names: [name] }) =>
    name === undefined ? '' : splitName(name).repository,
  );
  const sizes = new Map<string, number>();
  for (const repository of repositoryOf) sizes.set(repository, (sizes.get(repository) ?? 0) + 1);
  const seen = new Int32Array(images.length + 1);
  images.forEach(({ id }, i) => (seen[i + 1] = (seen[i] ?? 0) + (shown.has(id) ? 1 : 0)));
  yield;

  const blobs = new Map<Digest, Stored>();
  let count = 0;
  for (const placed of order.layers) {
    if (++count % stride === 0) yield;
    for (const { blob, spans } of blobSpans(order, placed)) {
      const found = blobs.get(blob.digest);
      if (found) {
        found.layers.push(placed);
        for (const span of spans) found.spans.push(span);
      } else blobs.set(blob.digest, { blob, layers: [placed], spans: [...spans] });
    }
  }

  /** Repositories of spans, each once; spans come again and again, so they are remembered. */
  const known = new Map<string, readonly string[]>();
  const repositoriesIn = (spans: readonly Span[], key: string): readonly string[] => {
    let list = known.get(key);
    if (!list) {
      const found = new Set<string>();
      for (const { lo, hi } of spans) {
        for (let i = lo; i < hi; i++) found.add(repositoryOf[i] as string);
      }
      // Images without a name come last, as everywhere.
      known.set(
        key,
        (list = [...found].sort((a, b) => Number(a === '') - Number(b === '') || (a < b ? -1 : 1))),
      );
    }
    return list;
  };

  const root = newDraft('store', (base) => ({ ...base, kind: 'store' }));
  const within = (parent: Draft, key: string, make: Draft['make']): Draft => {
    let draft = parent.inner.get(key);
    if (!draft) parent.inner.set(key, (draft = newDraft(key, make)));
    return draft;
  };
  const groupOf = (repository: string): Draft =>
    within(root, `repository ${repository}`, (base) =>
      repository === ''
        ? { ...base, kind: 'nameless', images: sizes.get('') ?? 0 }
        : { ...base, kind: 'repository', name: repository, images: sizes.get(repository) ?? 0 },
    );
  const ofImage: (Draft | undefined)[] = [];
  const imagePlace = (at: number): Draft => {
    const image = images[at] as ImageNode;
    return (ofImage[at] ??= within(groupOf(repositoryOf[at] as string), `image ${image.id}`, (base) => ({
      ...base,
      kind: 'image',
      image,
    })));
  };
  let all = 0;
  for (const { blob, layers, spans: needed } of blobs.values()) {
    if (++count % stride === 0) yield;
    const bytes = blobBytes(blob);
    all += bytes;
    const spans = joinSpans(needed);
    const [first] = spans;
    if (!first || bytes === 0) continue;
    if (!spans.some(({ lo, hi }) => (seen[hi] ?? 0) > (seen[lo] ?? 0))) continue;
    const holders = spans.reduce((sum, { lo, hi }) => sum + hi - lo, 0);
    if (holders === 1) {
      imagePlace(first.lo).blocks.push(layerBlock(blob, layers, 1));
      continue;
    }
    const key = spans.map(({ lo, hi }) => `${lo}-${hi}`).join();
    const repositories = repositoriesIn(spans, key);
    const [repository] = repositories;
    let place: Draft;
    if (repositories.length === 1 && repository !== undefined) {
      place = withinSpans(groupOf(repository), key, layers[0].layer.chainId);
    } else {
      const across = within(root, 'across', (base) => ({ ...base, kind: 'across' }));
      const set = repositories.join('\n');
      place = within(across, `across ${set}`, (base, joined) => ({
        ...base,
        kind: 'together',
        repositories,
        spans: joined,
      }));
    }
    for (const span of spans) place.spans.push(span);
    place.blocks.push(layerBlock(blob, layers, holders));
  }
  const documents = index.graph.storedBytes - all;
  if (documents > 0 && seen[images.length] === images.length) {
    root.blocks.push({ key: 'documents', kind: 'documents', bytes: documents, children: [], colour: 0 });
  }
  yield;
  return { root: yield* finish(root, { count: 0 }), order: images };
}

/** The block of what a set of images holds; named by its first layer, so that it stays the same when other images come. */
function withinSpans(group: Draft, spans: string, layer: ChainId): Draft {
  let draft = group.inner.get(spans);
  if (!draft) {
    draft = newDraft(`together ${layer}`, (base, joined) => ({
      ...base,
      kind: 'together',
      spans: joined,
      repositories: [],
    }));
    group.inner.set(spans, draft);
  }
  return draft;
}

/** The images that hold something of a block, in the order of the tree. */
export function imagesOf({ order }: Pick<MapTree, 'order'>, spans: readonly Span[]): readonly ImageNode[] {
  return spans.flatMap(({ lo, hi }) => order.slice(lo, hi));
}

function layerBlock(blob: LayerBlob, layers: Stored['layers'], holders: number): MapNode {
  const [{ layer, family, depth }, ...more] = layers;
  return {
    key: `layer ${blob.digest}`,
    kind: 'layer',
    bytes: blobBytes(blob),
    children: [],
    colour: family.colour,
    blob,
    layers: [layer, ...more.map((placed) => placed.layer)],
    holders,
    depth,
  };
}

/** Repositories in sight that hold nothing that others do not hold, too: they have no block of their own. */
export function repositoriesWithoutBlock(
  index: GraphIndex,
  shown: ReadonlySet<ImageId>,
  root: MapNode,
): readonly string[] {
  const drawn = new Set(root.children.map((node) => (node.kind === 'repository' ? node.name : '')));
  const found = new Set<string>();
  for (const { id, names } of index.graph.images) {
    const [name] = names;
    if (name === undefined || !shown.has(id)) continue;
    const { repository } = splitName(name);
    if (!drawn.has(repository)) found.add(repository);
  }
  return [...found].sort();
}

/** The way from the root to the block with a key, both included; null when there is none. Linear. */
export function pathTo(root: MapNode, key: string): readonly MapNode[] | null {
  const path: MapNode[] = [];
  const visit = (node: MapNode): boolean => {
    path.push(node);
    if (node.key === key || node.children.some(visit)) return true;
    path.pop();
    return false;
  };
  return visit(root) ? path : null;
}
