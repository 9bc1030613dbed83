import type { ChainId } from '../../../shared/image/digest';
import { treePageLimit, type LayerTree } from '../../../shared/ipc/layerTree';
import type { ActionContext, Run } from '../ground/context';
import { namingLayerDamage } from '../images/damageOf';
import { blobToRead } from '../images/imageLayers';
import { openStoredLayer } from '../images/storedLayers';
import { layerById } from '../images/resolveImage';
import { readStoreView } from '../images/storeView';

/** Names of a directory that stands in the directory asked for. */
const innerListed = 60;

/**
 * A directory of one layer with what is in it in bytes, largest first. Uses the layer's index; where that is missing it is
 * made again from the blob, which reports and can be stopped. Throws `layer-not-found`, `file-not-found`, `blob-damaged`,
 * `cancelled`.
 */
export async function readLayerTree(
  context: Pick<ActionContext, 'store' | 'pool'>,
  {
    layer: chainId,
    path,
    offset,
  }: { readonly layer: ChainId; readonly path: string; readonly offset: number },
  run: Run,
): Promise<LayerTree> {
  const view = await readStoreView(context);
  const layer = layerById(view.graph, chainId);
  const blob = blobToRead(layer);
  let done = 0;
  const onBytes = (more: number): void =>
    run.report({ phase: 'reading', done: (done += more), total: blob.size });
  const { indexPath } = await namingLayerDamage(view, layer, () =>
    openStoredLayer(context, blob, { signal: run.signal, onBytes }),
  );
  const page = await context.pool.run(
    'layer-tree',
    { indexPath, path, offset, limit: treePageLimit, inner: innerListed },
    { signal: run.signal },
  );
  return { ...page, storedBytes: layer.size };
}
