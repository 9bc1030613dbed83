import { artifactFacts } from '../../shared/image/artifact';
import { hexOf, type Digest, type DiffId } from '../../shared/image/digest';
import { parseImageConfig } from '../../shared/image/imageConfig';
import {
  asObject,
  asText,
  invalidDocument,
  looseMember,
  parseJsonDocument,
  type DocumentOrigin,
  type JsonObject,
} from '../../shared/image/jsonDocument';
import type { LeftOutLayer } from '../../shared/image/leftOut';
import {
  isEncryptedLayerType,
  isForeignLayerType,
  isIndexType,
  isManifestType,
} from '../../shared/image/mediaType';
import {
  isImageManifest,
  parseIndex,
  parseManifest,
  type OciDescriptor,
  type OciManifest,
} from '../../shared/image/manifest';
import { platformText } from '../../shared/image/platform';
import { problem } from '../../shared/image/problem';
import { digestOf } from '../store/sha256';
import type { ArchiveFiles } from './archiveFiles';
import { holdLayers } from './layerTotal';
import type { SoughtLayer } from './sourceTools';

/** Where a layout keeps a blob. */
export const blobName = (digest: Digest): string => `blobs/sha256/${hexOf(digest)}`;

/** A blob that has to be read, with what is claimed of it. */
export interface WantedBlob {
  readonly descriptor: OciDescriptor;
  /** For a layer of an image: the diff ID that the config gives, and its place. */
  readonly layer: { readonly diffId: DiffId; readonly index: number; readonly count: number } | null;
}

/** A map that can forget what was added last, at the cost of just that. */
class Gathered<V> extends Map<Digest, V> {
  private readonly added: Digest[] = [];

  override set(digest: Digest, value: V): this {
    if (!this.has(digest)) this.added.push(digest);
    return super.set(digest, value);
  }

  /** Remembers what is here; the function it gives forgets what came since. */
  mark(): () => void {
    const { length } = this.added;
    return () => {
      while (this.added.length > length) this.delete(this.added.pop() as Digest);
    };
  }
}

/** Walks the documents of a layout, verifying each, and gathers what is to be staged; no layer is read yet. */
export class LayoutWalk {
  readonly documents = new Gathered<Uint8Array>();
  readonly blobs = new Gathered<WantedBlob>();
  /** Images below each root. */
  readonly images = new Map<Digest, Map<Digest, readonly DiffId[]>>();
  /** What keeps the manifests that an index lists from being whole: themselves, or the first blob of theirs that the input does not hold. */
  readonly missing: { readonly entry: string; readonly what: 'manifest' | 'config' | 'layer' }[] = [];
  /** Platforms that an index lists and of which the input lacks something. */
  readonly absentPlatforms = new Set<string>();
  /** Documents that were written anew, by the digests that they had. */
  readonly replaced = new Set<Digest>();
  /** Types of what was found and is no image. */
  readonly others: string[] = [];
  /** Layers that the input lists as left out, by digest: the store may have them. */
  leftOut = new Map<Digest, LeftOutLayer>();
  /** Descriptors followed and images found, along every path. */
  private followed = 0;
  private found = 0;

  /** @param stored whether the store has what can take the place of a layer: an input without it is as a thin one, then */
  constructor(
    private readonly files: ArchiveFiles,
    private readonly stored: (layer: SoughtLayer) => Promise<boolean> = () => Promise.resolve(false),
  ) {}

  /** A document, verified against its descriptor (size and digest), kept for staging. */
  async document(descriptor: OciDescriptor, what: 'manifest' | 'config' | 'index'): Promise<Uint8Array> {
    const known = this.documents.get(descriptor.digest);
    if (known) return known;
    const entry = blobName(descriptor.digest);
    const bytes = await this.files.readDocument(entry, what);
    const { label: file } = this.files;
    if (bytes.length !== descriptor.size) {
      throw problem('size-mismatch', { file, entry, expected: descriptor.size, found: bytes.length });
    }
    const found = digestOf(bytes);
    if (found !== descriptor.digest) {
      throw problem('digest-mismatch', { file, entry, expected: descriptor.digest, found });
    }
    this.documents.set(descriptor.digest, bytes);
    return bytes;
  }

  /**
   * A root with the type that its document gives, where the descriptor's type says nothing: early tools listed manifests
   * as `application/vnd.oci.descriptor.v1+json`, and go-containerregistry and skopeo read them.
   */
  async typed(descriptor: OciDescriptor): Promise<OciDescriptor> {
    const { mediaType: listed, digest, size } = descriptor;
    if (isIndexType(listed) || isManifestType(listed)) return descriptor;
    if (size > this.files.limits['document-bytes'] || !this.files.has(blobName(digest))) return descriptor;
    const bytes = await this.document(descriptor, 'manifest');
    let object: JsonObject | null;
    try {
      object = asObject(
        parseJsonDocument(bytes, {
          file: this.files.label,
          entry: blobName(digest),
          limits: this.files.limits,
        }),
      );
    } catch {
      // An artifact of some other kind: no matter of ours.
      return descriptor;
    }
    const own = asText(looseMember(object ?? {}, 'mediaType'));
    return isIndexType(own) || isManifestType(own) ? { ...descriptor, mediaType: own } : descriptor;
  }

  /** Walks a root; true when it holds at least one whole image. */
  async root(descriptor: OciDescriptor, root: Digest, depth: number): Promise<boolean> {
    const { label: file, limits } = this.files;
    const origin = { file, entry: blobName(descriptor.digest), limits };
    const hold = (name: 'descriptors' | 'index-depth' | 'images', found: number): void => {
      const bound = { limit: limits[name], name, found };
      if (found > bound.limit) throw problem('limit-exceeded', { file, what: origin.entry, ...bound });
    };
    hold('descriptors', ++this.followed);
    if (isIndexType(descriptor.mediaType)) {
      hold('index-depth', depth + 1);
      const index = parseIndex(await this.document(descriptor, 'index'), origin);
      checkType(index, descriptor, origin);
      let any = false;
      for (const child of index.manifests) {
        // An index may name platforms that were not saved with it; those stay listed and absent.
        const { length } = this.missing;
        if (!this.files.has(blobName(child.digest)))
          this.missing.push({ entry: blobName(child.digest), what: 'manifest' });
        else if (await this.root(child, root, depth + 1)) any = true;
        // Of an attestation, which has no platform, nobody expects that it is here.
        if (this.missing.length > length && child.platform && child.platform.os !== 'unknown')
          this.absentPlatforms.add(platformText(child.platform));
      }
      return any;
    }
    if (!isManifestType(descriptor.mediaType)) {
      this.others.push(descriptor.artifactType ?? descriptor.mediaType);
      if (depth > 0) this.blobs.set(descriptor.digest, { descriptor, layer: null });
      return false;
    }
    const manifest = parseManifest(await this.document(descriptor, 'manifest'), origin);
    checkType(manifest, descriptor, origin);
    const lack = depth > 0 ? await this.lackOf(manifest, descriptor) : undefined;
    if (lack) {
      this.documents.delete(descriptor.digest);
      this.missing.push({
        entry: blobName(lack.digest),
        what: lack === manifest.config ? 'config' : 'layer',
      });
      return false;
    }
    if (!isImageManifest(manifest, descriptor)) {
      this.others.push(artifactFacts(manifest, descriptor).type);
      if (depth > 0) this.artifact(manifest);
      return false;
    }
    hold('images', ++this.found);
    await this.image(manifest, root);
    return true;
  }

  /** Remembers what is gathered so far; the function it gives forgets what came since. */
  mark(): () => void {
    const forget = [this.documents.mark(), this.blobs.mark()];
    return () => {
      for (const each of forget) each();
    };
  }

  /** Gathers an artifact's blobs. Throws `size-mismatch` where another document gives one of them another size. */
  private artifact({ config, layers }: OciManifest): void {
    for (const descriptor of [config, ...layers]) {
      const { digest, size: expected } = descriptor;
      const found = this.blobs.get(digest)?.descriptor.size ?? this.documents.get(digest)?.length ?? expected;
      if (found !== expected)
        throw problem('size-mismatch', { file: this.files.label, entry: blobName(digest), expected, found });
      if (!this.blobs.has(digest)) this.blobs.set(digest, { descriptor, layer: null });
    }
  }

  /** The first blob of a manifest that is neither here nor left out, and that nothing of the store takes the place of. */
  private async lackOf(manifest: OciManifest, listed: OciDescriptor): Promise<OciDescriptor | undefined> {
    const { config, layers } = manifest;
    if (!this.isHere(config)) return config;
    const absent = layers.filter((layer) => !this.isHere(layer));
    if (absent.length === 0) return undefined;
    const diffIds = isImageManifest(manifest, listed) ? await this.diffIdsOf(config) : [];
    for (const layer of absent)
      if (!(await this.isStored(layer, diffIds[layers.indexOf(layer)] ?? null))) return layer;
    return undefined;
  }

  /**
   * The diff IDs of a config of which it is not known yet whether it will be staged; none where it is not what its descriptor says:
   * that is told of it when its image is whole.
   */
  private async diffIdsOf({ digest, size }: OciDescriptor): Promise<readonly DiffId[]> {
    const { files } = this;
    const entry = blobName(digest);
    if (files.sizeOf(entry) !== size) return [];
    const bytes = await files.readDocument(entry, 'config');
    if (digestOf(bytes) !== digest) return [];
    return parseImageConfig(bytes, { file: files.label, entry, limits: files.limits }).diffIds;
  }

  /** Whether the store has what can take the place of a layer. Of an encrypted one that is the very blob: what is plain is another thing. */
  private async isStored(
    { mediaType, digest, size }: OciDescriptor,
    diffId: DiffId | null,
  ): Promise<boolean> {
    return this.stored({ digest, size, diffId: isEncryptedLayerType(mediaType) ? null : diffId });
  }

  /** Whether nobody has to be asked for a blob. */
  private isHere(blob: OciDescriptor): boolean {
    return this.isElsewhere(blob) || this.files.has(blobName(blob.digest)) || this.leftOut.has(blob.digest);
  }

  /** A layer that may be left where it came from, and was, and that nothing of the store takes the place of. */
  private isElsewhere({ mediaType, digest }: OciDescriptor): boolean {
    return isForeignLayerType(mediaType) && !this.files.has(blobName(digest)) && !this.leftOut.has(digest);
  }

  private async image(manifest: OciManifest, root: Digest): Promise<void> {
    const { label: file, limits } = this.files;
    const entry = blobName(manifest.config.digest);
    const bytes = await this.document(manifest.config, 'config');
    const { diffIds } = parseImageConfig(bytes, { file, entry, limits });
    holdLayers(this.files, entry, diffIds.length);
    if (diffIds.length !== manifest.layers.length) {
      throw invalidDocument({ file, entry }, 'layers-manifest', diffIds.length, manifest.layers.length);
    }
    for (const [i, layer] of manifest.layers.entries()) {
      const { digest, size } = layer;
      const diffId = diffIds[i] as DiffId;
      if ((this.isElsewhere(layer) || !this.isHere(layer)) && (await this.isStored(layer, diffId)))
        this.leftOut.set(digest, { diffId, digest, size, from: '' });
    }
    manifest.layers.forEach((descriptor, i) => {
      if (this.isElsewhere(descriptor)) return;
      const diffId = diffIds[i] as DiffId;
      const known = this.blobs.get(descriptor.digest);
      if (known?.layer && known.layer.diffId !== diffId) {
        const facts = {
          file,
          entry: blobName(descriptor.digest),
          expected: diffId,
          found: known.layer.diffId,
        };
        throw problem('diff-id-mismatch', { ...facts, layer: i + 1, layers: diffIds.length });
      }
      if (known && known.descriptor.size !== descriptor.size) {
        const sizes = { expected: descriptor.size, found: known.descriptor.size };
        throw problem('size-mismatch', { file, entry: blobName(descriptor.digest), ...sizes });
      }
      // What is encrypted has its diff ID only for who has the key.
      if (isEncryptedLayerType(descriptor.mediaType)) {
        if (!known) this.blobs.set(descriptor.digest, { descriptor, layer: null });
      } else if (!known?.layer) {
        const layer = { diffId, index: i + 1, count: diffIds.length };
        this.blobs.set(descriptor.digest, { descriptor, layer });
      }
    });
    const images = this.images.get(root) ?? new Map<Digest, readonly DiffId[]>();
    images.set(manifest.config.digest, diffIds);
    this.images.set(root, images);
  }
}

/**
 * A manifest that is listed as an index, or the other way round, means two things to two readers (CVE-2021-41190). OCI
 * and Docker types of one kind are mixed in real layouts, and mean the same.
 */
function checkType(
  { mediaType: own }: { readonly mediaType?: string },
  { mediaType: listed }: OciDescriptor,
  origin: DocumentOrigin,
): void {
  if (own === undefined || own === listed) return;
  if (isIndexType(listed) ? !isIndexType(own) : !isManifestType(own))
    throw invalidDocument(origin, 'listed-as', listed, own);
}
