import { cutImage } from '../../../shared/graph/cutImage';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { displayName } from '../../../shared/graph/sharing';
import { cutConfig } from '../../../shared/image/cutConfig';
import type { ChainId, ImageId } from '../../../shared/image/digest';
import { parseImageConfig } from '../../../shared/image/imageConfig';
import { storedOrigin } from '../../../shared/image/jsonDocument';
import { addImage, imageDocuments, layerDescriptors, type AddedImage, type NewImage } from './addImage';
import type { ActionContext, Run } from '../ground/context';
import { imageById } from '../images/resolveImage';
import { readStoreView } from '../images/storeView';
import { nameToGive, tagImage } from '../images/tagImages';

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
  return addCut(context, { whole, image, reference: nameToGive(what.reference) }, run);
}

/** Adds the image that the lower layers of another are; `reference` null makes a dangling one. */
async function addCut(
  context: ActionContext,
  what: { readonly whole: ImageNode; readonly image: ImageNode; readonly reference: string | null },
  run: Pick<Run, 'signal' | 'report'>,
): Promise<AddedImage> {
  const made = await newCut(context, what.whole, what.image);
  const ingest = await context.store.beginIngest();
  try {
    return await addImage(context, ingest, { ...made, reference: what.reference }, run);
  } finally {
    await ingest.abort();
  }
}

/** An image as it was at one of its layers, to be made: `image` is `whole` up to there ({@link cutImage}). */
export async function newCut(
  context: ActionContext,
  whole: ImageNode,
  image: ImageNode,
): Promise<Omit<NewImage, 'reference'>> {
  const layers = await layerDescriptors(context, image);
  const origin = { ...storedOrigin(whole.id), file: displayName(whole) };
  const { document } = parseImageConfig(await context.store.readDocument(whole.id), origin);
  return { config: cutConfig(document, image.layers.length), layers };
}

/**
 * Makes the image that an image was at one of its layers, without a name, for work on it: `isNew` says that the store had none
 * like it. Throws as {@link tagLayer} does.
 */
export async function imageAtLayer(
  context: ActionContext,
  what: { readonly image: ImageId; readonly upTo: ChainId },
  run: Pick<Run, 'signal' | 'report'>,
): Promise<{ readonly id: ImageId; readonly isNew: boolean }> {
  const { graph } = await readStoreView(context);
  const whole = imageById(graph, what.image);
  const image = cutImage(whole, what.upTo);
  if (image === whole) return { id: whole.id, isNew: false };
  const { id } = imageDocuments(await newCut(context, whole, image));
  if (graph.images.some((each) => each.id === id)) return { id, isNew: false };
  return { id: (await addCut(context, { whole, image, reference: null }, run)).id, isNew: true };
}
