import type { ActionContext, Privileged } from '../ground/context';
import { readMountRecords } from '../records/mountRecords';
import { readWorkspaces } from '../records/workspaceRecords';

/** The kind of rights that a key is of (`Privileged.key`); null for what is none. */
export function modeOfKey(key: string): Privileged['mode'] | null {
  const [mode = ''] = key.split('-');
  return mode === 'root' || mode === 'mapped' || mode === 'single' || mode === 'fuse' ? mode : null;
}

const isNamespace = (mode: Privileged['mode'] | null): boolean => mode === 'mapped' || mode === 'single';

/**
 * Has this process work in the way in which a workspace was made: its files are owned as that has them, and nobody remembers
 * how that was. What the person asks for by `STRATIGRAPH_OVERLAY` counts before. For a command that is about one workspace; a
 * word that is none changes nothing. A store has one namespace: while something is mounted in one of another kind it stays.
 */
export async function takeKindOf(context: ActionContext, name: string): Promise<void> {
  const store = context.store.directory;
  const found = (await readWorkspaces(store)).find((each) => each.name === name);
  const mode = found ? modeOfKey(found.key) : null;
  if (mode === null) return;
  const mounts = (await readMountRecords(store)).map(({ key }) => modeOfKey(key));
  if (isNamespace(mode) && mounts.some((each) => each !== mode && isNamespace(each))) return;
  context.prefer?.(mode);
}
