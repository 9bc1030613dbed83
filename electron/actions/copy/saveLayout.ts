import { constants } from 'node:fs';
import { access, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { problem, problemOf } from '../../../shared/image/problem';
import type { OperationResult } from '../../../shared/ipc/operation';
import { sweepDrafts } from '../../store/drafts';
import { checkRoom } from '../../worker/freeSpace';
import { diskProblem } from '../../worker/jobTools';
import { eachLimited } from '../../source/stageBlobs';
import type { ActionContext, Run } from '../ground/context';
import { addToLayout, planAddition } from './addToLayout';
import { whileHeldRead } from './heldElsewhere';
import {
  bytesOf,
  copyBlob,
  isIn,
  layerWriterIn,
  LayoutProgress,
  ofFolder,
  openToReaders,
  writeMember,
} from './layoutBlobs';
import { proveLayers } from './proveLayers';
import { listedIn, planArchive, savePlanOf, type ArchiveRequest, type SavePlan } from './planArchive';
import type { HeldWay } from '../target/heldWay';
import { leftOutOf } from './saveImages';
import { Drafts } from '../target/target';
import { findFolder } from '../target/targetPlace';
import { whileHeld } from '../images/whileHeld';

/** What to save into which folder, and how. */
export type LayoutRequest = Omit<ArchiveRequest, 'format'> & { readonly target: string };

/**
 * Writes images into a folder as an OCI image layout (OCI image-spec, image-layout.md), shared blobs once, every blob with
 * its bytes unless the request says otherwise, and verified as it is copied. The folder gets its name when all of it is on disk; after a fault or a cancel
 * nothing is left. A folder that is a layout already, also since this began, gets them beside what it has ({@link addToLayout}); another that holds something is
 * refused: what is in it may belong to somebody else. Throws
 * `image-not-found`, `file-unwritable`, `target-in-store`, `blob-damaged`, `no-room`, `disk-full`, `cancelled`.
 */
export async function saveLayout(
  context: ActionContext,
  request: LayoutRequest,
  run: Run,
): Promise<OperationResult & { readonly kind: 'save' }> {
  run.report({ phase: 'starting', done: 0, total: null });
  const write = async (canWait: boolean): Promise<OperationResult & { readonly kind: 'save' }> => {
    const place = await findFolder(request.target, context.store.directory);
    try {
      const { layout, name } = place;
      if (layout) return await addToLayout(context, request, { layout, name }, run);
      return await saveInto(context, request, place, run);
    } catch (cause) {
      // Somebody else has put something there meanwhile: to a layout it is added, and anything else is refused.
      if (!canWait || place.layout !== null || !isTaken(cause)) throw cause;
    } finally {
      await place.layout?.close();
      await place.folder.close();
    }
    return write(false);
  };
  return whileHeldRead(request.held, () => write(true));
}

const isTaken = (cause: unknown): boolean => {
  const { code, facts } = problemOf(cause);
  return code === 'file-unwritable' && ['ENOTEMPTY', 'EEXIST'].includes(facts.reason);
};

/** What {@link saveLayout} would write; of a layout that is there what it has not got. Throws as that does. */
export async function planLayout(context: ActionContext, request: LayoutRequest): Promise<SavePlan> {
  const { folder, layout } = await whileHeldRead(request.held, () =>
    findFolder(request.target, context.store.directory),
  );
  try {
    return await (layout ? planAddition(context, request, layout) : planNewLayout(context, request));
  } finally {
    await layout?.close();
    await folder.close();
  }
}

/** The same of a folder that is not there: its files, without what a tar would put around them. Throws as {@link planArchive} does. */
export async function planNewLayout(
  context: ActionContext,
  request: Omit<ArchiveRequest, 'format'>,
): Promise<SavePlan> {
  const archive = await planArchive(context, { ...request, format: 'oci-archive' });
  return { ...savePlanOf(archive, request), bytes: bytesOf(archive.plan.members) };
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
      throw ofFolder(cause, place.name);
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
  const write = layerWriterIn(context, request, { layers, label: name }, run);
  const whole = { ...request, format: 'oci-archive' } as const;
  const { plan, images, lostReferrers } = await planArchive(context, whole, { write });
  checkRoom(within, bytesOf(plan.members.filter((member) => !isIn(layers, member))), name);
  await proveLayers(context, images, run);
  const progress = new LayoutProgress(plan.members, run);
  const blobs = plan.members.filter((member) => member.kind === 'range');
  for (const member of plan.members)
    if (member.kind !== 'range') {
      await writeMember(member, join(draft, member.name));
      progress.whole(member);
    }
  await eachLimited(blobs, context.pool.size, run.signal, async (member, _, signal) => {
    const path = join(draft, member.name);
    // What was compressed for this folder is on disk and verified already.
    if (isIn(layers, member) && typeof member.file === 'string') {
      await rename(member.file, path);
      await openToReaders(path);
    } else {
      await copyBlob(context, member, { path, label: name }, { signal, onBytes: progress.pass(member) });
    }
    progress.whole(member);
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
    bytes: progress.total,
    listed: listedIn(images),
    file: name,
    token: null,
    ...leftOutOf({ plan, lostReferrers }),
  };
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
