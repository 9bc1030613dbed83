import { addBytes } from '../../../shared/image/bytes';
import type { ChainId, ImageId } from '../../../shared/image/digest';
import { displayName } from '../../../shared/graph/sharing';
import type { TreeComparison } from '../../../shared/layer/compareTrees';
import { hashLayers, unhashed, withHashes } from './contentHashes';
import type { ActionContext, Run } from '../ground/context';
import { namingImages } from '../images/damageOf';
import { imageLayers, type ImageLayer } from '../images/imageLayers';
import { openStoredLayer } from '../images/storedLayers';
import { imageById } from '../images/resolveImage';
import { readStoreView } from '../images/storeView';

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
  /** The store of the second image, where that is another one. */
  readonly other?: Stored;
}

type Stored = Pick<ActionContext, 'store' | 'pool'>;
/** A layer, with the store that it is read from. */
type ReadLayer = ImageLayer & { readonly from: Stored };

/**
 * Compares the root filesystems of two images by the indexes of their layers, without unpacking. With
 * `contents` layers that hold files of equal size are read and their files hashed, once for all times; without, such files
 * are told as `unread`. Throws `image-not-found`, `layer-invalid`, `blob-damaged`, `cancelled`.
 */
export async function compareFiles(context: Stored, what: ComparedFiles, run: Run): Promise<FileComparison> {
  const { first, second, other = context } = what;
  return namingImages(context, [first, second], () =>
    namingImages(other, [second], () => compareWithin(context, what, run)),
  );
}

async function compareWithin(context: Stored, what: ComparedFiles, run: Run): Promise<FileComparison> {
  const { other = context, upTo: [firstTop, secondTop] = [null, null] } = what;
  const view = await readStoreView(context);
  const otherView = other === context ? view : await readStoreView(other);
  const sides = [
    { from: context, view, image: imageById(view.graph, what.first, firstTop) },
    { from: other, view: otherView, image: imageById(otherView.graph, what.second, secondTop) },
  ] as const;
  const layers: ReadLayer[] = [];
  const places = new Map<string, number>();
  const [first, second] = sides.map(({ from, view: seen, image }) =>
    imageLayers(seen, image).map((layer) => {
      const known = places.get(layer.diffId);
      if (known !== undefined) return known;
      places.set(layer.diffId, layers.length);
      return layers.push({ ...layer, from }) - 1;
    }),
  ) as [number[], number[]];
  const opened: (Pick<ImageLayer, 'digest' | 'diffId'> & { indexPath: string; from: Stored })[] = [];
  for (const { digest, diffId, blob, from } of layers) {
    let done = 0;
    const { indexPath } = await openStoredLayer(from, blob, {
      signal: run.signal,
      onBytes: (more) => run.report({ phase: 'reading', done: (done += more), total: blob.size }),
    });
    opened.push({ indexPath, digest, diffId, from });
  }
  const label = sides.map(({ image }) => displayName(image)).join(', ');
  // Where the hashes are is asked anew each time: a store may have gone over to another place for them.
  const compare = (): Promise<TreeComparison> =>
    context.pool.run(
      'compare-trees',
      {
        layers: opened.flatMap(({ from, ...layer }) => withHashes(from, [layer])),
        first,
        second,
        limit: differencesListed,
        label,
      },
      { signal: run.signal },
    );
  const toRead = (
    { unread }: TreeComparison,
    store: Stored,
  ): { digest: ImageLayer['digest']; diffId: ImageLayer['diffId']; size: number }[] =>
    unread.layers.flatMap((at) => {
      const layer = layers[at];
      return layer?.from === store
        ? [{ digest: layer.digest, diffId: layer.diffId, size: layer.blob.size }]
        : [];
    });
  const stores = [...new Set([context, other])];
  let found = await compare();
  // A sparse file has no hash, so that it stays `unread` when its layer was read: that ends it.
  if (what.contents && stores.some((store) => unhashed(store, toRead(found, store)).length > 0)) {
    for (const store of stores) await hashLayers(store, toRead(found, store), run);
    found = await compare();
  }
  const bytesToRead = stores
    .flatMap((store) => unhashed(store, toRead(found, store)))
    .reduce((sum, { size }) => addBytes(sum, size), 0);
  return { ...found, bytesToRead };
}
