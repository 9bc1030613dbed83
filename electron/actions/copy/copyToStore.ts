import { isReadable } from '../../../shared/graph/imageGraph';
import type { OperationResult } from '../../../shared/ipc/operation';
import type { HeldLayers } from '../../export/imageExport';
import { checkRoom } from '../../worker/freeSpace';
import { createWorkerPool } from '../../worker/workerPool';
import type { ActionContext, Run } from '../ground/context';
import { loadImages } from './loadImages';
import { planArchive } from './planArchive';
import { readStoreView } from '../images/storeView';
import { streamArchive } from './streamArchive';
import { whileHeld } from '../images/whileHeld';

/** The blobs of layers that a store has: they need not travel, and stay what the manifests call them. */
async function heldBlobs(store: ActionContext): Promise<HeldLayers> {
  const { graph } = await readStoreView(store);
  const blobs = graph.layers.flatMap((layer) => layer.blobs.filter(isReadable));
  return { layers: new Map(blobs.map(({ digest }) => [digest, 'store'])), chains: new Map(), areBlobs: true };
}

/**
 * Copies images of one store (also one that stands for an archive or a layout folder) to another: an OCI archive streams into the
 * ordinary load without being written anywhere, every digest verified, all or nothing, with the same image IDs and manifests.
 * Layers that the target has do not travel. `what` as `planArchive` takes it; `label`: what people know the giver as. Throws `no-room`
 * before anything travels, and as a load and as saving do.
 */
export async function copyToStore(
  from: ActionContext,
  to: ActionContext,
  {
    what,
    label,
    platform = null,
    exact = false,
  }: { what: readonly string[]; label: string; platform?: string | null; exact?: boolean },
  run: Run,
): Promise<OperationResult & { readonly kind: 'load' | 'samples' }> {
  run.report({ phase: 'starting', done: 0, total: null });
  const held = await heldBlobs(to);
  // Of its own: writer and reader wait for each other, and the pool may have one thread.
  const pool = createWorkerPool({ size: 1 });
  try {
    return await whileHeld(from, what, async () => {
      const { plan } = await planArchive(from, { what, exact, format: 'oci-archive', held, platform });
      // The load that reads it hears of its size only when all of it is there.
      checkRoom(to.store.directory, plan.bytes, label);
      return await streamArchive(pool, { members: plan.members, label }, run, async (memory, signal) =>
        loadImages(
          to,
          { path: memory, label },
          {
            signal,
            report: (step) => run.report(step.phase === 'reading' ? { ...step, total: plan.bytes } : step),
          },
        ),
      );
    });
  } finally {
    await pool.close();
  }
}
