import { exactJson, parseExactJson } from '../../shared/image/exactJson';
import { jsonExcess } from '../../shared/image/jsonScan';
import { settleNames } from '../../shared/image/layoutName';
import { storedLimits } from '../../shared/image/limits';
import { parseRootList, type OciIndex } from '../../shared/image/manifest';
import { problem, ProblemError } from '../../shared/image/problem';
import { storeProblem } from './durable';
import { keepUnknown } from './keepUnknown';
import { checkStands } from './layout';
import type { StorePaths } from './storePaths';
import { mostBytes, readOwn, replaceOwn } from './ownPlaces';
import { sha256 } from './sha256';

/**
 * The one reader and the one writer of a store's index.json. What is written is read back before it takes the old one's place:
 * a list that we would not read any more would put all images out of reach at once.
 */
export interface StoredIndex {
  readonly index: OciIndex;
  /** Changes with the file's bytes. */
  readonly revision: string;
}

const isPastLimit = (cause: unknown): boolean =>
  cause instanceof ProblemError && cause.problem.code === 'limit-exceeded';

const tooLong = (path: string, at: 'read' | 'written', cause: unknown): ProblemError =>
  problem('list-too-long', { path, file: 'index.json', at }, { cause });

const parse = (bytes: Uint8Array, directory: string): OciIndex =>
  settleNames(parseRootList(bytes, { file: directory, entry: 'index.json', limits: storedLimits }));

/** Reads index.json; `last` is given back where its bytes are the same. Throws `store-invalid`, `list-too-long`. */
export async function readIndexFile(
  { index: path, directory }: StorePaths,
  last: StoredIndex | null,
): Promise<StoredIndex> {
  let bytes: Uint8Array;
  try {
    bytes = await readOwn(path, mostBytes.list);
  } catch (cause) {
    if (isPastLimit(cause)) throw tooLong(directory, 'read', cause);
    checkStands(directory);
    throw problem('store-invalid', { path: directory, reason: 'index-unreadable' }, { cause });
  }
  try {
    const revision = sha256(bytes);
    return last?.revision === revision ? last : { index: parse(bytes, directory), revision };
  } catch (cause) {
    if (isPastLimit(cause)) throw tooLong(directory, 'read', cause);
    if (!(cause instanceof ProblemError)) throw cause;
    throw problem('store-invalid', { path: directory, reason: 'index-damaged' }, { cause });
  }
}

/** index.json as JSON, with the members that we do not know. */
export async function rawIndex({ index }: StorePaths): Promise<object> {
  const text = (await readOwn(index, mostBytes.list)).toString('utf8');
  const { 'json-values': values, 'json-depth': depth } = storedLimits;
  if (jsonExcess(text, { values, depth }) !== null) throw new SyntaxError('more than is read');
  return parseExactJson(text) as object;
}

async function bytesOf(paths: StorePaths, before: OciIndex, next: OciIndex): Promise<Uint8Array> {
  return new TextEncoder().encode(`${exactJson(keepUnknown(await rawIndex(paths), before, next))}\n`);
}

/** index.json is no longer what was read: another tool, which knows nothing of our lock, has written it meanwhile. */
class IndexChanged extends Error {}

/**
 * Replaces index.json, which was read as `before`; under the lock only. Members that we do not know stay as they are. Throws
 * {@link IndexChanged} where it is another one by now, and `list-too-long` for a list that could not be read any more, before
 * anything is written.
 */
async function writeIndexFile(paths: StorePaths, before: StoredIndex, next: OciIndex): Promise<StoredIndex> {
  const checkSame = async (): Promise<void> => {
    const found = await readOwn(paths.index, mostBytes.list);
    if (sha256(found) !== before.revision) throw new IndexChanged();
  };
  const bytes = await bytesOf(paths, before.index, next);
  try {
    // Read back as it will be read, whatever came to it: its bytes, values, levels and descriptors are bounded there.
    const index = parse(bytes, paths.directory);
    await replaceOwn(paths.index, bytes, mostBytes.list, checkSame);
    return { index, revision: sha256(bytes) };
  } catch (cause) {
    if (cause instanceof IndexChanged) throw cause;
    throw isPastLimit(cause) ? tooLong(paths.directory, 'written', cause) : storeProblem(cause, paths.index);
  }
}

/** How often a change of the list begins anew where another tool has written it meanwhile. */
const attempts = 8;

/**
 * Changes index.json, however often another tool does meanwhile; under the lock only. `read` reads it as it is now. Gives what it was and is: the same
 * where nothing changed. Throws as {@link readIndexFile} and {@link writeIndexFile} do, `file-unwritable` where it never rests.
 */
export async function changeIndexFile(
  paths: StorePaths,
  read: () => Promise<StoredIndex>,
  change: (index: OciIndex) => OciIndex,
): Promise<{ readonly before: StoredIndex; readonly after: StoredIndex }> {
  for (let attempt = 1; ; attempt++) {
    const before = await read();
    const next = change(before.index);
    if (next === before.index) return { before, after: before };
    try {
      return { before, after: await writeIndexFile(paths, before, next) };
    } catch (thrown) {
      if (!(thrown instanceof IndexChanged)) throw thrown;
      if (attempt === attempts)
        throw problem('file-unwritable', { path: paths.index, reason: 'EBUSY' }, { cause: thrown });
    }
  }
}
