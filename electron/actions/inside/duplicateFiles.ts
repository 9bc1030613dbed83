import type { ChainId, ImageId } from '../../../shared/image/digest';
import type { DuplicateFiles, LayerShare } from '../../../shared/graph/duplicateFiles';
import { isReadable, type LayerNode } from '../../../shared/graph/imageGraph';
import { hashLayers, type LayerToHash } from './contentHashes';
import type { ActionContext, Run } from '../ground/context';
import { namingImages } from '../images/damageOf';
import { blobToRead } from '../images/imageLayers';
import { openStoredLayer } from '../images/storedLayers';
import { imageById, type ImageOrLayer } from '../images/resolveImage';
import { readStoreView } from '../images/storeView';

/** Files that are listed at the most. */
const filesListed = 2000;

/** A layer with equal files in others; its content may stand on several parents. */
export interface DuplicateLayer {
  readonly chainIds: readonly ChainId[];
  readonly diffId: LayerNode['diffId'];
  readonly createdBy: string;
  /** Images that hold it (at most 100), and how many do. */
  readonly images: readonly ImageId[];
  readonly imageCount: number;
}

/** Equal files in different layers of a store; copies count `layers`. */
export interface DuplicateReport extends DuplicateFiles {
  readonly layers: readonly DuplicateLayer[];
  /** The state of the store that it speaks of. */
  readonly revision: string;
}

/** A layer with its index, before it is known whether it has to be read. */
interface Opened extends LayerToHash, LayerShare {
  readonly nodes: readonly LayerNode[];
  readonly indexPath: string;
}

/** Images that are listed for a layer at the most. */
const imagesListed = 100;

/**
 * Finds files with equal contents in different layers (by diff ID) of the store, or of some of its images and layers. Sizes come from the
 * indexes; only layers that have a file of a size that another layer has, too, are read and hashed, once for all times.
 * Throws `image-not-found`, `blob-damaged`, `disk-full`, `cancelled`.
 */
export async function findDuplicateFiles(
  context: Pick<ActionContext, 'store' | 'pool'>,
  asked: readonly ImageOrLayer[] | null,
  run: Run,
): Promise<DuplicateReport> {
  const images = asked && asked.map((each) => (typeof each === 'string' ? each : each.image));
  return namingImages(context, images, () => duplicatesOf(context, asked, run));
}

async function duplicatesOf(
  context: Pick<ActionContext, 'store' | 'pool'>,
  asked: readonly ImageOrLayer[] | null,
  run: Run,
): Promise<DuplicateReport> {
  const { graph } = await readStoreView(context);
  const chosen =
    asked === null
      ? graph.images
      : asked.map((each) =>
          typeof each === 'string'
            ? imageById(graph, each)
            : { id: each.image, layers: [each.layer] satisfies readonly ChainId[] },
        );
  const holders = new Map<ChainId, ImageId[]>();
  for (const { id, layers } of chosen)
    for (const chainId of layers) {
      const list = holders.get(chainId);
      if (!list) holders.set(chainId, [id]);
      else if (!list.includes(id)) list.push(id);
    }
  const byDiff = new Map<string, LayerNode[]>();
  for (const layer of graph.layers) {
    if (!holders.has(layer.chainId)) continue;
    const list = byDiff.get(layer.diffId);
    if (list) list.push(layer);
    else byDiff.set(layer.diffId, [layer]);
  }
  const opened: Opened[] = [];
  for (const nodes of byDiff.values()) {
    const [node] = nodes;
    // A layer that is elsewhere or encrypted has no files to compare.
    if (!node?.blobs.some(isReadable)) continue;
    const blob = blobToRead(node);
    const { indexPath, facts } = await openStoredLayer(context, blob, { signal: run.signal });
    const { digest, size } = blob;
    opened.push({
      nodes,
      indexPath,
      digest,
      diffId: node.diffId,
      size,
      storedBytes: size,
      tarBytes: facts.tarSize,
    });
  }
  const options = { signal: run.signal };
  const paths = opened.map(({ indexPath }) => indexPath);
  const candidates = (await context.pool.run('duplicate-candidates', { layers: paths }, options)).flatMap(
    (at) => opened[at] ?? [],
  );
  await hashLayers(context, candidates, run);
  const found = await context.pool.run(
    'find-duplicates',
    {
      layers: candidates.map(({ indexPath, digest, diffId, storedBytes, tarBytes }) => ({
        indexPath,
        hashesPath: context.store.hashesPathOf(digest),
        diffId,
        storedBytes,
        tarBytes,
      })),
      limit: filesListed,
    },
    options,
  );
  return {
    ...found,
    revision: graph.revision,
    layers: candidates.map(({ nodes, diffId }) => {
      const images = new Set(nodes.flatMap(({ chainId }) => holders.get(chainId) ?? []));
      return {
        chainIds: nodes.map(({ chainId }) => chainId),
        diffId,
        createdBy: nodes[0]?.createdBy ?? '',
        images: [...images].slice(0, imagesListed),
        imageCount: images.size,
      };
    }),
  };
}
