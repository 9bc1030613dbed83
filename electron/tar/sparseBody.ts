import { BodyMapReader, checkRegions, type SparseRegion } from '../../shared/layer/sparseMap';
import { TarFault, type TarHeader } from '../../shared/layer/tarHeader';

/** Where the contents of a sparse file go: `seek` leaves a hole, which reads as zeros. */
export interface SparseTarget {
  write(bytes: Uint8Array): void;
  seek(position: number): void;
}

/** For contents that are looked at and kept nowhere. */
export const nowhere: SparseTarget = { write: () => undefined, seek: () => undefined };

/**
 * Lays the body of a sparse member out as the file that it stands for. Throws {@link TarFault} when map and body do not
 * fit each other.
 */
export class SparseBody {
  private readonly map: BodyMapReader | null;
  private regions: readonly SparseRegion[] | null = null;
  /** Bytes of padding behind a map in the body that are still to come. */
  private padding = 0;
  private at = 0;
  private inRegion = 0;

  constructor(
    private readonly header: TarHeader,
    private readonly target: SparseTarget,
    /** Called with the map before anything goes to the target, in here where the header has it. */
    private readonly onMap?: (regions: readonly SparseRegion[]) => void,
  ) {
    this.map = header.regions === null ? new BodyMapReader() : null;
    if (header.regions) this.begin(header.regions, header.size);
  }

  private begin(regions: readonly SparseRegion[], stored: number): void {
    this.regions = checkRegions(regions, this.header.realSize, stored);
    this.onMap?.(this.regions);
  }

  write(chunk: Uint8Array): void {
    let rest = chunk;
    if (this.map && this.regions === null) {
      rest = rest.subarray(this.map.feed(rest));
      if (this.map.length === null) return;
      this.padding = this.map.length - this.map.position;
      this.begin(this.map.regions, this.header.size - this.map.length);
    }
    const skipped = Math.min(this.padding, rest.length);
    this.padding -= skipped;
    rest = rest.subarray(skipped);
    while (rest.length > 0) {
      const region = this.regions?.[this.at];
      if (!region) throw new TarFault('sparse-data');
      const take = Math.min(rest.length, region.size - this.inRegion);
      if (take > 0) {
        this.target.seek(region.offset + this.inRegion);
        this.target.write(rest.subarray(0, take));
      }
      this.inRegion += take;
      rest = rest.subarray(take);
      if (this.inRegion === region.size) {
        this.at++;
        this.inRegion = 0;
      }
    }
  }

  /** Ends the file: what lies behind its last region is a hole up to its size. */
  end(): void {
    if (this.regions === null) throw new TarFault('sparse-cut');
    this.target.seek(this.header.realSize);
  }
}
