import { cutImage } from '../../shared/graph/cutImage';
import { displayName } from '../../shared/graph/sharing';
import { cutConfig } from '../../shared/image/cutConfig';
import type { ChainId, ImageId } from '../../shared/image/digest';
import { parseImageConfig } from '../../shared/image/imageConfig';
import { storedOrigin } from '../../shared/image/jsonDocument';
import { addImage, layerDescriptors, type AddedImage } from './addImage';
import type { ActionContext, Run } from './context';
import { imageById } from './resolveImage';
import { readStoreView } from './storeView';
import { nameToGive, tagImage } from './tagImages';

/**
 * Gives a name to an image as it was at one of its layers: a new image of the layers up to that one, which are stored once, with
 * the config of the whole up to there (`cutConfig`). The same layer gives the same image ID. Its top layer is the image itself.
 * Throws `image-not-found`, `layer-not-found`, `reference-invalid`, `layer-elsewhere`, `blob-damaged`, `cancelled`.
 */
export async function tagLayer(
  context: ActionContext,
  what: { readonly image: ImageId; readonly upTo: ChainId | null; readonly reference: string },
  run: Pick<Run, 'signal' | 'report'>,
): Promise<AddedImage> {
  const { graph } = await readStoreView(context);
  const whole = imageById(graph, what.image);
  const image = cutImage(whole, what.upTo);
  if (image === whole) return { id: whole.id, ...(await tagImage(context, whole.id, what.reference)) };
  const reference = nameToGive(what.reference);
  const layers = await layerDescriptors(context, image);
  const origin = { ...storedOrigin(whole.id), file: displayName(whole) };
  const { document } = parseImageConfig(await context.store.readDocument(whole.id), origin);
  const ingest = await context.store.beginIngest();
  try {
    const config = cutConfig(document, image.layers.length);
    return await addImage(context, ingest, { config, layers, reference }, run);
  } finally {
    await ingest.abort();
  }
}
