import { isOpaque, upperEntries } from '../../mount/upperEntries';
import { styleOf } from '../../namespace/privileged';
import { withTree, type HeldTree } from '../../system/beneath';
import type { TreeStyle } from '../../worker/jobs';
import { typedPath } from '../inside/imageFiles';
import type { InsideName, NamesAt } from '../inside/namesInside';
import { workspacePlaces, type WorkspaceRecord } from '../records/workspaceRecords';
import { modeOfKey } from './workspaceKind';

type Record = Pick<WorkspaceRecord, 'name' | 'generation' | 'key'>;

/** Reads from where a workspace's changes lie, without mounting it; null where nobody may look, or nothing is there. */
function inUpper<T>(store: string, record: Record, work: (upper: HeldTree, style: TreeStyle) => T): T | null {
  const mode = modeOfKey(record.key);
  if (mode === null) return null;
  try {
    return withTree(workspacePlaces(store, record).upper, (tree) => work(tree, styleOf(mode)));
  } catch {
    // Files of other IDs, or a commit that has just begun the next generation.
    return null;
  }
}

/** What a workspace has changed in a directory, deletions included, and the directories on the way to what it has. */
export const changedNames =
  (store: string, record: Record): NamesAt =>
  (directory) =>
    inUpper(store, record, (upper, style) =>
      Array.from(
        upperEntries(upper, typedPath(directory), style),
        ({ name, info, whiteout }): InsideName => ({ name, isDirectory: !whiteout && info.isDirectory() }),
      ),
    ) ?? [];

/** What is in a directory of a workspace as it is now: `image` is what is in those of its image, by paths as they are. */
export const workspaceNames =
  (store: string, record: Record, image: NamesAt): NamesAt =>
  (directory) => {
    const path = typedPath(directory);
    const above = inUpper(store, record, (upper, style) => {
      const ways = path === '' ? [] : path.split('/').map((_, i, parts) => parts.slice(0, i + 1).join('/'));
      const hides = ways.some((way) => {
        const info = upper.look(way);
        return info !== null && (!info.isDirectory() || isOpaque(upper, way, style));
      });
      return { hides, entries: [...upperEntries(upper, path, style)] };
    });
    const names = new Map<string, InsideName>();
    if (above?.hides !== true) for (const each of image(directory)) names.set(each.name, each);
    for (const { name, info, whiteout } of above?.entries ?? []) {
      if (whiteout) names.delete(name);
      else names.set(name, { name, isDirectory: info.isDirectory() });
    }
    return names.values();
  };
