import type { Digest, DiffId, ImageId } from '../../shared/image/digest';
import type { OciDescriptor } from '../../shared/image/manifest';
import type { BlobReader } from '../store/contentStore';
import type { OutMember } from '../worker/jobs';

/** An archive form that images can be written to; one file each, listed in `exports.ts`. */
export interface ImageExport {
  readonly format: 'docker-archive' | 'oci-archive';
  /**
   * The members to write, in order, shared layers once. Reads documents only: contents stream in a worker. `tarSize`
   * gives the uncompressed bytes of a layer.
   */
  plan(
    images: readonly ExportImage[],
    store: BlobReader,
    tarSize: (layer: ExportLayer) => Promise<number>,
  ): Promise<ExportPlan>;
}

/** A layer of an image to write. */
export interface ExportLayer {
  readonly blob: Digest;
  /** Bytes of the blob as stored. */
  readonly size: number;
  readonly diffId: DiffId;
  readonly mediaType: string;
}

/** What to write of one root. */
export interface ExportImage {
  readonly root: OciDescriptor;
  /** Names to write; empty: without a name. */
  readonly names: readonly string[];
  /** The one image of the root that a docker-archive holds (it knows no platforms). */
  readonly id: ImageId;
  readonly manifest: Digest;
  readonly layers: readonly ExportLayer[];
}

/** What will be written. */
export interface ExportPlan {
  readonly members: readonly OutMember[];
  readonly layers: number;
  /** Bytes of the archive, exactly. */
  readonly bytes: number;
}
