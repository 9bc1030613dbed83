import { addBytes } from '../../../shared/image/bytes';
import { existsSync } from 'node:fs';
import type { ChainId, Digest, DiffId, ImageId } from '../../../shared/image/digest';
import type { ImageNode, LayerBlob } from '../../../shared/graph/imageGraph';
import { displayName } from '../../../shared/graph/sharing';
import { storedOrigin } from '../../../shared/image/jsonDocument';
import { parseManifest } from '../../../shared/image/manifest';
import { parseImageConfig } from '../../../shared/image/imageConfig';
import { isGlob, unescapeGlob } from '../../../shared/image/glob';
import { shown } from '../../../shared/image/hiddenText';
import { problem } from '../../../shared/image/problem';
import { parseReference } from '../../../shared/image/reference';
import { rewrittenConfig } from '../../../shared/image/rewriteConfig';
import { patternReadings } from '../../../shared/layer/patternReadings';
import { pathRemoval } from '../../../shared/layer/removePaths';
import type { OutCompression } from '../../tar/compress';
import type { JobOptions, JobOutput } from '../../worker/jobs';
import { addImage, layerTypeBeside, type AddedImage, type NewImage } from './addImage';
import { checkDigest } from '../ground/blobDigest';
import type { ActionContext, Run } from '../ground/context';
import { namingImages } from '../images/damageOf';
import { imageLayers, type ImageLayer } from '../images/imageLayers';
import { openStoredLayer } from '../images/storedLayers';
import { stagePackedLayer } from './newLayer';
import { imageById } from '../images/resolveImage';
import { readStoreView } from '../images/storeView';

/** All paths: where else their contents stand is looked for by each. A layer's members are bounded. */
const allPaths = Number.MAX_SAFE_INTEGER;

/** Paths that are told of what a word took. */
const pathsTold = 3;

/** A layer that a rewrite changes. */
export interface ChangedLayer {
  /** From the base, 1 up. */
  readonly number: number;
  readonly chainId: ChainId;
  readonly createdBy: string;
  /** Entries that go, deletions of paths that go included, with the bytes of their files. */
  readonly entries: number;
  readonly bytes: number;
  /** Their paths, sorted. */
  readonly paths: readonly string[];
  /** Bytes of its blob now. */
  readonly storedBytes: number;
}

/** What a word with `*`, `?`, `[` or an escape was taken for. */
export interface TakenWord {
  readonly word: string;
  /** As a path that is there, and not as a pattern. */
  readonly literal: boolean;
  /** Paths of all layers that go by it, what is below them included. */
  readonly count: number;
  /** The first of them. */
  readonly paths: readonly string[];
}

/** What a rewrite would give, and what sharing it would lose. */
export interface RewritePreview {
  readonly layers: readonly ChangedLayer[];
  readonly taken: readonly TakenWord[];
  /** Layers that stay as they are, with the same blobs. */
  readonly kept: number;
  /** Bytes of the files that go, unpacked. */
  readonly removedBytes: number;
  /** Of the changed layers' blobs: what deleting the old image frees, and what other images go on needing. */
  readonly freedBytes: number;
  readonly sharedBytes: number;
  readonly sharedWith: readonly string[];
}

/** What a rewrite came to. */
export interface RewrittenImage extends AddedImage {
  readonly layers: readonly ChangedLayer[];
  readonly taken: readonly TakenWord[];
  readonly kept: number;
  /** Bytes of the new blobs. */
  readonly layerBytes: number;
}

interface RewritePlan extends RewritePreview {
  /** As they fit. */
  readonly patterns: readonly string[];
  /** The same as they are typed. */
  readonly said: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
  /** By layer: entries, by their count, that go beyond what patterns say of their real paths. */
  readonly more: readonly (readonly number[])[];
  /** By layer. */
  readonly indexes: readonly string[];
  readonly image: ImageNode;
  readonly all: readonly ImageLayer[];
}

/** Throws `removal-invalid` for words of which one cannot be meant. */
function checkWords(words: readonly string[]): void {
  const canBe = (word: string): boolean =>
    patternReadings(word).some(({ pattern }) => pathRemoval([pattern]) !== null);
  if (!words.every(canBe)) throw problem('removal-invalid', { paths: words.join(', ') });
}

/** What words took that may be patterns. */
function takenBy(
  words: readonly string[],
  { meant, aliases, layers }: Pick<JobOutput<'plan-rewrite'>, 'meant' | 'aliases' | 'layers'>,
): readonly TakenWord[] {
  return words.flatMap((word, i): TakenWord[] => {
    const reading = meant[i];
    if (!reading || (!isGlob(word) && unescapeGlob(word) === word)) return [];
    const removal = pathRemoval([reading.pattern], aliases);
    const all = new Set(layers.flatMap(({ paths }) => paths.filter((path) => removal?.has(path))));
    return [{ word, literal: reading.literal, count: all.size, paths: [...all].sort().slice(0, pathsTold) }];
  });
}

async function plan(
  context: ActionContext,
  { image: id, patterns: typed }: { readonly image: ImageId; readonly patterns: readonly string[] },
  options: JobOptions = {},
): Promise<RewritePlan> {
  checkWords(typed);
  const view = await readStoreView(context);
  const image = imageById(view.graph, id);
  const label = displayName(image);
  const all = imageLayers(view, image);
  const indexes: string[] = [];
  for (const { blob } of all) indexes.push((await openStoredLayer(context, blob, options)).indexPath);
  const found = await context.pool.run(
    'plan-rewrite',
    { layers: indexes, words: typed, limit: allPaths, label },
    options,
  );
  if (found.unused.length > 0)
    throw problem('nothing-to-remove', { name: label, paths: found.unused.join(', ') });
  const layers = all.flatMap(({ blob, node }, i): ChangedLayer[] => {
    const { entries = 0, bytes = 0, paths = [] } = found.layers[i] ?? {};
    if (entries === 0) return [];
    const { chainId, createdBy } = node;
    return [{ number: i + 1, chainId, createdBy, entries, bytes, paths, storedBytes: blob.size }];
  });
  const chains = new Set(layers.map(({ chainId }) => chainId));
  const diffs = new Set(all.flatMap(({ node }) => (chains.has(node.chainId) ? [node.diffId] : [])));
  const nodes = new Map(view.graph.layers.map((node) => [node.chainId, node]));
  const others = view.graph.images.filter(
    (other) =>
      other.id !== image.id &&
      other.layers.some((chain) => diffs.has(nodes.get(chain)?.diffId ?? ('' as DiffId))),
  );
  const held = new Set(
    others.flatMap((other) => other.layers.flatMap((chain) => nodes.get(chain)?.diffId ?? [])),
  );
  const sum = (shared: boolean): number => {
    const blobs = new Map(
      all.flatMap(({ node, blob }) =>
        chains.has(node.chainId) && held.has(node.diffId) === shared ? [[blob.digest, blob.size]] : [],
      ),
    );
    return [...blobs.values()].reduce((bytes, size) => addBytes(bytes, size), 0);
  };
  return {
    image,
    patterns: found.meant.map(({ pattern }) => pattern),
    said: found.meant.map(({ text }) => text),
    taken: takenBy(typed, found),
    aliases: found.aliases,
    more: found.layers.map(({ more }) => more),
    indexes,
    all,
    layers,
    kept: all.length - layers.length,
    removedBytes: layers.reduce((bytes, layer) => addBytes(bytes, layer.bytes), 0),
    freedBytes: sum(false),
    sharedBytes: sum(true),
    sharedWith: others.map(displayName),
  };
}

/** Works out a rewrite without making it. Throws `image-not-found`, `removal-invalid`, `nothing-to-remove`, `layer-invalid`, `blob-damaged`, `cancelled`. */
export async function previewRewrite(
  context: ActionContext,
  what: { readonly image: ImageId; readonly patterns: readonly string[] },
  signal?: AbortSignal,
): Promise<RewritePreview> {
  return namingImages(context, [what.image], () => preview(context, what, signal));
}

async function preview(
  context: ActionContext,
  what: { readonly image: ImageId; readonly patterns: readonly string[] },
  signal?: AbortSignal,
): Promise<RewritePreview> {
  const planned = await plan(context, what, signal ? { signal } : {});
  const { layers, taken, kept, removedBytes, freedBytes, sharedBytes, sharedWith } = planned;
  return { layers, taken, kept, removedBytes, freedBytes, sharedBytes, sharedWith };
}

/** The blobs that the image's own manifest lists: a layer may be stored in other forms for other images. */
async function ownBlobs(
  { store }: Pick<ActionContext, 'store'>,
  image: ImageNode,
  all: readonly ImageLayer[],
): Promise<readonly LayerBlob[]> {
  const [digest] = image.manifests;
  if (digest === undefined) return all.map(({ blob }) => blob);
  const { layers } = parseManifest(await store.readDocument(digest), storedOrigin(digest));
  return all.map(({ node, blob }, i) => node.blobs.find((each) => each.digest === layers[i]?.digest) ?? blob);
}

/** What a layer is packed with anew: what it was, where its family has a media type for that. */
function packedLike({ compression }: LayerBlob, family: readonly LayerBlob[]): OutCompression {
  if (compression !== 'gzip' && compression !== 'zstd') return 'none';
  return layerTypeBeside(family, compression) === layerTypeBeside(family, 'none') ? 'none' : compression;
}

/** An image, the paths that go, and the new image's name; null leaves it dangling. */
interface Rewriting {
  readonly image: ImageId;
  readonly patterns: readonly string[];
  readonly reference: string | null;
  /** The image that was shown to have the name, null: none; from another it is not taken. */
  readonly holder?: ImageId | null | undefined;
}

/**
 * Makes an image that has some paths in none of its layers, under `reference` or dangling; the old one stays. Patterns are
 * words as people type them (`patternReadings`). Layers that hold none of them stay as they are; the others are written anew without them, packed as
 * they were. What a path is follows links: those of the layer on the way to an entry, and those of the image on the way to a
 * pattern. The result is proved before it counts. A hard link to a file that goes becomes the file. The same image and patterns give the same image ID. Throws what
 * {@link previewRewrite} throws, and `removal-unproved`, `reference-invalid`, `layer-invalid`, `disk-full`, `cancelled`.
 */
export async function rewriteImage(
  context: ActionContext,
  what: Rewriting,
  run: Run,
): Promise<RewrittenImage> {
  return namingImages(context, [what.image], () => rewrite(context, what, run));
}

async function rewrite(context: ActionContext, what: Rewriting, run: Run): Promise<RewrittenImage> {
  run.report({ phase: 'starting', done: 0, total: null });
  if (what.reference !== null) parseReference(what.reference);
  const planned = await plan(context, what, { signal: run.signal });
  const { image, all, layers, taken, kept, patterns, said, aliases, more, indexes } = planned;
  const changed = new Set(layers.map(({ number }) => number - 1));
  const own = await ownBlobs(context, image, all);
  const packings = own.map((blob) => packedLike(blob, own));
  // Two passes over what is stored of a changed layer, one over the others; what is packed is read once more plain, and once packed.
  let total = all.reduce((sum, { blob }, i) => addBytes(sum, blob.size * (changed.has(i) ? 2 : 1)), 0);
  for (const i of changed) {
    const layer = all[i];
    if (layer && packings[i] !== 'none')
      total += layer.blob.size + (await openStoredLayer(context, layer.blob)).facts.tarSize;
  }
  let done = 0;
  let layerBytes = 0;
  const ingest = await context.store.beginIngest();
  try {
    const made: (NewImage['layers'][number] & { readonly diffId: DiffId })[] = [];
    const inside: { readonly before: string; readonly after: string }[] = [];
    const staged = new Map<Digest, string>();
    for (const [i, { digest, diffId, blob }] of all.entries()) {
      const onBytes = (bytes: number): void => {
        done = Math.min(total, done + bytes);
        run.report({ phase: 'writing', done, total, layer: i + 1, layers: all.length });
      };
      const before = indexes[i] ?? '';
      if (!changed.has(i)) {
        // The proof rests on what the layer's index says of it.
        await checkDigest(context, blob, { signal: run.signal, onBytes });
        made.push({ digest: blob.digest, size: blob.size, mediaType: blob.mediaType, diffId });
        inside.push({ before, after: before });
        continue;
      }
      const input = {
        layer: { file: context.store.fileOf(blob), digest, diffId },
        patterns,
        aliases,
        more: more[i] ?? [],
        label: displayName(image),
      };
      const compression = packings[i] ?? 'none';
      const written = await stagePackedLayer(
        context,
        ingest,
        { compression, label: displayName(image) },
        (to) => context.pool.run('filter-layer', { ...input, ...to }, { signal: run.signal, onBytes }),
        { signal: run.signal, onBytes },
      );
      layerBytes = addBytes(layerBytes, written.size);
      if (existsSync(written.indexPath)) staged.set(written.digest, written.indexPath);
      // The same layer may have been made before: then its index is there.
      const after = staged.get(written.digest) ?? (await openStoredLayer(context, written)).indexPath;
      inside.push({ before, after });
      made.push({
        digest: written.digest,
        size: written.size,
        mediaType: layerTypeBeside(own, compression),
        diffId: written.diffId,
      });
    }
    const label = displayName(image);
    const { fault } = await context.pool.run(
      'prove-rewrite',
      { layers: inside, patterns, aliases, label },
      { signal: run.signal },
    );
    if (fault !== null) throw problem('removal-unproved', { name: label, path: fault });
    run.report({ phase: 'committing', done: total, total });
    const { document } = parseImageConfig(
      await context.store.readDocument(image.id),
      storedOrigin(image.id, displayName(image)),
    );
    const config = rewrittenConfig(document, {
      diffIds: made.map(({ diffId }) => diffId),
      changed,
      createdBy: `stratigraph rewrite ${said.map((pattern) => `--remove ${shown(pattern)}`).join(' ')}`,
      comment: `rewritten from ${image.id}`,
    });
    const added = await addImage(
      context,
      ingest,
      { config, layers: made, reference: what.reference, holder: what.holder },
      run,
    );
    return { ...added, layers, taken, kept, layerBytes };
  } finally {
    await ingest.abort();
  }
}
