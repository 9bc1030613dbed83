import { addBytes } from '../../shared/image/bytes';
import type { ChainId, ImageId } from '../../shared/image/digest';
import { displayName } from '../../shared/graph/sharing';
import type { TreeComparison } from '../../shared/layer/compareTrees';
import { hashLayers, unhashed, withHashes } from './contentHashes';
import type { ActionContext, Run } from './context';
import { namingImages } from './damageOf';
import { imageLayers, type ImageLayer } from './imageLayers';
import { openStoredLayer } from './storedLayers';
import { imageById } from './resolveImage';
import { readStoreView } from './storeView';

/** Differences that are listed at the most. */
const differencesListed = 200_000;

/** How the files of two images differ. */
export interface FileComparison extends TreeComparison {
  /** Bytes of blobs to read before every content is compared; 0 when all are. */
  readonly bytesToRead: number;
}

/** What is compared. */
interface ComparedFiles {
  readonly first: ImageId;
  readonly second: ImageId;
  /** The layers of the two that are their top ones; null for all. */
  readonly upTo?: readonly [first: ChainId | null, second: ChainId | null];
  readonly contents: boolean;
}

/**
 * Compares the root filesystems of two images of the store by the indexes of their layers, without unpacking. With
 * `contents` layers that hold files of equal size are read and their files hashed, once for all times; without, such files
 * are told as `unread`. Throws `image-not-found`, `layer-invalid`, `blob-damaged`, `cancelled`.
 */
export async function compareFiles(
  context: Pick<ActionContext, 'store' | 'pool'>,
  what: ComparedFiles,
  run: Run,
): Promise<FileComparison> {
  return namingImages(context, [what.first, what.second], () => compareWithin(context, what, run));
}

async function compareWithin(
  context: Pick<ActionContext, 'store' | 'pool'>,
  what: ComparedFiles,
  run: Run,
): Promise<FileComparison> {
  const view = await readStoreView(context);
  const [firstTop, secondTop] = what.upTo ?? [null, null];
  const images = [
    imageById(view.graph, what.first, firstTop),
    imageById(view.graph, what.second, secondTop),
  ] as const;
  const layers: ImageLayer[] = [];
  const places = new Map<string, number>();
  const [first, second] = images.map((image) =>
    imageLayers(view, image).map((layer) => {
      const known = places.get(layer.diffId);
      if (known !== undefined) return known;
      places.set(layer.diffId, layers.length);
      return layers.push(layer) - 1;
    }),
  ) as [number[], number[]];
  const opened: (Pick<ImageLayer, 'digest' | 'diffId'> & { indexPath: string })[] = [];
  for (const { digest, diffId, blob } of layers) {
    let done = 0;
    const { indexPath } = await openStoredLayer(context, blob, {
      signal: run.signal,
      onBytes: (more) => run.report({ phase: 'reading', done: (done += more), total: blob.size }),
    });
    opened.push({ indexPath, digest, diffId });
  }
  const label = images.map(displayName).join(', ');
  const compare = (): Promise<TreeComparison> =>
    context.pool.run(
      'compare-trees',
      { layers: withHashes(context, opened), first, second, limit: differencesListed, label },
      { signal: run.signal },
    );
  const toRead = ({
    unread,
  }: TreeComparison): { digest: ImageLayer['digest']; diffId: ImageLayer['diffId']; size: number }[] =>
    unread.layers.flatMap((at) => {
      const layer = layers[at];
      return layer ? [{ digest: layer.digest, diffId: layer.diffId, size: layer.blob.size }] : [];
    });
  let found = await compare();
  // A sparse file has no hash, so that it stays `unread` when its layer was read: that ends it.
  if (what.contents && unhashed(context, toRead(found)).length > 0) {
    await hashLayers(context, toRead(found), run);
    found = await compare();
  }
  const bytesToRead = unhashed(context, toRead(found)).reduce((sum, { size }) => addBytes(sum, size), 0);
  return { ...found, bytesToRead };
}
