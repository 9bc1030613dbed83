import { type Digest } from '../../shared/image/digest';
import { storedOrigin } from '../../shared/image/jsonDocument';
import { compressionOfType, isIndexType, isManifestType, mediaType } from '../../shared/image/mediaType';
import { parseIndex, parseManifest, type OciDescriptor } from '../../shared/image/manifest';
import { rewriteIndex, rewriteManifest, type AnewLayer } from '../../shared/image/rewriteManifest';
import { digestOf } from '../store/sha256';
import type { ArchiveFiles } from './archiveFiles';
import { completeLayers, type CompletedLayer } from './completeLayers';
import { blobName, type LayoutWalk } from './layoutWalk';
import { storedManifest } from './putImage';
import type { ActionRun, Ingest, SourceTools } from './sourceTools';

/**
 * Takes layers that were left out of a layout from the store. Where the store has a layer in other bytes than the layout
 * lists, the manifest is written anew with those: image ID and diff IDs stay. Gives the roots as they are to be listed.
 * Throws what {@link completeLayers} throws.
 */
export async function completeLayout(
  roots: readonly OciDescriptor[],
  walk: LayoutWalk,
  files: ArchiveFiles,
  ingest: Ingest,
  tools: SourceTools,
  run: ActionRun,
): Promise<readonly OciDescriptor[]> {
  const absent = [...walk.blobs.values()].flatMap(({ descriptor: { digest }, layer }) => {
    const left = walk.leftOut.get(digest);
    return layer && left?.diffId === layer.diffId && !files.has(blobName(digest)) ? [left] : [];
  });
  if (absent.length === 0) return roots;
  const completed = await completeLayers(absent, files, ingest, tools, run);
  const anew = new Map<Digest, CompletedLayer>();
  for (const { digest, diffId } of absent) {
    walk.blobs.delete(digest);
    const layer = completed.get(diffId);
    if (layer && layer.digest !== digest) anew.set(digest, layer);
  }
  if (anew.size === 0) return roots;
  const rewriting = new Rewriting(walk, anew);
  const listed: OciDescriptor[] = [];
  for (const root of roots) {
    const known = await storedRoot(root, walk, anew, ingest, tools);
    const { mediaType: type, digest, size } = known ?? rewriting.document(root);
    listed.push({ ...root, mediaType: type, digest, size });
    const images = walk.images.get(root.digest);
    if (images) walk.images.set(digest, images);
    if (known && known.digest !== root.digest) {
      walk.documents.delete(root.digest);
      walk.replaced.add(root.digest);
    }
  }
  return listed;
}

/** The manifest under which the store has the one image of a root already, held for the ingest; null when it has none. */
async function storedRoot(
  { mediaType: type, digest }: OciDescriptor,
  walk: LayoutWalk,
  anew: ReadonlyMap<Digest, CompletedLayer>,
  ingest: Ingest,
  tools: SourceTools,
): Promise<Listed | null> {
  const [image] = walk.images.get(digest)?.keys() ?? [];
  const bytes = walk.documents.get(digest);
  if (!isManifestType(type) || image === undefined || !bytes) return null;
  const { layers } = parseManifest(bytes, storedOrigin(digest));
  return storedManifest(image, ingest, tools, (blobs) =>
    layers.every((layer) => anew.has(layer.digest) || blobs.has(layer.digest)),
  );
}

type Listed = Pick<OciDescriptor, 'mediaType' | 'digest' | 'size'>;

/** Writes documents of a layout anew, each once, with other blobs for some layers. */
class Rewriting {
  private readonly done = new Map<Digest, Listed>();

  constructor(
    private readonly walk: LayoutWalk,
    private readonly anew: ReadonlyMap<Digest, CompletedLayer>,
  ) {}

  /** A document and those below it; as it is where nothing in it changes. */
  document(descriptor: OciDescriptor): Listed {
    const known = this.done.get(descriptor.digest);
    if (known) return known;
    const { mediaType: type } = descriptor;
    const bytes = this.walk.documents.get(descriptor.digest);
    const listed =
      bytes && isIndexType(type)
        ? this.index(descriptor, bytes)
        : bytes && isManifestType(type)
          ? this.manifest(descriptor, bytes)
          : descriptor;
    this.done.set(descriptor.digest, listed);
    return listed;
  }

  private index(descriptor: OciDescriptor, bytes: Uint8Array): Listed {
    const { digest } = descriptor;
    const children = new Map<Digest, Listed>();
    for (const child of parseIndex(bytes, storedOrigin(digest)).manifests) {
      const listed = this.document(child);
      if (listed.digest !== child.digest) children.set(child.digest, listed);
    }
    if (children.size === 0) return descriptor;
    return this.replace(digest, mediaType.ociIndex, rewriteIndex(bytes, digest, children));
  }

  private manifest(descriptor: OciDescriptor, bytes: Uint8Array): Listed {
    const { digest } = descriptor;
    const { layers } = parseManifest(bytes, storedOrigin(digest));
    if (!layers.some((layer) => this.anew.has(layer.digest))) return descriptor;
    const written = new Map<number, AnewLayer>();
    for (const [i, layer] of layers.entries()) {
      const { digest: blob, size, mediaType: type } = this.anew.get(layer.digest) ?? layer;
      const compression = compressionOfType(type);
      if (compression === 'none' || compression === 'gzip' || compression === 'zstd')
        written.set(i, { digest: blob, size, compression });
    }
    return this.replace(digest, mediaType.ociManifest, rewriteManifest(bytes, digest, written));
  }

  private replace(before: Digest, type: string, bytes: Uint8Array): Listed {
    const digest = digestOf(bytes);
    this.walk.documents.delete(before);
    this.walk.replaced.add(before);
    this.walk.documents.set(digest, bytes);
    return { mediaType: type, digest, size: bytes.length };
  }
}
