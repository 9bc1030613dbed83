import { addBytes } from '../../shared/image/bytes';
import type { KeptFor } from '../../shared/graph/imageGraph';
import { problem } from '../../shared/image/problem';
import type { ActionContext, Run } from './context';
import { keptForOf } from './keptFor';
import { dropLostReferrers, lostReferrers } from './lostReferrers';
import { sweepWork } from './sweepWork';

/** What the garbage collector frees, or would free. */
export interface Freed {
  readonly blobs: readonly string[];
  /** Bytes of them in `blobs/`. */
  readonly bytes: number;
  /** Removals that could still be taken back, and then cannot. */
  readonly removals: number;
  /** The image because of which nothing goes, where there is one. */
  readonly keptFor?: KeptFor | undefined;
}

/** What {@link freeUnreached} would free now. Changes nothing. */
export async function previewUnreached(context: Pick<ActionContext, 'store'>): Promise<Freed> {
  const { store } = context;
  const { lost } = await lostReferrers(context);
  const { blobs: found, keptFor } = await store.unreachedBlobs({ withTrash: true, without: lost });
  return {
    blobs: found.map(({ digest }) => digest),
    bytes: found.reduce((sum, { size }) => addBytes(sum, size), 0),
    removals: (await store.readTrash()).length,
    ...keptForOf(keptFor),
  };
}

/**
 * Frees every blob that no image, workspace or running load needs, also those kept so that a removal could be taken back,
 * and cleans up what crashed processes left: ingests, mounts, unpacked layers of images that are gone. Throws `cancelled`.
 */
export async function freeUnreached(context: ActionContext, run: Run): Promise<Freed> {
  if (run.signal.aborted) throw problem('cancelled', {});
  const removals = (await context.store.readTrash()).length;
  await dropLostReferrers(context);
  const { freedBytes, freedBlobs, keptFor } = await context.store.emptyTrash({ signal: run.signal });
  await sweepWork(context);
  return { blobs: freedBlobs, bytes: freedBytes, removals, ...keptForOf(keptFor) };
}
