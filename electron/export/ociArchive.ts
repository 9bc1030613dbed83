import { hexOf, type Digest, type DiffId } from '../../shared/image/digest';
import { chainIds, parseImageConfig } from '../../shared/image/imageConfig';
import { storedOrigin } from '../../shared/image/jsonDocument';
import type { LeftOutLayer } from '../../shared/image/leftOut';
import { nameAnnotations } from '../../shared/image/layoutName';
import {
  isEncryptedLayerType,
  isForeignLayerType,
  isIndexType,
  isManifestType,
  mediaType,
} from '../../shared/image/mediaType';
import {
  isImageManifest,
  parseIndex,
  parseManifest,
  type OciDescriptor,
  type OciManifest,
} from '../../shared/image/manifest';
import { rewriteIndex, rewriteManifest } from '../../shared/image/rewriteManifest';
import { digestOf, sha256 } from '../store/sha256';
import type { BlobReader } from '../store/contentStore';
import type { OutMember } from '../worker/jobs';
import { archiveSize } from './archiveSize';
import type { ExportLayer, ImageExport, LayerPlan, WrittenLayer } from './imageExport';
import { layerMember, leftOutMember, once } from './layerMember';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

type Listed = Pick<OciDescriptor, 'mediaType' | 'digest' | 'size'>;

/**
 * The layers of an image, each with its diff ID; null for an artifact, for an image that is not all there, and for one whose
 * layers are encrypted: they stay as they are.
 */
async function imageLayers(
  manifest: OciManifest,
  descriptor: OciDescriptor,
  store: BlobReader,
): Promise<readonly ExportLayer[] | null> {
  const { config, layers } = manifest;
  if (layers.some(({ mediaType: type }) => isEncryptedLayerType(type))) return null;
  if (!isImageManifest(manifest, descriptor) || (await store.sizeOf(config.digest)) === null) return null;
  const origin = storedOrigin(config.digest);
  const { diffIds } = parseImageConfig(await store.readDocument(config.digest), origin);
  const chain = chainIds(diffIds, sha256);
  if (diffIds.length !== layers.length) return null;
  return layers.map(({ digest, size, mediaType: type }, i) => ({
    blob: digest,
    size,
    mediaType: type,
    diffId: diffIds[i] as DiffId,
    chainId: chain[i] as ExportLayer['chainId'],
  }));
}

/** Gathers what roots reach in the order in which it should be written: documents before what they name. */
class Gathering {
  /** What is to be written; null holds the place of a document that is written anew, and may turn out to be there. */
  private readonly slots: (OutMember | null)[] = [];
  private readonly digests = new Set<Digest>();
  readonly layers = new Set<Digest>();
  readonly leftOut = new Map<Digest, LeftOutLayer>();
  private readonly done = new Map<Digest, Listed | null>();

  constructor(
    private readonly store: BlobReader,
    private readonly how: LayerPlan,
  ) {}

  get members(): readonly OutMember[] {
    return this.slots.filter((slot) => slot !== null);
  }

  /** Adds a root or a manifest of an index; gives it as it is to be listed, null where the store has not got it. */
  async add(descriptor: OciDescriptor): Promise<Listed | null> {
    const known = this.done.get(descriptor.digest);
    if (known !== undefined) return known;
    // A platform that an index lists and the store never had is left out, as it was in what was loaded.
    const absent = (await this.store.sizeOf(descriptor.digest)) === null;
    const listed = absent ? null : await this.document(descriptor);
    this.done.set(descriptor.digest, listed);
    return listed;
  }

  private async document(descriptor: OciDescriptor): Promise<Listed> {
    const { mediaType: type, digest, size } = descriptor;
    if (isIndexType(type)) return this.index(descriptor);
    const { kept, held } = this.how;
    const bare = { mediaType: type, digest, size };
    const slot = this.blob(bare);
    if (!isManifestType(type)) return bare;
    const bytes = await this.store.readDocument(digest);
    const manifest = parseManifest(bytes, storedOrigin(digest));
    this.blob(manifest.config);
    const asStored = kept && held.layers.size === 0;
    const layers = asStored ? null : await imageLayers(manifest, descriptor, this.store);
    if (layers === null) {
      for (const each of manifest.layers) await this.layer(each);
      return bare;
    }
    const written = new Map<number, WrittenLayer>();
    for (const [i, layer] of layers.entries()) {
      const out = await this.imageLayer(layer);
      if (out) written.set(i, out);
    }
    if (kept) return bare;
    return this.replace(slot, digest, mediaType.ociManifest, rewriteManifest(bytes, digest, written));
  }

  /** Adds a layer of an image, or leaves it out; what is written for it, null where the manifest keeps its descriptor. */
  private async imageLayer(layer: ExportLayer): Promise<WrittenLayer | null> {
    const { kept, held } = this.how;
    const byContent = held.areBlobs ? undefined : held.layers.get(layer.diffId);
    const from = byContent ?? held.layers.get(layer.blob);
    if (from !== undefined) {
      // Plain, where the manifest is written anew: by that digest every store can know the layer.
      const out = kept ? null : await this.how.plain(layer);
      const { digest, size } = out ?? { digest: layer.blob, size: layer.size };
      this.leftOut.set(digest, { diffId: layer.diffId, digest, size, from });
      return out;
    }
    if (kept || (await this.store.sizeOf(layer.blob)) === null) {
      await this.layer({ digest: layer.blob, size: layer.size, mediaType: layer.mediaType });
      return null;
    }
    const out = await this.how.written(layer);
    this.layers.add(out.digest);
    this.put(out.digest, layerMember(blobMember(out.digest), out));
    return out;
  }

  private async index(descriptor: OciDescriptor): Promise<Listed> {
    const { mediaType: type, digest, size } = descriptor;
    const slot = this.blob(descriptor);
    const bytes = await this.store.readDocument(digest);
    const anew = new Map<Digest, Listed>();
    for (const child of parseIndex(bytes, storedOrigin(digest)).manifests) {
      const listed = await this.add(child);
      if (listed && listed.digest !== child.digest) anew.set(child.digest, listed);
    }
    if (anew.size === 0) return { mediaType: type, digest, size };
    return this.replace(slot, digest, mediaType.ociIndex, rewriteIndex(bytes, digest, anew));
  }

  /** Puts a document in the place of one that was written anew: documents stand before what they name. */
  private replace(slot: number, before: Digest, type: string, bytes: Uint8Array): Listed {
    this.digests.delete(before);
    const digest = digestOf(bytes);
    this.slots[slot] = null;
    if (!this.digests.has(digest)) this.slots[slot] = { kind: 'bytes', name: blobMember(digest), bytes };
    this.digests.add(digest);
    return { mediaType: type, digest, size: bytes.length };
  }

  /** A layer as it is stored; one that is stored elsewhere by intent stays a mere name. */
  private async layer(descriptor: Listed): Promise<void> {
    const elsewhere = isForeignLayerType(descriptor.mediaType);
    if (elsewhere && (await this.store.sizeOf(descriptor.digest)) === null) return;
    this.layers.add(descriptor.digest);
    this.blob(descriptor);
  }

  /** A blob as it is stored; gives its place. */
  private blob({ digest, size }: Pick<Listed, 'digest' | 'size'>): number {
    const made = this.how.made.get(digest);
    if (made) return this.put(digest, { kind: 'bytes', name: blobMember(digest), bytes: made });
    const stored = { digest, size, compression: 'none', file: this.store.fileOf({ digest, size }) } as const;
    return this.put(
      digest,
      layerMember(blobMember(digest), { ...stored, fileSize: size, decompress: false }),
    );
  }

  private put(digest: Digest, member: OutMember): number {
    if (this.digests.has(digest)) return -1;
    this.digests.add(digest);
    return this.slots.push(member) - 1;
  }
}

/** Name of a blob in a layout. */
export const blobMember = (digest: Digest): string => `blobs/sha256/${hexOf(digest)}`;

/** The layers of every image that a root reaches. */
async function layersBelow(
  root: OciDescriptor,
  store: BlobReader,
  seen: Set<Digest>,
): Promise<readonly ExportLayer[]> {
  if (seen.has(root.digest) || (await store.sizeOf(root.digest)) === null) return [];
  seen.add(root.digest);
  const origin = storedOrigin(root.digest);
  if (isIndexType(root.mediaType)) {
    const found: ExportLayer[] = [];
    for (const child of parseIndex(await store.readDocument(root.digest), origin).manifests)
      for (const layer of await layersBelow(child, store, seen)) found.push(layer);
    return found;
  }
  if (!isManifestType(root.mediaType)) return [];
  const manifest = parseManifest(await store.readDocument(root.digest), origin);
  const here: ExportLayer[] = [];
  for (const layer of (await imageLayers(manifest, root, store)) ?? [])
    if ((await store.sizeOf(layer.blob)) !== null) here.push(layer);
  return here;
}

/**
 * An OCI image layout in a tar (OCI image-spec, image-layout.md), which podman, skopeo and Docker 25 and later read. All
 * platforms are written, one descriptor a name in index.json; then the artifacts that are about the images. Every blob keeps its bytes, unless layers are to be
 * compressed in one way: then manifests and indexes are written anew, configs and so image IDs stay.
 */
export const ociArchive: ImageExport = {
  format: 'oci-archive',

  async layers(images, store) {
    const seen = new Set<Digest>();
    const found: ExportLayer[] = [];
    for (const { root } of images)
      for (const layer of await layersBelow(root, store, seen)) found.push(layer);
    return once(found);
  },

  async plan(images, store, how) {
    const gathering = new Gathering(store, how);
    const manifests: OciDescriptor[] = [];
    const rewritten = new Set<Digest>();
    for (const { root, names } of images) {
      const listed = await gathering.add(root);
      if (listed && listed.digest !== root.digest) rewritten.add(root.digest);
      const { mediaType: type, digest, size } = listed ?? root;
      const bare = { mediaType: type, digest, size };
      if (names.length === 0) manifests.push(bare);
      for (const name of names) manifests.push({ ...bare, annotations: nameAnnotations(name) });
    }
    // After the images: who asks a layout for its first image gets one. What is about a manifest that is written anew is
    // about nothing in this archive.
    const referrers = new Map(
      images.flatMap((image) =>
        rewritten.has(image.root.digest) ? [] : image.referrers.map((each) => [each.digest, each] as const),
      ),
    );
    for (const each of referrers.values()) {
      const { artifactType } = each;
      const listed = await gathering.add(each);
      if (listed) manifests.push({ ...listed, ...(artifactType === undefined ? {} : { artifactType }) });
    }
    const leftOut = [...gathering.leftOut.values()];
    const members: OutMember[] = [
      { kind: 'bytes', name: 'oci-layout', bytes: bytesOf('{"imageLayoutVersion":"1.0.0"}') },
      { kind: 'bytes', name: 'index.json', bytes: bytesOf(JSON.stringify({ schemaVersion: 2, manifests })) },
      ...leftOutMember(leftOut),
      { kind: 'directory', name: 'blobs' },
      { kind: 'directory', name: 'blobs/sha256' },
      ...gathering.members,
    ];
    const { layers: layerBlobs } = gathering;
    return { members, layers: layerBlobs.size, layerBlobs, bytes: archiveSize(members), leftOut };
  },
};
