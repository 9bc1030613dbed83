import { isOurs } from '../store/ownPlaces';
import type { ActionContext } from './context';
import { sweepGuides } from './guide';
import { sweepUnpacked } from './layerCache';
import { sweepTrash } from './cleanUp';
import { sweepRuns, type StillRunning } from './endRun';
import { sweepMounts } from './mounts';
import { sweepWorkspaces } from './sweepWorkspaces';

/** What a clean-up came to: mounts that were ended, and commands that cannot be. */
export interface Swept {
  readonly ended: number;
  readonly running: readonly StillRunning[];
}

/**
 * Cleans up what crashed processes left of mounts, workspaces and unpacked layers. Costs a look into a few folders where
 * there is nothing to do; asks for rights only where there is something, and does nothing in a store that is not ours to
 * change. Runs go first: what still runs keeps its mount.
 */
export async function sweepWork(context: ActionContext): Promise<Swept> {
  // Nothing of ours is in a store that none of us has written to, and nobody knows whose things lie beside another layout.
  if (!context.store.keepsCaches || !context.store.isStoreAlone() || !isOurs(context.store.directory))
    return { ended: 0, running: [] };
  return context.store.freeing(() => sweepAll(context));
}

async function sweepAll(context: ActionContext): Promise<Swept> {
  const running = await sweepRuns(context);
  const ended = await sweepMounts(context);
  await sweepGuides(context);
  await sweepWorkspaces(context);
  await sweepUnpacked(context);
  await sweepTrash(context);
  return { ended, running };
}
