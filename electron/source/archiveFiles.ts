import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  read,
  readdirSync,
  readSync,
  realpathSync,
  writeFileSync,
  type BigIntStats,
} from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { promisify } from 'node:util';
import type { Digest, DiffId } from '../../shared/image/digest';
import type { LimitName, Limits } from '../../shared/image/limits';
import { askInput, inputFault } from '../../shared/image/inputFault';
import { problem } from '../../shared/image/problem';
import { normalisePath } from '../../shared/layer/entryPath';
import { systemCode } from '../../shared/image/systemCode';
import { markOf, type FileRange } from '../store/blobFile';
import type { StagedBlob } from '../store/contentStore';
import { storeProblem } from '../store/durable';
import { isSame, leadsNowhere, withTree, type OpenFile } from '../system/beneath';
import type { ArchiveMember, BlobFacts, JobOutput, SpooledMember } from '../worker/jobs';
import type { Ingest, SourceTools } from './sourceTools';

/** How a blob of the input is to be read. */
export interface BlobWish {
  /** Decompress and check it as a layer, and index it. */
  readonly asLayer: boolean;
  /** Stage a copy here; null only verifies. */
  readonly ingest: Ingest | null;
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
  /** What the caller will hold the blob against, as far as the input says it. */
  readonly claimed?: { readonly digest?: Digest; readonly diffId?: DiffId };
}

/** The named files of an input: members of an archive (seekable or spooled) or files of a folder. */
export interface ArchiveFiles {
  /** What the person called the input. */
  readonly label: string;
  /** The bounds that hold for what is read of it. */
  readonly limits: Limits;
  /** Whether there is a regular file of this name, links inside of the input followed. */
  has(name: string): boolean;
  /** The name that links lead to: two names with one key are one file. Null when there is none. */
  key(name: string): string | null;
  /** Bytes of a file; null when there is none. */
  sizeOf(name: string): number | null;
  /** Bytes that a copy of a file takes on the disk of the ingest, as far as that is known beforehand: none for what lies there already. */
  copiedBytes(name: string): number;
  /** A small document, `limit` naming the bound of its bytes. Throws `blob-missing`-like facts through `what`, `limit-exceeded`. */
  readDocument(
    name: string,
    what: 'manifest' | 'config' | 'index',
    limit?: DocumentLimit,
  ): Promise<Uint8Array>;
  /** Reads a blob once: hashed, and as wished staged and indexed. */
  readBlob(
    name: string,
    wish: BlobWish,
    tools: SourceTools,
  ): Promise<{ facts: BlobFacts; staged: StagedBlob | null }>;
  /** Names, for telling what an input is; of a folder only those that tell. */
  names(): Iterable<string>;
  /** Where a file's bytes are; null where they are no range of a file that stays. */
  rangeOf?(name: string): FileRange | null;
  /** First names of paths, for telling what it is when it is no image. */
  topNames?(): Iterable<string>;
}

/** Which bound a document's size is held against. */
export type DocumentLimit = Extract<LimitName, 'document-bytes' | 'manifest-bytes'>;

/** Refuses a document that is larger than its bound. Throws `limit-exceeded`. */
function holdSize(
  files: Pick<ArchiveFiles, 'label' | 'limits'>,
  what: string,
  size: number,
  name: DocumentLimit,
): void {
  const limit = files.limits[name];
  if (size > limit) throw problem('limit-exceeded', { file: files.label, what, limit, name, found: size });
}

/**
 * Bytes of all documents that were read of an input: they are held until it is clear which of them belong to images, and each
 * may come to its own bound.
 */
class DocumentTotal {
  private readonly counted = new Set<string>();
  private sum = 0;

  /** Counts a document once, however often it is read. Throws `limit-exceeded`. */
  add({ label, limits }: Pick<ArchiveFiles, 'label' | 'limits'>, what: string, size: number): void {
    if (this.counted.has(what)) return;
    this.counted.add(what);
    this.sum += size;
    const limit = limits['documents-total'];
    if (this.sum > limit)
      throw problem('limit-exceeded', { file: label, what, limit, name: 'documents-total', found: this.sum });
  }
}

/** A document of so many bytes is read at once: a turn of another thread's takes longer. */
const small = 64 << 10;
/** Bytes that are read at once: whoever waits for something else gets a turn between two of these. */
const piece = 4 << 20;
const readSome = promisify(read);

/**
 * A range of an open file, less where the file ends before. Its size is held against a limit before. Read on another thread:
 * the window's main process does this, too.
 */
async function readRange(fd: number, offset: number, size: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(size);
  if (size <= small) return bytes.subarray(0, readSync(fd, bytes, 0, size, offset));
  for (let at = 0; at < size;) {
    const { bytesRead } = await readSome(fd, bytes, at, Math.min(piece, size - at), offset + at);
    if (bytesRead === 0) return bytes.subarray(0, at);
    at += bytesRead;
  }
  return bytes;
}

/** How many links may lead to one another. */
const linkDepth = 16;

/** Follows links among the names of an archive, never outside of it (threats.md: outer links resolved in the index). */
function resolveLinks(
  name: string,
  lookUp: (name: string) => Pick<ArchiveMember, 'kind' | 'target'> | undefined,
): string | null {
  let current = name;
  for (let i = 0; i < linkDepth; i++) {
    const found = lookUp(current);
    if (!found) return null;
    if (found.kind === 'file') return current;
    if (found.kind !== 'symlink' && found.kind !== 'hardlink') return null;
    // An absolute target begins at the top of the archive, as if that were the whole file system.
    const isRelative = found.kind === 'symlink' && !found.target.startsWith('/');
    const parts = isRelative ? current.split('/').slice(0, -1) : [];
    for (const part of found.target.split('/')) {
      if (part === '..') {
        if (parts.pop() === undefined) return null;
      } else if (part !== '' && part !== '.') parts.push(part);
    }
    current = parts.join('/');
  }
  return null;
}

function missing(label: string, entry: string, what: 'manifest' | 'config' | 'layer' | 'index'): Error {
  return problem('blob-missing', { file: label, entry, what });
}

/** Runs `read-blob` on a range of a file and wraps what it staged. */
async function readRangeBlob(
  at: { file: string; offset: number; size: number; label: string; entry: string },
  wish: BlobWish,
  tools: SourceTools,
): Promise<{ facts: BlobFacts; staged: StagedBlob | null }> {
  const target = wish.ingest?.newPath('blob') ?? null;
  const indexTarget = wish.asLayer && wish.ingest ? wish.ingest.newPath('index') : null;
  const facts = await tools.pool.run(
    'read-blob',
    {
      ...at,
      target,
      asLayer: wish.asLayer,
      indexTarget,
      limits: tools.limits,
      durable: wish.ingest?.durable ?? true,
    },
    { signal: wish.signal, onBytes: wish.onBytes },
  );
  return { facts, staged: target === null ? null : toStaged(facts, target, indexTarget) };
}

function toStaged(facts: BlobFacts, path: string, indexPath: string | null, isSynced = true): StagedBlob {
  const index = facts.facts && indexPath !== null ? { path: indexPath, facts: facts.facts } : null;
  return { path, digest: facts.digest, size: facts.size, index, ...(isSynced ? {} : { isUnsynced: true }) };
}

/** Writes a member that memory held until now, for who reads a file. Throws `disk-full`, `file-unwritable`. */
function writeKept(path: string, bytes: Uint8Array): void {
  if (existsSync(path)) return;
  try {
    writeFileSync(path, bytes, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    throw storeProblem(cause, path);
  }
}

/** What the members of an archive have in common, however they are read. */
abstract class Members<M extends { readonly size: number }> {
  protected readonly members = new Map<string, M>();
  private readonly total = new DocumentTotal();

  constructor(
    readonly label: string,
    readonly limits: Limits,
  ) {}

  abstract key(name: string): string | null;

  has(name: string): boolean {
    return this.key(name) !== null;
  }

  sizeOf(name: string): number | null {
    return this.member(name)?.size ?? null;
  }

  copiedBytes(name: string): number {
    return this.sizeOf(name) ?? 0;
  }

  names(): Iterable<string> {
    return this.members.keys();
  }

  /** A member, links followed. */
  protected member(name: string): M | undefined {
    const key = this.key(name);
    return key === null ? undefined : this.members.get(key);
  }

  /** A member that is read as a document. Throws `blob-missing`, `limit-exceeded`. */
  protected document(name: string, what: 'manifest' | 'config' | 'index', limit: DocumentLimit): M {
    const member = this.member(name);
    if (!member) throw missing(this.label, name, what);
    holdSize(this, name, member.size, limit);
    this.total.add(this, name, member.size);
    return member;
  }
}

/** A file as it is now, whatever links lead to it. */
function wholeOf(file: string, label: string): Pick<FileRange, 'path' | 'mark'> {
  return askInput(label, () => {
    const path = realpathSync(file);
    return { path, mark: markOf(lstatSync(path, { bigint: true })) };
  });
}

/** Members of an uncompressed archive, read by offset. */
export class SeekableArchive extends Members<ArchiveMember> implements ArchiveFiles {
  private whole: Pick<FileRange, 'path' | 'mark'> | null = null;

  constructor(
    label: string,
    private readonly file: string,
    indexed: JobOutput<'index-archive'>,
    limits: Limits,
  ) {
    super(label, limits);
    // A name that comes twice means its last member, as unpacking would leave it.
    for (const member of indexed.members) this.members.set(member.name, member);
  }

  key(name: string): string | null {
    return resolveLinks(name, (n) => this.members.get(n));
  }

  rangeOf(name: string): FileRange | null {
    const member = this.member(name);
    if (!member) return null;
    const { path, mark } = (this.whole ??= wholeOf(this.file, this.label));
    return {
      path,
      mark,
      offset: member.offset,
      size: member.size,
      label: this.label,
      diffId: null,
      limits: this.limits,
    };
  }

  async readDocument(
    name: string,
    what: 'manifest' | 'config' | 'index',
    limit: DocumentLimit = 'document-bytes',
  ): Promise<Uint8Array> {
    const member = this.document(name, what, limit);
    const file = await open(this.file, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
      throw inputFault(cause, this.label);
    });
    try {
      const bytes = await readRange(file.fd, member.offset, member.size);
      if (bytes.length < member.size)
        throw problem('archive-truncated', { file: this.label, read: member.offset + bytes.length });
      return bytes;
    } catch (cause) {
      throw inputFault(cause, this.label);
    } finally {
      await file.close();
    }
  }

  async readBlob(
    name: string,
    wish: BlobWish,
    tools: SourceTools,
  ): Promise<{ facts: BlobFacts; staged: StagedBlob | null }> {
    const member = this.member(name);
    if (!member) throw missing(this.label, name, wish.asLayer ? 'layer' : 'config');
    const { offset, size } = member;
    return readRangeBlob({ file: this.file, offset, size, label: this.label, entry: name }, wish, tools);
  }
}

/** Members of an archive that had to be read in one go: each is a file of its own in the ingest folder already. */
export class SpooledArchive extends Members<SpooledMember> implements ArchiveFiles {
  private readonly links = new Map<string, ArchiveMember>();

  constructor(label: string, spooled: JobOutput<'spool-archive'>, limits: Limits) {
    super(label, limits);
    for (const member of spooled.members) this.members.set(member.name, member);
    for (const link of spooled.links) this.links.set(link.name, link);
  }

  key(name: string): string | null {
    return resolveLinks(name, (n) =>
      this.members.has(n) ? { kind: 'file', target: '' } : this.links.get(n),
    );
  }

  override copiedBytes(): number {
    return 0;
  }

  /** With folders and links: they are in a plain archive's, too. */
  topNames(): Iterable<string> {
    return [...this.members.keys(), ...this.links.keys()];
  }

  async readDocument(
    name: string,
    what: 'manifest' | 'config' | 'index',
    limit: DocumentLimit = 'document-bytes',
  ): Promise<Uint8Array> {
    const member = this.document(name, what, limit);
    return member.bytes ?? (await readFile(member.path));
  }

  async readBlob(
    name: string,
    wish: BlobWish,
    tools: SourceTools,
  ): Promise<{ facts: BlobFacts; staged: StagedBlob | null }> {
    const member = this.member(name);
    if (!member) throw missing(this.label, name, wish.asLayer ? 'layer' : 'config');
    if (member.bytes) writeKept(member.path, member.bytes);
    if (!wish.asLayer || member.facts !== null) {
      const staged = wish.ingest ? toStaged(member, member.path, member.indexPath, member.isSynced) : null;
      return { facts: member, staged };
    }
    // It was not read as a layer, so it is none: reading it as one again says why.
    const at = { file: member.path, offset: 0, size: member.size, label: this.label, entry: name };
    const { facts } = await readRangeBlob(at, { ...wish, ingest: null }, tools);
    return { facts, staged: wish.ingest ? toStaged(facts, member.path, null, member.isSynced) : null };
  }
}

/** What the system says of a file that may be there all the same. */
const unseen: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EIO', 'ESTALE', 'EMFILE', 'ENFILE']);

/**
 * Files of a folder. Only regular files below it count; a link that leads out of the folder does not. Somebody else may
 * change the folder meanwhile: where a name leads is found out first, and then opened without following a link.
 */
export class FolderFiles implements ArchiveFiles {
  private readonly root: string;
  /** What the folder was when it was opened: another one in its place is not what the person named. */
  private readonly found: BigIntStats;
  private readonly total = new DocumentTotal();

  constructor(
    readonly label: string,
    folder: string,
    readonly limits: Limits,
  ) {
    this.root = askInput(label, () => realpathSync(folder));
    this.found = askInput(label, () => lstatSync(this.root, { bigint: true }));
  }

  /** Where a name leads to; null where there is no such file in the folder. Throws `file-unreadable` where the system does not say. */
  private path(name: string): string | null {
    const normal = normalisePath(name);
    if (normal === null || normal === '') return null;
    try {
      const real = realpathSync(join(this.root, normal));
      return real.startsWith(this.root + sep) && lstatSync(real).isFile() ? real : null;
    } catch (cause) {
      const reason = systemCode(cause);
      // What may be there and cannot be looked at is not missing: to save the image again would not help.
      if (reason !== undefined && unseen.has(reason))
        throw problem('file-unreadable', { path: name, reason }, { cause });
      return null;
    }
  }

  key(name: string): string | null {
    return this.path(name);
  }

  rangeOf(name: string): FileRange | null {
    const path = this.path(name);
    if (path === null) return null;
    const info = askInput(this.label, () => lstatSync(path, { bigint: true }));
    return {
      path,
      offset: 0,
      size: Number(info.size),
      mark: markOf(info),
      label: this.label,
      diffId: null,
      limits: this.limits,
    };
  }

  has(name: string): boolean {
    return this.path(name) !== null;
  }

  sizeOf(name: string): number | null {
    const path = this.path(name);
    return path === null ? null : askInput(this.label, () => lstatSync(path).size);
  }

  copiedBytes(name: string): number {
    return this.sizeOf(name) ?? 0;
  }

  names(): Iterable<string> {
    const documents = ['oci-layout', 'index.json', 'manifest.json', 'repositories'];
    const layers = askInput(this.label, () => readdirSync(this.root, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${name}/json`);
    return [...documents, ...layers.sort()].filter((name) => this.has(name));
  }

  topNames(): Iterable<string> {
    return askInput(this.label, () => readdirSync(this.root));
  }

  async readDocument(
    name: string,
    what: 'manifest' | 'config' | 'index',
    limit: DocumentLimit = 'document-bytes',
  ): Promise<Uint8Array> {
    const file = this.open(name);
    if (file === null) throw missing(this.label, name, what);
    try {
      const size = Number(file.info.size);
      holdSize(this, name, size, limit);
      this.total.add(this, name, size);
      return await readRange(file.fd, 0, size);
    } catch (cause) {
      throw inputFault(cause, this.label);
    } finally {
      closeSync(file.fd);
    }
  }

  async readBlob(
    name: string,
    wish: BlobWish,
    tools: SourceTools,
  ): Promise<{ facts: BlobFacts; staged: StagedBlob | null }> {
    const open = this.open(name);
    if (open === null) throw missing(this.label, name, wish.asLayer ? 'layer' : 'config');
    try {
      const at = { offset: 0, size: Number(open.info.size), label: this.label, entry: name };
      return await readRangeBlob({ file: open.path, ...at }, wish, tools);
    } finally {
      closeSync(open.fd);
    }
  }

  /** The file that a name leads to, with a path to that very file for other threads of this process. */
  private open(name: string): (OpenFile & { readonly path: string }) | null {
    const real = this.path(name);
    if (real === null) return null;
    try {
      if (process.platform !== 'linux') return openPlain(real);
      const open = withTree(this.root, (tree) => {
        const now = tree.look('');
        return now && isSame(now, this.found) ? tree.file(real.slice(this.root.length + 1)) : null;
      });
      return open && { ...open, path: `/proc/self/fd/${open.fd}` };
    } catch (thrown) {
      if (leadsNowhere(thrown)) return null;
      const code = systemCode(thrown) ?? String(thrown);
      throw problem('file-unreadable', { path: name, reason: code }, { cause: thrown });
    }
  }
}

/** The same without /proc, where the last name alone is not followed. */
function openPlain(path: string): OpenFile & { readonly path: string } {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  return { fd, info: fstatSync(fd, { bigint: true }), path };
}
