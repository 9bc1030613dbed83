import { addBytes } from '../image/bytes';
import type { ChangeAspect, NodeFacts } from './change';
import type { LayerEntry } from './entry';
import { impliedFacts } from './layerShape';
import { LayerStack, toStackEntry, type StackEntry } from './stackLayers';

/** An object of a merged tree: what its layer's index says of it, and what is known of its contents. */
export interface TreeObject extends NodeFacts {
  /** Which layer it lies in, as the caller counts them. */
  readonly layer: number;
  /** Hash of the contents of a regular file; null for anything else, and where it was not made. */
  readonly contents: string | null;
  /** Device numbers; '' for anything else. */
  readonly device: string;
}

/** What of a path differs; `unread` for files of equal size whose contents were not compared. */
export type FileAspect = Exclude<ChangeAspect, 'xattrs'> | 'unread';

/** One path that two trees do not agree on. */
export interface FileDifference {
  readonly path: string;
  readonly kind: 'added' | 'changed' | 'removed';
  /** In the first tree; null for what was added. */
  readonly before: NodeFacts | null;
  /** In the second; null for what was removed. */
  readonly after: NodeFacts | null;
  /** For changed paths; empty for others. */
  readonly aspects: readonly FileAspect[];
}

/** A kind of difference: how many paths, and bytes of their regular files on either side. */
export interface DifferenceSum {
  readonly paths: number;
  readonly before: number;
  readonly after: number;
}

/** How two trees differ. */
export interface TreeComparison {
  /** By path, in the order of UTF-16 code units; at most as many as asked for. */
  readonly differences: readonly FileDifference[];
  /** Differences beyond that. */
  readonly omitted: number;
  /** Sums over all of them; a file with several names counts with each. */
  readonly added: DifferenceSum;
  readonly changed: DifferenceSum;
  readonly removed: DifferenceSum;
  /** Paths that differ in their time alone: they are not listed. */
  readonly timesOnly: number;
  /** Changed paths whose contents were not compared, and the layers that have to be read for it. */
  readonly unread: { readonly paths: number; readonly layers: readonly number[] };
}

type Tree = ReadonlyMap<string, TreeObject>;

/** Entries of one layer as a stack takes them. `contentsOf` gives the hash of the n-th regular file of the layer. */
export function* treeObjects(
  entries: Iterable<LayerEntry>,
  layer: number,
  contentsOf: (file: number) => string | null,
): Iterable<StackEntry<TreeObject>> {
  const toObject = treeObject(layer, contentsOf);
  for (const entry of entries) {
    const stacked = toObject(entry);
    if (stacked) yield stacked;
  }
}

/** The same for one entry after the other, in the order of the layer; null for what is no part of it. */
export function treeObject(
  layer: number,
  contentsOf: (file: number) => string | null,
): (entry: LayerEntry) => StackEntry<TreeObject> | null {
  let file = 0;
  return (entry) => {
    // What is no part of the layer counts among its files.
    const contents = entry.kind === 'file' ? contentsOf(file++) : null;
    return toStackEntry(entry, objectOf(entry, layer, contents));
  };
}

function objectOf(entry: LayerEntry, layer: number, contents: string | null): TreeObject {
  const { kind, mode, uid, gid, mtime } = entry;
  // Of a hard link a stack takes what it names, and of a deletion nothing.
  const type = kind === 'hardlink' || kind === 'whiteout' || kind === 'opaque' ? 'file' : kind;
  return {
    type,
    mode,
    uid,
    gid,
    mtime,
    size: kind === 'file' ? entry.size : 0,
    target: kind === 'symlink' ? entry.target : '',
    contents,
    device: kind === 'character' || kind === 'block' ? `${entry.major}:${entry.minor}` : '',
    layer,
  };
}

/** A directory that no layer lists. */
const implied: TreeObject = {
  ...impliedFacts,
  type: 'directory',
  size: 0,
  target: '',
  contents: null,
  device: '',
  layer: -1,
};

/**
 * The tree that layers come to, each given from the base up by {@link treeObjects}, by path. Throws a `StackFault` for a
 * hard link to nothing.
 */
export function mergeTree(layers: Iterable<Iterable<StackEntry<TreeObject>>>): Tree {
  const stack = new LayerStack<TreeObject>();
  for (const layer of layers) stack.add(layer);
  const { directories, nodes } = stack.result();
  const tree = new Map<string, TreeObject>();
  for (const { path, data } of directories) tree.set(path, data ?? implied);
  for (const [data, paths] of nodes) for (const path of paths) tree.set(path, data);
  return tree;
}

/** What two objects at one path differ in; nothing where they are the same. */
export function aspectsOf(a: TreeObject, b: TreeObject): readonly FileAspect[] {
  // The very same entry of the very same layer.
  if (a === b) return [];
  if (a.type !== b.type) return ['type'];
  const aspects: FileAspect[] = [];
  if (a.type === 'file') {
    if (a.size !== b.size) aspects.push('content');
    else if (a.size > 0) {
      if (a.contents === null || b.contents === null) aspects.push('unread');
      else if (a.contents !== b.contents) aspects.push('content');
    }
  }
  if (a.device !== b.device) aspects.push('content');
  if (a.target !== b.target) aspects.push('target');
  // The mode of a link means nothing on Linux, and tools record different ones.
  if (a.mode !== b.mode && a.type !== 'symlink') aspects.push('mode');
  if (a.uid !== b.uid || a.gid !== b.gid) aspects.push('owner');
  if (a.mtime !== b.mtime) aspects.push('times');
  return aspects;
}

const factsOf = ({ type, mode, uid, gid, size, mtime, target }: TreeObject): NodeFacts => ({
  type,
  mode,
  uid,
  gid,
  size,
  mtime,
  target,
});

/**
 * Compares two merged trees path by path. What is one entry of one layer in both is the same without a look at it; else
 * type, size, hash of the contents where both are known, mode, owner, target and device decide. `limit` bounds the list,
 * never the sums.
 */
export function compareTrees(first: Tree, second: Tree, limit: number): TreeComparison {
  const found: FileDifference[] = [];
  const sums = {
    added: { paths: 0, before: 0, after: 0 },
    changed: { paths: 0, before: 0, after: 0 },
    removed: { paths: 0, before: 0, after: 0 },
  };
  let timesOnly = 0;
  let unread = 0;
  const toRead = new Set<number>();
  const add = (difference: FileDifference): void => {
    const sum = sums[difference.kind];
    sum.paths++;
    sum.before = addBytes(sum.before, difference.before?.size ?? 0);
    sum.after = addBytes(sum.after, difference.after?.size ?? 0);
    found.push(difference);
  };
  for (const [path, before] of first) {
    const after = second.get(path);
    if (!after) {
      add({ path, kind: 'removed', before: factsOf(before), after: null, aspects: [] });
      continue;
    }
    const aspects = aspectsOf(before, after);
    if (aspects.length === 0) continue;
    if (aspects.length === 1 && aspects[0] === 'times') {
      timesOnly++;
      continue;
    }
    if (aspects.includes('unread')) {
      unread++;
      for (const { contents, layer } of [before, after]) if (contents === null) toRead.add(layer);
    }
    add({ path, kind: 'changed', before: factsOf(before), after: factsOf(after), aspects });
  }
  for (const [path, after] of second)
    if (!first.has(path)) add({ path, kind: 'added', before: null, after: factsOf(after), aspects: [] });
  found.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    differences: found.slice(0, limit),
    omitted: Math.max(0, found.length - limit),
    ...sums,
    timesOnly,
    unread: { paths: unread, layers: [...toRead].sort((a, b) => a - b) },
  };
}
