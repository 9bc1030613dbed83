import { shortDigest, type Digest, type DiffId } from '../../../shared/image/digest';
import { isReadable, type ImageNode, type LayerBlob, type LayerNode } from '../../../shared/graph/imageGraph';
import { ownLayer } from '../../../shared/graph/ownLayer';
import { problem } from '../../../shared/image/problem';
import type { StoreView } from './storeView';

/** A layer of an image with the stored blob to read it from. */
export interface ImageLayer {
  readonly node: LayerNode;
  readonly blob: LayerBlob;
  readonly digest: Digest;
  readonly diffId: DiffId;
}

/**
 * The blob of a layer that is cheapest to read: a plain one needs no decompressing, and any of them gives the same layer.
 * Throws `layer-elsewhere` where the store has none of them, `layer-encrypted`, `layer-not-found` where none is known.
 */
export function blobToRead({ chainId, blobs }: LayerNode): LayerBlob {
  const here = blobs.filter(isReadable);
  const blob = here.find(({ compression }) => compression === 'none') ?? here[0];
  if (blob) return blob;
  if (blobs.some(({ encrypted }) => encrypted))
    throw problem('layer-encrypted', { layer: shortDigest(chainId) });
  const urls = blobs.flatMap(({ missing }) => missing?.urls ?? []);
  throw blobs.length > 0
    ? problem('layer-elsewhere', { layer: shortDigest(chainId), urls: urls.join(', ') })
    : problem('layer-not-found', { name: chainId });
}

/**
 * The layers of an image from the base up, each with the blob to read it from; with `only` that one alone. Throws
 * `layer-not-found`, `layer-elsewhere`, `layer-encrypted`.
 */
export function imageLayers(
  view: Pick<StoreView, 'graph'>,
  image: ImageNode,
  only: string | null = null,
): readonly ImageLayer[] {
  const byChain = new Map(view.graph.layers.map((layer) => [layer.chainId, layer]));
  const wanted = image.layers.filter((chainId) => only === null || chainId === only);
  return wanted.map((chainId) => {
    const node = byChain.get(chainId);
    if (!node) throw problem('layer-not-found', { name: chainId });
    const blob = blobToRead(node);
    return { node: ownLayer(image, node), blob, digest: blob.digest, diffId: node.diffId };
  });
}
