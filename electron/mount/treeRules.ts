import { accessListName, isAccessList, isEmptyList, isListName } from '../../shared/layer/accessList';
import { encodeName } from '../../shared/layer/entryPath';
import { impliedFacts, TreeFault, type ShapeDirectory } from '../../shared/layer/layerShape';
import { isDevice, isOwner } from '../../shared/layer/linuxNumbers';
import type { TarHeader } from '../../shared/layer/tarHeader';
import type { SparseTarget } from '../tar/sparseBody';

/**
 * What holds for the tree of a layer in whatever form it is kept: as files on disk, or as an image of a file system. What its
 * entries come to is said by `LayerShape`.
 */

export { TreeFault };

/** What an entry's metadata comes to on disk. */
export interface Metadata {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Whole seconds since 1970. */
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly xattrs: ReadonlyMap<string, Uint8Array>;
}

/** Metadata of directories that a layer names only in the paths of others. */
export const impliedMetadata: Metadata = {
  mode: impliedFacts.mode,
  uid: impliedFacts.uid,
  gid: impliedFacts.gid,
  seconds: impliedFacts.mtime,
  nanoseconds: 0,
  xattrs: new Map(),
};

/** Longest name and longest target of a link on Linux, in bytes (limits.h: NAME_MAX; PATH_MAX less the zero). */
export const nameLimit = 255;
const targetLimit = 4095;
/** Longest name and longest value of an extended attribute on Linux, in bytes (limits.h: XATTR_NAME_MAX, XATTR_SIZE_MAX). */
const attributeNameLimit = 255;
const attributeLimit = 65536;

/** The metadata of a member. Throws {@link TreeFault} for an owner, and for an attribute, that there cannot be. */
export function metadataOf({ type, mode, uid, gid, seconds, nanoseconds, xattrs }: TarHeader): Metadata {
  holdOwner({ uid, gid });
  for (const [name, value] of xattrs) {
    if (name === 'security.capability' && !isCapability(value)) throw new TreeFault('capability-form');
    if (isListName(name) && type !== 'symlink' && !isListOf(name, value, type))
      throw new TreeFault('access-list-form', name);
    if (isTaken(name) && (encodeName(name).length > attributeNameLimit || value.length > attributeLimit))
      throw new TreeFault('attribute-large');
  }
  return { mode, uid, gid, seconds, nanoseconds, xattrs };
}

/**
 * Whether an object of a type can have an access list. Links have none at all: what an archive says of theirs is passed over, as
 * a file system's own rule for attributes is.
 */
function isListOf(name: string, value: Uint8Array, type: TarHeader['type']): boolean {
  if (!isAccessList(value)) return false;
  return name === accessListName || type === 'directory' || isEmptyList(value);
}

/** Whose root a capability of revision 3 is for: the user that is 0 in a namespace. */
export function capabilityOwner(value: Uint8Array): number {
  return new DataView(value.buffer, value.byteOffset, value.byteLength).getUint32(20, true);
}

/**
 * Whether the value of `security.capability` is one that a kernel takes (linux/capability.h, VFS_CAP_REVISION_2 and 3; Linux,
 * security/commoncap.c, cap_convert_nscap). A tree without it would not be the layer's: what has it runs with other rights.
 */
export function isCapability(value: Uint8Array): boolean {
  const { byteLength: size } = value;
  // An empty one is stored without a look.
  if (size === 0) return true;
  if (size !== 20 && size !== 24) return false;
  const magic = new DataView(value.buffer, value.byteOffset, size).getUint32(0, true);
  // The lowest bit is the flag that they are effective.
  if ((magic & 0x00fffffe) !== 0 || magic >>> 24 !== (size === 20 ? 2 : 3)) return false;
  return size === 20 || capabilityOwner(value) !== 0xffffffff;
}

/** The target of a symbolic link as bytes. Throws {@link TreeFault} for one that there cannot be. */
export function targetBytes(target: string): Uint8Array {
  const bytes = encodeName(target);
  if (bytes.length === 0) throw new TreeFault('symlink-empty');
  if (bytes.length > targetLimit) throw new TreeFault('symlink-long', targetLimit);
  return bytes;
}

/** Throws {@link TreeFault} for an owner that Linux cannot have. */
function holdOwner(owner: { readonly uid: number; readonly gid: number }): void {
  if (!isOwner(owner)) throw new TreeFault('owner-range');
}

/**
 * Throws {@link TreeFault} for a member with numbers that no tree can have: what is written of it (`export`, `squash`, `rewrite`)
 * would have others, because tar's fields end sooner than those that were read.
 */
export function holdNumbers(header: Pick<TarHeader, 'type' | 'uid' | 'gid' | 'major' | 'minor'>): void {
  holdOwner(header);
  if (header.type === 'character' || header.type === 'block') holdDevice(header);
}

/** Throws {@link TreeFault} for a device whose numbers Linux does not know. */
export function holdDevice(device: { readonly major: number; readonly minor: number }): void {
  if (!isDevice(device)) throw new TreeFault('device-numbers', `${device.major}:${device.minor}`);
}

/**
 * Whether an attribute of an archive goes into a tree, and so into whatever is written of one (`export`, `squash`, an import,
 * the layers of a `rewrite`). `trusted.` and the overlay's own would be read by overlayfs as orders of ours; labels are this
 * system's. Docker's export writes `security.capability` alone, Podman's that and `user.`: neither hands on these.
 */
export function isTaken(attribute: string): boolean {
  return (
    attribute !== 'security.selinux' &&
    !/^(?:trusted|user\.overlay|user\.fuseoverlayfs|user\.containers)\./.test(attribute)
  );
}

/** A file that takes its contents. */
export interface FileTarget extends SparseTarget {
  /** Ends the file where writing or seeking has come to. */
  end(): void;
  abandon(): void;
}

/** What the members of a layer are made into. Paths are normalised; methods throw {@link TreeFault}. */
export interface LayerTarget {
  /** Begins a regular file whose body stands at `offset` of the layer's tar; null when it need not be given the body. */
  file(path: string, metadata: Metadata, header: TarHeader, offset: number): FileTarget | null;
  /** The same of a file that has no place by itself (`LayerShape.keepAside`). */
  fileAside(name: string, metadata: Metadata, header: TarHeader, offset: number): FileTarget | null;
  directoryEntry(path: string, metadata: Metadata): void;
  symlink(path: string, target: string, metadata: Metadata): void;
  /** Another name for a file of this tree; the target is as an archive spells it, resolved in the same way, and must be there. */
  hardlink(path: string, target: string): void;
  /** What is no part of the layer (`LayerShape.unplaced`). */
  unplaced(path: string): void;
  /** A device or a fifo; false when it may not be made. */
  node(
    path: string,
    type: 'character' | 'block' | 'fifo',
    device: { readonly major: number; readonly minor: number },
    metadata: Metadata,
  ): boolean;
  /** A deletion of what lies below. */
  whiteout(path: string): void;
  /** A directory that hides what lies below it. */
  opaque(path: string): void;
  /** After the last of them. */
  end(): TreeEnd;
}

/** What is to be known of a tree beside the tree. */
export interface TreeEnd {
  /** The root hides everything, for which overlayfs has no mark. */
  readonly opaqueRoot: boolean;
  /** No entry is the root: its metadata are a lower layer's. */
  readonly impliedRoot: boolean;
  /** So many directories below the root are only implied. */
  readonly implied: number;
}

/** Whether the metadata of a directory are those of a lower layer, where that has it: no entry is it, nor was it deleted before. */
export function isImplied<T>({ data, renewed }: Pick<ShapeDirectory<T>, 'data' | 'renewed'>): boolean {
  return data === null && !renewed;
}
