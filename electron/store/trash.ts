import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDigest } from '../../shared/image/digest';
import type { OciDescriptor } from '../../shared/image/manifest';
import { replaceDurably } from './durable';
import { readOwnText } from './ownPlaces';
import { newOwner } from './owner';

/** What one clean-up took out of index.json; it can be put back until the garbage collector runs. */
export interface TrashEntry {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly removedAt: number;
  /** Descriptors as they stood in index.json, names and all. */
  readonly roots: readonly OciDescriptor[];
}

/** File of a store that lists what was removed and is still there. */
export const trashPath = (store: string): string => join(store, 'trash.json');

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
    entry.roots.every(isRoot)
  );
}

/** What can be put back, the oldest first; nothing where the file is missing or is none of ours. */
export async function readTrash(store: string): Promise<readonly TrashEntry[]> {
  try {
    const { entries } = JSON.parse(await readOwnText(trashPath(store))) as { entries?: unknown };
    return Array.isArray(entries) ? entries.filter(isEntry) : [];
  } catch {
    return [];
  }
}

/** Replaces the list; under the store's lock only. An empty one leaves no file. */
export async function writeTrash(store: string, entries: readonly TrashEntry[]): Promise<void> {
  const path = trashPath(store);
  if (entries.length === 0) {
    await rm(path, { force: true });
    return;
  }
  const bytes = new TextEncoder().encode(`${JSON.stringify({ entries })}\n`);
  await replaceDurably(path, bytes, `${path}.${newOwner().token}`);
}
