import type { Digest, DiffId, ImageId } from '../../shared/image/digest';
import type { OciDescriptor } from '../../shared/image/manifest';
import type { BlobReader, LayerIndexReader } from '../store/contentStore';
import type { OutMember } from '../worker/jobs';

/** An archive form that images can be written to; one file each, listed in `exports.ts`. */
export interface ImageExport {
  readonly format: 'docker-archive' | 'oci-archive';
  /** The members to write, in order; shared layers once. Reads documents only: contents stream in a worker. */
  plan(images: readonly ExportImage[], store: BlobReader & LayerIndexReader): Promise<ExportPlan>;
}

/** What to write of one root. */
export interface ExportImage {
  readonly root: OciDescriptor;
  /** Names to write; empty: without a name. */
  readonly names: readonly string[];
  /** The one image of the root that a docker-archive holds (it knows no platforms). */
  readonly id: ImageId;
  readonly manifest: Digest;
  readonly layers: readonly {
    readonly blob: Digest;
    readonly size: number;
    readonly diffId: DiffId;
    readonly mediaType: string;
  }[];
}

/** What will be written. */
export interface ExportPlan {
  readonly members: readonly OutMember[];
  readonly layers: number;
  /** Bytes of the archive, exactly. */
  readonly bytes: number;
}
