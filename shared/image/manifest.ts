import type { Digest } from './digest';

/** A descriptor (OCI image-spec, descriptor.md). Members we do not know are kept in documents, not here. */
export interface OciDescriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: OciPlatform;
  readonly artifactType?: string;
}

/** Platform of a manifest in an index (OCI image-spec, image-index.md). */
export interface OciPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
}

/** An image index (OCI image-spec, image-index.md); also Docker's manifest list and the layout's index.json. */
export interface OciIndex {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly manifests: readonly OciDescriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An image manifest (OCI image-spec, manifest.md; Docker schema 2). */
export interface OciManifest {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly config: OciDescriptor;
  readonly layers: readonly OciDescriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Annotation on a root that holds its familiar name. */
export const refNameAnnotation = 'org.opencontainers.image.ref.name';
/** Annotation on a root that holds its full normalised name, as Docker and containerd write it. */
export const fullNameAnnotation = 'io.containerd.image.name';
