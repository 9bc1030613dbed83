import { addBytes } from '../../../shared/image/bytes';
import type { KeptFor } from '../../../shared/graph/imageGraph';
import { problem } from '../../../shared/image/problem';
import type { ActionContext, Run } from '../ground/context';
import { keptForOf } from '../images/keptFor';
import { dropLostReferrers, lostReferrers } from '../images/lostReferrers';
import { diskBytes } from '../ground/diskBytes';
import { isSwept, sweepWork, type Swept } from './sweepWork';
import { dropUnusedLayers, unusedLayers, type UnpackedBytes } from '../trees/unusedLayers';

/** What the garbage collector frees, or would free. */
export interface Freed {
  readonly blobs: readonly string[];
  /** Bytes of them in `blobs/`. */
  readonly bytes: number;
  /** Unpacked layers of all kinds of mounts that no mount shows, and what they take on disk. */
  readonly unpacked: UnpackedBytes;
  /** Removals that could still be taken back, and then cannot. */
  readonly removals: number;
  /** The image because of which nothing goes, where there is one. */
  readonly keptFor?: KeptFor | undefined;
}

/** What {@link freeUnreached} would free now. Changes nothing. */
export async function previewUnreached(context: ActionContext): Promise<Freed> {
  const { store } = context;
  const { lost } = await lostReferrers(context);
  const { blobs: found, keptFor } = await store.unreachedBlobs({ withTrash: true, without: lost });
  return {
    blobs: found.map(({ digest }) => digest),
    bytes: found.reduce((sum, { size }) => addBytes(sum, size), 0),
    unpacked: await unpackedToDrop(context),
    removals: (await store.readTrash()).length,
    ...keptForOf(keptFor),
  };
}

/**
 * Cleans up what crashed processes left (ingests, mounts, workspaces), then frees every blob that no image, workspace or running
 * load needs, also those kept so that a removal could be taken back, and drops unpacked layers that no mount shows. `swept` is
 * told what the clean-up came to. Throws `cancelled`.
 */
export async function freeUnreached(
  context: ActionContext,
  run: Run,
  swept: (what: Swept) => void = () => undefined,
): Promise<Freed> {
  if (run.signal.aborted) throw problem('cancelled', {});
  const { store } = context;
  const removals = (await store.readTrash()).length;
  // First: what a mount of a process that is gone shows goes with it. Removals are freed below, where their bytes are counted.
  const left = await sweepWork(context, { keepsTrash: true });
  swept(left);
  await dropLostReferrers(context);
  const { freedBytes, freedBlobs, keptFor } = await store.emptyTrash({ signal: run.signal });
  const dropped = isSwept(store) ? await store.freeing(() => dropUnusedLayers(context)) : nothing;
  const unpacked = {
    count: left.unpacked.count + dropped.count,
    bytes: addBytes(left.unpacked.bytes, dropped.bytes),
  };
  return { blobs: freedBlobs, bytes: freedBytes, unpacked, removals, ...keptForOf(keptFor) };
}

const nothing: UnpackedBytes = { count: 0, bytes: 0 };

async function unpackedToDrop(context: ActionContext): Promise<UnpackedBytes> {
  if (!isSwept(context.store)) return nothing;
  const { settled } = await unusedLayers(context);
  return { count: settled.length, bytes: await diskBytes(...settled) };
}
