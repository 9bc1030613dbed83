import { setImmediate } from 'node:timers/promises';
import type { Digest } from '../../shared/image/digest';
import { storedOrigin } from '../../shared/image/jsonDocument';
import { storedLimits } from '../../shared/image/limits';
import { isIndexType, isManifestType } from '../../shared/image/mediaType';
import { parseIndex, parseManifest, type OciDescriptor } from '../../shared/image/manifest';
import { problem, ProblemError } from '../../shared/image/problem';
import { openOwn } from './ownPlaces';
import { digestOf } from './sha256';
import type { StorePaths } from './storePaths';

/** Bytes of a document that is kept in memory, and of all of them. */
export const mostKept = { each: 64 << 10, all: 128 << 20 } as const;

/** Documents of more bytes are read one after the other: many are read at once, and sixteen of these would not fit. */
const large = 1 << 20;
let turn: Promise<unknown> = Promise.resolve();

/** Runs `read` when all before it are done. Whoever waits for a document parses it before the next one comes. */
async function inTurn<T>(read: () => Promise<T>): Promise<T> {
  const mine = turn.then(read);
  turn = mine.catch(() => undefined).then(() => setImmediate());
  return mine;
}

/** Reads a small blob and checks it against its digest. Throws `blob-damaged`, `limit-exceeded`, `file-unreadable`. */
export async function readVerified(
  paths: StorePaths,
  digest: Digest,
  limit: number = storedLimits['document-bytes'],
): Promise<Uint8Array> {
  // What the system refuses now it may give later: only what is not there counts as missing.
  const refused = (cause: unknown): ProblemError => {
    const { code = 'EIO' } = cause as NodeJS.ErrnoException;
    return code === 'ENOENT'
      ? problem('blob-damaged', { digest, reason: 'missing', found: '' }, { cause })
      : problem('file-unreadable', { path: digest, reason: code }, { cause });
  };
  const file = await openOwn(paths.blob(digest)).catch((cause: unknown) => {
    throw refused(cause);
  });
  let bytes: Uint8Array;
  try {
    const { size } = await file.stat();
    // More than can have been let in: it has grown since. What is within the limit is read, and its digest tells.
    if (size > storedLimits['document-bytes'])
      throw problem('blob-damaged', { digest, reason: 'long', found: String(size) });
    if (size > limit) {
      const name = 'document-bytes';
      throw problem('limit-exceeded', { file: digest, what: 'document', limit, name, found: size });
    }
    const read = (): Promise<Uint8Array> =>
      file.readFile().catch((cause: unknown) => {
        throw refused(cause);
      });
    bytes = await (size > large ? inTurn(read) : read());
  } finally {
    await file.close();
  }
  const found = digestOf(bytes);
  if (found !== digest) throw problem('blob-damaged', { digest, reason: 'digest', found });
  return bytes;
}

/** How deep indexes may nest: what was let in. */
export const nesting = storedLimits['index-depth'];

/**
 * Documents that a walk has met: an index may list another twice, and that one again, which along every path would be
 * more than anybody can read.
 */
export class MetDocuments {
  private readonly depths = new Map<string, number>();

  /**
   * Whether a document has to be gone into: it is met for the first time, or nearer to the root than before, since what
   * lies too deep below it was left out then.
   */
  isNew({ digest, mediaType }: Pick<OciDescriptor, 'digest' | 'mediaType'>, depth: number): boolean {
    // One blob that is listed as two types is two documents.
    const key = `${digest} ${mediaType}`;
    if ((this.depths.get(key) ?? Infinity) <= depth) return false;
    this.depths.set(key, depth);
    return true;
  }
}

/**
 * Walks what a root reaches: itself, the manifests of an index, their configs and layers. `see` is told each descriptor
 * at least once; a document that is missing or damaged is told, too, and not entered when `tolerant`, else throws. One that
 * the system does not let us read (missing rights, a failing disk, too many open files) always throws: nobody knows what it
 * needs, and a sweep would take that away.
 */
export async function walkRoot(
  root: OciDescriptor,
  read: (digest: Digest) => Promise<Uint8Array>,
  see: (descriptor: OciDescriptor) => void,
  tolerant: boolean,
  depth = 0,
  met = new MetDocuments(),
): Promise<void> {
  see(root);
  if (!met.isNew(root, depth)) return;
  const origin = storedOrigin(root.digest);
  try {
    if (isIndexType(root.mediaType)) {
      if (depth >= nesting)
        throw problem('limit-exceeded', { file: root.digest, what: 'nested indexes', limit: nesting });
      for (const child of parseIndex(await read(root.digest), origin).manifests) {
        await walkRoot(child, read, see, true, depth + 1, met);
      }
    } else if (isManifestType(root.mediaType)) {
      const manifest = parseManifest(await read(root.digest), origin);
      see(manifest.config);
      for (const layer of manifest.layers) see(layer);
    }
  } catch (thrown) {
    // An index may list platforms that are not here: that is allowed, and a later look may find them.
    const isKnown = thrown instanceof ProblemError && thrown.problem.code !== 'file-unreadable';
    if (!tolerant || !isKnown) throw thrown;
  }
}
