import type { HeaderToWrite, TarHeader } from '../../shared/layer/tarHeader';
import { bytesOf, keepsHoles, sparseHeader, wholeRegions } from '../../shared/layer/sparseHeader';
import type { SparseRegion } from '../../shared/layer/sparseMap';
import { isTaken } from '../mount/treeRules';
import { SparseBody, type SparseTarget } from '../tar/sparseBody';
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

/** The header of a mark that a layer gets. */
export const mark = (name: string): HeaderToWrite => ({ name, type: 'file', size: 0, mode: 0o600, mtime: 0 });

/**
 * Copies members from a tar reader into a layer, one after the other. Sparse files keep their holes (see `keepsHoles`): 2 kB
 * may stand for more than any disk holds. Their maps are checked and written anew, be they of the form that is written here:
 * other readers take other maps of it in different ways. Throws {@link TarFault}.
 */
export class MemberCopy {
  private sparse: SparseBody | null = null;

  constructor(private readonly sink: MemberSink) {}

  /** Begins a member under `name`; true where its body must follow. */
  begin(name: string, source: TarHeader): boolean {
    const plain = copiedHeader(name, source);
    if (source.type === 'sparse') {
      const out = new RegionWriter(this.sink);
      this.sparse = new SparseBody(source, out, (regions) => out.begin(plain, regions));
    } else this.sink.member(plain);
    return source.type === 'file' || source.type === 'sparse';
  }

  body(chunk: Uint8Array): void {
    if (this.sparse) this.sparse.write(chunk);
    else this.sink.body(chunk);
  }

  end(): void {
    this.sparse?.end();
    this.sparse = null;
  }
}

/** Writes a sparse file, with a map of whole blocks or as a plain one: what is passed over within a region comes as zeros. */
class RegionWriter implements SparseTarget {
  private regions: readonly SparseRegion[] = [];
  private at = 0;
  private position = 0;

  constructor(private readonly sink: MemberSink) {}

  /** Writes the header: `plain` is that of a file of all its bytes, `map` says where the source has data. */
  begin(plain: HeaderToWrite, map: readonly SparseRegion[]): void {
    const whole = wholeRegions(map, plain.size);
    const sparse = keepsHoles(bytesOf(whole), plain.size) ? sparseHeader(plain, whole) : null;
    this.regions = sparse ? whole : [{ offset: 0, size: plain.size }];
    this.sink.member(sparse?.header ?? plain);
    if (sparse) this.sink.body(sparse.before);
  }

  write(bytes: Uint8Array): void {
    this.sink.body(bytes);
    this.position += bytes.length;
  }

  seek(position: number): void {
    for (let region = this.regions[this.at]; region; region = this.regions[++this.at]) {
      this.position = Math.max(this.position, region.offset);
      const end = region.offset + region.size;
      this.zeros(Math.min(position, end) - this.position);
      if (position < end) return;
    }
  }

  private zeros(count: number): void {
    for (let left = count; left > 0; left -= Math.min(left, zeros.length))
      this.write(zeros.subarray(0, Math.min(left, zeros.length)));
  }
}

const zeros = new Uint8Array(1 << 16);
