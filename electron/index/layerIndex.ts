import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, read, readSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { problem } from '../../shared/image/problem';
import type { LayerEntry, LayerFacts } from '../../shared/layer/entry';
import { entryFields, entryOfFields } from './entryFields';
import { openCache } from './openCache';
import { BringsTally } from '../../shared/layer/brings';
import { tarCacheFormat } from '../../shared/layer/tarRules';
import { BlockChecker, BlockTagger, isSealed, seal, taggedBlock } from '../store/seal';
import { OwnDescriptor } from '../system/ownDescriptor';

/**
 * The file index of a layer on disk: JSON Lines. The first line holds the facts and has a fixed length; it is written
 * last, so a file that was cut off has none and counts as missing. Every further line is one entry as a compact array:
 * `[kind, path, mode, uid, gid, mtime, …]` with size and offset for files, the target for links, major and minor for
 * devices. The last line holds tags of the lines before it and of the layer's plain tar, block by block (`store/seal.ts`), so
 * that a part of either can be read and checked alone. An index is a cache: it can be deleted, counts only with our seal, and
 * is made again from the blob.
 */
export const indexFormat = tarCacheFormat(4);
/** Bytes of the first line, newline included. */
const headBytes = 1024;
const toLine = (entry: LayerEntry): string => `${JSON.stringify(entryFields(entry))}\n`;

/** Writes an index while a layer streams by. Synchronous, for worker threads. */
export class LayerIndexWriter {
  private readonly own: OwnDescriptor;
  private readonly salt = randomBytes(16).toString('base64url');
  private readonly lines = new BlockTagger('lines', this.salt);
  private readonly tarTags = new BlockTagger('tar', this.salt);
  private readonly tally = new BringsTally();
  private body = 0;
  private pending: string[] = [];
  private pendingLength = 0;

  /** Creates the file; throws the file system's own faults. */
  constructor(path: string) {
    this.own = new OwnDescriptor(openSync(path, 'wx', 0o600));
    writeSync(this.own.fd, `${' '.repeat(headBytes - 1)}\n`);
  }

  add(entry: LayerEntry): void {
    if (entry.kind === 'file') this.tally.add(entry.path, entry.size);
    const line = toLine(entry);
    this.pending.push(line);
    this.pendingLength += line.length;
    if (this.pendingLength > 1 << 18) this.write();
  }

  /** The next bytes of the layer's plain tar, which a part of it is checked against when it is read alone. */
  tar(bytes: Uint8Array): void {
    this.tarTags.feed(bytes);
  }

  /** Writes the facts and makes the file durable. */
  finish(facts: LayerFacts): void {
    this.write();
    const tags = { lines: this.lines.finish(), tar: this.tarTags.finish() };
    const trailer = Buffer.from(
      `${JSON.stringify({ lines: tags.lines.toString('base64'), tar: tags.tar.toString('base64') })}\n`,
    );
    writeAll(this.own.fd, trailer);
    // The entries must be on disk before the line that says they are.
    fsyncSync(this.own.fd);
    const { salt, body } = this;
    const { brings } = this.tally;
    const head = {
      format: indexFormat,
      ...facts,
      ...(brings ? { brings } : {}),
      salt,
      body,
      trailer: trailer.length,
      tags: seal('index-tags', trailer),
    };
    const sealed = JSON.stringify({ ...head, seal: seal('index', JSON.stringify(head)) });
    writeSync(this.own.fd, Buffer.from(sealed.padEnd(headBytes - 1)), 0, headBytes - 1, 0);
    fsyncSync(this.own.fd);
    this.own.close();
  }

  /** Closes the file without facts, unless that was done: it counts as missing. */
  abandon(): void {
    this.own.drop();
  }

  private write(): void {
    const bytes = Buffer.from(this.pending.join(''));
    this.lines.feed(bytes);
    writeAll(this.own.fd, bytes);
    this.body += bytes.length;
    this.pending = [];
    this.pendingLength = 0;
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}

/** What the first line says: the facts, and where the rest is. */
interface Head {
  readonly facts: LayerFacts;
  readonly salt: string;
  /** Bytes of the entries. */
  readonly body: number;
  /** Bytes of the last line. */
  readonly trailer: number;
  readonly tags: string;
}

function readHead(fd: number): Head | null {
  const bytes = Buffer.alloc(headBytes);
  if (readSync(fd, bytes, 0, headBytes, 0) !== headBytes) return null;
  const text = bytes.toString('utf8').trim();
  if (text === '') return null;
  const { seal: found, ...head } = JSON.parse(text) as LayerFacts &
    Head & { readonly format: number; readonly seal: unknown };
  if (head.format !== indexFormat || !isSealed(found, 'index', JSON.stringify(head))) return null;
  const { digest, size, compression, diffId, tarSize, contentSize, entries, leftOut, brings } = head;
  const { salt, body, trailer, tags } = head;
  const counts = { tarSize, contentSize, entries, ...(leftOut === undefined ? {} : { leftOut }) };
  const facts = { digest, size, compression, diffId, ...counts, ...(brings === undefined ? {} : { brings }) };
  return { facts, salt, body, trailer, tags };
}

/** Runs `use` on an index whose head is ours; null where there is none. */
function withIndex<T>(path: string, use: (fd: number, head: Head) => T): T | null {
  const fd = openCache(path);
  if (fd === null) return null;
  try {
    const head = readHead(fd);
    return head && use(fd, head);
  } catch {
    return null;
  } finally {
    closeSync(fd);
  }
}

/**
 * Facts of an indexed layer, or null when there is no whole index with our seal at `path`. Reads one line whatever the size.
 */
export function readLayerFacts(path: string): LayerFacts | null {
  return withIndex(path, (_fd, { facts }) => facts);
}

interface Tags {
  readonly lines: Buffer;
  readonly tar: Buffer;
}

function readTags(fd: number, { body, trailer, tags }: Head): Tags | null {
  const bytes = Buffer.alloc(trailer);
  if (fstatSync(fd).size !== headBytes + body + trailer) return null;
  if (readSync(fd, bytes, 0, trailer, headBytes + body) !== trailer) return null;
  if (!isSealed(tags, 'index-tags', bytes)) return null;
  const read = JSON.parse(bytes.toString('utf8')) as Record<keyof Tags, string>;
  return { lines: Buffer.from(read.lines, 'base64'), tar: Buffer.from(read.tar, 'base64') };
}

/** What a part of a layer's plain tar is held against; null where there is no index of ours. */
export function readTarTags(path: string): BlockChecker | null {
  return withIndex(path, (fd, head) => {
    const tags = readTags(fd, head);
    return tags && new BlockChecker('tar', head.salt, tags.tar);
  });
}

const readAsync = promisify(read);

/** The blocks of the entries, each checked. Small indexes are read at once: there are thousands of them. */
async function* blocksOf(fd: number, head: Head): AsyncGenerator<Buffer> {
  const tags = readTags(fd, head);
  const checker = tags && new BlockChecker('lines', head.salt, tags.lines);
  for (let at = 0; at < head.body; at += taggedBlock) {
    const size = Math.min(taggedBlock, head.body - at);
    const bytes = Buffer.allocUnsafe(size);
    const position = headBytes + at;
    const found =
      head.body <= taggedBlock
        ? readSync(fd, bytes, 0, size, position)
        : (await readAsync(fd, bytes, 0, size, position)).bytesRead;
    if (found !== size || checker?.isBlock(at / taggedBlock, bytes) !== true) throw new IndexChanged();
    yield bytes;
  }
  if (!checker) throw new IndexChanged();
}

/** The bytes of an index are not those that were sealed. */
class IndexChanged extends Error {
  override name = 'IndexChanged';
}

/** Facts of a layer when its index is whole to the last byte, and ours; else null. */
export async function checkIndex(path: string): Promise<LayerFacts | null> {
  const fd = openCache(path);
  if (fd === null) return null;
  try {
    const head = readHead(fd);
    if (!head) return null;
    for await (const block of blocksOf(fd, head)) void block;
    return head.facts;
  } catch {
    return null;
  } finally {
    closeSync(fd);
  }
}

/** An entry; a line that nobody of us wrote means that the disk changed it. Throws `layer-invalid`. */
function readLine(line: string, path: string): LayerEntry | null {
  try {
    return entryOfFields(JSON.parse(line));
  } catch {
    // Said below, whatever it is.
  }
  throw damagedIndex(path);
}

function damagedIndex(path: string, cause?: unknown): Error {
  const facts = { file: basename(path), entry: '', reason: 'index-damaged' } as const;
  return problem('layer-invalid', facts, { cause });
}

/** Whether two indexes are whole, ours, and say the same. */
export async function isSameIndex(a: string, b: string): Promise<boolean> {
  const [first, second] = [await checkIndex(a), await checkIndex(b)];
  if (!first || JSON.stringify(first) !== JSON.stringify(second)) return false;
  const others = readLayerEntries(b);
  try {
    for await (const entry of readLayerEntries(a)) {
      const other = await others.next();
      if (other.done === true || toLine(other.value) !== toLine(entry)) return false;
    }
    return (await others.next()).done === true;
  } finally {
    await others.return(undefined);
  }
}

/**
 * The entries of an index in archive order, without holding them all; each was checked against the seal before it comes out.
 * Throws `layer-invalid` for one that is damaged.
 */
export async function* readLayerEntries(path: string): AsyncGenerator<LayerEntry> {
  const fd = openCache(path);
  try {
    const head = fd === null ? null : readHead(fd);
    if (fd === null || !head) throw new IndexChanged();
    let rest: Buffer = Buffer.alloc(0);
    for await (const block of blocksOf(fd, head)) {
      const bytes = rest.length === 0 ? block : Buffer.concat([rest, block]);
      const end = bytes.lastIndexOf(0x0a) + 1;
      rest = bytes.subarray(end);
      for (const line of bytes.toString('utf8', 0, end).split('\n')) {
        const entry = line === '' ? null : readLine(line, path);
        if (entry) yield entry;
      }
    }
  } catch (cause) {
    if (!(cause instanceof IndexChanged || cause instanceof SyntaxError)) throw cause;
    throw damagedIndex(path, cause);
  } finally {
    if (fd !== null) closeSync(fd);
  }
}
