import type { OperationResult } from '../../../shared/ipc/operation';
import { checkRoom } from '../../worker/freeSpace';
import { createWorkerPool } from '../../worker/workerPool';
import type { ActionContext, Run } from '../ground/context';
import { heldBlobs } from './heldBlobs';
import { loadImages } from './loadImages';
import { planArchive } from './planArchive';
import { streamArchive } from './streamArchive';
import { whileHeld } from '../images/whileHeld';

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
