import { parentOf } from '../../shared/layer/entryPath';
import type { Stacked, StackedDirectory } from '../../shared/layer/stackLayers';

/** A step of {@link treeOrder}: a directory, or a name of what is none. */
export type TreeStep<T> =
  | { readonly directory: StackedDirectory<T>; readonly data: null }
  | { readonly directory: null; readonly path: string; readonly data: T };

interface Folder<T> {
  readonly directory: StackedDirectory<T> | null;
  readonly inside: (Folder<T> | Name<T>)[];
  rank: number;
}

interface Name<T> {
  readonly path: string;
  readonly data: T;
  readonly rank: number;
}

const isFolder = <T>(one: Folder<T> | Name<T>): one is Folder<T> => 'inside' in one;

/**
 * The tree in the one order that every reader of archives unpacks as it is: each directory once, all that is in it right behind
 * it, as a walk through a mounted tree gives it. tar(1) gives a directory its mode and its times as soon as a member follows that
 * is not in it (GNU tar manual, "Directory Modification Times"), and what Docker and Podman import may name nothing twice.
 *
 * @param rankOf where something stands among what is beside it; a directory stands where the first in it does. What has the same
 *   rank stays in the order of the stack
 * @param leadsAway links that tar(1) makes last of all: it remembers a directory's times for them while that is the one written
 *   last, so they stand before all directories beside them
 */
export function* treeOrder<T>(
  { directories, nodes }: Pick<Stacked<T>, 'directories' | 'nodes'>,
  rankOf: (data: T) => number,
  leadsAway: (data: T) => boolean,
): Generator<TreeStep<T>, void> {
  const root: Folder<T> = { directory: null, inside: [], rank: 0 };
  const folders = new Map<string, Folder<T>>([['', root]]);
  let top: StackedDirectory<T> | null = null;
  for (const directory of directories) {
    if (directory.path === '') {
      top = directory;
      continue;
    }
    const folder: Folder<T> = { directory, inside: [], rank: Infinity };
    folders.set(directory.path, folder);
    folders.get(parentOf(directory.path))?.inside.push(folder);
  }
  for (const [data, paths] of nodes) {
    const rank = rankOf(data);
    for (const path of paths) {
      let at = parentOf(path);
      folders.get(at)?.inside.push({ path, data, rank });
      for (let folder = folders.get(at); folder && rank < folder.rank; folder = folders.get(at)) {
        folder.rank = rank;
        if (at === '') break;
        at = parentOf(at);
      }
    }
  }
  if (top) yield { directory: top, data: null };
  const inOrder = ({ inside }: Folder<T>): Iterator<Folder<T> | Name<T>, void> => {
    const holds = inside.some(isFolder);
    const rank = (one: Folder<T> | Name<T>): number =>
      holds && !isFolder(one) && leadsAway(one.data) ? -1 : one.rank;
    return inside.sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0)).values();
  };
  // Own stack: hostile paths are deep.
  const levels = [inOrder(root)];
  for (let level = levels.at(-1); level; level = levels.at(-1)) {
    const next = level.next();
    if (next.done === true) levels.pop();
    else if (!isFolder(next.value)) yield { directory: null, path: next.value.path, data: next.value.data };
    else {
      if (next.value.directory) yield { directory: next.value.directory, data: null };
      levels.push(inOrder(next.value));
    }
  }
}
