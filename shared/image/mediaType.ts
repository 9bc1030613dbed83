/** Media types of the OCI image specification and Docker's schema 2, as they stand in real stores. */
export const mediaType = {
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar',
  ociLayerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  ociLayerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerManifestList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
} as const;

/** How a stored layer's bytes are compressed: told by magic bytes, never by name. */
export type Compression = 'none' | 'gzip' | 'zstd' | 'xz' | 'bzip2';

/** The OCI layer media type for plain, gzip and zstd layers; other compressions have none in the specification. */
export function layerMediaType(compression: Compression): string | null {
  if (compression === 'none') return mediaType.ociLayer;
  if (compression === 'gzip') return mediaType.ociLayerGzip;
  if (compression === 'zstd') return mediaType.ociLayerZstd;
  return null;
}

/** True for an index of manifests: OCI image index or Docker manifest list. */
export function isIndexType(type: string): boolean {
  return type === mediaType.ociIndex || type === mediaType.dockerManifestList;
}

/** True for an image manifest: OCI or Docker schema 2. */
export function isManifestType(type: string): boolean {
  return type === mediaType.ociManifest || type === mediaType.dockerManifest;
}

/** True for the config of a runnable image (anything else is an artifact). */
export function isImageConfigType(type: string): boolean {
  return type === mediaType.ociConfig || type === mediaType.dockerConfig;
}

/** True for the layer of a file system: OCI or Docker, plain or compressed, also the ones that may not be distributed. */
export function isLayerType(type: string): boolean {
  return /^application\/vnd\.(?:oci\.image\.layer\.|docker\.image\.rootfs\.)/.test(type);
}

/**
 * True for a layer that may be left where it came from (Windows bases; OCI image-spec, layer.md "Non-Distributable
 * Layers"; Docker's foreign layers): an image is whole without it.
 */
export function isForeignLayerType(type: string): boolean {
  return /^application\/vnd\.(?:oci\.image\.layer\.nondistributable\.|docker\.image\.rootfs\.foreign\.)/.test(
    type,
  );
}

/** The compression that a layer's media type names; null where it names none that we know. */
export function compressionOfType(type: string): Compression | null {
  if (/[.+]gzip$/.test(type)) return 'gzip';
  if (/[.+]zstd$/.test(type)) return 'zstd';
  if (/(?:\.tar|\.diff)$/.test(type)) return 'none';
  return null;
}

const encryptedEnd = '+encrypted';

/** True for a layer that is encrypted (ocicrypt): its bytes are no tar to anyone without the key. */
export function isEncryptedLayerType(type: string): boolean {
  return isLayerType(type) && type.endsWith(encryptedEnd);
}

/** The media type of a layer once it is encrypted; only the OCI family has such. */
export function encryptedType(type: string): string {
  const oci = type
    .replace(
      'application/vnd.docker.image.rootfs.foreign.diff.tar',
      'application/vnd.oci.image.layer.nondistributable.v1.tar',
    )
    .replace('application/vnd.docker.image.rootfs.diff.tar', mediaType.ociLayer)
    .replace(/\.(gzip|zstd)$/, '+$1');
  return `${oci}${encryptedEnd}`;
}

/** The media type of an encrypted layer once it is decrypted. */
export function decryptedType(type: string): string {
  return type.endsWith(encryptedEnd) ? type.slice(0, -encryptedEnd.length) : type;
}
