import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { BlockChecker, BlockTagger, isSealed, seal, taggedBlock } from '../store/seal';
import { tarCacheFormat } from '../../shared/layer/tarRules';
import { openCache } from './openCache';
import { OwnDescriptor } from '../system/ownDescriptor';

/**
 * A cache that is read in parts: a first line of fixed length with its key and seal, the body, and a last line with tags of the
 * body's blocks (`store/seal.ts`) and what its reader wants to know of it. It can be deleted, and counts only with our seal.
 */
const format = tarCacheFormat(3);
const headBytes = 512;
/** Blocks that are kept once they were read. */
const keptBlocks = 8;

interface Head {
  readonly format: number;
  readonly key: string;
  readonly salt: string;
  /** Bytes of the body. */
  readonly body: number;
  /** Bytes of the last line. */
  readonly foot: number;
  /** Seal of the last line. */
  readonly footSeal: string;
}

/** Writes one to a new file. Throws the file system's own faults, and `RangeError` for more than `most` bytes. */
export class KeptFileWriter {
  private readonly own: OwnDescriptor;
  private readonly salt = randomBytes(16).toString('base64url');
  private readonly tagger = new BlockTagger('kept', this.salt);
  private body = 0;

  constructor(
    path: string,
    private readonly most: number,
  ) {
    this.own = new OwnDescriptor(openSync(path, 'wx', 0o600));
    this.put(Buffer.from(`${' '.repeat(headBytes - 1)}\n`));
  }

  /** Bytes of the body until now. */
  get size(): number {
    return this.body;
  }

  write(bytes: Uint8Array): void {
    this.body += bytes.length;
    if (this.body > this.most) throw new RangeError('too large to be kept');
    this.tagger.feed(bytes);
    this.put(bytes);
  }

  finish(key: string, facts: unknown): void {
    const foot = Buffer.from(`${JSON.stringify({ tags: this.tagger.finish().toString('base64'), facts })}\n`);
    this.put(foot);
    const { salt, body } = this;
    const head: Head = { format, key, salt, body, foot: foot.length, footSeal: seal('tree', foot) };
    const sealed = JSON.stringify({ ...head, seal: seal('tree', JSON.stringify(head)) });
    writeSync(this.own.fd, Buffer.from(sealed.padEnd(headBytes - 1)), 0, headBytes - 1, 0);
    this.own.close();
  }

  /** Closes the file, unless that was done. */
  close(): void {
    this.own.drop();
  }

  private put(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += writeSync(this.own.fd, bytes, at);
  }
}

/** A kept file is not any more what it was when it was opened. */
export class KeptFileChanged extends Error {
  override name = 'KeptFileChanged';
}

/** Whoever lets go of one does not say so. */
const forgotten = new FinalizationRegistry<number>((fd) => closeSync(fd));

/** A kept file that was opened. */
export class KeptFile {
  private readonly blocks = new Map<number, Buffer>();

  private constructor(
    private readonly fd: number,
    private readonly head: Head,
    private readonly checker: BlockChecker,
    /** What the writer was given with the end. */
    readonly facts: unknown,
  ) {
    forgotten.register(this, fd);
  }

  /** The file at a path; null where there is none, or head and end are not as we sealed them. */
  static open(path: string): KeptFile | null {
    const fd = openCache(path);
    if (fd === null) return null;
    try {
      const opened = KeptFile.read(fd);
      if (opened) return opened;
    } catch {
      // No file of ours.
    }
    closeSync(fd);
    return null;
  }

  private static read(fd: number): KeptFile | null {
    const { seal: found, ...head } = JSON.parse(range(fd, 0, headBytes).toString('utf8')) as Head & {
      readonly seal: unknown;
    };
    if (head.format !== format || !isSealed(found, 'tree', JSON.stringify(head))) return null;
    const end = headBytes + head.body;
    if (fstatSync(fd).size !== end + head.foot) return null;
    const foot = range(fd, end, head.foot);
    if (!isSealed(head.footSeal, 'tree', foot)) return null;
    const { tags, facts } = JSON.parse(foot.toString('utf8')) as { tags: string; facts: unknown };
    return new KeptFile(fd, head, new BlockChecker('kept', head.salt, Buffer.from(tags, 'base64')), facts);
  }

  get key(): string {
    return this.head.key;
  }

  /** Whether every byte of the body is as it was written. */
  isWhole(): boolean {
    const scratch = Buffer.allocUnsafe(taggedBlock);
    try {
      for (let i = 0; i * taggedBlock < this.head.body; i++) this.checked(i, scratch);
      return true;
    } catch (fault) {
      if (fault instanceof KeptFileChanged) return false;
      throw fault;
    }
  }

  /** A part of the body, checked. Throws {@link KeptFileChanged}. */
  read(begin: number, end: number): Buffer {
    const first = Math.floor(begin / taggedBlock);
    const last = Math.floor(Math.max(begin, end - 1) / taggedBlock);
    const blocks: Buffer[] = [];
    for (let i = first; i <= last; i++) blocks.push(this.block(i));
    const bytes = blocks.length === 1 ? (blocks[0] as Buffer) : Buffer.concat(blocks);
    return bytes.subarray(begin - first * taggedBlock, end - first * taggedBlock);
  }

  private block(i: number): Buffer {
    const known = this.blocks.get(i);
    if (known) return known;
    const bytes = this.checked(i, Buffer.allocUnsafeSlow(taggedBlock));
    for (const [oldest] of this.blocks) {
      if (this.blocks.size < keptBlocks) break;
      this.blocks.delete(oldest);
    }
    this.blocks.set(i, bytes);
    return bytes;
  }

  private checked(i: number, into: Buffer): Buffer {
    const begin = i * taggedBlock;
    const bytes = into.subarray(0, Math.min(taggedBlock, this.head.body - begin));
    const found = readSync(this.fd, bytes, 0, bytes.length, headBytes + begin);
    if (found !== bytes.length || !this.checker.isBlock(i, bytes)) throw new KeptFileChanged();
    return bytes;
  }
}

function range(fd: number, at: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  if (readSync(fd, bytes, 0, size, at) !== size) throw new KeptFileChanged();
  return bytes;
}

/** The key of the kept file at a path; null where there is none that is whole, and ours. */
export function keptFileKey(path: string): string | null {
  const file = KeptFile.open(path);
  return file?.isWhole() === true ? file.key : null;
}
