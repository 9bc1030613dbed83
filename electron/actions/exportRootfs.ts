import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { problem } from '../../shared/image/problem';
import type { ImageId } from '../../shared/image/digest';
import { displayName } from '../../shared/graph/sharing';
import type { OperationResult } from '../../shared/ipc/operation';
import type { JobInput } from '../worker/jobs';
import { recordedOwners } from './commitWorkspace';
import type { ActionContext, Run } from './context';
import { imageLayers } from './imageLayers';
import { imageById } from './resolveImage';
import { checkTarget } from './saveImages';
import { readStoreView } from './storeView';
import { whileHeld } from './whileHeld';
import { mountWorkspace } from './workspaces';

type Layers = JobInput<'merge-layers'>['layers'];

/**
 * Writes the root filesystem of an image, or of a workspace as it is now, as one tarball: made from the layers' own tars,
 * so that owners, devices and attributes are the recorded ones whoever runs this. The file is replaced only when it is
 * whole. Throws `image-not-found`, `workspace-not-found`, `file-unwritable`, `disk-full`, `cancelled`.
 */
export async function exportRootfs(
  context: ActionContext,
  what: { readonly image: ImageId } | { readonly workspace: string },
  target: string | Writable,
  run: Run,
): Promise<OperationResult & { readonly kind: 'export' | 'copy' }> {
  run.report({ phase: 'starting', done: 0, total: null });
  const file = typeof target === 'string' ? resolve(target) : null;
  if (file !== null) await checkTarget(file, context.store.directory);
  const folder = file === null ? await mkdtemp(join(tmpdir(), 'stratigraph-export-')) : dirname(file);
  const part = `.${file === null ? 'rootfs' : basename(file)}.${randomBytes(6).toString('hex')}`;
  const draft = join(folder, `${part}.part`);
  const own = join(folder, `${part}.layer`);
  try {
    const merge = async (): Promise<{ size: number; entries: number }> => {
      const { layers, label } = await layersOf(context, what, own, run);
      return context.pool.run(
        'merge-layers',
        { layers, keepWhiteouts: false, directoriesLast: true, target: draft, indexTarget: null, label },
        { signal: run.signal, onBytes: progress(run) },
      );
    };
    // The image of a workspace is not deleted while that is there.
    const { size, entries } = await ('image' in what ? whileHeld(context, [what.image], merge) : merge());
    if (run.signal.aborted) throw problem('cancelled', {});
    if (file === null) {
      if (typeof target !== 'string')
        await pipeline(createReadStream(draft), target, { end: false, signal: run.signal });
    } else {
      await rename(draft, file);
      const handle = await open(folder, 'r');
      await handle.sync().finally(() => handle.close());
    }
    return { kind: 'export', bytes: size, entries, file: file === null ? '-' : basename(file), token: null };
  } finally {
    for (const path of [draft, own, `${own}.index`]) await rm(path, { force: true });
    if (file === null) await rm(folder, { recursive: true, force: true });
  }
}

function progress(run: Run): (bytes: number) => void {
  let done = 0;
  return (bytes) => run.report({ phase: 'writing', done: (done += bytes), total: null });
}

/** The layers to merge; a workspace's changes come as one more on top, written to `own`. */
async function layersOf(
  context: ActionContext,
  what: { readonly image: ImageId } | { readonly workspace: string },
  own: string,
  run: Run,
): Promise<{ layers: Layers; label: string }> {
  const view = await readStoreView(context);
  const stored = (id: ImageId): Layers =>
    imageLayers(view, imageById(view.graph, id)).map(({ digest, diffId }) => ({
      file: context.store.pathOf(digest),
      digest,
      diffId,
    }));
  if ('image' in what)
    return { layers: stored(what.image), label: displayName(imageById(view.graph, what.image)) };
  const { record, image, upper, base, privileged } = await mountWorkspace(
    context,
    what.workspace,
    false,
    run,
  );
  const { pool, style, mode, ids } = privileged;
  const owners = mode === 'root' ? {} : await recordedOwners(context, image, ids);
  const { digest, diffId } = await pool.run(
    'write-layer',
    { upper, base, style, paths: null, owners, target: own, indexTarget: `${own}.index` },
    { signal: run.signal, onBytes: progress(run) },
  );
  if (diffId === null) throw new Error('a layer has a diff ID');
  return { layers: [...stored(record.image), { file: own, digest, diffId }], label: record.name };
}
