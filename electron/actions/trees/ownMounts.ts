import { problemOf } from '../../../shared/image/problem';
import type { ActionContext } from '../ground/context';
import { holdMount, readHolds, withMount, type TakenHold } from '../records/mountHolds';
import { readMountRecords, writeMountRecord, type MountRecord } from '../records/mountRecords';
import { unmountRecord } from './unmountRecord';

/** What this process answers for: mounts by ID, each with the token of our owner entry and the hold where it is one. */
interface Own {
  readonly token: string;
  readonly hold: TakenHold | null;
}

const ownMounts = new WeakMap<ActionContext['store'], Map<string, Own>>();

function ownOf(context: ActionContext): Map<string, Own> {
  const found = ownMounts.get(context.store);
  if (found) return found;
  const made = new Map<string, Own>();
  ownMounts.set(context.store, made);
  // What runs in them here ends first: to its hold a mount would be handed over, and stay behind us.
  context.onClose(async () => {
    ownMounts.delete(context.store);
    for (const [id, own] of [...made].reverse()) await letGo(context, id, own).catch(() => undefined);
  }, 'last');
  return made;
}

/** Whether a mount stays at least until this process ends. */
export function isOwnMount(context: ActionContext, id: string): boolean {
  return ownMounts.get(context.store)?.has(id) === true;
}

/** Makes sure that what this process mounted for itself is unmounted at its end, unless others need it. */
export function endWithProcess(context: ActionContext, { id, owner }: MountRecord): void {
  ownOf(context).set(id, { token: owner.token, hold: null });
}

/** Keeps what another process mounted for itself until this one ends, too. */
export async function shareMount(context: ActionContext, { id }: MountRecord): Promise<void> {
  const hold = await holdMount(context.store.directory, id, null);
  ownOf(context).set(id, { token: hold.token, hold });
}

/** Forgets a mount that somebody has ended. */
export async function forgetMount(context: ActionContext, id: string): Promise<void> {
  const own = ownMounts.get(context.store)?.get(id);
  ownMounts.get(context.store)?.delete(id);
  await own?.hold?.release();
}

/** Ends a mount that this process answers for; somebody who holds it answers for it from then on. */
async function letGo(context: ActionContext, id: string, { token, hold }: Own): Promise<void> {
  const store = context.store.directory;
  await hold?.release();
  await withMount(store, id, async () => {
    const record = (await readMountRecords(store)).find((each) => each.id === id);
    // Kept by a command line since, or handed to somebody else: not ours to end.
    if (!record || record.kept || record.owner.token !== token) return;
    if (await handOver(store, record)) return;
    try {
      // Nothing is written through what shows an image: whoever is in it keeps it until he leaves.
      await unmountRecord(context, record, record.kind === 'image');
    } catch (thrown) {
      if (problemOf(thrown).code !== 'mount-busy') throw thrown;
      // What is written there has to stay where it can be seen, and committed.
      await writeMountRecord(store, { ...record, kept: true });
    }
  });
}

/** Makes a process that holds a mount its owner; false when there is none. */
export async function handOver(store: string, record: MountRecord): Promise<boolean> {
  const [next] = await readHolds(store, record.id);
  if (next) await writeMountRecord(store, { ...record, owner: next.owner });
  return next !== undefined;
}
