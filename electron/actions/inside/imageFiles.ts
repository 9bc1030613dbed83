import type { Digest } from '../../../shared/image/digest';
import { isReadable, type ImageNode } from '../../../shared/graph/imageGraph';
import { displayName } from '../../../shared/graph/sharing';
import { wordReadings } from '../../../shared/image/hiddenText';
import { problem } from '../../../shared/image/problem';
import { lexicalPath } from '../../../shared/layer/entryPath';
import type { LayerEntry } from '../../../shared/layer/entry';
import {
  impliedAt,
  MemoryTree,
  type FileTree as FileTreeOf,
  type TreeFile as TreeFileOf,
} from '../../../shared/layer/fileTree';
import { LayerNames, type LayerName } from '../../../shared/layer/layerNames';
import { LayerStack, stackProblem, toStackEntry } from '../../../shared/layer/stackLayers';
import { readLayerEntries } from '../../index/layerIndex';
import type { PathSearch } from '../../index/keptNames';
import { streamFile, type OpenLayer } from '../../index/openLayer';
import type { SizedBlob } from '../../store/contentStore';
import type { ActionContext } from '../ground/context';
import { damageOf, namingDamage } from '../images/damageOf';
import { imageLayers, type ImageLayer } from '../images/imageLayers';
import { keepTree, keptTree } from './keptTrees';
import { searchLayer } from './layerSearch';
import { openStoredContents, openStoredLayer } from '../images/storedLayers';
import { layerById } from '../images/resolveImage';
import type { StoreView } from '../images/storeView';

/** An object of a tree of an image. */
export type TreeFile = TreeFileOf<ImageLayer>;
/** The root filesystem of an image, or what one layer alone comes to, known from the indexes of its layers. */
export type FileTree = FileTreeOf<ImageLayer>;

/** A layer that the contents of a file are read from: one of the store, or the changes of a workspace, which are in none. */
type ReadLayer = ImageLayer | OpenLayer;

interface Known<L> {
  readonly entry: LayerEntry;
  readonly layer: L;
}

/** Whether an object is a directory; `opaque` is one that hides what is below. */
export const isDirectory = ({ entry: { kind } }: Pick<TreeFile, 'entry'>): boolean =>
  kind === 'directory' || kind === 'opaque';

/**
 * The tree of an image. With `layer` (a chain ID of it) that layer alone, deletions included. One that is large is kept, and
 * answers by path from then on. Throws `layer-not-found`, `layer-invalid`, `blob-damaged`.
 */
export async function fileTree(
  context: Pick<ActionContext, 'store' | 'pool'>,
  view: StoreView,
  image: ImageNode,
  layer: string | null,
): Promise<FileTree> {
  return namingDamage(view, [image], async () => {
    const layers = imageLayers(view, image, layer);
    const kept = keptTree(context.store, layers, layer === null);
    if (kept) return kept;
    const label = displayName(image);
    const tree = await (layer === null
      ? stackedTree(context, layers, label, [])
      : layerAlone(context, layers, label));
    await keepTree(context.store, layers, layer === null, tree);
    return tree;
  });
}

async function layerAlone(
  context: Pick<ActionContext, 'store' | 'pool'>,
  layers: readonly ImageLayer[],
  label: string,
): Promise<MemoryTree<ImageLayer>> {
  const tree = new MemoryTree<ImageLayer>();
  for (const layer of layers)
    for (const { path, entry, body } of await namesOf(context, layer.blob, label))
      tree.add({ path, entry, layer, body });
  return tree;
}

/** The tree that layers of the store come to, with layers on top that are not there. Throws as {@link fileTree} does. */
export async function stackedTree<O extends OpenLayer = never>(
  context: Pick<ActionContext, 'store' | 'pool'>,
  layers: readonly ImageLayer[],
  label: string,
  top: readonly O[],
): Promise<MemoryTree<ImageLayer | O>> {
  const tree = new MemoryTree<ImageLayer | O>();
  const stack = new LayerStack<Known<ImageLayer | O>>();
  const put = async (indexPath: string, layer: ImageLayer | O): Promise<void> => {
    try {
      const stacking = stack.begin();
      for await (const entry of readLayerEntries(indexPath)) {
        const stacked = toStackEntry(entry, { entry, layer });
        if (stacked) stacking.put(stacked);
      }
      stacking.end();
    } catch (thrown) {
      throw stackProblem(thrown, label);
    }
  };
  for (const layer of layers) await put((await openStoredLayer(context, layer.blob)).indexPath, layer);
  for (const layer of top) await put(layer.indexPath, layer);
  const { directories, nodes } = stack.result();
  for (const { path, data } of directories)
    tree.add(data ? { path, entry: { ...data.entry, path }, layer: data.layer } : impliedAt(path));
  for (const [data, paths] of nodes)
    for (const path of paths)
      tree.add({
        path,
        entry: { ...data.entry, path },
        layer: data.layer,
        ...(paths.length > 1 ? { body: data.entry } : {}),
      });
  return tree;
}

/** The names of one stored layer. Throws `layer-invalid`, `blob-damaged`. */
async function namesOf(
  context: Pick<ActionContext, 'store' | 'pool'>,
  blob: SizedBlob,
  label: string,
): Promise<Iterable<LayerName>> {
  const { indexPath } = await openStoredLayer(context, blob);
  const names = new LayerNames();
  try {
    for await (const entry of readLayerEntries(indexPath)) names.add(entry);
    return names.names();
  } catch (thrown) {
    throw stackProblem(thrown, label);
  }
}

/**
 * A path as it was typed, for trees: without leading and trailing slashes. `..` is taken by its letters, as Docker does, and does not leave
 * the root.
 */
export const typedPath = (path: string): string => lexicalPath(path);

/**
 * What stands at a path of a tree as it was typed, and the path (`wordReadings`). Null where
 * nothing is there.
 */
export function findTyped<T>(
  tree: { find(path: string, follow: boolean): T | null },
  word: string,
  follow: boolean,
): { readonly at: T; readonly path: string } | null {
  for (const meant of wordReadings(word)) {
    const path = typedPath(meant);
    const at = tree.find(path, follow);
    if (at !== null) return { at, path };
  }
  return null;
}

/** The contents of a file of a tree, piece by piece; read from its layer without unpacking that. Throws `file-unreadable`, `blob-damaged`. */
export async function* readTreeFile(
  context: Pick<ActionContext, 'store' | 'pool'>,
  { path, entry: named, layer, body }: TreeFileOf<ReadLayer>,
): AsyncGenerator<Uint8Array> {
  const entry = body ?? named;
  if (entry.kind !== 'file' || layer === null) {
    const reason = entry.kind === 'directory' || entry.kind === 'opaque' ? 'EISDIR' : 'EINVAL';
    throw problem('file-unreadable', { path: `/${path}`, reason });
  }
  const open = 'indexPath' in layer ? layer : await openStoredContents(context, layer.blob);
  yield* streamFile(open, entry);
}

/** Where a path is found: the layer, and the images that hold it. */
export interface PathHit {
  readonly path: string;
  readonly entry: LayerEntry;
  readonly layer: ImageLayer['node'];
  readonly images: readonly string[];
}

/** Every listed name in any layer of the store whose real path fits, layer by layer. Deletions are found, too. */
export async function* findPaths(
  context: Pick<ActionContext, 'store' | 'pool'>,
  view: StoreView,
  search: PathSearch,
): AsyncGenerator<PathHit> {
  const holders = new Map<string, string[]>();
  for (const image of view.graph.images)
    for (const chainId of image.layers) {
      const names = holders.get(chainId);
      if (names) names.push(displayName(image));
      else holders.set(chainId, [displayName(image)]);
    }
  // A blob under several chains is read once and belongs to the images of all of them.
  const seen = new Map<
    Digest,
    { readonly blob: SizedBlob; readonly chain: ImageLayer['node']['chainId']; readonly images: Set<string> }
  >();
  for (const { chainId, blobs } of view.graph.layers) {
    const blob = blobs.find(isReadable);
    if (blob === undefined) continue;
    const { digest } = blob;
    const found = seen.get(digest) ?? { blob, chain: chainId, images: new Set<string>() };
    for (const name of holders.get(chainId) ?? []) found.images.add(name);
    seen.set(digest, found);
  }
  for (const [digest, { blob, chain, images }] of seen) {
    const layer = layerById(view.graph, chain);
    const found = searchLayer(context, blob, search, () => namesOf(context, blob, [...images][0] ?? digest));
    try {
      for await (const hit of found) yield { ...hit, layer, images: [...images] };
    } catch (thrown) {
      throw damageOf(
        thrown,
        view.graph.layers,
        view.graph.images.filter(({ layers }) => layers.includes(chain)),
      );
    }
  }
}
