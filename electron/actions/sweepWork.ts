import { isOurs } from '../store/ownPlaces';
import type { ActionContext } from './context';
import { sweepGuides } from './guide';
import { sweepUnpacked } from './layerCache';
import { sweepTrash } from './cleanUp';
import { sweepRuns } from './runImage';
import { sweepMounts } from './mounts';
import { sweepWorkspaces } from './sweepWorkspaces';

/**
 * Cleans up what crashed processes left of mounts, workspaces and unpacked layers. Costs a look into a few folders where
 * there is nothing to do; asks for rights only where there is something, and does nothing in a store that is not ours to
 * change. Returns how many mounts were ended.
 */
export async function sweepWork(context: ActionContext): Promise<number> {
  // Nothing of ours is in a store that none of us has written to, and nobody knows whose things lie beside another layout.
  if (!context.store.keepsCaches || !context.store.isStoreAlone() || !isOurs(context.store.directory))
    return 0;
  return context.store.freeing(() => sweepAll(context));
}

async function sweepAll(context: ActionContext): Promise<number> {
  const ended = await sweepMounts(context);
  await sweepRuns(context);
  await sweepGuides(context);
  await sweepWorkspaces(context);
  await sweepUnpacked(context);
  await sweepTrash(context);
  return ended;
}
