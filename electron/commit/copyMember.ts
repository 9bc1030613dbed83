import type { HeaderToWrite, TarHeader } from '../../shared/layer/tarHeader';
import { sparseHeader } from '../../shared/layer/sparseHeader';
import { SparseBody, type SparseTarget } from '../mount/sparseBody';
import type { LayerSink } from './layerSink';

/**
 * The header of a member as it is written anew under `name`: a sparse file's as that of a plain one, attributes in a fixed
 * order.
 */
export function copiedHeader(name: string, header: TarHeader): HeaderToWrite {
  const { type, mode, uid, gid, nanoseconds, linkName, major, minor, xattrs } = header;
  const plain = type === 'sparse' || type === 'unknown' ? 'file' : type;
  return {
    name,
    type: plain,
    size: plain === 'file' ? header.realSize : 0,
    mode,
    uid,
    gid,
    mtime: Math.floor(header.mtime),
    nanoseconds,
    ...(plain === 'symlink' ? { linkName } : {}),
    ...(plain === 'character' || plain === 'block' ? { major, minor } : {}),
    xattrs: [...xattrs].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

/** Stored bytes up to which a sparse file keeps its holes: Python's tarfile loses its way behind a larger one. */
const sparseLimit = 8 * 2 ** 30 - 2 ** 26;

/**
 * Copies members from a tar reader into a layer, one after the other. `holes`: sparse files keep them, or are written as
 * plain ones for readers that know no other. Maps are checked in either case: throws {@link TarFault}.
 */
export class MemberCopy {
  private sparse: SparseBody | null = null;
  private copied = true;

  constructor(
    private readonly sink: LayerSink,
    private readonly holes: 'kept' | 'filled',
  ) {}

  /** Begins a member under `name`; true where its body must follow. */
  begin(name: string, source: TarHeader): boolean {
    const plain = copiedHeader(name, source);
    this.copied = source.type !== 'sparse' || (this.holes === 'kept' && source.size <= sparseLimit);
    if (source.type === 'sparse')
      this.sparse = new SparseBody(source, this.copied ? nowhere : new HoleWriter(this.sink));
    if (source.type === 'sparse' && this.copied) {
      const { header, before } = sparseHeader(plain, { stored: source.size, regions: source.regions });
      this.sink.member(header);
      this.sink.body(before);
    } else this.sink.member(plain);
    return source.type === 'file' || source.type === 'sparse';
  }

  body(chunk: Uint8Array): void {
    this.sparse?.write(chunk);
    if (this.copied) this.sink.body(chunk);
  }

  end(): void {
    this.sparse?.end();
    this.sparse = null;
  }
}

/** For the contents of a sparse file that is copied as it is stored. */
const nowhere: SparseTarget = { write: () => undefined, seek: () => undefined };

/** Writes a sparse file as a plain one: what is passed over comes as zeros. */
class HoleWriter {
  private position = 0;
  constructor(private readonly sink: LayerSink) {}

  write(bytes: Uint8Array): void {
    this.sink.body(bytes);
    this.position += bytes.length;
  }

  seek(position: number): void {
    const zeros = new Uint8Array(Math.min(1 << 16, Math.max(0, position - this.position)));
    while (this.position < position) {
      const take = Math.min(zeros.length, position - this.position);
      this.sink.body(zeros.subarray(0, take));
      this.position += take;
    }
  }
}
