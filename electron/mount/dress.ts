import { chmodSync, lchownSync } from 'node:fs';
import type { HeldTree } from '../system/beneath';
import { setAttribute, setModified } from '../system/syscalls';
import { modifiedOf } from './treeReader';
import type { Looks } from './upperEntries';

/** Gives what was made the mode, owner, attributes and times of what it stands for. */
export function dress(tree: HeldTree, path: string, { info, attributes }: Looks): void {
  lchownSync(tree.at(path), Number(info.uid), Number(info.gid));
  if (!info.isSymbolicLink()) chmodSync(tree.at(path), Number(info.mode & 0o7777n));
  for (const [name, value] of attributes) setAttribute(tree.textAt(path), name, value);
  const { seconds, nanoseconds } = modifiedOf(info);
  setModified(tree.textAt(path), seconds, nanoseconds);
}
