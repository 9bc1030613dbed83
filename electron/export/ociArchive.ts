import { hexOf, type Digest } from '../../shared/image/digest';
import { isForeignLayerType, isIndexType, isManifestType } from '../../shared/image/mediaType';
import {
  fullNameAnnotation,
  parseIndex,
  parseManifest,
  refNameAnnotation,
  type OciDescriptor,
} from '../../shared/image/manifest';
import { storedOrigin } from '../../shared/image/jsonDocument';
import { parseReference } from '../../shared/image/reference';
import type { BlobReader } from '../store/contentStore';
import type { OutMember } from '../worker/jobs';
import { archiveSize } from './archiveSize';
import type { ImageExport } from './imageExport';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Gathers what a root reaches in the order in which it should be written: documents before what they name. */
async function gather(
  root: OciDescriptor,
  store: BlobReader,
  found: Map<Digest, OciDescriptor & { readonly layer: boolean }>,
): Promise<void> {
  // A platform that an index lists and the store never had is left out, as it was in what was loaded.
  if (found.has(root.digest) || (await store.sizeOf(root.digest)) === null) return;
  found.set(root.digest, { ...root, layer: false });
  const origin = storedOrigin(root.digest);
  if (isIndexType(root.mediaType)) {
    for (const child of parseIndex(await store.readDocument(root.digest), origin).manifests)
      await gather(child, store, found);
  } else if (isManifestType(root.mediaType)) {
    const manifest = parseManifest(await store.readDocument(root.digest), origin);
    found.set(manifest.config.digest, { ...manifest.config, layer: false });
    for (const layer of manifest.layers) {
      // So is a layer that may be left where it came from.
      if (isForeignLayerType(layer.mediaType) && (await store.sizeOf(layer.digest)) === null) continue;
      found.set(layer.digest, { ...layer, layer: true });
    }
  }
}

/**
 * An OCI image layout in a tar (OCI image-spec, image-layout.md), which podman, skopeo and Docker 25 and later read. Every
 * blob keeps its bytes, all platforms are written, one descriptor a name in index.json.
 */
export const ociArchive: ImageExport = {
  format: 'oci-archive',

  async plan(images, store) {
    const found = new Map<Digest, OciDescriptor & { readonly layer: boolean }>();
    const manifests: OciDescriptor[] = [];
    for (const { root, names } of images) {
      await gather(root, store, found);
      const { mediaType, digest, size } = root;
      const bare = { mediaType, digest, size };
      if (names.length === 0) manifests.push(bare);
      for (const name of names) {
        const annotations = { [fullNameAnnotation]: parseReference(name).full, [refNameAnnotation]: name };
        manifests.push({ ...bare, annotations });
      }
    }
    const members: OutMember[] = [
      { kind: 'bytes', name: 'oci-layout', bytes: bytesOf('{"imageLayoutVersion":"1.0.0"}') },
      { kind: 'bytes', name: 'index.json', bytes: bytesOf(JSON.stringify({ schemaVersion: 2, manifests })) },
      { kind: 'directory', name: 'blobs' },
      { kind: 'directory', name: 'blobs/sha256' },
    ];
    for (const { digest, size } of found.values()) {
      members.push({
        kind: 'range',
        name: `blobs/sha256/${hexOf(digest)}`,
        file: store.pathOf(digest),
        offset: 0,
        size,
        outSize: size,
        decompress: false,
        expect: digest,
      });
    }
    const layers = [...found.values()].filter(({ layer }) => layer).length;
    return { members, layers, bytes: archiveSize(members) };
  },
};
