import { addBytes } from '../../../shared/image/bytes';
import type { ChainId, ImageId } from '../../../shared/image/digest';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { displayName } from '../../../shared/graph/sharing';
import { parseImageConfig } from '../../../shared/image/imageConfig';
import { storedOrigin } from '../../../shared/image/jsonDocument';
import { problem } from '../../../shared/image/problem';
import { parseReference } from '../../../shared/image/reference';
import { squashedConfig } from '../../../shared/image/squashConfig';
import { LayerStack, stackProblem, toStackEntry, type StackEntry } from '../../../shared/layer/stackLayers';
import type { OperationResult } from '../../../shared/ipc/operation';
import { readLayerEntries } from '../../index/layerIndex';
import { addImage, layerTypeBeside } from './addImage';
import type { ActionContext, Run } from '../ground/context';
import { namingImages } from '../images/damageOf';
import { imageLayers, type ImageLayer } from '../images/imageLayers';
import { openStoredLayer } from '../images/storedLayers';
import { stageLayer } from './newLayer';
import { imageById } from '../images/resolveImage';
import { readStoreView, type StoreView } from '../images/storeView';

/** What a squash would give and what sharing it would lose. */
export interface SquashPreview {
  /** Layers that become one, and bytes of the files in them. */
  readonly layers: number;
  readonly bytes: number;
  /** Of `bytes`, those of the files that survive. */
  readonly keptBytes: number;
  /** Of `keptBytes`, what lies in layers that other images have as well: it stays for them, and the new layer has it again. */
  readonly sharedBytes: number;
  readonly sharedWith: readonly string[];
}

interface SquashPlan {
  readonly view: StoreView;
  readonly image: ImageNode;
  readonly layers: readonly ImageLayer[];
  /** Layers below the merged ones. */
  readonly kept: number;
}

async function plan(context: ActionContext, id: ImageId, from: ChainId | null): Promise<SquashPlan> {
  const view = await readStoreView(context);
  const image = imageById(view.graph, id);
  const layers = imageLayers(view, image);
  const kept = from === null ? 0 : image.layers.indexOf(from);
  if (kept < 0) throw problem('layer-not-found', { name: from ?? '' });
  if (layers.length - kept < 2) throw problem('nothing-to-squash', { name: displayName(image) });
  return { view, image, layers, kept };
}

/** What is known of an entry: bytes of its file, and the layer that it lies in. */
interface FileOf {
  readonly size: number;
  readonly layer: ImageLayer;
}

/** Entries of a stored layer for a stack. */
async function stackEntries(context: ActionContext, layer: ImageLayer): Promise<StackEntry<FileOf>[]> {
  const { indexPath } = await openStoredLayer(context, layer.blob);
  const entries: StackEntry<FileOf>[] = [];
  for await (const entry of readLayerEntries(indexPath)) {
    const stacked = toStackEntry(entry, { size: entry.kind === 'file' ? entry.size : 0, layer });
    if (stacked) entries.push(stacked);
  }
  return entries;
}

/** Works out a squash without making it. Throws `image-not-found`, `layer-not-found`, `nothing-to-squash`. */
export async function previewSquash(
  context: ActionContext,
  id: ImageId,
  from: ChainId | null,
): Promise<SquashPreview> {
  return namingImages(context, [id], () => preview(context, id, from));
}

async function preview(context: ActionContext, id: ImageId, from: ChainId | null): Promise<SquashPreview> {
  const { view, image, layers, kept } = await plan(context, id, from);
  const merged = layers.slice(kept);
  const stack = new LayerStack<FileOf>();
  let bytes = 0;
  for (const layer of merged) {
    const entries = await stackEntries(context, layer);
    for (const entry of entries) if ('data' in entry) bytes = addBytes(bytes, entry.data.size);
    try {
      stack.add(entries);
    } catch (thrown) {
      throw stackProblem(thrown, displayName(image));
    }
  }
  const chains = new Set(merged.map(({ node }) => node.chainId));
  const others = view.graph.images.filter(
    (other) => other.id !== image.id && other.layers.some((chain) => chains.has(chain)),
  );
  let [keptBytes, sharedBytes] = [0, 0];
  for (const { size, layer } of stack.result().nodes.keys()) {
    keptBytes = addBytes(keptBytes, size);
    if (layer.node.imageCount > 1) sharedBytes = addBytes(sharedBytes, size);
  }
  return {
    layers: merged.length,
    bytes,
    keptBytes,
    sharedBytes,
    sharedWith: others.map(displayName),
  };
}

/** What a squash is asked for. */
interface SquashRequest {
  readonly image: ImageId;
  readonly from: ChainId | null;
  readonly reference: string | null;
  /** See {@link checkHolder}; left out by who shows nothing. */
  readonly holder?: ImageId | null | undefined;
}

/**
 * Merges the layers of an image from `from` up (null: all) into one: what is covered or deleted among them is gone, the
 * root filesystem is the same. Makes a new image, under `reference` or dangling; the old one stays. Throws what
 * {@link previewSquash} throws, and `reference-invalid`, `blob-damaged`, `disk-full`, `cancelled`.
 */
export async function squashImage(
  context: ActionContext,
  what: SquashRequest,
  run: Run,
): Promise<OperationResult & { readonly kind: 'commit' | 'squash' }> {
  return namingImages(context, [what.image], () => squash(context, what, run));
}

async function squash(
  context: ActionContext,
  what: SquashRequest,
  run: Run,
): Promise<OperationResult & { readonly kind: 'commit' | 'squash' }> {
  run.report({ phase: 'starting', done: 0, total: null });
  if (what.reference !== null) parseReference(what.reference);
  const { image, layers, kept } = await plan(context, what.image, what.from);
  const merged = layers.slice(kept);
  const ingest = await context.store.beginIngest();
  try {
    const total = 2 * merged.reduce((sum, { blob }) => addBytes(sum, blob.size), 0);
    let done = 0;
    const onBytes = (bytes: number): void => {
      done = Math.min(total, done + bytes);
      run.report({ phase: 'writing', done, total });
    };
    const input = {
      layers: merged.map((layer) => ({
        file: context.store.fileOf(layer.blob),
        digest: layer.digest,
        diffId: layer.diffId,
      })),
      keepWhiteouts: kept > 0,
      spool: null,
      label: displayName(image),
    };
    const { digest, size, diffId } = await stageLayer(ingest, (targets) =>
      context.pool.run('merge-layers', { ...input, ...targets }, { signal: run.signal, onBytes }),
    );
    run.report({ phase: 'committing', done: total, total });
    const origin = { ...storedOrigin(image.id), file: displayName(image) };
    const { document } = parseImageConfig(await context.store.readDocument(image.id), origin);
    const config = squashedConfig(document, {
      kept,
      diffId,
      created: new Date().toISOString(),
      createdBy: `stratigraph squash: ${merged.length} layers`,
      comment: `squashed from ${image.id}`,
    });
    const below = layers.slice(0, kept).map(({ blob }) => blob);
    const type = layerTypeBeside(
      layers.map(({ blob }) => blob),
      'none',
    );
    const added = await addImage(
      context,
      ingest,
      {
        config,
        layers: [...below, { digest, size, mediaType: type }],
        reference: what.reference,
        holder: what.holder,
      },
      run,
    );
    return { kind: 'squash', ...added, layerBytes: size, changes: merged.length, stay: kept };
  } finally {
    await ingest.abort();
  }
}
