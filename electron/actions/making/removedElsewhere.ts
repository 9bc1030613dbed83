import { isReadable, type ImageNode } from '../../../shared/graph/imageGraph';
import { displayName } from '../../../shared/graph/sharing';
import type { DiffId, ImageId } from '../../../shared/image/digest';
import { LayerNames } from '../../../shared/layer/layerNames';
import { readContentHashes } from '../../index/contentHashes';
import { readLayerEntries } from '../../index/layerIndex';
import { hashLayers } from '../inside/contentHashes';
import type { ActionContext, Run } from '../ground/context';
import { namingImages } from '../images/damageOf';
import { imageById } from '../images/resolveImage';
import type { ChangedLayer } from './rewriteImage';
import { openStoredLayer } from '../images/storedLayers';
import { readStoreView } from '../images/storeView';

/** A place at which contents that a rewrite takes out stand all the same. */
export interface ElsewhereFile {
  readonly path: string;
  /** What people call the image that has it. */
  readonly image: string;
  /** The image that is rewritten has it, at a path that stays. */
  readonly own: boolean;
  /** The layer there, from the base, 1 up. */
  readonly layer: number;
}

/** Places that are told at the most. */
const mostTold = 100;
/** Shorter contents are no secret, and stand everywhere. Bytes. */
const leastBytes = 8;

/** A regular file of a layer: which one by the count of its index, its size, and its real paths. */
interface FileOf {
  readonly nth: number;
  readonly size: number;
  readonly paths: readonly string[];
}

/** The regular files of a layer that are wanted. */
async function filesOf(indexPath: string, isWanted: (size: number) => boolean): Promise<readonly FileOf[]> {
  const names = new LayerNames();
  /** By where the contents begin: a name of a layer is not the entry that it comes from. */
  const nth = new Map<number, number>();
  let files = 0;
  for await (const entry of readLayerEntries(indexPath)) {
    if (entry.kind === 'file') nth.set(entry.offset, files++);
    names.add(entry);
  }
  const found = new Map<number, { readonly size: number; readonly paths: string[] }>();
  for (const { path, body: file } of names.names()) {
    if (file.kind !== 'file' || file.offset < 0 || file.size < leastBytes || !isWanted(file.size)) continue;
    const at = nth.get(file.offset);
    if (at === undefined) continue;
    const known = found.get(at);
    if (known) known.paths.push(path);
    else found.set(at, { size: file.size, paths: [path] });
  }
  return [...found].map(([at, file]) => ({ nth: at, ...file }));
}

/**
 * Where contents of the files that a rewrite takes out stand elsewhere: at other paths of the image, whichever layer, and in other
 * images of the store, that of a shared layer included. Told by SHA-256; layers with a file of equal size are read for that, once for all
 * times. Sparse files are not compared, nor is the image `made` of the rewrite, which has of the old one's places those that stay. Throws what reading layers throws, `cancelled`.
 */
export async function removedElsewhere(
  context: ActionContext,
  what: { readonly image: ImageId; readonly layers: readonly ChangedLayer[]; readonly made?: ImageId },
  run: Run,
): Promise<{ readonly places: readonly ElsewhereFile[]; readonly count: number }> {
  return namingImages(context, null, () => find(context, what, run));
}

async function find(
  context: ActionContext,
  {
    image: id,
    layers: changed,
    made,
  }: { readonly image: ImageId; readonly layers: readonly ChangedLayer[]; readonly made?: ImageId },
  run: Run,
): Promise<{ readonly places: readonly ElsewhereFile[]; readonly count: number }> {
  const { graph } = await readStoreView(context);
  const image = imageById(graph, id);
  const nodes = new Map(graph.layers.map((node) => [node.chainId, node]));
  const going = new Map<DiffId, ReadonlySet<string>>();
  for (const { chainId, paths } of changed) {
    const diffId = nodes.get(chainId)?.diffId;
    if (diffId !== undefined) going.set(diffId, new Set(paths));
  }
  const stored = new Map(
    graph.layers.flatMap(({ diffId, blobs }) => {
      const blob = blobs.find(isReadable);
      return blob ? [[diffId, blob] as const] : [];
    }),
  );
  const isGone = (diffId: DiffId, { paths }: FileOf): boolean =>
    paths.every((path) => going.get(diffId)?.has(path) === true);
  const wanted = new Set<number>();
  const removed = new Map<DiffId, readonly FileOf[]>();
  for (const [diffId, paths] of going) {
    const blob = stored.get(diffId);
    if (!blob) continue;
    const { indexPath } = await openStoredLayer(context, blob);
    const files = (await filesOf(indexPath, () => true)).filter((file) =>
      file.paths.some((path) => paths.has(path)),
    );
    removed.set(diffId, files);
    for (const { size } of files) wanted.add(size);
  }
  if (wanted.size === 0) return { places: [], count: 0 };
  const candidates = new Map<DiffId, readonly FileOf[]>();
  for (const [diffId, blob] of stored) {
    const { indexPath } = await openStoredLayer(context, blob);
    const files = await filesOf(indexPath, (size) => wanted.has(size));
    if (files.length > 0) candidates.set(diffId, files);
  }
  const toHash = [...candidates.keys()].flatMap((diffId) => {
    const blob = stored.get(diffId);
    return blob ? [{ digest: blob.digest, diffId, size: blob.size }] : [];
  });
  await hashLayers(context, toHash, run);
  const hashes = new Map(
    toHash.map(({ digest, diffId }) => [
      diffId,
      readContentHashes(context.store.hashesPathOf(digest), diffId),
    ]),
  );
  const hashOf = (diffId: DiffId, { nth }: FileOf): string | null => hashes.get(diffId)?.hashOf(nth) ?? null;
  const contents = new Set(
    [...removed].flatMap(([diffId, files]) => files.flatMap((file) => hashOf(diffId, file) ?? [])),
  );
  const places: ElsewhereFile[] = [];
  let count = 0;
  const look = (holder: ImageNode): void => {
    for (const [i, chainId] of holder.layers.entries()) {
      const diffId = nodes.get(chainId)?.diffId;
      if (diffId === undefined) continue;
      for (const file of candidates.get(diffId) ?? []) {
        const hash = hashOf(diffId, file);
        const own = holder === image;
        if (hash === null || !contents.has(hash) || (own && isGone(diffId, file))) continue;
        for (const path of file.paths) {
          if (own && going.get(diffId)?.has(path)) continue;
          count++;
          if (places.length < mostTold) places.push({ path, image: displayName(holder), own, layer: i + 1 });
        }
      }
    }
  };
  for (const holder of [image, ...graph.images.filter((each) => each !== image && each.id !== made)])
    look(holder);
  return { places, count };
}
