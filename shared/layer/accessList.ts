/**
 * POSIX access lists as extended attributes (Linux, include/uapi/linux/posix_acl_xattr.h): a version, then entries of a tag, rights
 * and an ID each, little-endian. Where an object has one, the group bits of its mode are the most that the list gives (its
 * mask), and what the owning group has stands in the list.
 */

/** The list that says who may do what; its mask and others are the mode's. */
export const accessListName = 'system.posix_acl_access';
/** The list that what is made in a directory begins with. */
export const defaultListName = 'system.posix_acl_default';

/** Whether an attribute is an access list. */
export function isListName(attribute: string): boolean {
  return attribute === accessListName || attribute === defaultListName;
}

interface ListEntry {
  readonly tag: number;
  readonly rights: number;
  readonly id: number;
}

const version = 2;
const headerBytes = 4;
const entryBytes = 8;
const tags = { owner: 1, user: 2, owningGroup: 4, group: 8, mask: 16, other: 32 } as const;
/** The ID of entries that have none, and of users and groups that a user namespace does not know. */
const noId = 0xffff_ffff;

const isNamed = ({ tag }: ListEntry): boolean => tag === tags.user || tag === tags.group;

/** The entries of a list; null for what no kernel takes (Linux, fs/posix_acl.c: posix_acl_from_xattr, posix_acl_valid). */
function entriesOf(value: Uint8Array): readonly ListEntry[] | null {
  const { byteLength: size } = value;
  // One without a value takes the list away.
  if (size === 0) return [];
  if (size < headerBytes || (size - headerBytes) % entryBytes !== 0) return null;
  const view = new DataView(value.buffer, value.byteOffset, size);
  if (view.getUint32(0, true) !== version) return null;
  const entries: ListEntry[] = [];
  for (let at = headerBytes; at < size; at += entryBytes)
    entries.push({
      tag: view.getUint16(at, true),
      rights: view.getUint16(at + 2, true),
      id: view.getUint32(at + 4, true),
    });
  return entries.length === 0 || isOrdered(entries) ? entries : null;
}

/** Owner, users, owning group, groups, mask (where there are users or groups), others. */
function isOrdered(entries: readonly ListEntry[]): boolean {
  let state: number = tags.owner;
  let needsMask = false;
  for (const entry of entries) {
    const { tag, rights, id } = entry;
    if (rights > 7) return false;
    if (isNamed(entry)) {
      if (id === noId || state !== tag) return false;
      needsMask = true;
    } else if (tag === tags.owner && state === tags.owner) state = tags.user;
    else if (tag === tags.owningGroup && state === tags.user) state = tags.group;
    else if (tag === tags.mask && state === tags.group) state = tags.other;
    else if (tag === tags.other && (state === tags.other || (state === tags.group && !needsMask))) state = 0;
    else return false;
  }
  return state === 0;
}

/** Whether a list is one that a kernel takes. */
export function isAccessList(value: Uint8Array): boolean {
  return entriesOf(value) !== null;
}

/** Whether a list gives nobody anything: an object with it is one without a list. */
export function isEmptyList(value: Uint8Array): boolean {
  return entriesOf(value)?.length === 0;
}

/**
 * The mode of an object whose access list is left out: the owning group has what it had, and no more. `value` null: it has no
 * list, and the mode is its own.
 */
export function modeWithoutList(mode: number, value: Uint8Array | null | undefined): number {
  const own = (value ? entriesOf(value) : null)?.find(({ tag }) => tag === tags.owningGroup);
  return own === undefined ? mode : mode & ~(0o070 & ~(own.rights << 3));
}

/** Access lists of a layer that name users or groups which a tree cannot: by real path, then by the list's name. */
export type LeftLists = ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;

/** Which IDs of users and groups can be said. */
export interface ListIds {
  readonly user: (id: number) => boolean;
  readonly group: (id: number) => boolean;
}

/**
 * A list without the users and groups that cannot be said; the very value where all can. What others have, and the mask,
 * stay. A value that is no list stays as it is.
 */
export function listWithin(value: Uint8Array, ids: ListIds): Uint8Array {
  const pieces = piecesOf(value);
  const kept = pieces.filter((piece) => canSay(piece, ids)).map(({ bytes }) => bytes);
  return kept.length < pieces.length ? concat([value.subarray(0, headerBytes), ...kept]) : value;
}

/**
 * A list as a tree has it now, with those users and groups of the recorded one that could not be said there: nobody could have taken
 * them away. The recorded value itself where the list is what {@link listWithin} left of it.
 */
export function listWithLeft(now: Uint8Array, recorded: Uint8Array, ids: ListIds): Uint8Array {
  const within = listWithin(recorded, ids);
  if (within === recorded) return now;
  if (isSameBytes(within, now)) return recorded;
  const left = piecesOf(recorded).filter(({ tag, id }) => !canSay({ tag, id }, ids));
  const pieces = piecesOf(now);
  const upTo = (most: number): readonly Uint8Array[] =>
    pieces.filter(({ tag }) => tag <= most).map(({ bytes }) => bytes);
  const leftOf = (wanted: number): readonly Uint8Array[] =>
    left.filter(({ tag }) => tag === wanted).map(({ bytes }) => bytes);
  const users = upTo(tags.user);
  const groups = upTo(tags.group).slice(users.length);
  const rest = pieces.slice(users.length + groups.length).map(({ bytes }) => bytes);
  return concat([
    now.subarray(0, headerBytes),
    ...users,
    ...leftOf(tags.user),
    ...groups,
    ...leftOf(tags.group),
    ...rest,
  ]);
}

const isSameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

const canSay = ({ tag, id }: Pick<ListEntry, 'tag' | 'id'>, ids: ListIds): boolean =>
  tag === tags.user ? ids.user(id) : tag === tags.group ? ids.group(id) : true;

/** The entries of a list that is one, with their bytes. */
function piecesOf(
  value: Uint8Array,
): readonly (Pick<ListEntry, 'tag' | 'id'> & { readonly bytes: Uint8Array })[] {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const pieces = [];
  for (let at = headerBytes; at + entryBytes <= value.byteLength; at += entryBytes)
    pieces.push({
      tag: view.getUint16(at, true),
      id: view.getUint32(at + 4, true),
      bytes: value.subarray(at, at + entryBytes),
    });
  return pieces;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether a list lets users or groups write whom it names, other than root and the user of that number; true for what is no list. */
export function givesOthersWrite(value: Uint8Array, user: number): boolean {
  const entries = entriesOf(value);
  if (entries === null) return true;
  return entries.some(
    (entry) =>
      isNamed(entry) &&
      (entry.rights & 2) !== 0 &&
      !(entry.tag === tags.user && (entry.id === 0 || entry.id === user)),
  );
}
