import { isEncryptedLayerType } from '../../../shared/image/mediaType';
import type { ExportImage } from '../../export/imageExport';
import type { ActionContext, Run } from '../ground/context';
import { openStoredLayer } from '../images/storedLayers';

/**
 * Has each layer of images read that no load has let in, before it is handed on as it is stored: that its blob has its digest says nothing of
 * its diff ID. Nothing to do for what lies in a store, and of an encrypted layer nobody without the key can say more than its digest. Throws `blob-damaged`, `limit-exceeded`, `cancelled`.
 */
export async function proveLayers(
  context: Pick<ActionContext, 'store' | 'pool'>,
  images: readonly ExportImage[],
  run: Run,
): Promise<void> {
  const proved = new Set<string>();
  for (const { layers } of images)
    for (const { blob: digest, size, diffId, mediaType } of layers) {
      if ((digest as string) === diffId || proved.has(digest) || isEncryptedLayerType(mediaType)) continue;
      proved.add(digest);
      if ((await context.store.sizeOf(digest)) === null) continue;
      if (typeof context.store.fileOf({ digest, size }) !== 'string')
        await openStoredLayer(context, { digest, size }, { signal: run.signal });
    }
}
