import type { Digest, DiffId } from '../../shared/image/digest';
import type { ImageNode, LayerBlob, LayerNode } from '../../shared/graph/imageGraph';
import { problem } from '../../shared/image/problem';
import type { StoreView } from './storeView';

/** A layer of an image with the stored blob to read it from. */
export interface ImageLayer {
  readonly node: LayerNode;
  readonly blob: LayerBlob;
  readonly digest: Digest;
  readonly diffId: DiffId;
}

/**
 * The layers of an image from the base up, each with the blob that is cheapest to read: a plain one needs no
 * decompressing, and any of them gives the same layer. Throws `layer-not-found`.
 */
export function imageLayers(view: Pick<StoreView, 'graph'>, image: ImageNode): readonly ImageLayer[] {
  const byChain = new Map(view.graph.layers.map((layer) => [layer.chainId, layer]));
  return image.layers.map((chainId) => {
    const node = byChain.get(chainId);
    const blob = node?.blobs.find(({ compression }) => compression === 'none') ?? node?.blobs[0];
    if (!node || !blob) throw problem('layer-not-found', { name: chainId });
    return { node, blob, digest: blob.digest, diffId: node.diffId };
  });
}
