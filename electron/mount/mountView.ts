import { lstatSync, type BigIntStats } from 'node:fs';
import { problem } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';
import { HeldTree } from '../system/beneath';
import type { ViewMount } from '../worker/jobs';

/** What is at a path, as far as following paths needs to know. */
export type Seen = Pick<BigIntStats, 'isSymbolicLink' | 'isDirectory' | 'isFile' | 'mode'>;

/** A tree in which paths are followed. Paths are relative to its root, without links on the way. */
export interface TreeView {
  /** What is there, not what a link leads to; null for nothing. */
  look(path: string): Seen | null;
  /** Target of a link. */
  target(path: string): string;
}

/** An object by device and number, in the form of `stat -c %d:%i`. */
export const objectOf = ({ dev, ino }: BigIntStats): string => `${dev}:${ino}`;

interface Mounted extends ViewMount {
  /** Null for a file, and for what is empty. */
  readonly tree: HeldTree | null;
  readonly info: BigIntStats | null;
}

/**
 * A tree with what will be mounted in it, before that is mounted: a path leads on in what covers it. Each source is held, and is the
 * object that was found before. Throws `bind-refused`.
 */
export class MountView implements TreeView {
  private readonly mounts: Mounted[] = [];

  constructor(
    private readonly root: HeldTree,
    mounts: readonly ViewMount[],
  ) {
    try {
      for (const mount of mounts) this.add(mount);
    } catch (thrown) {
      this.close();
      throw thrown;
    }
  }

  /** Adds one over what is there by now. Throws `bind-refused` where the source is another object than the one that was found. */
  add(mount: ViewMount): void {
    const { source, identity, isFolder } = mount;
    if (source === null) {
      this.mounts.push({ ...mount, tree: null, info: null });
      return;
    }
    let tree: HeldTree | null = null;
    let info: BigIntStats | null = null;
    try {
      if (isFolder) tree = new HeldTree(source);
      info = tree ? tree.look('') : lstatSync(source, { bigint: true });
    } catch (cause) {
      tree?.close();
      // Else it is not there, in the mounts of those who run the command.
      const isClosed = ['EACCES', 'EPERM'].includes(systemCode(cause) ?? '');
      throw problem('bind-refused', { path: source, reason: isClosed ? 'denied' : 'hidden' }, { cause });
    }
    if (info === null || objectOf(info) !== identity) {
      tree?.close();
      throw problem('bind-refused', { path: source, reason: 'hidden' });
    }
    this.mounts.push({ ...mount, tree, info });
  }

  /** The mount that a path lies in or is; -1 for the tree itself. */
  under(path: string): number {
    let found = -1;
    this.mounts.forEach(({ at }, i) => {
      const isIn = path === at || path.startsWith(`${at}/`);
      if (isIn && at.length >= (this.mounts[found]?.at.length ?? 0)) found = i;
    });
    return found;
  }

  look(path: string): Seen | null {
    const mount = this.mounts[this.under(path)];
    const found = mount ? this.within(mount, path) : this.root.look(path);
    // Where something is mounted further below, folders will be made on the way.
    if (found === null && this.mounts.some(({ at }) => at.startsWith(`${path}/`))) return this.root.look('');
    return found;
  }

  target(path: string): string {
    const mount = this.mounts[this.under(path)];
    return mount?.tree ? mount.tree.target(path.slice(mount.at.length + 1)) : this.root.target(path);
  }

  /** Lets go of the sources, not of the tree. */
  close(): void {
    for (const { tree } of this.mounts.splice(0)) tree?.close();
  }

  private within({ at, tree, info, source }: Mounted, path: string): Seen | null {
    if (tree) return tree.look(path.slice(at.length + 1));
    if (path !== at) return null;
    return source === null ? this.root.look('') : info;
  }
}
