import { existsSync } from 'node:fs';
import type { ChainId, Digest, DiffId, ImageId } from '../../shared/image/digest';
import type { ImageNode, LayerBlob } from '../../shared/graph/imageGraph';
import { displayName } from '../../shared/graph/sharing';
import { storedOrigin } from '../../shared/image/jsonDocument';
import { parseManifest } from '../../shared/image/manifest';
import { parseImageConfig } from '../../shared/image/imageConfig';
import { problem } from '../../shared/image/problem';
import { parseReference } from '../../shared/image/reference';
import { rewrittenConfig } from '../../shared/image/rewriteConfig';
import type { LayerEntry } from '../../shared/layer/entry';
import { normalisePath } from '../../shared/layer/entryPath';
import { LayerRemoval, type RemovalPlan } from '../../shared/layer/layerRemoval';
import { entryTree, removalFault, type EntryTree } from '../../shared/layer/proveRemoval';
import { isPlainPath, pathRemoval, type PathRemoval } from '../../shared/layer/removePaths';
import { LayerStack, stackProblem, toStackEntry, type Stacked } from '../../shared/layer/stackLayers';
import { readLayerEntries } from '../index/layerIndex';
import type { OutCompression } from '../tar/compress';
import { addImage, layerTypeBeside, type AddedImage, type NewImage } from './addImage';
import { checkDigest } from './blobDigest';
import type { ActionContext, Run } from './context';
import { FileTree } from './imageFiles';
import { imageLayers, type ImageLayer } from './imageLayers';
import { openStoredLayer } from './storedLayers';
import { stagePackedLayer } from './newLayer';
import { imageById } from './resolveImage';
import { readStoreView, type StoreView } from './storeView';

/** Paths that are listed of a layer at the most. */
const pathsListed = 1000;

/** A layer that a rewrite changes. */
export interface ChangedLayer {
  /** From the base, 1 up. */
  readonly number: number;
  readonly chainId: ChainId;
  readonly createdBy: string;
  /** Entries that go, deletions of paths that go included, with the bytes of their files. */
  readonly entries: number;
  readonly bytes: number;
  /** The first of them, by path. */
  readonly paths: readonly string[];
  /** Bytes of its blob now. */
  readonly storedBytes: number;
}

/** What a rewrite would give, and what sharing it would lose. */
export interface RewritePreview {
  readonly layers: readonly ChangedLayer[];
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
  readonly kept: number;
  /** Bytes of the new blobs. */
  readonly layerBytes: number;
}

/** What of a layer goes beyond what patterns say of its real paths: entries by their count. */
type More = readonly number[];

interface RewritePlan extends RewritePreview {
  readonly removal: PathRemoval;
  readonly aliases: Readonly<Record<string, string>>;
  /** By layer. */
  readonly more: readonly More[];
  readonly tree: EntryTree;
  readonly view: StoreView;
  readonly image: ImageNode;
  readonly all: readonly ImageLayer[];
}

/** Reads patterns; `removal-invalid` for one that cannot be meant. */
function removalOf(patterns: readonly string[], aliases: Readonly<Record<string, string>> = {}): PathRemoval {
  const removal = pathRemoval(patterns, aliases);
  if (!removal) throw problem('removal-invalid', { paths: patterns.join(', ') });
  return removal;
}

/** An entry of a layer with its data for a stack. */
interface Known {
  readonly entry: LayerEntry;
}

async function entriesOf(indexPath: string): Promise<readonly Known[]> {
  const entries: Known[] = [];
  for await (const entry of readLayerEntries(indexPath)) entries.push({ entry });
  return entries;
}

/** What layers come to. Throws `layer-invalid`. */
function stackOf(layers: readonly (readonly Known[])[], label: string): Stacked<Known> {
  const stack = new LayerStack<Known>();
  try {
    for (const entries of layers)
      stack.add(entries.flatMap((known) => toStackEntry(known.entry, known) ?? []));
  } catch (thrown) {
    throw stackProblem(thrown, label);
  }
  return stack.result();
}

/** Where plain paths lead to when links of the tree are on the way. */
function aliasesOf(
  patterns: readonly string[],
  { directories, nodes }: Stacked<Known>,
): Readonly<Record<string, string>> {
  const tree = new FileTree();
  for (const { path, data } of directories) if (data) tree.add({ path, entry: data.entry, layer: null });
  for (const [{ entry }, paths] of nodes) for (const path of paths) tree.add({ path, entry, layer: null });
  const aliases: Record<string, string> = {};
  for (const pattern of patterns) {
    const path = normalisePath(pattern) ?? '';
    const slash = path.lastIndexOf('/');
    const parent = slash < 0 || !isPlainPath(path) ? null : tree.find(path.slice(0, slash), true);
    if (parent === null) continue;
    const real = normalisePath(`${parent.path}/${path.slice(slash + 1)}`);
    if (real !== null && real !== path) aliases[pattern] = real;
  }
  return aliases;
}

/** What goes of a layer, of which `isHidden` are seen by nobody. Throws `layer-invalid`. */
function removed(
  entries: readonly Known[],
  removal: PathRemoval,
  { isHidden, label }: { readonly isHidden: (known: Known) => boolean; readonly label: string },
): RemovalPlan {
  const layer = new LayerRemoval(removal, (at) => {
    const known = entries[at];
    return known !== undefined && isHidden(known);
  });
  try {
    for (const { entry } of entries) layer.add(entry);
    return layer.plan();
  } catch (thrown) {
    throw stackProblem(thrown, label);
  }
}

/**
 * Holds the layers that were made against what was to come of it, by the tree that would be mounted: it is the old one less
 * the paths, and no layer has any of them. Throws `removal-unproved`.
 */
function prove(made: readonly (readonly Known[])[], { image, tree, removal }: RewritePlan): void {
  const name = displayName(image);
  const path =
    removalFault(tree, entryTree(stackOf(made, name)), removal) ??
    made.flatMap((entries) => removed(entries, removal, { isHidden: () => false, label: name }).gone)[0]
      ?.path;
  if (path !== undefined) throw problem('removal-unproved', { name, path });
}

async function plan(
  context: ActionContext,
  { image: id, patterns }: { readonly image: ImageId; readonly patterns: readonly string[] },
): Promise<RewritePlan> {
  removalOf(patterns);
  const view = await readStoreView(context);
  const image = imageById(view.graph, id);
  const label = displayName(image);
  const all = imageLayers(view, image);
  const stacked: (readonly Known[])[] = [];
  for (const { digest } of all)
    stacked.push(await entriesOf((await openStoredLayer(context, digest)).indexPath));
  const result = stackOf(stacked, label);
  const aliases = aliasesOf(patterns, result);
  const removal = removalOf(patterns, aliases);
  const layers: ChangedLayer[] = [];
  const more: More[] = [];
  for (const [i, { blob, node }] of all.entries()) {
    const entries = stacked[i] ?? [];
    const { gone, more: own } = removed(entries, removal, {
      isHidden: (known) => !result.nodes.has(known),
      label,
    });
    more.push(own);
    if (gone.length === 0) continue;
    const paths = [...new Set(gone.map(({ path }) => path))].sort();
    const bytes = gone.reduce((sum, each) => {
      const entry = entries[each.entry]?.entry;
      return sum + (entry?.kind === 'file' ? entry.size : 0);
    }, 0);
    layers.push({
      number: i + 1,
      chainId: node.chainId,
      createdBy: node.createdBy,
      entries: gone.length,
      bytes,
      paths: paths.slice(0, pathsListed),
      storedBytes: blob.size,
    });
  }
  const unused = removal.unused();
  if (unused.length > 0)
    throw problem('nothing-to-remove', { name: displayName(image), paths: unused.join(', ') });
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
    return [...blobs.values()].reduce((bytes, size) => bytes + size, 0);
  };
  return {
    view,
    image,
    removal,
    aliases,
    more,
    tree: entryTree(result),
    all,
    layers,
    kept: all.length - layers.length,
    removedBytes: layers.reduce((bytes, layer) => bytes + layer.bytes, 0),
    freedBytes: sum(false),
    sharedBytes: sum(true),
    sharedWith: others.map(displayName),
  };
}

/** Works out a rewrite without making it. Throws `image-not-found`, `removal-invalid`, `nothing-to-remove`, `layer-invalid`, `blob-damaged`. */
export async function previewRewrite(
  context: ActionContext,
  what: { readonly image: ImageId; readonly patterns: readonly string[] },
): Promise<RewritePreview> {
  const { layers, kept, removedBytes, freedBytes, sharedBytes, sharedWith } = await plan(context, what);
  return { layers, kept, removedBytes, freedBytes, sharedBytes, sharedWith };
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

/**
 * Makes an image that has some paths in none of its layers, under `reference` or dangling; the old one stays. Patterns are
 * read by `pathRemoval`. Layers that hold none of them stay as they are; the others are written anew without them, packed as
 * they were. What a path is follows links: those of the layer on the way to an entry, and those of the image on the way to a
 * pattern. The result is proved before it counts. A hard link to a file that goes becomes the file. The same image and patterns give the same image ID. Throws what
 * {@link previewRewrite} throws, and `removal-unproved`, `reference-invalid`, `layer-invalid`, `disk-full`, `cancelled`.
 */
export async function rewriteImage(
  context: ActionContext,
  what: {
    readonly image: ImageId;
    readonly patterns: readonly string[];
    readonly reference: string | null;
  },
  run: Run,
): Promise<RewrittenImage> {
  run.report({ phase: 'starting', done: 0, total: null });
  if (what.reference !== null) parseReference(what.reference);
  const planned = await plan(context, what);
  const { image, all, layers, kept, aliases, more } = planned;
  const changed = new Set(layers.map(({ number }) => number - 1));
  const own = await ownBlobs(context, image, all);
  const packings = own.map((blob) => packedLike(blob, own));
  // Two passes over what is stored of a changed layer, one over the others; what is packed is read once more plain, and once packed.
  let total = all.reduce((sum, { blob }, i) => sum + blob.size * (changed.has(i) ? 2 : 1), 0);
  for (const i of changed) {
    const layer = all[i];
    if (layer && packings[i] !== 'none')
      total += layer.blob.size + (await openStoredLayer(context, layer.digest)).facts.tarSize;
  }
  let done = 0;
  let layerBytes = 0;
  const ingest = await context.store.beginIngest();
  try {
    const made: (NewImage['layers'][number] & { readonly diffId: DiffId })[] = [];
    const inside: (readonly Known[])[] = [];
    const indexes = new Map<Digest, string>();
    for (const [i, { digest, diffId, blob }] of all.entries()) {
      const onBytes = (bytes: number): void => {
        done = Math.min(total, done + bytes);
        run.report({ phase: 'writing', done, total, layer: i + 1, layers: all.length });
      };
      if (!changed.has(i)) {
        // The proof rests on what the layer's index says of it.
        await checkDigest(context, digest, { signal: run.signal, onBytes });
        made.push({ digest: blob.digest, size: blob.size, mediaType: blob.mediaType, diffId });
        inside.push(await entriesOf((await openStoredLayer(context, digest)).indexPath));
        continue;
      }
      const input = {
        layer: { file: context.store.pathOf(digest), digest, diffId },
        patterns: what.patterns,
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
      layerBytes += written.size;
      if (existsSync(written.indexPath)) indexes.set(written.digest, written.indexPath);
      // The same layer may have been made before: then its index is there.
      const index = indexes.get(written.digest) ?? (await openStoredLayer(context, written.digest)).indexPath;
      inside.push(await entriesOf(index));
      made.push({
        digest: written.digest,
        size: written.size,
        mediaType: layerTypeBeside(own, compression),
        diffId: written.diffId,
      });
    }
    prove(inside, planned);
    run.report({ phase: 'committing', done: total, total });
    const { document } = parseImageConfig(
      await context.store.readDocument(image.id),
      storedOrigin(image.id, displayName(image)),
    );
    const config = rewrittenConfig(document, {
      diffIds: made.map(({ diffId }) => diffId),
      changed,
      createdBy: `stratigraph rewrite ${what.patterns.map((pattern) => `--remove ${pattern}`).join(' ')}`,
      comment: `rewritten from ${image.id}`,
    });
    const added = await addImage(context, ingest, { config, layers: made, reference: what.reference }, run);
    return { ...added, layers, kept, layerBytes };
  } finally {
    await ingest.abort();
  }
}
