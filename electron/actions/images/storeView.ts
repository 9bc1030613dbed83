import { parseImageId, type ChainId, type Digest } from '../../../shared/image/digest';
import { chainIds, parseImageConfig, type ImageConfig } from '../../../shared/image/imageConfig';
import { storedOrigin } from '../../../shared/image/jsonDocument';
import {
  compressionOfType,
  isEncryptedLayerType,
  isForeignLayerType,
  isIndexType,
  isManifestType,
} from '../../../shared/image/mediaType';
import {
  isImageManifest,
  parseIndex,
  parseManifest,
  type OciDescriptor,
  type OciManifest,
  type UnfitEntry,
} from '../../../shared/image/manifest';
import { layoutName } from '../../../shared/image/layoutName';
import { platformText } from '../../../shared/image/platform';
import { problemOf, type Problem } from '../../../shared/image/problem';
import { heldLabels } from '../../../shared/graph/heldLabels';
import {
  graphSteps,
  type GraphConfig,
  type GraphImage,
  type GraphRoot,
} from '../../../shared/graph/buildGraph';
import type { ImageGraph, ImageNode } from '../../../shared/graph/imageGraph';
import type { Closures } from '../../../shared/graph/holders';
import { sha256 } from '../../store/sha256';
import { breathe } from '../../store/breath';
import { MetDocuments, nesting } from '../../store/documents';
import type { ImageStore } from '../../store/contentStore';
import type { ActionContext } from '../ground/context';
import { isMissing, listState } from '../ground/meanwhile';
import { referrersByRoot, subjectOf, type ReferrerRoot } from './referrers';

/** The store as read at one moment. */
export interface StoreView {
  readonly graph: ImageGraph;
  /** Descriptors of index.json as they stand, readable or not. */
  readonly roots: readonly OciDescriptor[];
  /** Blobs that each root needs. Those of a referrer count for the roots that it belongs to. */
  readonly closures: Closures;
  /** What belongs to a root and is listed beside it: signatures and other artifacts that are about one of its images. */
  readonly referrers: ReadonlyMap<Digest, readonly OciDescriptor[]>;
  /** Referrers of what is not here. */
  readonly orphans: readonly OciDescriptor[];
  /** Roots that cannot be read: left out of the graph, and said. */
  readonly damaged: readonly {
    readonly digest: Digest;
    readonly name: string | null;
    readonly problem: Problem;
  }[];
  /** Entries of index.json that are no descriptors: nothing is known of them but what is wrong. */
  readonly unfit: readonly UnfitEntry[];
}

/** How often a list that changes while it is read is read again. */
const attempts = 5;
/** Roots that are read at once. */
const atOnce = 16;

/** What does not change while a blob keeps its digest; made once a process. */
interface Known {
  readonly images: Map<Digest, GraphImage>;
  readonly configs: Map<Digest, { config: GraphConfig; chainIds: readonly ChainId[] }>;
  /** Roots that are no images, with what they are about. */
  readonly subjects: Map<Digest, Digest | null>;
  last: StoreView | null;
  /** Whether a layer may still come that was left where it came from: then the same index can mean more. */
  waits: boolean;
}
const knownOf = new WeakMap<ImageStore, Known>();

/** The name that a descriptor of an index carries; null for a dangling one. */
export const nameOfRoot = layoutName;

/**
 * Reads index.json and what it reaches into a graph. Documents are verified when they are first read and kept; a refresh
 * costs what is new. A root that cannot be read is left out and reported, so that one bad image does not hide the rest.
 */
export async function readStoreView(context: Pick<ActionContext, 'store'>): Promise<StoreView> {
  for (let i = 1; ; i++) {
    const state = await listState(context);
    const view = await readOnce(context);
    if (view.damaged.every(({ problem }) => !isMissing(problem))) return view;
    // What is missing may have been deleted with its image since the list was read.
    if ((await listState(context)) === state) return view;
    if (i < attempts) continue;
    const { index } = await context.store.readIndex();
    const listed = new Set(index.manifests.map(({ digest }) => digest));
    return { ...view, damaged: view.damaged.filter(({ digest }) => listed.has(digest)) };
  }
}

async function readOnce({ store }: Pick<ActionContext, 'store'>): Promise<StoreView> {
  let known = knownOf.get(store);
  if (!known)
    knownOf.set(
      store,
      (known = { images: new Map(), configs: new Map(), subjects: new Map(), last: null, waits: false }),
    );
  const { index, revision } = await store.readIndex();
  if (known.last?.graph.revision === revision && known.last.damaged.length === 0 && !known.waits)
    return known.last;
  const roots: GraphRoot[] = [];
  const closures = new Map<Digest, ReadonlyMap<Digest, number>>();
  const damaged: { digest: Digest; name: string | null; problem: Problem }[] = [];
  const reading = new Map<Digest, Promise<Omit<GraphRoot, 'name'>>>();
  const { images, configs, subjects } = known;
  const artifacts = new Map<Digest, ReferrerRoot>();
  const readRoot = (descriptor: OciDescriptor): Promise<Omit<GraphRoot, 'name'>> => {
    let root = reading.get(descriptor.digest);
    if (!root) {
      root = readImages(store, { images, configs }, descriptor, true).then(async (found) => ({
        digest: descriptor.digest,
        size: descriptor.size,
        blobs: await store.closureOf(descriptor),
        images: found,
      }));
      reading.set(descriptor.digest, root);
    }
    return root;
  };
  for (let from = 0; from < index.manifests.length; from += atOnce) {
    const some = index.manifests.slice(from, from + atOnce);
    // Opening files one after another is mostly waiting; in the end they stand in the order of the index all the same.
    const read = await Promise.allSettled(some.map(readRoot));
    for (const [i, outcome] of read.entries()) {
      const descriptor = some[i] as OciDescriptor;
      const name = nameOfRoot(descriptor);
      if (outcome.status === 'fulfilled') {
        if (outcome.value.images.length === 0) {
          const subject = subjects.get(descriptor.digest) ?? (await subjectOf(store, descriptor));
          subjects.set(descriptor.digest, subject);
          if (subject !== null)
            artifacts.set(descriptor.digest, { descriptor, subject, blobs: outcome.value.blobs });
        }
        closures.set(descriptor.digest, outcome.value.blobs);
        roots.push({ ...outcome.value, name });
        continue;
      }
      const problem = problemOf(outcome.reason);
      if (problem.code === 'internal') throw outcome.reason;
      damaged.push({ digest: descriptor.digest, name, problem });
    }
    await breathe();
  }
  damaged.push(...lackingOf(store, index.manifests, roots));
  const referrers = attachReferrers(closures, artifacts, roots);
  const steps = graphSteps({ revision, roots });
  let made = steps.next();
  for (; made.done !== true; made = steps.next()) await breathe();
  const held = new Set([...referrers.values()].flatMap((own) => own.map(({ digest }) => digest)));
  const view: StoreView = {
    graph: made.value,
    roots: index.manifests,
    closures,
    referrers,
    orphans: [...artifacts.values()].flatMap(({ descriptor }) =>
      held.has(descriptor.digest) ? [] : [descriptor],
    ),
    damaged,
    unfit: index.unfit ?? [],
  };
  known.last = view;
  known.waits = view.graph.layers.some(({ blobs }) => blobs.some(({ missing }) => missing !== undefined));
  return view;
}

/**
 * What an input that the store stands for lists and lacks: images, and blobs of those that are in the graph. Layers that it was saved
 * without are none of these: it is as it was meant to be, and who needs one is told then.
 */
function lackingOf(
  { lacks }: Pick<ImageStore, 'lacks'>,
  listed: readonly OciDescriptor[],
  roots: readonly GraphRoot[],
): readonly StoreView['damaged'][number][] {
  if (!lacks) return [];
  const blobsOf = new Map(
    roots.map(({ digest, images }) => [digest, images.flatMap(({ layers }) => layers)]),
  );
  const partly = listed.flatMap((descriptor) => {
    const lack = (blobsOf.get(descriptor.digest) ?? [])
      .map(({ blob }) => lacks.blobs.get(blob.digest))
      .find((each) => each !== undefined && each.problem.code !== 'layers-missing');
    return lack ? [{ digest: descriptor.digest, name: nameOfRoot(descriptor), problem: lack.problem }] : [];
  });
  return [...lacks.roots, ...partly];
}

/** Counts the blobs of referrers to the roots that they belong to, and gives the referrers by root. */
function attachReferrers(
  closures: Map<Digest, ReadonlyMap<Digest, number>>,
  artifacts: ReadonlyMap<Digest, ReferrerRoot>,
  roots: GraphRoot[],
): StoreView['referrers'] {
  const whole = new Map([...closures].filter(([digest]) => !artifacts.has(digest)));
  const byRoot = referrersByRoot(whole, [...artifacts.values()]);
  const found = new Map<Digest, readonly OciDescriptor[]>();
  for (const [root, own] of byRoot) {
    const blobs = new Map(whole.get(root));
    for (const referrer of own) for (const [digest, size] of referrer.blobs) blobs.set(digest, size);
    closures.set(root, blobs);
    for (const { descriptor } of own) closures.delete(descriptor.digest);
    const descriptors = own.map(({ descriptor }) => descriptor);
    found.set(root, descriptors);
  }
  for (const [i, root] of roots.entries())
    if (found.has(root.digest)) roots[i] = { ...root, blobs: closures.get(root.digest) ?? root.blobs };
  return found;
}

async function readImages(
  store: ImageStore,
  known: Pick<Known, 'images' | 'configs'>,
  descriptor: OciDescriptor,
  top: boolean,
  depth = 0,
  met = new MetDocuments(),
): Promise<readonly GraphImage[]> {
  const ready = known.images.get(descriptor.digest);
  if (ready) return [ready];
  const origin = storedOrigin(descriptor.digest);
  if (isIndexType(descriptor.mediaType)) {
    const found: GraphImage[] = [];
    if (depth >= nesting || !met.isNew(descriptor, depth)) return found;
    for (const child of parseIndex(await store.readDocument(descriptor.digest), origin).manifests) {
      if ((await store.sizeOf(child.digest)) !== null)
        for (const image of await readImages(store, known, child, false, depth + 1, met))
          found.push(
            isIndexType(child.mediaType)
              ? image
              : { ...image, listed: child.platform ? platformText(child.platform) : '' },
          );
    }
    return found;
  }
  if (!isManifestType(descriptor.mediaType)) return [];
  const manifest = parseManifest(await store.readDocument(descriptor.digest), origin);
  if (!isImageManifest(manifest, descriptor)) return [];
  if (!top && (await store.sizeOf(manifest.config.digest)) === null) return [];
  const image = await readImage(store, known, descriptor.digest, manifest);
  // Facts that are missing may come later, when the index of a layer has been made again.
  if (image.layers.every(({ tarSize, blob }) => tarSize !== null || blob.encrypted))
    known.images.set(descriptor.digest, image);
  return [image];
}

/** What is held of a config for as long as the store is open. */
function graphConfig({
  created,
  os,
  architecture,
  variant,
  history,
  diffIds,
  runtime,
}: ImageConfig): GraphConfig {
  const { labels, areCut } = heldLabels(runtime.labels);
  const facts = { created, os, architecture, variant, history, diffIds, runtime: { labels } };
  return areCut ? { ...facts, labelsCut: true } : facts;
}

/** A graph whose images have their labels whole, for whoever decides something by them. Throws `blob-damaged`. */
export async function withWholeLabels<G extends Pick<ImageGraph, 'images'>>(
  { store }: Pick<ActionContext, 'store'>,
  graph: G,
): Promise<G> {
  if (graph.images.every(({ labelsCut }) => labelsCut === undefined)) return graph;
  const images: ImageNode[] = [];
  for (const image of graph.images) {
    if (!image.labelsCut) {
      images.push(image);
      continue;
    }
    const { runtime } = parseImageConfig(await store.readDocument(image.id), storedOrigin(image.id));
    images.push({ ...image, labels: runtime.labels });
  }
  return { ...graph, images };
}

async function readImage(
  store: ImageStore,
  known: Pick<Known, 'images' | 'configs'>,
  digest: Digest,
  manifest: OciManifest,
): Promise<GraphImage> {
  const id = parseImageId(manifest.config.digest);
  let config = known.configs.get(id);
  if (!config) {
    const parsed = parseImageConfig(await store.readDocument(id), storedOrigin(id));
    config = { config: graphConfig(parsed), chainIds: chainIds(parsed.diffIds, sha256) };
    known.configs.set(id, config);
  }
  const { diffIds } = config.config;
  const layers: GraphImage['layers'][number][] = [];
  for (const [i, layer] of manifest.layers.entries()) {
    const diffId = diffIds[i];
    if (diffId === undefined) continue;
    const facts = await store.factsOf(layer.digest);
    const isMissing = isForeignLayerType(layer.mediaType) && (await store.sizeOf(layer.digest)) === null;
    layers.push({
      blob: {
        digest: layer.digest,
        size: layer.size,
        mediaType: layer.mediaType,
        compression: facts?.compression ?? compressionOfType(layer.mediaType),
        ...(isEncryptedLayerType(layer.mediaType) ? { encrypted: true as const } : {}),
        ...(isMissing ? { missing: { urls: layer.urls ?? [] } } : {}),
      },
      diffId,
      // Plain, as its digest says; one that is elsewhere may come later.
      tarSize: facts?.tarSize ?? ((layer.digest as string) === diffId && !isMissing ? layer.size : null),
      ...(facts?.brings ? { brings: facts.brings } : {}),
    });
  }
  return { id, manifest: digest, ...config, layers };
}
