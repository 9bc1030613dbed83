import { addBytes } from '../image/bytes';
import type { ChainId, Digest } from '../image/digest';
import { blobBytes } from './imageGraph';
import type { ImageNode, LayerNode } from './imageGraph';

/** What images take of layers. */
export interface LayerBytes {
  /** Together, as they are stored: each blob once. */
  readonly stored: number;
  /** One by one, each with the blobs that its own manifests name. */
  readonly alone: number;
  /** What sharing saves: the difference. */
  readonly saved: number;
}

type Image = Pick<ImageNode, 'layers' | 'forms'>;

/**
 * What sharing layers saves some images, of those layers that `layers` has: of a whole graph, of a family, of one layer. Every view that
 * says what is saved asks here. A layer that is stored twice counts for each image as the form that the image names; documents,
 * which no two images have in common, do not count. Linear in images and layers, but for images whose layers are stored twice.
 */
export function layerBytes(
  images: Iterable<Image>,
  layers: ReadonlyMap<ChainId, Pick<LayerNode, 'blobs' | 'size'>>,
): LayerBytes {
  const counted = new Set<Digest>();
  const whole = new Set<ChainId>();
  /** Layers of which all below are stored whole. */
  const walked = new Set<ChainId>();
  /** Bytes of all layers from the base up to one, in all their forms. */
  const chains = new Map<ChainId, number>();
  let stored = 0;
  let alone = 0;
  const store = (chainId: ChainId, form: ReadonlySet<Digest> | null): void => {
    if (form === null) {
      if (whole.has(chainId)) return;
      whole.add(chainId);
    }
    for (const blob of layers.get(chainId)?.blobs ?? []) {
      if (counted.has(blob.digest) || form?.has(blob.digest) === false) continue;
      counted.add(blob.digest);
      stored = addBytes(stored, blobBytes(blob));
    }
  };
  for (const { layers: chain, forms } of images) {
    let known = chain.length - 1;
    while (known >= 0 && !chains.has(chain[known] as ChainId)) known--;
    let bytes = known < 0 ? 0 : (chains.get(chain[known] as ChainId) ?? 0);
    for (const chainId of chain.slice(known + 1)) {
      bytes = addBytes(bytes, layers.get(chainId)?.size ?? 0);
      chains.set(chainId, bytes);
    }
    if (!forms) {
      for (let i = chain.length - 1; i >= 0 && !walked.has(chain[i] as ChainId); i--) {
        walked.add(chain[i] as ChainId);
        store(chain[i] as ChainId, null);
      }
      alone = addBytes(alone, bytes);
      continue;
    }
    for (const chainId of chain) {
      const form = forms[chainId];
      store(chainId, form ? new Set(form.blobs) : null);
      alone = addBytes(alone, form && layers.has(chainId) ? form.size : (layers.get(chainId)?.size ?? 0));
    }
  }
  return { stored, alone, saved: Math.max(0, alone - stored) };
}
