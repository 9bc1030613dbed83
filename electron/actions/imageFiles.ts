import type { Digest } from '../../shared/image/digest';
import { isReadable, type ImageNode } from '../../shared/graph/imageGraph';
import { displayName } from '../../shared/graph/sharing';
import { problem } from '../../shared/image/problem';
import { normalisePath } from '../../shared/layer/entryPath';
import type { LayerEntry } from '../../shared/layer/entry';
import { impliedFacts, linkLimit } from '../../shared/layer/layerShape';
import { LayerNames, type LayerName } from '../../shared/layer/layerNames';
import { LayerStack, stackProblem, toStackEntry } from '../../shared/layer/stackLayers';
import { readLayerEntries } from '../index/layerIndex';
import { streamFile, type OpenLayer } from '../index/openLayer';
import type { SizedBlob } from '../store/contentStore';
import type { ActionContext } from './context';
import { namingDamage, namingLayerDamage } from './damageOf';
import { imageLayers, type ImageLayer } from './imageLayers';
import { openStoredLayer } from './storedLayers';
import { layerById } from './resolveImage';
import type { StoreView } from './storeView';

/** An object of a tree with the layer that it comes from: null for a directory that no archive lists. */
export interface TreeFile {
  readonly path: string;
  readonly entry: LayerEntry;
  readonly layer: ImageLayer | null;
  /** Of what has several names, and of a hard link in one layer alone, the entry that has its contents. */
  readonly body?: LayerEntry;
}

/** A directory that no archive lists. */
const impliedAt = (path: string): TreeFile => ({
  path,
  entry: { ...impliedFacts, kind: 'directory', path },
  layer: null,
});

interface Known {
  readonly entry: LayerEntry;
  readonly layer: ImageLayer;
}

/** A name of a tree. */
interface TreeName {
  readonly name: string;
  readonly parent: TreeName | null;
  /** Null until it is added: a directory that is known by what is in it. */
  file: TreeFile | null;
  /** Null where nothing is in it. */
  inside: Map<string, TreeName> | null;
}

/** The root filesystem of an image, or what one layer alone comes to, known from the indexes of its layers. */
export class FileTree {
  private readonly root: TreeName = { name: '', parent: null, file: null, inside: null };

  /** Adds an object and the directories above it. */
  add(file: TreeFile): void {
    let at = this.root;
    if (file.path !== '')
      for (const name of file.path.split('/')) {
        const inside: Map<string, TreeName> = (at.inside ??= new Map<string, TreeName>());
        let next = inside.get(name);
        if (!next) inside.set(name, (next = { name, parent: at, file: null, inside: null }));
        at = next;
      }
    at.file = file;
  }

  /** What is at a path. Links on the way are followed within the tree, the last one when `follow`. Null: nothing. */
  find(path: string, follow: boolean): TreeFile | null {
    const at = this.walk(path, follow);
    return at && fileOf(at);
  }

  private walk(path: string, follow: boolean): TreeName | null {
    // A step costs the same however long the way is: forty targets have room for a great many.
    const ahead = path.split('/').reverse();
    let at = this.root;
    let links = 0;
    for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
      if (name === '' || name === '.') continue;
      if (name === '..') {
        at = at.parent ?? this.root;
        continue;
      }
      const next = at.inside?.get(name);
      if (!next) return null;
      const entry = next.file?.entry;
      if (entry?.kind === 'symlink' && (follow || ahead.some((each) => each !== '' && each !== '.'))) {
        if (++links > linkLimit) return null;
        if (entry.target.startsWith('/')) at = this.root;
        for (const part of entry.target.split('/').reverse()) ahead.push(part);
      } else at = next;
    }
    return at;
  }

  /** What is directly in a directory, by name. */
  inside(path: string): readonly TreeFile[] {
    let at: TreeName | undefined = this.root;
    for (const name of path === '' ? [] : path.split('/')) at = at?.inside?.get(name);
    const names = [...(at?.inside ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
    return names.map(([, name]) => fileOf(name));
  }
}

/** What stands at a name: a directory where nothing says otherwise. */
function fileOf(name: TreeName): TreeFile {
  if (name.file) return name.file;
  const parts: string[] = [];
  for (let at = name; at.parent; at = at.parent) parts.push(at.name);
  return impliedAt(parts.reverse().join('/'));
}

/** Whether an object is a directory; `opaque` is one that hides what is below. */
export const isDirectory = ({ entry: { kind } }: TreeFile): boolean =>
  kind === 'directory' || kind === 'opaque';

/**
 * The tree of an image. With `layer` (a chain ID of it) that layer alone, deletions included. Throws `layer-not-found`,
 * `layer-invalid`, `blob-damaged`.
 */
export function fileTree(
  context: Pick<ActionContext, 'store' | 'pool'>,
  view: StoreView,
  image: ImageNode,
  layer: string | null,
): Promise<FileTree> {
  return namingDamage(view, [image], () => treeOf(context, imageLayers(view, image, layer), image, layer));
}

async function treeOf(
  context: Pick<ActionContext, 'store' | 'pool'>,
  layers: readonly ImageLayer[],
  image: ImageNode,
  layer: string | null,
): Promise<FileTree> {
  const tree = new FileTree();
  const stack = new LayerStack<Known>();
  const label = displayName(image);
  for (const each of layers) {
    if (layer !== null) {
      for (const { path, entry, body } of await namesOf(context, each.blob, label))
        tree.add({ path, entry, layer: each, body });
      continue;
    }
    const { indexPath } = await openStoredLayer(context, each.blob);
    try {
      const stacking = stack.begin();
      for await (const entry of readLayerEntries(indexPath)) {
        const stacked = toStackEntry(entry, { entry, layer: each });
        if (stacked) stacking.put(stacked);
      }
      stacking.end();
    } catch (thrown) {
      throw stackProblem(thrown, label);
    }
  }
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

/** A path as it was typed, for trees: without leading and trailing slashes. Throws `file-not-found`. */
export function typedPath(path: string): string {
  const normal = normalisePath(path);
  if (normal === null) throw problem('file-not-found', { path });
  return normal;
}

/** The contents of a file of a tree, piece by piece; read from its layer without unpacking that. Throws `file-unreadable`, `blob-damaged`. */
export async function* readTreeFile(
  context: Pick<ActionContext, 'store' | 'pool'>,
  { path, entry: named, layer, body }: TreeFile,
): AsyncGenerator<Uint8Array> {
  const entry = body ?? named;
  if (entry.kind !== 'file' || layer === null) {
    const reason = entry.kind === 'directory' || entry.kind === 'opaque' ? 'EISDIR' : 'EINVAL';
    throw problem('file-unreadable', { path: `/${path}`, reason });
  }
  const open: OpenLayer = await openStoredLayer(context, layer.blob);
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
  fits: (path: string) => boolean,
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
    const names = await namingLayerDamage(view, layer, () =>
      namesOf(context, blob, [...images][0] ?? digest),
    );
    for (const { path, entry, implied } of names)
      if (path !== '' && !implied && fits(path)) yield { path, entry, layer, images: [...images] };
  }
}
