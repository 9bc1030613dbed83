import { closeSync, constants, openSync } from 'node:fs';
import { pathIn, type FsPath } from './treeReader';

/** open(2), O_PATH: a descriptor that only names an object. Not among Node's own constants. */
const openPath = 0o10000000;

/** A directory that is held open: what is in it is reached through the descriptor, wherever it is moved meanwhile. */
export interface HeldDirectory {
  /** A path that leads to the directory itself. */
  readonly at: string;
  /** A path of what has this name in it; looked at without following it, it is in this directory and nowhere else. */
  inside(name: string): FsPath;
}

function withHeld<T>(path: FsPath, flags: number, work: (directory: HeldDirectory) => T): T {
  const fd = openSync(path, openPath | constants.O_DIRECTORY | flags);
  try {
    // With the dot it is the directory; without it, a link of /proc to it.
    const at = `/proc/self/fd/${fd}/.`;
    return work({ at, inside: (name) => (name === '' ? at : pathIn(at, name)) });
  } finally {
    closeSync(fd);
  }
}

/**
 * Runs `work` with a directory held open. A link in its place is not followed: that throws ENOTDIR or ELOOP, as what is no
 * directory does. Between looking at a path and opening it a process that runs in the tree could put a link to the host's
 * files there (the class of CVE-2018-15664); what a descriptor stands for cannot be exchanged.
 */
export function inHeld<T>(path: FsPath, work: (directory: HeldDirectory) => T): T {
  return withHeld(path, constants.O_NOFOLLOW, work);
}

/**
 * Runs `work` with the directory that holds the object `path` of a tree, reached one name after the other without
 * following a link, and the object's name in it; for the root itself the name is empty. Throws as {@link inHeld} does.
 */
export function inParent<T>(
  root: string,
  path: string,
  work: (directory: HeldDirectory, name: string) => T,
): T {
  const parts = path === '' ? [] : path.split('/');
  const name = parts.pop() ?? '';
  const descend = (directory: HeldDirectory, depth: number): T => {
    const next = parts[depth];
    return next === undefined
      ? work(directory, name)
      : inHeld(directory.inside(next), (below) => descend(below, depth + 1));
  };
  // The root is ours, and may be reached through links of the person's own.
  return withHeld(root, 0, (directory) => descend(directory, 0));
}
