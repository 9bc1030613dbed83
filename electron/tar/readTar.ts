import type { LimitName, Limits } from '../../shared/image/limits';
import {
  blockSize,
  extensionSize,
  hasChecksum,
  isZeroBlock,
  longNameOf,
  padded,
  sparseRegions,
  parseHeader,
  parsePax,
  TarFault,
  TarLimitFault,
  typeFlag,
  type TarHeader,
} from '../../shared/layer/tarHeader';
import { attributeBytes } from '../../shared/layer/attributeTally';
import { NameTally, nameBytes } from '../../shared/layer/nameTally';
import type { SparseRegion } from '../../shared/layer/sparseMap';
import { nowhere, SparseBody } from './sparseBody';

/** Whether members of that flag say something of others. */
const isExtension = (flag: string): boolean => flag === 'x' || flag === 'g' || flag === 'L' || flag === 'K';

/** Regions in a block that goes on with an old GNU sparse map. */
const regionsInBlock = 21;

/** Told by {@link TarReader} of what it finds. Body chunks are views: use them at once. */
export interface TarVisitor {
  /** A member; `offset` is where its body begins in the stream. Returning false passes over the body. */
  member(header: TarHeader, offset: number): boolean;
  /** Some of the body of the member that was accepted last. */
  body?(chunk: Uint8Array): void;
  /** That body is complete. */
  end?(): void;
}

/**
 * An incremental tar reader: feed it the stream, it calls the visitor. Synchronous and without copies, for worker
 * threads. It stops parsing at the end-of-archive blocks but goes on counting, so that the caller can hash everything
 * (a reader that stops there never checks a digest).
 */
export class TarReader {
  private readonly block = new Uint8Array(blockSize);
  private filled = 0;
  private remaining = 0;
  private padding = 0;
  private extension: { flag: string; bytes: Uint8Array; at: number } | null = null;
  private extensionPadding = 0;
  private sparse: { readonly header: TarHeader; readonly regions: SparseRegion[]; blocks: number } | null =
    null;
  private wanted = false;
  /** Lays the body of a sparse member out nowhere: whether its map fits is found out by whoever reads it first. */
  private map: SparseBody | null = null;
  private pax = new Map<string, string>();
  private gnuName: string | null = null;
  private gnuLink: string | null = null;
  private zeroBlocks = 0;
  private ended = false;
  private sawHeader = false;
  private current = '';
  private readonly names = new NameTally();
  /** Bytes of all extended attributes so far. */
  private attributes = 0;
  /** Bytes fed so far. */
  position = 0;
  /** Members so far. */
  members = 0;

  /** `limits` are those for input that nobody has looked at yet, unless others are given. */
  constructor(
    private readonly visitor: TarVisitor,
    private readonly limits: Limits,
  ) {}

  /** Takes the next bytes of the stream. Throws {@link TarFault} with the name of the member in hand. */
  feed(chunk: Uint8Array): void {
    let at = 0;
    const end = chunk.length;
    while (at < end) {
      if (this.ended) {
        this.position += end - at;
        return;
      }
      if (this.extension) at += this.takeExtension(chunk, at);
      else if (this.remaining > 0) {
        const take = Math.min(this.remaining, end - at);
        const piece = chunk.subarray(at, at + take);
        this.map?.write(piece);
        if (this.wanted) this.visitor.body?.(piece);
        this.remaining -= take;
        this.position += take;
        at += take;
        if (this.remaining === 0) this.endBody();
      } else if (this.padding > 0) {
        const take = Math.min(this.padding, end - at);
        this.padding -= take;
        this.position += take;
        at += take;
      } else if (this.filled === 0 && end - at >= blockSize) {
        const view = chunk.subarray(at, at + blockSize);
        at += blockSize;
        this.position += blockSize;
        this.takeHeader(view);
      } else {
        const take = Math.min(blockSize - this.filled, end - at);
        this.block.set(chunk.subarray(at, at + take), this.filled);
        this.filled += take;
        this.position += take;
        at += take;
        if (this.filled === blockSize) {
          this.filled = 0;
          this.takeHeader(this.block);
        }
      }
    }
  }

  /**
   * Passes over `bytes` of the stream that were not fed: the body (with padding) of the member that was just announced,
   * for callers that can seek.
   */
  skip(bytes: number): void {
    if (bytes !== this.remaining + this.padding) throw new TarFault('tar-form');
    this.map = null;
    this.remaining = 0;
    this.padding = 0;
    this.position += bytes;
  }

  /** Name of the member in hand, for reports. */
  get member(): string {
    return this.current;
  }

  /** True when the stream may end here: between members (GNU tar, too, accepts missing end blocks). */
  get complete(): boolean {
    return (
      this.ended ||
      (this.filled === 0 &&
        this.remaining === 0 &&
        this.padding === 0 &&
        this.extension === null &&
        this.sparse === null)
    );
  }

  /** Lets go of what was said of the next member. */
  private forget(): void {
    this.pax = new Map();
    this.gnuName = null;
    this.gnuLink = null;
  }

  private takeHeader(block: Uint8Array): void {
    if (this.sparse) {
      const { header, regions } = this.sparse;
      regions.push(...sparseRegions(block, 0, regionsInBlock));
      // Counted as if they were full: blocks that hold nothing may go on for ever, too.
      this.hold('sparse-regions', ++this.sparse.blocks * regionsInBlock);
      if (block[504] === 0) {
        this.sparse = null;
        this.begin({ ...header, regions });
      }
      return;
    }
    if (isZeroBlock(block)) {
      this.zeroBlocks++;
      if (this.zeroBlocks === 2) this.ended = true;
      return;
    }
    // GNU tar warns and reads on behind a lone one, libarchive ends there; Go refuses it.
    if (this.zeroBlocks > 0) throw new TarFault('tar-zeros');
    if (!hasChecksum(block)) {
      throw new TarFault(this.sawHeader ? 'tar-checksum' : 'tar-checksum-first');
    }
    this.sawHeader = true;
    const flag = typeFlag(block);
    if (isExtension(flag)) {
      const size = extensionSize(block, this.limits);
      this.extensionPadding = padded(size) - size;
      this.extension = { flag, bytes: new Uint8Array(size), at: 0 };
      if (size === 0) this.endExtension();
      return;
    }
    const header = parseHeader(block, { pax: this.pax, gnuName: this.gnuName, gnuLink: this.gnuLink });
    this.forget();
    this.current = header.name;
    this.members++;
    this.check(header);
    // Old GNU sparse maps may go on in further blocks, which do not count towards the size.
    if (flag === 'S' && block[482] !== 0)
      this.sparse = { header, regions: [...(header.regions ?? [])], blocks: 0 };
    else this.begin(header);
  }

  /** Holds a number against its bound. Throws {@link TarLimitFault} with the member in hand. */
  private hold(name: LimitName, found: number): void {
    const limit = this.limits[name];
    if (found > limit) throw new TarLimitFault({ name, limit, found }, this.current);
  }

  /**
   * For whoever reads a layer, to be called with each member: the members so far, with the directories that their names imply,
   * are held against `layer-members`. Throws {@link TarLimitFault}.
   */
  holdMember(): void {
    this.hold('layer-members', this.members + this.names.implied);
  }

  private check({ name, linkName, xattrs, regions }: TarHeader): void {
    for (const path of [name, linkName]) {
      // Most names are short: they need not be taken apart to see that.
      if (path.length < 256) continue;
      this.hold('path-bytes', nameBytes(path));
      this.hold('path-depth', path.split('/').length);
    }
    this.names.add(name, linkName);
    this.hold('names-total', this.names.bytes);
    if (regions) this.hold('sparse-regions', regions.length);
    if (xattrs.size === 0) return;
    let bytes = 0;
    for (const [key, value] of xattrs) bytes += key.length + value.length;
    this.hold('xattr-bytes', bytes);
    this.attributes += attributeBytes(xattrs);
    this.hold('xattrs-total', this.attributes);
  }

  private begin(header: TarHeader): void {
    const { size, passedOver = 0 } = header;
    this.remaining = size + passedOver;
    this.padding = padded(this.remaining) - this.remaining;
    this.wanted = this.visitor.member(header, this.position);
    this.map = header.type === 'sparse' ? new SparseBody(header, nowhere) : null;
    if (size === 0) this.endBody();
    if (passedOver > 0) this.wanted = false;
  }

  private endBody(): void {
    this.map?.end();
    this.map = null;
    if (this.wanted) this.visitor.end?.();
  }

  private takeExtension(chunk: Uint8Array, at: number): number {
    const extension = this.extension;
    if (extension === null) return 0;
    const take = Math.min(extension.bytes.length - extension.at, chunk.length - at);
    extension.bytes.set(chunk.subarray(at, at + take), extension.at);
    extension.at += take;
    this.position += take;
    if (extension.at === extension.bytes.length) this.endExtension();
    return take;
  }

  private endExtension(): void {
    const extension = this.extension;
    if (extension === null) return;
    this.extension = null;
    this.padding = this.extensionPadding;
    const { flag, bytes } = extension;
    if (flag === 'x') this.pax = parsePax(bytes);
    else if (flag === 'L') this.gnuName = longNameOf(bytes);
    else if (flag === 'K') this.gnuLink = longNameOf(bytes);
    else {
      // What a global header says of all that follows Docker and Podman pass over (umoci refuses it), and so do we, but records it
      // must hold; for Go it ends what was said of the next member, too. It may come any number of times: nothing of it is kept.
      parsePax(bytes);
      this.forget();
    }
  }
}
