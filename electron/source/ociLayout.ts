import { createHash } from 'node:crypto';
import { hexOf, parseDigest, type Digest, type DiffId } from '../../shared/image/digest';
import { parseImageConfig } from '../../shared/image/imageConfig';
import { isIndexType, isLayerType, isManifestType } from '../../shared/image/mediaType';
import {
  isImageManifest,
  parseIndex,
  parseManifest,
  type OciDescriptor,
  type OciManifest,
} from '../../shared/image/manifest';
import { problem } from '../../shared/image/problem';
import type { ArchiveFiles } from './archiveFiles';
import type { ImageSource, StagedRoot } from './imageSource';
import { nameOf } from './ociNames';
import type { ActionRun, Ingest, SourceTools } from './sourceTools';
import { atLayer, eachLimited, StageProgress } from './stageBlobs';

/** How deep indexes may nest. */
const nesting = 4;

const blobName = (digest: Digest): string => `blobs/sha256/${hexOf(digest)}`;

/** A blob that has to be read, with what is claimed of it. */
interface Wanted {
  readonly descriptor: OciDescriptor;
  /** For a layer of an image: the diff ID that the config gives, and its place. */
  readonly layer: { readonly diffId: DiffId; readonly index: number; readonly count: number } | null;
}

/** What walking a layout gathered, before any layer is read. */
class Gathering {
  readonly documents = new Map<Digest, Uint8Array>();
  readonly blobs = new Map<Digest, Wanted>();
  readonly images = new Map<Digest, { id: Digest; diffIds: readonly DiffId[] }[]>();

  constructor(private readonly files: ArchiveFiles) {}

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
    const found = parseDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
    if (found !== descriptor.digest) {
      throw problem('digest-mismatch', { file, entry, expected: descriptor.digest, found });
    }
    this.documents.set(descriptor.digest, bytes);
    return bytes;
  }

  /** Walks a root; true when it holds at least one whole image. */
  async root(descriptor: OciDescriptor, root: Digest, depth: number): Promise<boolean> {
    const { label: file } = this.files;
    const origin = { file, entry: blobName(descriptor.digest) };
    if (isIndexType(descriptor.mediaType)) {
      if (depth >= nesting) throw problem('limit-exceeded', { file, what: 'nested indexes', limit: nesting });
      let any = false;
      for (const child of parseIndex(await this.document(descriptor, 'index'), origin).manifests) {
        // An index may name platforms that were not saved with it; those stay listed and absent.
        if (!this.files.has(blobName(child.digest))) continue;
        if (await this.root(child, root, depth + 1)) any = true;
      }
      return any;
    }
    if (!isManifestType(descriptor.mediaType)) {
      if (depth > 0) this.blobs.set(descriptor.digest, { descriptor, layer: null });
      return false;
    }
    const manifest = parseManifest(await this.document(descriptor, 'manifest'), origin);
    if (depth > 0 && !this.isWhole(manifest)) {
      this.documents.delete(descriptor.digest);
      return false;
    }
    if (!isImageManifest(manifest, descriptor)) {
      for (const blob of [manifest.config, ...manifest.layers])
        this.blobs.set(blob.digest, { descriptor: blob, layer: null });
      return false;
    }
    await this.image(manifest, root);
    return true;
  }

  private isWhole(manifest: OciManifest): boolean {
    return [manifest.config, ...manifest.layers].every(({ digest }) => this.files.has(blobName(digest)));
  }

  private async image(manifest: OciManifest, root: Digest): Promise<void> {
    const { label: file } = this.files;
    const entry = blobName(manifest.config.digest);
    const { diffIds } = parseImageConfig(await this.document(manifest.config, 'config'), { file, entry });
    if (diffIds.length !== manifest.layers.length) {
      const reason = `names ${diffIds.length} layers, the manifest ${manifest.layers.length}`;
      throw problem('document-invalid', { file, entry, reason });
    }
    manifest.layers.forEach((descriptor, i) => {
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
      this.blobs.set(descriptor.digest, {
        descriptor,
        layer: { diffId, index: i + 1, count: diffIds.length },
      });
    });
    const images = this.images.get(root) ?? [];
    images.push({ id: manifest.config.digest, diffIds });
    this.images.set(root, images);
  }
}

/**
 * An OCI image layout (OCI image-spec, image-layout.md), as an archive or a folder: several images, nested indexes,
 * several platforms, attestations. Every descriptor's size and digest is checked, every layer's diff ID, too. Manifests
 * keep their bytes.
 */
export const ociLayout: ImageSource = {
  format: 'oci-layout',

  recognises: (files) =>
    Promise.resolve(files.has('index.json') && (files.has('oci-layout') || !files.has('manifest.json'))),

  async stage(files, ingest, tools, run) {
    const file = files.label;
    const origin = { file, entry: 'index.json' };
    const index = parseIndex(await files.readDocument('index.json', 'index'), origin);
    if (index.manifests.length === 0) throw problem('archive-empty', { file });
    const gathering = new Gathering(files);
    const found: OciDescriptor[] = [];
    for (const descriptor of index.manifests) {
      if (await gathering.root(descriptor, descriptor.digest, 0)) found.push(descriptor);
      else if (isIndexType(descriptor.mediaType)) {
        throw problem('blob-missing', { file, entry: blobName(descriptor.digest), what: 'manifest' });
      }
    }
    // Signatures and other artifacts may lie beside images; alone they are not what somebody loads.
    if (found.length === 0) throw problem('unsupported', { file, what: 'artifact' });
    await stageBlobs(gathering, files, ingest, tools, run);
    return { roots: toRoots(found, gathering, file), layers: countLayers(gathering) };
  },
};

function countLayers(gathering: Gathering): number {
  return [...gathering.blobs.values()].filter(({ layer }) => layer !== null).length;
}

/** One root a digest, with all the names that its descriptors give it. */
function toRoots(
  found: readonly OciDescriptor[],
  gathering: Gathering,
  label: string,
): readonly StagedRoot[] {
  const roots = new Map<Digest, StagedRoot & { names: string[] }>();
  for (const descriptor of found) {
    const { mediaType, digest, size } = descriptor;
    let root = roots.get(digest);
    if (!root)
      roots.set(
        digest,
        (root = { mediaType, digest, size, names: [], images: gathering.images.get(digest) ?? [] }),
      );
    const name = nameOf(descriptor, label);
    if (name !== null && !root.names.includes(name)) root.names.push(name);
  }
  return [...roots.values()];
}

async function stageBlobs(
  gathering: Gathering,
  files: ArchiveFiles,
  ingest: Ingest,
  tools: SourceTools,
  run: ActionRun,
): Promise<void> {
  for (const bytes of gathering.documents.values()) await ingest.put(bytes);
  const wanted = [...gathering.blobs.values()].filter(
    ({ descriptor }) => !gathering.documents.has(descriptor.digest),
  );
  const total = wanted.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
  const progress = new StageProgress(run, total, countLayers(gathering));
  await eachLimited(wanted, tools.pool.size, run.signal, async (item, _index, signal) => {
    const { descriptor, layer } = item;
    try {
      await stageBlob(files, ingest, tools, item, { signal, onBytes: progress.onBytes });
    } catch (thrown) {
      throw layer ? atLayer(thrown, layer.index, layer.count) : thrown;
    }
    if (isLayerType(descriptor.mediaType)) progress.nextLayer();
  });
}

async function stageBlob(
  files: ArchiveFiles,
  ingest: Ingest,
  tools: SourceTools,
  { descriptor, layer }: Wanted,
  how: { signal: AbortSignal; onBytes: (bytes: number) => void },
): Promise<void> {
  const { label: file } = files;
  const entry = blobName(descriptor.digest);
  const size = files.sizeOf(entry);
  if (size === null) throw problem('blob-missing', { file, entry, what: layer ? 'layer' : 'config' });
  if (size !== descriptor.size)
    throw problem('size-mismatch', { file, entry, expected: descriptor.size, found: size });
  const have = await ingest.lease(descriptor.digest);
  const wish = { asLayer: layer !== null, ingest: have ? null : ingest, ...how };
  const { facts, staged } = await files.readBlob(entry, wish, tools);
  if (facts.digest !== descriptor.digest) {
    throw problem('digest-mismatch', { file, entry, expected: descriptor.digest, found: facts.digest });
  }
  if (layer && facts.diffId !== layer.diffId) {
    const found = facts.diffId ?? facts.digest;
    throw problem('diff-id-mismatch', {
      file,
      entry,
      expected: layer.diffId,
      found,
      layer: layer.index,
      layers: layer.count,
    });
  }
  if (staged) await ingest.adopt(staged);
}
