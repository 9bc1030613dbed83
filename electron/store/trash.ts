import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDigest } from '../../shared/image/digest';
import { exactJson, parseExactJson } from '../../shared/image/exactJson';
import { jsonExcess } from '../../shared/image/jsonScan';
import { storedLimits } from '../../shared/image/limits';
import type { OciDescriptor } from '../../shared/image/manifest';
import { problem, ProblemError } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';
import { mostBytes, readOwn, replaceOwn } from './ownPlaces';

/** What one clean-up took out of index.json; it can be put back until the garbage collector runs. */
export interface TrashEntry {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly removedAt: number;
  /** Descriptors as they stood in index.json, names and all. */
  readonly roots: readonly OciDescriptor[];
  /** Where single names were taken from roots that stay: all names of those, in their order. Stores of before have none. */
  readonly order?: readonly string[];
}

/** File of a store that lists what was removed and is still there. */
export const trashPath = (store: string): string => join(store, 'trash.json');

const nothing = Buffer.from('{}');

function isRoot(value: unknown): value is OciDescriptor {
  const root = value as Partial<OciDescriptor> | null;
  if (!isDigest(root?.digest) || typeof root?.mediaType !== 'string') return false;
  const { size, annotations = {} } = root as { size?: unknown; annotations?: unknown };
  if (typeof annotations !== 'object' || annotations === null) return false;
  if (!Object.values(annotations).every((each) => typeof each === 'string')) return false;
  return Number.isSafeInteger(size) && Number(size) >= 0;
}

function isEntry(value: unknown): value is TrashEntry {
  const entry = value as Partial<TrashEntry> | null;
  return (
    typeof entry?.id === 'string' &&
    typeof entry.removedAt === 'number' &&
    Array.isArray(entry.roots) &&
    entry.roots.every(isRoot) &&
    (entry.order === undefined ||
      (Array.isArray(entry.order) && entry.order.every((each) => typeof each === 'string')))
  );
}

/** Values and levels are those of index.json, in what is written around its roots: an entry holds all of them, at the most. */
const bounds = { values: storedLimits['json-values'] + 10_000, depth: storedLimits['json-depth'] + 10 };

/** Entries in the bytes of a list; throws where it has more values or levels than ours, or is no JSON. */
function entriesOf(bytes: Buffer): readonly TrashEntry[] {
  const text = bytes.toString('utf8');
  if (jsonExcess(text, bounds) !== null) throw new SyntaxError('more than ours are');
  const { entries } = parseExactJson(text) as { entries?: unknown };
  return Array.isArray(entries) ? entries.filter(isEntry) : [];
}

/**
 * What can be put back, the oldest first; nothing where the file is missing or is none of ours. Throws `file-unreadable` where
 * the system does not let us read it: a sweep would take what it keeps.
 */
export async function readTrash(store: string): Promise<readonly TrashEntry[]> {
  const bytes = await readOwn(trashPath(store), mostBytes.trash).catch((cause: unknown) => {
    const code = systemCode(cause) ?? 'EIO';
    // One larger than ours are is none of ours.
    if (code === 'ENOENT' || cause instanceof ProblemError) return nothing;
    throw problem('file-unreadable', { path: trashPath(store), reason: code }, { cause });
  });
  try {
    // One of more values than ours are is none of ours either.
    return entriesOf(bytes);
  } catch {
    return [];
  }
}

/**
 * Replaces the list; under the store's lock only. An empty one leaves no file. Throws `list-too-long` for one that would not be
 * read any more: the next sweep would take what it keeps.
 */
export async function writeTrash(store: string, entries: readonly TrashEntry[]): Promise<void> {
  const path = trashPath(store);
  if (entries.length === 0) {
    await rm(path, { force: true });
    return;
  }
  const bytes = Buffer.from(`${exactJson({ entries })}\n`);
  if (bytes.length > mostBytes.trash || !isReadBack(bytes, entries))
    throw problem('list-too-long', { path: store, file: 'trash.json', at: 'written' });
  await replaceOwn(path, bytes, mostBytes.trash);
}

function isReadBack(bytes: Buffer, entries: readonly TrashEntry[]): boolean {
  try {
    return entriesOf(bytes).length === entries.length;
  } catch {
    return false;
  }
}
