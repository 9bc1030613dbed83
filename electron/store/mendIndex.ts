import { copyFile, link } from 'node:fs/promises';
import { join } from 'node:path';
import { storedLimits, type Limits } from '../../shared/image/limits';
import { parseIndex, refNameAnnotation, type OciIndex } from '../../shared/image/manifest';
import { problem, ProblemError } from '../../shared/image/problem';
import type { Digest } from '../../shared/image/digest';
import { breathe } from './breath';
import { storeProblem, syncDirectory } from './durable';
import { IndexScan, type ScannedRoot } from './indexScan';
import type { StorePaths } from './storePaths';
import { makeOwnFolder, mostBytes, openOwn, replaceOwn } from './ownPlaces';
import { newOwner } from './owner';

/** What became of an index.json that was too long. */
export interface MendedIndex {
  /** Names that are no longer listed: those of images that have others. */
  readonly names: number;
  /** Images (manifests and indexes of platforms) that are no longer listed, since not even one name of each had room. */
  readonly images: number;
  /** Entries that are no descriptors. */
  readonly unreadable: number;
  /** Where index.json is kept as it was, relative to the store. */
  readonly aside: string;
}

/** Room in index.json: bytes, values and descriptors as it is read. */
interface Room {
  bytes: number;
  values: number;
  descriptors: number;
}

/** What is kept of what stands around the list: as many bytes as {@link IndexScan} keeps of it, and so many values. */
const around = { bytes: 1 << 20, values: 10_000 } as const;

const room = (part: number): Room => ({
  bytes: part * (mostBytes.list - around.bytes),
  values: part * (storedLimits['json-values'] - around.values),
  descriptors: part * storedLimits.descriptors,
});

function spend(left: Room, { text, values }: ScannedRoot): void {
  left.bytes -= Buffer.byteLength(text) + 1;
  left.values -= values + 1;
  left.descriptors -= 1;
}

/** Takes the room of a root; false where it has not enough. */
function takes(left: Room, root: ScannedRoot): boolean {
  const after = { ...left };
  spend(after, root);
  if (after.bytes < 0 || after.values < 0 || after.descriptors < 0) return false;
  Object.assign(left, after);
  return true;
}

type Around = NonNullable<IndexScan['rest']>;
const bare: Around = ['{"schemaVersion":2,"manifests":[', ']}'];

const withRoots = ([before, after]: Around, roots: readonly ScannedRoot[]): string =>
  `${before}${roots.map(({ text }) => text).join(',')}${after}`;

/** A document that reads as index.json does; null for what does not. */
function read(text: string, limits: Limits = storedLimits): OciIndex | null {
  try {
    return parseIndex(Buffer.from(text), { file: 'index.json', entry: 'index.json', limits });
  } catch (thrown) {
    if (thrown instanceof ProblemError) return null;
    throw thrown;
  }
}

/**
 * Writes an index.json that can be read in the place of one that cannot: every image under the first name that it has there, as
 * long as there is room, and then further names, as long as half of the room is left for what comes. What was there stays in
 * `quarantine/`. Under the lock only. Throws `store-invalid` where it lists nothing that can be made out, `cancelled`,
 * `disk-full`, `file-unwritable`.
 */
export async function mendIndex(paths: StorePaths, signal?: AbortSignal): Promise<MendedIndex> {
  const { directory } = paths;
  const scan = new IndexScan();
  const roots: ScannedRoot[] = [];
  const names: ScannedRoot[] = [];
  const known = new Set<Digest>();
  const [forImages, forNames] = [room(1), room(1 / 2)];
  const lost = { names: 0, images: 0, unreadable: 0 };
  const keep = (root: ScannedRoot): void => {
    const found = read(withRoots(bare, [root]))?.manifests[0];
    if (found === undefined) lost.unreadable++;
    else if (!known.has(found.digest)) {
      if (takes(forImages, root)) {
        known.add(found.digest);
        roots.push(root);
      } else lost.images++;
    } else if (found.annotations?.[refNameAnnotation] === undefined) return;
    else if (takes(forNames, root)) names.push(root);
    else lost.names++;
  };
  const file = await openOwn(paths.index);
  try {
    const buffer = Buffer.allocUnsafe(1 << 20);
    for (;;) {
      if (signal?.aborted) throw problem('cancelled', {});
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) break;
      for (const root of scan.feed(buffer.subarray(0, bytesRead))) {
        keep(root);
        await breathe();
      }
    }
  } finally {
    await file.close();
  }
  lost.unreadable += scan.skipped;
  if (roots.length === 0) throw problem('store-invalid', { path: directory, reason: 'index-damaged' });
  // Names come behind all images: half of the room stays for what comes.
  const half = room(1 / 2);
  for (const root of roots) spend(half, root);
  for (const name of names)
    if (takes(half, name)) roots.push(name);
    else lost.names++;
  const { rest } = scan;
  const isKept = rest !== null && read(rest.join(''), { ...storedLimits, 'json-values': around.values });
  const bytes = Buffer.from(`${withRoots(isKept ? rest : bare, roots)}\n`);
  const aside = join('quarantine', `index.json.${newOwner().token}`);
  try {
    await makeOwnFolder(directory, 'quarantine');
    // A second name, so that there is an index.json at every moment.
    await link(paths.index, join(directory, aside)).catch(() =>
      copyFile(paths.index, join(directory, aside)),
    );
    await syncDirectory(paths.quarantine);
    await replaceOwn(paths.index, bytes, mostBytes.list);
  } catch (cause) {
    throw storeProblem(cause, paths.index);
  }
  return { ...lost, aside };
}
