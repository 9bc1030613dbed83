import { randomBytes } from 'node:crypto';
import { createReadStream, constants } from 'node:fs';
import { access, mkdir, mkdtemp, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { problem } from '../../shared/image/problem';
import type { OperationResult } from '../../shared/ipc/operation';
import type { ExportPlan } from '../export/imageExport';
import { diskProblem } from '../worker/jobTools';
import { compressLayers } from './compressLayers';
import type { ActionContext, Run } from './context';
import { planArchive, type ArchiveRequest, type LayerWriter } from './planArchive';
import { whileHeld } from './whileHeld';
import { writeVerified } from './writeVerified';

/** What to save, where and how. */
export interface SaveRequest extends ArchiveRequest {
  /** A file, or a stream that the archive is written to once it is whole. */
  readonly target: string | Writable;
}

/** Refuses a target inside of the store: a save there could replace a blob. */
export async function checkTarget(target: string, store: string): Promise<void> {
  const folder = await realpath(dirname(target)).catch((cause: unknown) => {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw problem('file-unwritable', { path: basename(target), reason }, { cause });
  });
  const inside = await realpath(store).catch(() => store);
  if (folder === inside || folder.startsWith(inside + sep))
    throw problem('target-in-store', { path: basename(target) });
  if ((await stat(target).catch(() => null))?.isDirectory())
    throw problem('file-unwritable', { path: basename(target), reason: 'EISDIR' });
  await access(folder, constants.W_OK).catch((cause: unknown) => {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw problem('file-unwritable', { path: basename(target), reason }, { cause });
  });
}

/**
 * Writes images into one archive, shared layers once. The archive is written beside its target, verified as it is
 * written, fsynced and renamed, so the target is the old file or the whole new one; after a fault or a cancel nothing is
 * left. Layers keep their bytes unless the request says otherwise (a docker-archive holds them uncompressed), configs
 * always, so image IDs survive.
 */
export async function saveImages(
  context: ActionContext,
  request: SaveRequest,
  run: Run,
): Promise<OperationResult & { readonly kind: 'save' }> {
  run.report({ phase: 'starting', done: 0, total: null });
  const toFile = typeof request.target === 'string';
  const target = typeof request.target === 'string' ? resolve(request.target) : '';
  if (toFile) await checkTarget(target, context.store.directory);
  return whileHeld(context, request.what, () => writeImages(context, request, toFile ? target : null, run));
}

async function writeImages(
  context: ActionContext,
  request: SaveRequest,
  target: string | null,
  run: Run,
): Promise<OperationResult & { readonly kind: 'save' }> {
  const file = target === null ? '-' : basename(target);
  const draft = await openDraft(target);
  try {
    const { plan, images } = await planArchive(context, request, {
      write: writerFor(context, request, draft, run),
    });
    const archive = join(draft, 'archive');
    const total = plan.bytes;
    const { bytes } = await writeVerified(
      context.pool,
      { target: archive, members: plan.members, label: file, total },
      run,
    );
    if (target !== null) {
      if (run.signal.aborted) throw problem('cancelled', {});
      await rename(archive, target).catch((cause: unknown) => {
        const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
        throw problem('file-unwritable', { path: target, reason }, { cause });
      });
      const handle = await open(dirname(target), 'r');
      await handle.sync().finally(() => handle.close());
    } else if (typeof request.target !== 'string')
      await pipeline(createReadStream(archive), request.target, { end: false, signal: run.signal });
    run.report({ phase: 'writing', done: total, total });
    return {
      kind: 'save',
      images: images.length,
      layers: plan.layers,
      bytes,
      file,
      token: null,
      ...leftOutOf(plan),
    };
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** A folder for what is being written, on the target's own file system; for a stream where temporary files are. */
async function openDraft(target: string | null): Promise<string> {
  if (target === null) return mkdtemp(join(tmpdir(), 'stratigraph-save-'));
  const draft = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.part`);
  await mkdir(draft, { mode: 0o700 }).catch((cause: unknown) => {
    throw diskProblem(cause, target, 'write');
  });
  return draft;
}

/** Compresses the layers of an archive beside it; plain ones are decompressed while the archive is written. */
function writerFor(context: ActionContext, request: ArchiveRequest, folder: string, run: Run): LayerWriter {
  const { compression = 'kept' } = request;
  return (layers) =>
    compression === 'gzip' || compression === 'zstd'
      ? compressLayers(context, layers, { folder, compression }, run)
      : Promise.resolve(new Map());
}

/** What a result says of layers that were left out; nothing where none were. */
export function leftOutOf({ leftOut }: ExportPlan): { leftOut?: { layers: number; bytes: number } } {
  if (leftOut.length === 0) return {};
  return { leftOut: { layers: leftOut.length, bytes: leftOut.reduce((sum, { size }) => sum + size, 0) } };
}
