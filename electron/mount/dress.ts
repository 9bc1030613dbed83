import { chmodSync, lchownSync } from 'node:fs';
import { isListName } from '../../shared/layer/accessList';
import type { HeldTree } from '../system/beneath';
import { setAttribute, setModified } from '../system/syscalls';
import { setLists } from './accessLists';
import { modifiedOf } from './treeReader';
import type { Looks } from './upperEntries';

/** Gives what was made the mode, owner, attributes and times of what it stands for. */
export function dress(tree: HeldTree, path: string, { info, attributes }: Looks): void {
  lchownSync(tree.at(path), Number(info.uid), Number(info.gid));
  for (const [name, value] of attributes) if (!isListName(name)) setAttribute(tree.textAt(path), name, value);
  // Lists that were read have the IDs that there are, or none.
  const mode = setLists(tree.textAt(path), Number(info.mode & 0o7777n), attributes, { owners: 'kept' });
  if (!info.isSymbolicLink()) chmodSync(tree.at(path), mode);
  const { seconds, nanoseconds } = modifiedOf(info);
  setModified(tree.textAt(path), seconds, nanoseconds);
}
