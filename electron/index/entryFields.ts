import type { LayerEntry } from '../../shared/layer/entry';

/**
 * An entry of a layer as our caches write it: a compact array `[kind, path, mode, uid, gid, mtime, …]` with size and offset for
 * files, the target for links, major and minor for devices.
 */
export type EntryFields = readonly (string | number)[];

const codes = {
  file: 'f',
  directory: 'd',
  symlink: 's',
  hardlink: 'h',
  character: 'c',
  block: 'b',
  fifo: 'p',
  whiteout: 'w',
  opaque: 'o',
} as const;
const kinds = new Map(
  Object.entries(codes).map(([kind, code]) => [code as string, kind as LayerEntry['kind']]),
);

/** The fields of an entry; `path` where it is kept under another path, or its path is known. */
export function entryFields(entry: LayerEntry, path = entry.path): EntryFields {
  const head = [codes[entry.kind], path, entry.mode, entry.uid, entry.gid, entry.mtime];
  switch (entry.kind) {
    case 'file':
      return [...head, entry.size, entry.offset];
    case 'symlink':
    case 'hardlink':
      return [...head, entry.target];
    case 'character':
    case 'block':
      return [...head, entry.major, entry.minor];
    case 'directory':
    case 'fifo':
    case 'whiteout':
    case 'opaque':
      return head;
  }
}

/**
 * The entry that {@link entryFields} made these of; null for a kind that nobody of us writes. Throws `TypeError` for anything
 * else that is none.
 */
export function entryOfFields(fields: unknown, at?: string): LayerEntry | null {
  if (!Array.isArray(fields)) throw new TypeError('no fields');
  // Millions of them are read: by places, and each object in one piece.
  const kind = kinds.get(fields[0] as string);
  if (kind === undefined) return null;
  const path = at ?? text(fields[1]);
  const mode = number(fields[2]);
  const uid = number(fields[3]);
  const gid = number(fields[4]);
  const mtime = number(fields[5]);
  switch (kind) {
    case 'file':
      return { path, mode, uid, gid, mtime, kind, size: number(fields[6]), offset: number(fields[7]) };
    case 'symlink':
    case 'hardlink':
      return { path, mode, uid, gid, mtime, kind, target: text(fields[6]) };
    case 'character':
    case 'block':
      return { path, mode, uid, gid, mtime, kind, major: number(fields[6]), minor: number(fields[7]) };
    case 'directory':
    case 'fifo':
    case 'whiteout':
    case 'opaque':
      return { path, mode, uid, gid, mtime, kind };
  }
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw new TypeError('no number');
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new TypeError('no text');
  return value;
}
