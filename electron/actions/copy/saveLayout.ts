import { addBytes } from '../../../shared/image/bytes';
import { constants } from 'node:fs';
import { access, mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { storedLimits } from '../../../shared/image/limits';
import { problem } from '../../../shared/image/problem';
import type { OperationResult } from '../../../shared/ipc/operation';
import { sweepDrafts } from '../../store/drafts';
import { damagedProblem, diskProblem } from '../../worker/jobTools';
import { eachLimited } from '../../source/stageBlobs';
import type { JobOptions, OutMember } from '../../worker/jobs';
import type { ActionContext, Run } from '../ground/context';
import { compressLayers } from './compressLayers';
import { proveLayers } from './proveLayers';
import { planArchive, type ArchiveRequest, type LayerWriter } from './planArchive';
import type { HeldWay } from '../target/heldWay';
import { leftOutOf } from './saveImages';
import { Drafts } from '../target/target';
import { findFolder } from '../target/targetPlace';
import { whileHeld } from '../images/whileHeld';

/** What to save into which folder, and how. */
type LayoutRequest = Omit<ArchiveRequest, 'format'> & { readonly target: string };

/**
 * Writes images into a folder as an OCI image layout (OCI image-spec, image-layout.md), shared blobs once, every blob with
 * its bytes unless the request says otherwise, and verified as it is copied. The folder gets its name when all of it is on disk; after a fault or a cancel
 * nothing is left. A folder that holds something is refused: what is in it may belong to somebody else. Throws
 * `image-not-found`, `file-unwritable`, `target-in-store`, `blob-damaged`, `disk-full`, `cancelled`.
 */
export async function saveLayout(
  context: ActionContext,
  request: LayoutRequest,
  run: Run,
): Promise<OperationResult & { readonly kind: 'save' }> {
  run.report({ phase: 'starting', done: 0, total: null });
  const place = await findFolder(request.target, context.store.directory);
  return saveInto(context, request, place, run).finally(place.folder.close);
}

async function saveInto(
  context: ActionContext,
  request: LayoutRequest,
  place: { readonly folder: HeldWay; readonly name: string },
  run: Run,
): Promise<OperationResult & { readonly kind: 'save' }> {
  await access(`${place.folder.at}/.`, constants.W_OK).catch((cause: unknown) => {
    throw diskProblem(cause, place.name, 'write');
  });
  await sweepDrafts(place.folder.at);
  return whileHeld(context, request.what, async () => {
    const drafts = await Drafts.open(context, place.folder);
    try {
      return await writeLayout(context, request, { drafts, name: place.name }, run);
    } catch (cause) {
      throw diskProblem(cause, place.name, 'write');
    } finally {
      await drafts.close();
    }
  });
}

async function writeLayout(
  context: ActionContext,
  request: LayoutRequest,
  { drafts, name }: { readonly drafts: Drafts; readonly name: string },
  run: Run,
): Promise<OperationResult & { readonly kind: 'save' }> {
  const within = await drafts.folderWithin();
  const [draft, layers] = [join(within, 'layout'), join(within, 'layers')];
  await mkdir(draft, { mode: 0o755 });
  await mkdir(layers, { mode: 0o700 });
  const write = writerFor(context, request, { layers, label: name }, run);
  const whole = { ...request, format: 'oci-archive' } as const;
  const { plan, images, lostReferrers } = await planArchive(context, whole, { write });
  await proveLayers(context, images, run);
  const total = plan.members.reduce((sum, member) => addBytes(sum, sizeOf(member)), 0);
  let done = 0;
  const advance = (bytes: number): void => {
    done = Math.min(total, done + bytes);
    run.report({ phase: 'writing', done, total });
  };
  const blobs = plan.members.filter((member) => member.kind === 'range');
  for (const member of plan.members)
    if (member.kind !== 'range') advance(await writeMember(member, join(draft, member.name)));
  await eachLimited(blobs, context.pool.size, run.signal, async (member, _, signal) => {
    const path = join(draft, member.name);
    // What was compressed for this folder is on disk and verified already.
    if (typeof member.file === 'string' && dirname(member.file) === layers) await rename(member.file, path);
    else await copyBlob(context, member, { path, label: name }, { signal, onBytes: advance });
  });
  if (run.signal.aborted) throw problem('cancelled', {});
  for (const folder of [join(draft, 'blobs', 'sha256'), join(draft, 'blobs'), draft]) await sync(folder);
  // rename(2) puts a folder in the place of nothing or of an empty folder only.
  await rename(draft, join(drafts.folder, name));
  await drafts.sync();
  return {
    kind: 'save',
    images: images.length,
    layers: plan.layers,
    bytes: total,
    file: name,
    token: null,
    ...leftOutOf({ plan, lostReferrers }),
  };
}

/** Writes layers anew beside the folder; plain ones are copied from the store. */
function writerFor(
  context: ActionContext,
  { compression = 'kept' }: Pick<ArchiveRequest, 'compression'>,
  { layers: folder, label }: { readonly layers: string; readonly label: string },
  run: Run,
): LayerWriter {
  return async (layers) => {
    if (compression === 'kept') return new Map();
    const packed = layers.filter(({ blob, diffId }) => compression !== 'none' || (blob as string) !== diffId);
    return compressLayers(
      context,
      packed,
      { fileFor: (index) => join(folder, `layer-${index}`), compression, label },
      run,
    );
  };
}

function sizeOf(member: OutMember): number {
  return member.kind === 'range' ? member.size : member.kind === 'bytes' ? member.bytes.length : 0;
}

/** Makes a folder or a small file; gives the bytes written. */
async function writeMember(member: OutMember, path: string): Promise<number> {
  if (member.kind === 'directory') await mkdir(path, { mode: 0o755 });
  if (member.kind !== 'bytes') return 0;
  const file = await open(path, 'wx', 0o644);
  try {
    await file.writeFile(member.bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  return member.bytes.length;
}

async function copyBlob(
  { pool }: ActionContext,
  { file, offset, size, name, expect }: OutMember & { readonly kind: 'range' },
  { path: target, label }: { readonly path: string; readonly label: string },
  options: JobOptions,
): Promise<void> {
  const range = { file, offset, size, label, entry: name, target };
  const { digest } = await pool
    .run('read-blob', { ...range, asLayer: false, indexTarget: null, limits: storedLimits }, options)
    .catch((cause: unknown) => {
      throw damagedProblem(cause, expect);
    });
  if (digest !== expect) throw problem('blob-damaged', { digest: expect, reason: 'digest', found: digest });
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
