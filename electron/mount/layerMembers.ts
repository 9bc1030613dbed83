import { addBytes } from '../../shared/image/bytes';
import { normalisePath } from '../../shared/layer/entryPath';
import { asideName, isAufsPath, isWhiteoutNumber } from '../../shared/layer/layerShape';
import { storedLimits } from '../../shared/image/limits';
import { TarFault, type TarHeader } from '../../shared/layer/tarHeader';
import { isInvalidWhiteout, whiteoutMark } from '../../shared/layer/whiteout';
import { TarReader } from '../tar/readTar';
import { SparseBody } from '../tar/sparseBody';
import { metadataOf, TreeFault, type FileTarget, type LayerTarget, type TreeEnd } from './treeRules';

/** What a layer came to. */
export interface LayerCount extends TreeEnd {
  readonly entries: number;
  /** Bytes of its regular files. */
  readonly bytes: number;
  /** Device nodes that may not be made here. */
  readonly devicesLeftOut: number;
}

/** One layer on its way from tar to tree. Feed it the stream, then call {@link LayerMembers.end}. */
export class LayerMembers {
  private readonly reader: TarReader;
  private file: { readonly out: FileTarget; readonly sparse: SparseBody | null } | null = null;
  private entries = 0;
  private bytes = 0;
  private devicesLeftOut = 0;

  constructor(private readonly tree: LayerTarget) {
    const visitor = {
      member: (header: TarHeader, offset: number) => this.member(header, offset),
      body: (chunk: Uint8Array) => this.body(chunk),
      end: () => this.endFile(),
    };
    this.reader = new TarReader(visitor, storedLimits);
  }

  /** The next bytes. Throws {@link TarFault}, {@link TreeFault} and what the tree throws. */
  feed(chunk: Uint8Array): void {
    this.reader.feed(chunk);
  }

  end(): LayerCount {
    if (!this.reader.complete) throw new TarFault('tar-ends');
    const { entries, bytes, devicesLeftOut } = this;
    return { entries, bytes, devicesLeftOut, ...this.tree.end() };
  }

  abandon(): void {
    this.file?.out.abandon();
    this.file = null;
  }

  /** Name of the member in hand, as the archive spells it. */
  get inHand(): string {
    return this.reader.member;
  }

  private member(header: TarHeader, offset: number): boolean {
    this.reader.holdMember();
    const path = normalisePath(header.name);
    if (path === null) throw new TreeFault('outside-layer');
    if (isInvalidWhiteout(path)) throw new TreeFault('whiteout-nothing');
    const mark = whiteoutMark(path);
    if (isAufsPath(mark?.path ?? path)) {
      const name = mark ? null : asideName(path);
      if (name === null || (header.type !== 'file' && header.type !== 'sparse')) return false;
      return this.begin(this.tree.fileAside(name, metadataOf(header), header, offset), header);
    }
    if (mark) {
      if (mark.kind === 'opaque') this.tree.opaque(mark.path);
      else this.tree.whiteout(mark.path);
      this.entries++;
      return false;
    }
    return this.take(path, header, offset);
  }

  private take(path: string, header: TarHeader, offset: number): boolean {
    this.entries++;
    switch (header.type) {
      case 'file':
      case 'sparse':
        this.bytes = addBytes(this.bytes, header.realSize);
        return this.begin(this.tree.file(path, metadataOf(header), header, offset), header);
      case 'directory':
        this.tree.directoryEntry(path, metadataOf(header));
        return false;
      case 'symlink':
        this.tree.symlink(path, header.linkName, metadataOf(header));
        return false;
      case 'hardlink':
        this.tree.hardlink(path, header.linkName);
        return false;
      case 'character':
      case 'block':
      case 'fifo':
        if (isWhiteoutNumber(header.type, header.major, header.minor)) {
          this.tree.unplaced(path);
          this.devicesLeftOut++;
        } else if (!this.tree.node(path, header.type, header, metadataOf(header))) this.devicesLeftOut++;
        return false;
      case 'volume':
        this.entries--;
        return false;
    }
  }

  /** Begins the body of a file; false when nobody wants it. */
  private begin(out: FileTarget | null, header: TarHeader): boolean {
    if (out === null) return false;
    const sparse = header.type === 'sparse' ? new SparseBody(header, out) : null;
    this.file = { out, sparse };
    return true;
  }

  private body(chunk: Uint8Array): void {
    if (this.file?.sparse) this.file.sparse.write(chunk);
    else this.file?.out.write(chunk);
  }

  private endFile(): void {
    const file = this.file;
    if (!file) return;
    file.sparse?.end();
    this.file = null;
    file.out.end();
  }
}
