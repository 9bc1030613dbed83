import { closeSync, readSync } from 'node:fs';
import type { Digest } from '../../shared/image/digest';
import { layerMediaType } from '../../shared/image/mediaType';
import { problem } from '../../shared/image/problem';
import { inputFault } from '../../shared/image/inputFault';
import { openRange, type FileRange, type LookedBlobs } from '../store/blobFile';
import type { StagedBlob } from '../store/contentStore';
import { detectCompression } from '../tar/decompress';
import type { BlobFacts } from '../worker/jobs';
import type { ArchiveFiles, BlobWish, DocumentLimit } from './archiveFiles';
import { ReadsAll, type SourceTools } from './sourceTools';

/** Bytes that tell a compression. */
const headBytes = 6;

/**
 * The files of an input that is looked at where it lies: documents are read as ever, and of a blob that somebody claims a digest of
 * it is noted where it is. What is claimed is proved by whoever reads it. A blob of which nothing is claimed is read once;
 * what is no range of a file (a member of a compressed archive, a layer in a form that nothing reads in place) is staged as ever.
 */
export class LookedFiles implements ArchiveFiles {
  readonly label: string;
  readonly limits: ArchiveFiles['limits'];

  constructor(
    private readonly files: ArchiveFiles,
    private readonly looked: LookedBlobs,
  ) {
    this.label = files.label;
    this.limits = files.limits;
  }

  has(name: string): boolean {
    return this.files.has(name);
  }

  key(name: string): string | null {
    return this.files.key(name);
  }

  sizeOf(name: string): number | null {
    return this.files.sizeOf(name);
  }

  copiedBytes(name: string): number {
    return this.files.rangeOf?.(name) ? 0 : this.files.copiedBytes(name);
  }

  names(): Iterable<string> {
    return this.files.names();
  }

  topNames(): Iterable<string> {
    return this.files.topNames?.() ?? this.files.names();
  }

  async readDocument(
    name: string,
    what: 'manifest' | 'config' | 'index',
    limit?: DocumentLimit,
  ): Promise<Uint8Array> {
    return this.files.readDocument(name, what, limit);
  }

  async readBlob(
    name: string,
    wish: BlobWish,
    tools: SourceTools,
  ): Promise<{ facts: BlobFacts; staged: StagedBlob | null }> {
    const range = this.files.rangeOf?.(name) ?? null;
    if (range === null) return this.readAll(name, wish, tools);
    const compression = detectCompression(readHead(range));
    if (wish.asLayer && layerMediaType(compression) === null) return this.readAll(name, wish, tools);
    const { digest: claimed = null, diffId = null } = wish.claimed ?? {};
    const digest = claimed ?? (compression === 'none' ? (diffId as string | null as Digest | null) : null);
    if (digest === null) {
      const { facts } = await this.readAll(name, { ...wish, ingest: null }, tools);
      this.looked.set(facts.digest, { ...range, diffId: facts.diffId });
      return { facts, staged: null };
    }
    this.looked.set(digest, { ...range, diffId });
    return { facts: { digest, size: range.size, compression, diffId, facts: null }, staged: null };
  }

  /** Reads a blob from its beginning to its end. */
  private async readAll(
    name: string,
    wish: BlobWish,
    tools: SourceTools,
  ): Promise<{ facts: BlobFacts; staged: StagedBlob | null }> {
    if (tools.headersOnly) throw new ReadsAll(this.label);
    return this.files.readBlob(name, wish, tools);
  }
}

/** The first bytes of a range. Throws `place-changed`, `archive-truncated`, `file-unreadable`. */
function readHead(range: FileRange): Uint8Array {
  const fd = openRange(range);
  try {
    const head = new Uint8Array(Math.min(headBytes, range.size));
    const read = readSync(fd, head, 0, head.length, range.offset);
    if (read < head.length)
      throw problem('archive-truncated', { file: range.label, read: range.offset + read });
    return head;
  } catch (cause) {
    throw inputFault(cause, range.label);
  } finally {
    closeSync(fd);
  }
}
