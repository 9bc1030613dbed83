import { setImmediate } from 'node:timers/promises';
import { hexOf, parseDigest, type Digest } from '../../shared/image/digest';
import { storedOrigin } from '../../shared/image/jsonDocument';
import { storedLimits } from '../../shared/image/limits';
import { isIndexType, isManifestType } from '../../shared/image/mediaType';
import { parseIndex, parseManifest, type OciDescriptor } from '../../shared/image/manifest';
import { problem, ProblemError, problemOf } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';
import { listOwn, openOwn } from './ownPlaces';
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

/** Reads a small blob as it lies there. Throws `blob-damaged` for what is not there or too long, `limit-exceeded`, `file-unreadable`. */
async function readBytes(paths: StorePaths, digest: Digest, limit: number): Promise<Uint8Array> {
  // What the system refuses now it may give later: only what is not there counts as missing.
  const refused = (cause: unknown): ProblemError => {
    const code = systemCode(cause) ?? 'EIO';
    return code === 'ENOENT'
      ? problem('blob-damaged', { digest, reason: 'missing', found: '' }, { cause })
      : problem('file-unreadable', { path: digest, reason: code }, { cause });
  };
  const file = await openOwn(paths.blob(digest)).catch((cause: unknown) => {
    throw refused(cause);
  });
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
    return await (size > large ? inTurn(read) : read());
  } finally {
    await file.close();
  }
}

/** Reads a small blob and checks it against its digest. Throws `blob-damaged`, `limit-exceeded`, `file-unreadable`. */
export async function readVerified(
  paths: StorePaths,
  digest: Digest,
  limit: number = storedLimits['document-bytes'],
): Promise<Uint8Array> {
  const bytes = await readBytes(paths, digest, limit);
  const found = digestOf(bytes);
  if (found !== digest) throw problem('blob-damaged', { digest, reason: 'digest', found });
  return bytes;
}

/** What a document names that is not read for what it is, and what that names in turn. */
export interface Named {
  /** Blobs that are here. */
  readonly here: ReadonlySet<Digest>;
  /** Those of them, no longer than a document, whose bytes are not those of their digest: what they named is not known. */
  readonly damaged: ReadonlySet<Digest>;
  /** Whether one that is whole names what is not here. */
  readonly elsewhere: boolean;
}

/** Every digest in a text that may be JSON, whatever it stands for. */
export function* digestsIn(text: string): Generator<Digest> {
  const plain = text.replaceAll(/\\u00([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(parseInt(hex, 16)),
  );
  for (const [found] of plain.matchAll(/sha256:[0-9a-f]{64}/g)) yield parseDigest(found);
}

/**
 * What a document names that is not read for what it is: one that we refuse, one of a kind that we do not know, one whose bytes are
 * not those of its digest. Another tool may read it and need all that it names; so does what that names in turn. Every digest in a
 * text that may be JSON counts, whatever it stands for; those in `entered` are not gone into again. Throws `file-unreadable`: nobody
 * knows then.
 */
export async function digestsNamedIn(
  paths: StorePaths,
  document: Digest,
  entered = new Set<Digest>(),
): Promise<Named> {
  const named = new Set<Digest>();
  const damaged = new Set<Digest>();
  let elsewhere = false;
  // A text of megabytes may name a million that are not.
  const here = new Set(await listOwn(paths.blobs));
  const open = [document];
  for (let digest = open.pop(); digest !== undefined; digest = open.pop()) {
    if (entered.has(digest)) continue;
    entered.add(digest);
    const bytes = await readBytes(paths, digest, storedLimits['document-bytes']).catch((thrown: unknown) => {
      // Not there, or longer than any document.
      if (problemOf(thrown).code === 'blob-damaged') return null;
      throw thrown;
    });
    if (bytes === null) continue;
    const isWhole = digestOf(bytes) === digest;
    if (!isWhole && digest !== document) damaged.add(digest);
    if (!mayBeJson(bytes)) continue;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    for (const other of digestsIn(text)) {
      if (named.has(other)) continue;
      if (!here.has(hexOf(other))) {
        elsewhere ||= isWhole;
        continue;
      }
      named.add(other);
      open.push(other);
    }
  }
  return { here: named, damaged, elsewhere };
}

/** Bytes from which {@link mayBeJson} tells: white space before a document is short. */
const startBytes = 4096;

/** The first bytes of a blob, as they lie there. */
export async function startOf(paths: StorePaths, digest: Digest): Promise<Uint8Array> {
  const file = await openOwn(paths.blob(digest));
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(startBytes), 0, startBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Whether a blob begins as a JSON object may: after white space and a byte order mark. A layer does not. */
export function mayBeJson(bytes: Uint8Array): boolean {
  const start = bytes.findIndex((byte) => ![0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf].includes(byte));
  return bytes[start] === 0x7b;
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

/** How a walk reads, and whom it tells. */
export interface Walk {
  /** Bytes of a document, verified. */
  readonly read: (digest: Digest) => Promise<Uint8Array>;
  /** Told each descriptor at least once. */
  readonly see: (descriptor: OciDescriptor) => void;
  /** Asked what a document names that could not be read for what it is: {@link digestsNamedIn}. */
  readonly unread: (document: OciDescriptor) => Promise<void>;
}

/**
 * Walks what a root reaches: itself, the manifests of an index, their configs and layers. Of a document that cannot be read for what
 * it is (missing, damaged, refused, of an unknown kind) `unread` is told. One that the system does not let us read (missing rights,
 * a failing disk, too many open files) throws: nobody knows what it needs, and a sweep would take that away.
 */
export async function walkRoot(
  root: OciDescriptor,
  walk: Walk,
  depth = 0,
  met = new MetDocuments(),
): Promise<void> {
  const { read, see, unread } = walk;
  see(root);
  if (!met.isNew(root, depth)) return;
  const origin = storedOrigin(root.digest);
  try {
    if (isIndexType(root.mediaType)) {
      if (depth >= nesting)
        throw problem('limit-exceeded', { file: root.digest, what: 'nested indexes', limit: nesting });
      for (const child of parseIndex(await read(root.digest), origin).manifests) {
        await walkRoot(child, walk, depth + 1, met);
      }
    } else if (isManifestType(root.mediaType)) {
      const manifest = parseManifest(await read(root.digest), origin);
      see(manifest.config);
      for (const layer of manifest.layers) see(layer);
    } else await unread(root);
  } catch (thrown) {
    // An index may list platforms that are not here: that is allowed, and a later look may find them.
    if (!(thrown instanceof ProblemError) || thrown.problem.code === 'file-unreadable') throw thrown;
    await unread(root);
  }
}
