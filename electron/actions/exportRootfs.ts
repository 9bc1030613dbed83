import type { Writable } from 'node:stream';
import type { ChainId, ImageId } from '../../shared/image/digest';
import type { ImageNode } from '../../shared/graph/imageGraph';
import { displayName } from '../../shared/graph/sharing';
import type { OperationResult, Unkept } from '../../shared/ipc/operation';
import type { Ingest } from '../store/contentStore';
import type { JobInput } from '../worker/jobs';
import { recordedOwners } from './commitWorkspace';
import type { ActionContext, Run } from './context';
import { namingImages } from './damageOf';
import { imageLayers } from './imageLayers';
import { imageById } from './resolveImage';
import { readStoreView } from './storeView';
import { withTarget } from './target';
import { whileHeld } from './whileHeld';
import { mountWorkspace } from './workspaces';

type Layers = JobInput<'merge-layers'>['layers'];

/** What is exported. */
type Exported =
  { readonly image: ImageId; readonly upTo?: ChainId | null | undefined } | { readonly workspace: string };

/**
 * Writes the root filesystem of an image, or of a workspace as it is now, as one tarball: made from the layers' own tars,
 * so that owners, devices and attributes are the recorded ones whoever runs this. The file is replaced only when it is
 * whole. Throws `image-not-found`, `workspace-not-found`, `file-unwritable`, `disk-full`, `cancelled`.
 */
export function exportRootfs(
  context: ActionContext,
  what: Exported,
  target: string | Writable,
  run: Run,
): Promise<OperationResult & { readonly kind: 'export' | 'copy' }> {
  const ids = 'image' in what ? [what.image] : null;
  return namingImages(context, ids, () => writeRootfs(context, what, target, run));
}

async function writeRootfs(
  context: ActionContext,
  what: Exported,
  target: string | Writable,
  run: Run,
): Promise<OperationResult & { readonly kind: 'export' | 'copy' }> {
  run.report({ phase: 'starting', done: 0, total: null });
  return withTarget(context, target, run, async ({ label: file, draft, scratch, finish }) => {
    // A workspace's changes are written by whoever may read them, into the store: there nothing is left behind either.
    const own = 'image' in what ? null : await context.store.beginIngest();
    try {
      const merge = async (): Promise<{ size: number; entries: number; unkept?: Unkept | undefined }> => {
        const { layers, label, unkept } = await layersOf(context, what, own, run);
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
          { signal: run.signal, onBytes: progress(run) },
        );
        return { ...merged, unkept };
      };
      // The image of a workspace is not deleted while that is there.
      const { size, entries, unkept } = await ('image' in what
        ? whileHeld(context, [what.image], merge)
        : merge());
      await finish();
      return { kind: 'export', bytes: size, entries, ...(unkept && { unkept }), file, token: null };
    } finally {
      await own?.abort();
    }
  });
}

function progress(run: Run): (bytes: number) => void {
  let done = 0;
  return (bytes) => run.report({ phase: 'writing', done: (done += bytes), total: null });
}

/** The layers to merge; a workspace's changes come as one more on top, written into `own`. */
async function layersOf(
  context: ActionContext,
  what: Exported,
  own: Ingest | null,
  run: Run,
): Promise<{ layers: Layers; label: string; unkept?: Unkept | undefined }> {
  const view = await readStoreView(context);
  const stored = (image: ImageNode): Layers =>
    imageLayers(view, image).map(({ digest, diffId, blob }) => ({
      file: context.store.fileOf(blob),
      digest,
      diffId,
    }));
  if ('image' in what || own === null) {
    if (!('image' in what)) throw new Error('a workspace needs a place for its changes');
    const image = imageById(view.graph, what.image, what.upTo);
    return { layers: stored(image), label: displayName(image) };
  }
  const { record, image, upper, base, privileged } = await mountWorkspace(
    context,
    what.workspace,
    false,
    run,
  );
  const { pool, style, mode, ids } = privileged;
  const owners = mode === 'root' ? {} : await recordedOwners(context, image, ids);
  const file = own.newPath('changes');
  const { digest, diffId, unkept } = await pool.run(
    'write-layer',
    {
      upper,
      base,
      style,
      paths: null,
      owners,
      target: file,
      indexTarget: `${file}.index`,
      label: record.name,
    },
    { signal: run.signal, onBytes: progress(run) },
  );
  if (diffId === null) throw new Error('a layer has a diff ID');
  return { layers: [...stored(image), { file, digest, diffId }], label: record.name, unkept };
}
