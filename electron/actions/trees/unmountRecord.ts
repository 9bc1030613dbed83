import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { problem } from '../../../shared/image/problem';
import { findHolder } from '../../namespace/holder';
import { holderElsewhere } from '../../namespace/holderRecord';
import { failPoint } from '../../store/failPoint';
import { places } from '../../store/places';
import type { ActionContext } from '../ground/context';
import { runnerOf } from '../records/mountHolds';
import { dropMountRecord, type MountRecord } from '../records/mountRecords';

/**
 * Unmounts what a record names, then forgets it. `lazy` detaches a tree that somebody is in. Throws `mount-busy`,
 * `mount-failed`.
 */
export async function unmountRecord(
  context: ActionContext,
  record: MountRecord,
  lazy: boolean,
): Promise<void> {
  const store = context.store.directory;
  if (await canBeMounted(context, record)) {
    // A run has the tree in a mount namespace of its own: to the kernel our mount is not in use.
    const runner = lazy ? null : await runnerOf(store, record.id);
    if (runner !== null) throw problem('mount-busy', { target: record.target, ...runner });
    const privileged = await context.privileged();
    for (const target of [record.target, ...(record.base === null ? [] : [record.base])])
      await privileged.pool.run('unmount', { target, label: record.id, lazy });
    failPoint('unmounted');
  }
  await dropMountRecord(store, record.id);
  if (record.target === join(places.mounts(store), record.id))
    // Empty now; where something is mounted after all, nothing in it is ours to remove.
    await rmdir(record.target).catch(() => undefined);
}

/** False when the namespace that held a mount is gone, and the mount with it. */
export async function canBeMounted(context: ActionContext, record: MountRecord): Promise<boolean> {
  if (!/^(?:mapped|single)-/.test(record.key)) return true;
  const holder = await findHolder(context.store.directory);
  if (holder === null) return (await holderElsewhere(context.store.directory)) !== null;
  return record.key.startsWith(holder.mode);
}
