import type { Writable } from 'node:stream';
import type { OperationResult } from '../../../shared/ipc/operation';
import type { Sockets } from '../../worker/jobs';
import type { ActionContext, Run } from '../ground/context';
import { namingImages } from '../images/damageOf';
import { shownLayers, writing, type Shown } from './shownLayers';
import { withTarget } from '../target/target';
import { unkeptOf } from '../ground/unkept';
import { whileHeld } from '../images/whileHeld';

/**
 * Writes the root filesystem of an image, or of a workspace as it is now, as one tarball: made from the layers' own tars,
 * so that owners, devices and attributes are the recorded ones whoever runs this. The file is replaced only when it is
 * whole. Throws `image-not-found`, `workspace-not-found`, `file-unwritable`, `disk-full`, `cancelled`.
 */
export async function exportRootfs(
  context: ActionContext,
  what: Shown,
  target: string | Writable,
  run: Run,
): Promise<OperationResult & { readonly kind: 'export' | 'copy' }> {
  const ids = 'image' in what ? [what.image] : null;
  return namingImages(context, ids, () => writeRootfs(context, what, target, run));
}

async function writeRootfs(
  context: ActionContext,
  what: Shown,
  target: string | Writable,
  run: Run,
): Promise<OperationResult & { readonly kind: 'export' | 'copy' }> {
  run.report({ phase: 'starting', done: 0, total: null });
  return withTarget(context, target, run, async ({ label: file, draft, scratch, finish }) => {
    // A workspace's changes are written by whoever may read them, into the store: there nothing is left behind either.
    const own = 'image' in what ? null : await context.store.beginIngest();
    try {
      const merge = async (): Promise<{ size: number; entries: number; sockets?: Sockets | undefined }> => {
        const { layers, label, sockets } = await shownLayers(context, what, own, run);
        const merged = await context.pool.run(
          'merge-layers',
          {
            layers,
            keepWhiteouts: false,
            spool: await scratch(),
            target: draft,
            indexTarget: null,
            label,
            targetLabel: file,
          },
          { signal: run.signal, onBytes: writing(run) },
        );
        return { ...merged, sockets };
      };
      // The image of a workspace is not deleted while that is there.
      const { size, entries, sockets } = await ('image' in what
        ? whileHeld(context, [what.image], merge)
        : merge());
      await finish();
      return { kind: 'export', bytes: size, entries, ...(sockets && unkeptOf(sockets)), file, token: null };
    } finally {
      await own?.abort();
    }
  });
}
