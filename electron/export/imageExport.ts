import type { BlobFile } from '../store/blobFile';
import type { ChainId, Digest, DiffId, ImageId } from '../../shared/image/digest';
import type { LeftOutLayer } from '../../shared/image/leftOut';
import type { OciDescriptor } from '../../shared/image/manifest';
import type { AnewLayer } from '../../shared/image/rewriteManifest';
import type { BlobReader } from '../store/contentStore';
import type { OutMember } from '../worker/jobs';

/** An archive form that images can be written to; one file each, listed in `exports.ts`. */
export interface ImageExport {
  readonly format: 'docker-archive' | 'oci-archive';
  /** Every layer that an archive of the images would hold, each once. Reads documents only. */
  layers(images: readonly ExportImage[], store: BlobReader): Promise<readonly ExportLayer[]>;
  /** The members to write, in order, shared layers once. Reads documents only: contents stream in a worker. */
  plan(images: readonly ExportImage[], store: BlobReader, how: LayerPlan): Promise<ExportPlan>;
}

/** A layer of an image to write. */
export interface ExportLayer {
  readonly blob: Digest;
  /** Bytes of the blob as stored. */
  readonly size: number;
  readonly diffId: DiffId;
  readonly mediaType: string;
  /** The layer on what is below it. */
  readonly chainId: ChainId;
}

/** How layers are written. */
export interface LayerPlan {
  /** Blobs stay as they are stored where the form can hold them, and manifests with them. */
  readonly kept: boolean;
  /** The bytes to write for a layer, where blobs do not stay as they are. */
  written(layer: ExportLayer): Promise<WrittenLayer>;
  /** The uncompressed bytes of a layer. */
  plain(layer: ExportLayer): Promise<WrittenLayer>;
  /** Documents that the store has not got, and that are written as they stand here. */
  readonly made: ReadonlyMap<Digest, Uint8Array>;
  /** Layers that the target has and that are left out. */
  readonly held: HeldLayers;
}

/** What is written for a layer, and from which file it comes. */
export interface WrittenLayer extends AnewLayer {
  readonly file: BlobFile;
  /** Bytes of it. */
  readonly fileSize: number;
  /** The file is compressed, and what is written is not. */
  readonly decompress: boolean;
}

/** Layers that a target has, each with the name of what it has them from. */
export interface HeldLayers {
  /** By diff ID, and by blob digest where a list gave that. */
  readonly layers: ReadonlyMap<string, string>;
  /** By chain ID: a Docker engine finds a layer only on the parents that it knows. */
  readonly chains: ReadonlyMap<string, string>;
  /**
   * Whether `layers` is of blobs alone: a layer that is there in other bytes travels, so that the manifest stays what it is and its
   * signatures hold.
   */
  readonly areBlobs?: true;
  /** The files among what told it: nothing is written over one, and what is written into one may count on none of its layers. */
  readonly files?: readonly HeldFile[];
}

/** A file that says which layers a target has. */
export interface HeldFile {
  readonly path: string;
  /** {@link HeldLayers} without what this file says. */
  readonly without: () => HeldLayers;
}

/** What to write of one root. */
export interface ExportImage {
  readonly root: OciDescriptor;
  /** Names to write; empty: without a name. */
  readonly names: readonly string[];
  /** Artifacts that are about the root's images and go with them where the form has room for such. */
  readonly referrers: readonly OciDescriptor[];
  /** Artifacts about the root's index, where one platform of it is written alone; none where it is left out. */
  readonly aboutIndex?: number;
  /** The one image of the root that a docker-archive holds (it knows no platforms). */
  readonly id: ImageId;
  readonly manifest: Digest;
  readonly layers: readonly ExportLayer[];
}

/** What will be written. */
export interface ExportPlan {
  readonly members: readonly OutMember[];
  /** Layers in the archive. */
  readonly layers: number;
  /** The blobs that are these layers; of forms that name members by digest. */
  readonly layerBlobs?: ReadonlySet<Digest>;
  /** Bytes of the archive, exactly. */
  readonly bytes: number;
  /** Layers that the target has and that are not in the archive. */
  readonly leftOut: readonly LeftOutLayer[];
}
