import { addBytes } from '../../shared/image/bytes';
import { createHash, type Hash } from 'node:crypto';
import type { Limits } from '../../shared/image/limits';
import type { LayerReason } from '../../shared/image/faultReason';
import { LayerError } from '../../shared/layer/tarFault';
import { TarFault, type TarHeader } from '../../shared/layer/tarHeader';
import { lexicalPath, normalisePath } from '../../shared/layer/entryPath';
import { isInvalidWhiteout, whiteoutMark } from '../../shared/layer/whiteout';
import type { LayerEntry } from '../../shared/layer/entry';
import { TarReader, type TarVisitor } from '../tar/readTar';
import { LayerIndexWriter } from './layerIndex';

/** What the uncompressed stream of a layer was. */
export interface TarPass {
  readonly diffId: string;
  readonly tarSize: number;
  readonly contentSize: number;
  readonly entries: number;
  /** Members that are no entries: see {@link LayerFacts.leftOut}. */
  readonly leftOut: number;
}

/** An entry that no layer may have; `entry` names it. */
export class LayerFault extends LayerError {
  override name = 'LayerFault';
  constructor(
    readonly entry: string,
    reason: LayerReason,
  ) {
    super(reason);
  }
}

/**
 * A member of a layer's tar as an entry, its contents at `offset`; null for what has no meaning in a layer. Throws
 * {@link LayerFault} for a name that no layer may have.
 */
export function entryOf(header: TarHeader, offset: number): LayerEntry | null {
  const path = normalisePath(header.name);
  if (path === null) throw new LayerFault(header.name, 'outside-layer');
  if (isInvalidWhiteout(path)) throw new LayerFault(header.name, 'whiteout-nothing');
  // No tree has a file for its root; of Docker, too, such a layer is refused.
  if (path === '' && (header.type === 'file' || header.type === 'sparse'))
    throw new LayerFault(header.name, 'root-object');
  const { mode, uid, gid, mtime } = header;
  const mark = whiteoutMark(path);
  if (mark) return { ...mark, mode, uid, gid, mtime };
  const common = { path, mode, uid, gid, mtime };
  switch (header.type) {
    case 'file':
      return { ...common, kind: 'file', size: header.size, offset };
    case 'sparse':
      // Its body is a map and pieces, not the contents as they are: no offset to read at.
      return { ...common, kind: 'file', size: header.realSize, offset: -1 };
    case 'directory':
    case 'fifo':
      return { ...common, kind: header.type };
    case 'symlink':
      return { ...common, kind: 'symlink', target: header.linkName };
    case 'hardlink':
      return { ...common, kind: 'hardlink', target: lexicalPath(header.linkName) };
    case 'character':
    case 'block':
      return { ...common, kind: header.type, major: header.major, minor: header.minor };
    case 'volume':
      return null;
  }
}

/**
 * One pass over a layer's uncompressed tar: hashes it, checks it and writes its index (OCI image-spec, layer.md).
 * Feed it the stream, then call {@link LayerPass.finish}.
 */
export class LayerPass {
  private readonly hash: Hash | null;
  private readonly reader: TarReader;
  private readonly writer: LayerIndexWriter | null;
  private contentSize = 0;
  private entries = 0;
  private leftOut = 0;
  private fed = 0;

  /**
   * @param indexPath where to write the index, null for none
   * @param ownHash false when the caller hashes the same bytes already (a plain blob's digest is its diff ID)
   * @param limits those of the load; `storedLimits` for what is in the store already
   */
  constructor(indexPath: string | null, ownHash: boolean, limits: Limits) {
    this.hash = ownHash ? createHash('sha256') : null;
    this.writer = indexPath === null ? null : new LayerIndexWriter(indexPath);
    const member: TarVisitor['member'] = (header, offset) => {
      this.reader.holdMember();
      const entry = entryOf(header, offset);
      if (entry) {
        this.entries++;
        if (entry.kind === 'file') this.contentSize = addBytes(this.contentSize, entry.size);
        this.writer?.add(entry);
      } else this.leftOut++;
      return false;
    };
    this.reader = new TarReader({ member }, limits);
  }

  /** The next bytes. Throws {@link LayerFault} or {@link TarFault}. */
  feed(chunk: Uint8Array): void {
    this.hash?.update(chunk);
    this.fed += chunk.length;
    this.writer?.tar(chunk);
    this.reader.feed(chunk);
  }

  /** Name of the member in hand, for reports. */
  get member(): string {
    return this.reader.member;
  }

  /** Bytes fed so far. */
  get size(): number {
    return this.fed;
  }

  /** Ends the pass. `plainDigest`: the digest of the same bytes when the caller hashed them. Throws {@link TarFault}. */
  finish(plainDigest: string | null): TarPass {
    if (!this.reader.complete) throw new TarFault('tar-ends');
    const diffId = this.hash ? `sha256:${this.hash.digest('hex')}` : plainDigest;
    if (diffId === null) throw new Error('a pass without its own hash needs the digest');
    const { contentSize, entries, leftOut } = this;
    return { diffId, tarSize: this.fed, contentSize, entries, leftOut };
  }

  /** Completes the index file. */
  writeIndex(facts: Parameters<LayerIndexWriter['finish']>[0]): void {
    this.writer?.finish(facts);
  }

  /** Gives the index up; its file has no facts and counts as missing. */
  abandon(): void {
    this.writer?.abandon();
  }
}
