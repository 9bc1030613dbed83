import type { Brings } from '../layer/brings';
import { addBytes } from '../image/bytes';
import { platformText } from '../image/platform';
import type { ChainId, Digest, DiffId, ImageId } from '../image/digest';
import { matchHistory } from '../image/history';
import type { ImageConfig, RuntimeConfig } from '../image/imageConfig';
import { Holders } from './holders';
import { blobBytes } from './imageGraph';
import type {
  ContainerUse,
  GraphSource,
  HistoryStep,
  ImageGraph,
  ImageNode,
  LayerBlob,
  LayerNode,
  LayerStep,
  OwnForm,
} from './imageGraph';

/** What a store or an engine holds, as read: the input of {@link buildGraph}. */
export interface GraphInput {
  readonly revision: string;
  /** The store where it is left out. */
  readonly source?: GraphSource;
  readonly roots: readonly GraphRoot[];
}

/** One descriptor of index.json with what it reaches. */
export interface GraphRoot {
  readonly digest: Digest;
  readonly size: number;
  /** Familiar name; null for a dangling root. */
  readonly name: string | null;
  /** Every blob that it needs, itself included, with stored bytes. */
  readonly blobs: ReadonlyMap<Digest, number>;
  readonly images: readonly GraphImage[];
}

/** What a graph takes of a config: the rest of a document of megabytes is not held for it. */
export type GraphConfig = Pick<
  ImageConfig,
  'created' | 'os' | 'architecture' | 'variant' | 'history' | 'diffIds'
> & { readonly runtime: Pick<RuntimeConfig, 'labels'>; readonly labelsCut?: true };

/** An image that a root reaches. */
export interface GraphImage {
  readonly id: ImageId;
  readonly manifest: Digest;
  readonly config: GraphConfig;
  readonly chainIds: readonly ChainId[];
  readonly layers: readonly {
    readonly blob: LayerBlob;
    readonly diffId: DiffId;
    readonly tarSize: number | null;
    /** See {@link LayerNode.brings}. */
    readonly brings?: Brings;
  }[];
  /** Platform as the descriptor in its index has it, `OS/ARCH[/VARIANT]`; '' where that says none. Left out for who is in no index. */
  readonly listed?: string;
  /** Containers of an engine that use it. */
  readonly containers?: readonly ContainerUse[];
  /** Digests by which registries know an engine's image. */
  readonly repoDigests?: readonly string[];
}

interface Gathered {
  readonly image: GraphImage;
  /** With the roots that they stand for. */
  readonly names: Map<string, Digest>;
  readonly manifests: Set<Digest>;
  readonly roots: Set<Digest>;
  readonly closure: Map<Digest, number>;
  /** See {@link ImageNode.listed}. */
  readonly listed: Map<Digest, string>;
  /** See {@link ImageNode.steps}. */
  readonly steps: Map<ChainId, LayerStep>;
  /** Blobs of each layer that its manifests name. */
  readonly own: Map<ChainId, readonly LayerBlob[]>;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Makes the graph of a store. Linear in what the images reach; deterministic for the same input. */
export function buildGraph(input: GraphInput): ImageGraph {
  const steps = graphSteps(input);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Images handled between two steps. */
const stride = 100;

/** {@link buildGraph} in steps of some milliseconds, for whoever has to do other things in between. */
export function* graphSteps(input: GraphInput): Generator<undefined, ImageGraph> {
  let count = 0;
  const images = new Map<ImageId, Gathered>();
  const layers = new Map<ChainId, Writable<LayerNode>>();
  const stored = new Map<Digest, number>();
  const holders = new Holders();

  for (const root of input.roots) {
    if (++count % stride === 0) yield;
    for (const [digest, size] of root.blobs) stored.set(digest, size);
    holders.add(root.digest, root.blobs);
    const rest = restOf(root);
    for (const image of root.images) {
      let found = images.get(image.id);
      if (!found) {
        const sets = {
          names: new Map<string, Digest>(),
          manifests: new Set<Digest>(),
          roots: new Set<Digest>(),
        };
        found = { image, ...sets, closure: new Map(), listed: new Map(), steps: new Map(), own: new Map() };
        images.set(image.id, found);
      }
      if (root.name !== null) found.names.set(root.name, root.digest);
      found.manifests.add(image.manifest);
      found.roots.add(root.digest);
      if (image.listed !== undefined && image.listed !== platformText(image.config))
        found.listed.set(root.digest, image.listed);
      const own = rest && new Set<Digest>(ownBlobs(image));
      for (const [digest, size] of root.blobs)
        if (rest === null || own?.has(digest) || rest.has(digest)) found.closure.set(digest, size);
      addLayers(image, layers, found);
    }
  }

  const partners = yield* countPartners(images);
  const nodes: ImageNode[] = [];
  for (const found of images.values()) {
    if (++count % stride === 0) yield;
    nodes.push(toNode(found, { layers, holders }, partners.get(found.image.id) ?? 0));
  }
  nodes.sort(byName);
  for (const { layers: chain } of nodes) {
    for (const id of chain) {
      const layer = layers.get(id);
      if (layer) layer.imageCount++;
    }
  }
  const source = input.source ?? { kind: 'store' };
  return {
    source,
    sizes: source.kind === 'store' ? 'stored' : 'unpacked',
    revision: input.revision,
    images: nodes,
    layers: [...layers.values()],
    storedBytes: sum(stored.values()),
    unsharedBytes: nodes.reduce((total, node) => addBytes(total, node.size), 0),
  };
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Named images first, by name; dangling ones after them, by ID. */
function byName(a: ImageNode, b: ImageNode): number {
  const [x, y] = [a.names[0], b.names[0]];
  if (x === undefined || y === undefined) {
    if (x === y) return a.id < b.id ? -1 : 1;
    return x === undefined ? 1 : -1;
  }
  return x < y ? -1 : x > y ? 1 : 0;
}

const isSameStep = (a: LayerStep, b: LayerStep): boolean =>
  a.createdBy === b.createdBy && a.comment === b.comment && a.author === b.author && a.created === b.created;

/** Leaves a layer the empty steps that one more image has after it, too. */
function keepCommonSteps(layer: Writable<LayerNode>, steps: readonly HistoryStep[]): void {
  const { emptySteps: known } = layer;
  let common = 0;
  for (; common < Math.min(known.length, steps.length); common++) {
    const [a, b] = [known[common], steps[common]];
    if (a?.createdBy !== b?.createdBy || a?.comment !== b?.comment) break;
  }
  if (common === known.length && common === steps.length) return;
  layer.emptySteps = known.slice(0, common);
  layer.stepsDiffer = true;
}

const ownBlobs = (image: GraphImage): readonly Digest[] => [
  image.manifest,
  image.id,
  ...image.layers.map(({ blob }) => blob.digest),
];

/** Of a root with several images the blobs that are of none of them alone: the index, attestations; null for one image. */
function restOf({ blobs, images }: GraphRoot): ReadonlySet<Digest> | null {
  if (images.length < 2) return null;
  const rest = new Set(blobs.keys());
  for (const image of images) for (const digest of ownBlobs(image)) rest.delete(digest);
  return rest;
}

function addLayers(
  image: GraphImage,
  layers: Map<ChainId, Writable<LayerNode>>,
  found: Pick<Gathered, 'steps' | 'own'>,
): void {
  const steps = matchHistory(image.config);
  const made: (HistoryStep | undefined)[] = [];
  const empty: HistoryStep[][] = [];
  for (const { layer, ...step } of steps) {
    if (layer !== null) made[layer] = step;
    // Steps before the first layer belong to the base, too: there is nothing below to hang them on.
    else (empty[Math.max(0, made.length - 1)] ??= []).push(step);
  }
  image.chainIds.forEach((chainId, i) => {
    const layer = image.layers[i];
    if (!layer) return;
    const named = found.own.get(chainId) ?? [];
    if (!named.some(({ digest }) => digest === layer.blob.digest))
      found.own.set(chainId, [...named, layer.blob]);
    const { createdBy = '', comment = '', author = '', created = null } = made[i] ?? {};
    const step: LayerStep = { createdBy, comment, author, created };
    const known = layers.get(chainId);
    if (known) {
      if (!isSameStep(known, step)) found.steps.set(chainId, step);
      keepCommonSteps(known, empty[i] ?? []);
      if (!known.blobs.some(({ digest }) => digest === layer.blob.digest)) {
        known.blobs = [...known.blobs, layer.blob];
        known.size = addBytes(known.size, blobBytes(layer.blob));
      }
      known.tarSize ??= layer.tarSize;
      known.brings ??= layer.brings;
      return;
    }
    layers.set(chainId, {
      chainId,
      parent: image.chainIds[i - 1] ?? null,
      diffId: layer.diffId,
      blobs: [layer.blob],
      size: blobBytes(layer.blob),
      tarSize: layer.tarSize,
      ...(layer.brings ? { brings: layer.brings } : {}),
      ...step,
      emptySteps: empty[i] ?? [],
      imageCount: 0,
    });
  });
}

/**
 * For each image the number of others with which it shares a blob. Images with the same set of shared blobs are counted
 * as a group, so that a thousand images on one base do not cost a million comparisons.
 */
function* countPartners(
  images: ReadonlyMap<ImageId, Gathered>,
): Generator<undefined, ReadonlyMap<ImageId, number>> {
  let step = 0;
  const users = new Map<Digest, ImageId[]>();
  for (const [id, { closure }] of images) {
    if (++step % stride === 0) yield;
    for (const digest of closure.keys()) {
      const list = users.get(digest);
      if (list) list.push(id);
      else users.set(digest, [id]);
    }
  }
  const counts = new Map<ImageId, number>();
  const memo = new Map<string, number>();
  for (const [id, { closure }] of images) {
    if (++step % stride === 0) yield;
    const shared = [...closure.keys()].filter((digest) => (users.get(digest)?.length ?? 0) > 1);
    if (shared.length === 0) {
      counts.set(id, 0);
      continue;
    }
    const key = shared.sort().join();
    let count = memo.get(key);
    if (count === undefined) {
      const partners = new Set<ImageId>();
      for (const digest of shared) for (const user of users.get(digest) ?? []) partners.add(user);
      count = partners.size - 1;
      memo.set(key, count);
    }
    counts.set(id, count);
  }
  return counts;
}

/** What the whole graph says that the sizes of one image depend on. */
interface Surroundings {
  readonly layers: ReadonlyMap<ChainId, LayerNode>;
  readonly holders: Holders;
}

/** See {@link ImageNode.forms}. */
function formsOf(
  { image, own }: Gathered,
  layers: Surroundings['layers'],
): Readonly<Record<ChainId, OwnForm>> {
  const forms: Record<ChainId, OwnForm> = {};
  const counted = new Set<Digest>();
  for (const chainId of image.chainIds) {
    const named = own.get(chainId) ?? [];
    let size = 0;
    for (const blob of named) {
      if (!counted.has(blob.digest)) size = addBytes(size, blobBytes(blob));
      counted.add(blob.digest);
    }
    const layer = layers.get(chainId);
    if (layer && (layer.blobs.length !== named.length || layer.size !== size))
      forms[chainId] = { blobs: named.map(({ digest }) => digest), size };
  }
  return forms;
}

/**
 * Names of an image: the one that it was given first, by which people know it whatever names it gets later, and the others by
 * the alphabet.
 */
function firstThenSorted([first, ...others]: readonly string[]): string[] {
  return first === undefined ? [] : [first, ...others.sort()];
}

function toNode(found: Gathered, { layers, holders }: Surroundings, sharedWith: number): ImageNode {
  const { image, closure, steps } = found;
  const { config } = image;
  const forms = formsOf(found, layers);
  const [first] = found.manifests;
  const nameRoots = [...found.names].filter(([, root]) => root !== first);
  const { stays } = holders.without(found.roots);
  let size = 0;
  let shared = 0;
  for (const [digest, bytes] of closure) {
    size = addBytes(size, bytes);
    if (stays(digest)) shared = addBytes(shared, bytes);
  }
  return {
    id: image.id,
    names: firstThenSorted([...found.names.keys()]),
    ...(nameRoots.length > 0 ? { nameRoots: Object.fromEntries(nameRoots) } : {}),
    manifests: [...found.manifests],
    roots: [...found.roots],
    layers: image.chainIds,
    top: image.chainIds.at(-1) ?? null,
    ...(steps.size > 0 ? { steps: Object.fromEntries(steps) } : {}),
    ...(Object.keys(forms).length > 0 ? { forms } : {}),
    created: config.created,
    os: config.os,
    architecture: config.architecture,
    variant: config.variant,
    ...(found.listed.size > 0 ? { listed: Object.fromEntries(found.listed) } : {}),
    labels: config.runtime.labels,
    ...(config.labelsCut ? { labelsCut: true } : {}),
    size,
    shared,
    unique: size - shared,
    sharedWith,
    historySteps: config.history.length,
    emptySteps: config.history.filter((step) => step.empty).length,
    containers: image.containers ?? [],
    ...(image.repoDigests ? { repoDigests: image.repoDigests } : {}),
  };
}
