import { isDigest, type Digest } from './digest';
import {
  asObject,
  asText,
  asTextMap,
  asTexts,
  invalidDocument,
  member,
  parseJsonDocument,
  type DocumentOrigin,
  type JsonObject,
} from './jsonDocument';
import { isImageConfigType, isLayerType } from './mediaType';
import { problem, ProblemError, type Problem } from './problem';

/** A descriptor (OCI image-spec, descriptor.md). Members we do not know are kept in documents, not here. */
export interface OciDescriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: OciPlatform;
  readonly artifactType?: string;
  /** Where else the bytes may be had. Shown, never fetched. */
  readonly urls?: readonly string[];
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
  /** What it is about, where it is an artifact. */
  readonly subject?: OciDescriptor;
  /** Of a store's index.json: entries that are no descriptors. */
  readonly unfit?: readonly UnfitEntry[];
}

/** An entry of a store's index.json that is no descriptor that we can use: its digest is of another algorithm, its size is none. */
export interface UnfitEntry {
  /** Its place in the list, from 0. */
  readonly place: number;
  readonly name: string | null;
  readonly problem: Problem;
}

/** An image manifest (OCI image-spec, manifest.md; Docker schema 2). */
export interface OciManifest {
  readonly schemaVersion: 2;
  readonly mediaType?: string;
  readonly config: OciDescriptor;
  readonly layers: readonly OciDescriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
  /** What kind of artifact it is, where it is none that runs. */
  readonly artifactType?: string;
  /** What it is about: the manifest that it refers to. */
  readonly subject?: OciDescriptor;
}

/** Annotation on a root that holds its familiar name. */
export const refNameAnnotation = 'org.opencontainers.image.ref.name';
/** Annotation on a root that holds its full normalised name, as Docker and containerd write it. */
export const fullNameAnnotation = 'io.containerd.image.name';

/** A media type (RFC 6838, 4.2), as the image-spec's schemas have it. */
const mediaTypePattern = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/;

/** A media type of a part (`what`, '' for the document), '' where there is none; early tools left it out. Throws `document-invalid` for what cannot be one. */
function parseMediaType(object: JsonObject, key: string, origin: DocumentOrigin, what: string): string {
  const value = member(object, key) ?? '';
  if (value === '' || (typeof value === 'string' && mediaTypePattern.test(value))) return value;
  throw what === ''
    ? invalidDocument(origin, 'own-type', key)
    : invalidDocument(origin, 'part-type', what, key);
}

/** Parses a descriptor; `what` names it in reports. Throws `document-invalid`. */
export function parseDescriptor(value: unknown, origin: DocumentOrigin, what: string): OciDescriptor {
  const object = asObject(value);
  if (!object) throw invalidDocument(origin, 'part-no-descriptor', what);
  const digest = member(object, 'digest');
  const size = member(object, 'size');
  const type = parseMediaType(object, 'mediaType', origin, what);
  if (!isDigest(digest)) throw invalidDocument(origin, 'part-no-digest', what);
  // A size with a point or an exponent is none to Go, and was kept as it is written.
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw invalidDocument(origin, 'part-no-size', what);
  }
  const platform = asObject(member(object, 'platform'));
  const annotations = asTextMap(member(object, 'annotations'));
  const artifactType = parseMediaType(object, 'artifactType', origin, what);
  const urls = asTexts(member(object, 'urls'));
  return {
    mediaType: type,
    digest,
    size,
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    ...(platform ? { platform: parsePlatform(platform) } : {}),
    ...(artifactType !== '' ? { artifactType } : {}),
    ...(urls.length > 0 ? { urls } : {}),
  };
}

function parsePlatform(platform: JsonObject): OciPlatform {
  const variant = asText(member(platform, 'variant'));
  const version = asText(member(platform, 'os.version'));
  return {
    os: asText(member(platform, 'os')),
    architecture: asText(member(platform, 'architecture')),
    ...(variant !== '' ? { variant } : {}),
    ...(version !== '' ? { 'os.version': version } : {}),
  };
}

function parseDescriptors(
  value: unknown,
  origin: DocumentOrigin,
  what: 'manifests' | 'layers',
  unfit: UnfitEntry[] | null = null,
): readonly OciDescriptor[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalidDocument(origin, 'part-no-list', what);
  const { file, entry, limits } = origin;
  const name = what === 'layers' ? 'layers' : 'descriptors';
  if (value.length > limits[name]) {
    throw problem('limit-exceeded', {
      file,
      what: entry,
      limit: limits[name],
      name,
      found: value.length,
    });
  }
  return value.flatMap((item: unknown, place) => {
    try {
      return [parseDescriptor(item, origin, `${what}[${place}]`)];
    } catch (thrown) {
      if (unfit === null || !(thrown instanceof ProblemError)) throw thrown;
      const name = asTextMap(member(asObject(item) ?? {}, 'annotations'))[refNameAnnotation];
      unfit.push({ place, name: name || null, problem: thrown.problem });
      return [];
    }
  });
}

/**
 * Members of manifests and indexes that somebody reads (image-spec and Docker's schemas). In another letter case Go's tools
 * would read them and we would not: refused, since no tool writes them so.
 */
const exactNames = new Set(
  `schemaVersion mediaType artifactType config layers manifests subject annotations digest size urls data platform os
   architecture variant os.version os.features features fsLayers blobSum signatures history name tag`.split(
    /\s+/,
  ),
);

function parseHead(bytes: Uint8Array, origin: DocumentOrigin): JsonObject {
  const object = asObject(
    parseJsonDocument(bytes, origin, 'document-bytes', { exact: exactNames, exactNumbers: true }),
  );
  if (!object) throw invalidDocument(origin, 'no-object');
  const version = member(object, 'schemaVersion');
  if (version !== 2) throw invalidDocument(origin, 'no-schema');
  // A document that is manifest and index at once means two things to two readers (CVE-2021-41190).
  const has = (key: string): boolean => member(object, key) !== undefined && member(object, key) !== null;
  if (has('manifests') && (has('layers') || has('config') || has('fsLayers') || has('history')))
    throw invalidDocument(origin, 'manifest-and-index');
  // Nor are the members of Docker's schema 1 beside those of today's manifests (containers/image refuses both alike).
  if ((has('layers') || has('config')) && (has('fsLayers') || has('history')))
    throw invalidDocument(origin, 'manifest-of-two');
  return object;
}

function common(
  object: JsonObject,
  origin: DocumentOrigin,
): Pick<OciManifest, 'mediaType' | 'annotations' | 'subject'> {
  const type = parseMediaType(object, 'mediaType', origin, '');
  const subject = member(object, 'subject') ?? null;
  const annotations = asTextMap(member(object, 'annotations'));
  return {
    ...(type !== '' ? { mediaType: type } : {}),
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    ...(subject === null ? {} : { subject: parseDescriptor(subject, origin, 'subject') }),
  };
}

/** Parses an image index, manifest list or index.json. Throws `document-invalid`, `limit-exceeded`. */
export function parseIndex(bytes: Uint8Array, origin: DocumentOrigin): OciIndex {
  return readIndex(bytes, origin, null);
}

/**
 * The same for the index.json of a store: an entry that is no descriptor spoils no other, and is named in `unfit`. Throws as
 * {@link parseIndex} for all else.
 */
export function parseRootList(bytes: Uint8Array, origin: DocumentOrigin): OciIndex {
  const unfit: UnfitEntry[] = [];
  const index = readIndex(bytes, origin, unfit);
  return unfit.length === 0 ? index : { ...index, unfit };
}

function readIndex(bytes: Uint8Array, origin: DocumentOrigin, unfit: UnfitEntry[] | null): OciIndex {
  const object = parseHead(bytes, origin);
  if (asObject(member(object, 'config')) !== null || Array.isArray(member(object, 'layers')))
    throw invalidDocument(origin, 'manifest-for-index');
  const manifests = parseDescriptors(member(object, 'manifests'), origin, 'manifests', unfit);
  return { schemaVersion: 2, ...common(object, origin), manifests };
}

/** Parses an image manifest (OCI or Docker schema 2). Throws `document-invalid`, `limit-exceeded`. */
export function parseManifest(bytes: Uint8Array, origin: DocumentOrigin): OciManifest {
  const object = parseHead(bytes, origin);
  const artifactType = parseMediaType(object, 'artifactType', origin, '');
  return {
    schemaVersion: 2,
    ...common(object, origin),
    ...(artifactType === '' ? {} : { artifactType }),
    config: parseDescriptor(member(object, 'config'), origin, 'config'),
    layers: parseDescriptors(member(object, 'layers'), origin, 'layers'),
  };
}

/**
 * True for the manifest of a runnable image. Build attestations look like one (an image config, platform
 * `unknown/unknown`) but hold in-toto statements instead of layers; other artifacts have configs of their own types.
 */
export function isImageManifest(manifest: OciManifest, descriptor: OciDescriptor): boolean {
  if (!isImageConfigType(manifest.config.mediaType)) return false;
  if (descriptor.annotations?.['vnd.docker.reference.type'] === 'attestation-manifest') return false;
  return manifest.layers.every((layer) => isLayerType(layer.mediaType));
}
