import type { HeaderToWrite, TarHeader } from '../../shared/layer/tarHeader';
import { keepsHoles, sparseHeader } from '../../shared/layer/sparseHeader';
import { isTaken } from '../mount/treeRules';
import { nowhere, SparseBody } from '../tar/sparseBody';
import type { MemberSink } from './layerSink';

/**
 * The header of a member as it is written anew under `name`: a sparse file's as that of a plain one, attributes in a fixed
 * order, and without those that no tree has.
 */
export function copiedHeader(name: string, header: TarHeader): HeaderToWrite {
  const { type, mode, uid, gid, seconds, nanoseconds, linkName, major, minor, xattrs } = header;
  const plain = type === 'sparse' || type === 'volume' ? 'file' : type;
  return {
    name,
    type: plain,
    size: plain === 'file' ? header.realSize : 0,
    mode,
    uid,
    gid,
    mtime: seconds,
    nanoseconds,
    ...(plain === 'symlink' ? { linkName } : {}),
    ...(plain === 'character' || plain === 'block' ? { major, minor } : {}),
    xattrs: [...xattrs].filter(([key]) => isTaken(key)).sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

/**
 * Copies members from a tar reader into a layer, one after the other. Sparse files keep their holes (see `keepsHoles`): 2 kB
 * may stand for more than any disk holds. Maps are checked: throws {@link TarFault}.
 */
export class MemberCopy {
  private sparse: SparseBody | null = null;
  private copied = true;

  constructor(private readonly sink: MemberSink) {}

  /** Begins a member under `name`; true where its body must follow. */
  begin(name: string, source: TarHeader): boolean {
    const plain = copiedHeader(name, source);
    this.copied = source.type !== 'sparse' || keepsHoles(source.size, source.realSize);
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

/** Writes a sparse file as a plain one: what is passed over comes as zeros. */
class HoleWriter {
  private position = 0;
  constructor(private readonly sink: MemberSink) {}

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
