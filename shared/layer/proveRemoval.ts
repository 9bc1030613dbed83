import type { LayerEntry } from './entry';
import type { PathRemoval } from './removePaths';
import type { Stacked } from './stackLayers';

/** A tree by path; null for a directory that no layer lists. Names of one file have the very same entry. */
export type EntryTree = ReadonlyMap<string, LayerEntry | null>;

/** What a stack of entries came to, by path. */
export function entryTree<T extends { readonly entry: LayerEntry }>({
  directories,
  nodes,
}: Stacked<T>): EntryTree {
  const tree = new Map<string, LayerEntry | null>();
  for (const { path, data } of directories) tree.set(path, data?.entry ?? null);
  for (const [{ entry }, paths] of nodes) for (const path of paths) tree.set(path, entry);
  return tree;
}

/** All that is known of an object but where its bytes stand. */
function factsOf(entry: LayerEntry | null): string {
  if (entry === null) return 'implied';
  const { kind, mode, uid, gid, mtime } = entry;
  const more: unknown[] =
    entry.kind === 'file'
      ? [entry.size]
      : entry.kind === 'symlink'
        ? [entry.target]
        : entry.kind === 'character' || entry.kind === 'block'
          ? [entry.major, entry.minor]
          : [];
  // Written in whole seconds and nanoseconds: a double may come back as its neighbour.
  return JSON.stringify([kind, mode, uid, gid, mtime.toFixed(6), ...more]);
}

/**
 * Holds a tree against another one less some paths: the first path at which they differ, null where they are the same.
 */
export function removalFault(before: EntryTree, after: EntryTree, removal: PathRemoval): string | null {
  const same = new Map<LayerEntry, LayerEntry | null>();
  for (const [path, entry] of before) {
    if (removal.has(path)) continue;
    const found = after.get(path);
    if (found === undefined || factsOf(entry) !== factsOf(found)) return path;
    if (entry === null || entry.kind === 'directory') continue;
    if (same.has(entry) && same.get(entry) !== found) return path;
    same.set(entry, found);
  }
  for (const path of after.keys()) if (removal.has(path) || !before.has(path)) return path;
  return null;
}
