import { holderElsewhere } from '../../namespace/holderRecord';
import { isOurs } from '../../store/ownPlaces';
import type { ActionContext } from '../ground/context';
import { sweepGuides } from '../trees/guide';
import { sweepUnpacked } from '../trees/layerCache';
import { sweepTrash } from './cleanUp';
import { sweepRuns, type StillRunning } from '../trees/endRun';
import { sweepMounts } from '../trees/mounts';
import { sweepWorkspaces } from '../trees/sweepWorkspaces';
import type { UnpackedBytes } from '../trees/unusedLayers';

/** What a clean-up came to: mounts that were ended, and commands that cannot be. */
export interface Swept {
  readonly ended: number;
  readonly running: readonly StillRunning[];
  /** Unpacked layers of images that are gone. */
  readonly unpacked: UnpackedBytes;
}

/**
 * Cleans up what crashed processes left of mounts, workspaces and unpacked layers. Costs a look into a few folders where
 * there is nothing to do; asks for rights only where there is something, and does nothing in a store that is not ours to
 * change. Runs go first: what still runs keeps its mount. With `keepsTrash` removals that can no longer be taken back are left
 * to the caller.
 */
export async function sweepWork(
  context: ActionContext,
  { keepsTrash = false }: { readonly keepsTrash?: boolean } = {},
): Promise<Swept> {
  // What is mounted in a namespace that nobody here sees into is neither gone nor left.
  const isSeen = isSwept(context.store) && (await holderElsewhere(context.store.directory)) === null;
  if (!isSeen) return { ended: 0, running: [], unpacked: { count: 0, bytes: 0 } };
  return context.store.freeing(() => sweepAll(context, keepsTrash));
}

/** Nothing of ours is in a store that none of us has written to, and nobody knows whose things lie beside another layout. */
export function isSwept(store: ActionContext['store']): boolean {
  return store.keepsCaches && store.isStoreAlone() && isOurs(store.directory);
}

async function sweepAll(context: ActionContext, keepsTrash: boolean): Promise<Swept> {
  const running = await sweepRuns(context);
  const ended = await sweepMounts(context);
  await sweepGuides(context);
  await sweepWorkspaces(context);
  const unpacked = await sweepUnpacked(context);
  if (!keepsTrash) await sweepTrash(context);
  return { ended, running, unpacked };
}
