import type { ImageId } from '../../../shared/image/digest';
import type { ImageGraph, ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import { displayName } from '../../../shared/graph/sharing';
import { problem, problemOf } from '../../../shared/image/problem';
import type { ActionContext } from '../ground/context';
import { readStoreView } from './storeView';

/**
 * Says of a damaged blob whose layer it is, where one of these images has it: people know images by their names, and no digest.
 * A plain tar is verified by its diff ID; it is named by its blob, as `fsck` does. Anything else is given back as it was thrown.
 */
export function damageOf(
  thrown: unknown,
  layers: readonly LayerNode[],
  images: Iterable<ImageNode>,
): unknown {
  const found = problemOf(thrown);
  if (found.code !== 'blob-damaged' || found.facts.image !== undefined) return thrown;
  const { facts } = found;
  const nodes = new Map(layers.map((layer) => [layer.chainId, layer]));
  for (const image of images)
    for (const [i, chainId] of image.layers.entries()) {
      const node = nodes.get(chainId);
      const isTar = node?.diffId === facts.digest;
      const blob = node?.blobs.find(({ digest }) => digest === facts.digest) ?? (isTar && node.blobs[0]);
      if (!blob) continue;
      const reason = blob.digest !== facts.digest && facts.reason === 'digest' ? 'diff-id' : facts.reason;
      const whose = { image: displayName(image), layer: i + 1, layers: image.layers.length };
      return problem('blob-damaged', { ...facts, digest: blob.digest, reason, ...whose }, { cause: thrown });
    }
  return thrown;
}

/** Runs `work`; a damaged blob that it meets is named by the first of these images that has it, see {@link damageOf}. */
export async function namingDamage<T>(
  { graph }: { readonly graph: Pick<ImageGraph, 'layers'> },
  images: Iterable<ImageNode>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw damageOf(thrown, graph.layers, images);
  }
}

/** The same where a layer is looked at by itself: any image that has it. */
export async function namingLayerDamage<T>(
  view: { readonly graph: Pick<ImageGraph, 'layers' | 'images'> },
  layer: LayerNode,
  work: () => Promise<T>,
): Promise<T> {
  const images = view.graph.images.filter(({ layers }) => layers.includes(layer.chainId));
  return namingDamage(view, images, work);
}

/**
 * The same for images of which only the IDs are known, null for all of the store. They are looked up when there is damage, and
 * what was thrown stays as it is where they cannot be.
 */
export async function namingImages<T>(
  context: Pick<ActionContext, 'store'>,
  ids: readonly ImageId[] | null,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const view =
      problemOf(thrown).code === 'blob-damaged' ? await readStoreView(context).catch(() => null) : null;
    if (!view) throw thrown;
    const { images, layers } = view.graph;
    throw damageOf(thrown, layers, ids === null ? images : images.filter(({ id }) => ids.includes(id)));
  }
}
