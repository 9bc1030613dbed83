import { isReadable } from '../../../shared/graph/imageGraph';
import type { HeldLayers } from '../../export/imageExport';
import type { ActionContext } from '../ground/context';
import { readStoreView } from '../images/storeView';

/** The blobs of layers that a store has: they need not travel, and stay what the manifests call them. */
export async function heldBlobs(store: ActionContext): Promise<HeldLayers> {
  const { graph } = await readStoreView(store);
  const blobs = graph.layers.flatMap((layer) => layer.blobs.filter(isReadable));
  return { layers: new Map(blobs.map(({ digest }) => [digest, 'store'])), chains: new Map(), areBlobs: true };
}
