import { encodeName } from '../../shared/layer/entryPath';
import { NotExpressible } from './erofsFault';
import type { TreeNode } from './layerTree';
import { capabilityOwner, isTaken } from './treeRules';

/** Extended attributes of an object as EROFS keeps them behind its inode (erofs_fs.h, "inline xattrs"). */

/** `e_name_index` of the namespaces that an image keeps. */
const namespaces = { user: 1, trusted: 4, security: 6 } as const;
/** Bytes of `erofs_xattr_ibody_header` and `erofs_xattr_entry`. */
const headerBytes = 12;
const entryBytes = 4;
/** Longest name of an attribute with its namespace (limits.h: XATTR_NAME_MAX). */
const nameLimit = 255;
/** A value's size is 16 bits wide, and so is the count of all in units of four bytes. */
const valueLimit = 0xffff;
const allLimit = headerBytes + 4 * 0xfffe;

interface Attribute {
  readonly index: number;
  readonly name: Uint8Array;
  readonly value: Uint8Array;
}

const opaque: Attribute = {
  index: namespaces.trusted,
  name: Buffer.from('overlay.opaque'),
  value: Buffer.from('y'),
};

/**
 * Marks a directory that has deletions in it. Where no other layer has the directory overlayfs lists what is in it as it is,
 * deletions included; with this attribute it looks at each (Linux, fs/overlayfs/inode.c: "non-merge dir that may have
 * whiteouts"). It means "copied up from somewhere", and nothing else on a lower layer.
 */
const origin: Attribute = {
  index: namespaces.trusted,
  name: Buffer.from('overlay.origin'),
  value: new Uint8Array(0),
};

/** Whether a kernel keeps a capability as it is: one of the namespace that it is set in it writes in the older form. */
const isKept = (value: Uint8Array): boolean =>
  value.byteLength === 20 || (value.byteLength === 24 && capabilityOwner(value) !== 0);

/** An attribute in the form of the image; null for one that a file system of files would not take either. */
function attributeOf(full: string, value: Uint8Array, node: TreeNode): Attribute | null {
  if (!isTaken(full)) return null;
  // Access lists change the mode that they are set on, as the file system has it.
  if (full.startsWith('system.posix_acl_')) throw new NotExpressible(`the attribute ${full}`);
  const dot = full.indexOf('.');
  const space = full.slice(0, dot);
  if (space !== 'user' && space !== 'security') return null;
  // Only files and directories have attributes of users (xattr(7)).
  if (space === 'user' && node.kind !== 'file' && node.kind !== 'directory') return null;
  const name = encodeName(full.slice(dot + 1));
  if (name.length === 0) return null;
  if (full === 'security.capability' && !isKept(value)) throw new NotExpressible(`the attribute ${full}`);
  if (name.length + dot + 1 > nameLimit || value.length > valueLimit)
    throw new NotExpressible('the size of an attribute');
  return { index: namespaces[space], name, value };
}

const none = Buffer.alloc(0);
const padded = (size: number): number => (size + 3) & ~3;

/** The bytes behind an inode: none, or a header and every attribute. Throws {@link NotExpressible}. */
export function attributeBytes(node: TreeNode): Buffer {
  const found: Attribute[] = [];
  if (node.kind === 'directory' && node.opaque) found.push(opaque);
  if (node.kind === 'directory' && node.marks) found.push(origin);
  for (const [name, value] of node.metadata.xattrs) {
    const attribute = attributeOf(name, value, node);
    if (attribute) found.push(attribute);
  }
  if (found.length === 0) return none;
  const size = found.reduce(
    (sum, { name, value }) => sum + padded(entryBytes + name.length + value.length),
    headerBytes,
  );
  if (size > allLimit) throw new NotExpressible('the size of all attributes');
  const bytes = Buffer.alloc(size);
  let at = headerBytes;
  for (const { index, name, value } of found) {
    bytes[at] = name.length;
    bytes[at + 1] = index;
    bytes.writeUInt16LE(value.length, at + 2);
    bytes.set(name, at + entryBytes);
    bytes.set(value, at + entryBytes + name.length);
    at += padded(entryBytes + name.length + value.length);
  }
  return bytes;
}

/** `i_xattr_icount` for so many bytes of attributes. */
export function attributeCount(bytes: number): number {
  return bytes === 0 ? 0 : 1 + (bytes - headerBytes) / 4;
}
