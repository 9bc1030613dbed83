import type { Digest } from './digest';
import { exactJson } from './exactJson';
import {
  asObject,
  asText,
  asTextMap,
  member,
  parseJsonDocument,
  storedOrigin,
  type JsonObject,
} from './jsonDocument';
import { mediaType } from './mediaType';
import type { OciDescriptor } from './manifest';

const exact = { exactNumbers: true } as const;

/** The blob that takes a layer's place. */
export interface AnewLayer {
  readonly digest: Digest;
  readonly size: number;
  readonly compression: 'none' | 'gzip' | 'zstd';
}

/** Annotation of a build attestation that says which manifest it is about. */
const attestedAnnotation = 'vnd.docker.reference.digest';

/** Annotations of a layer that describe its compressed bytes (estargz, zstd:chunked), and so end with them. */
const ofTheBytes =
  /^(?:containerd\.io\/snapshot\/stargz\/|io\.containers\.estargz\.|(?:io\.github\.containers|io\.containers)\.zstd-chunked\.)/;

/** The OCI media type of a layer in a compression; one that may not be distributed stays such a one. */
function typeOf(stored: string, compression: AnewLayer['compression']): string {
  const base = /nondistributable|foreign/.test(stored)
    ? 'application/vnd.oci.image.layer.nondistributable.v1.tar'
    : mediaType.ociLayer;
  return compression === 'none' ? base : `${base}+${compression}`;
}

function rewriteLayer(layer: JsonObject, written: AnewLayer): JsonObject {
  const annotations = Object.entries(asTextMap(member(layer, 'annotations'))).filter(
    ([name]) => !ofTheBytes.test(name),
  );
  return {
    mediaType: typeOf(asText(member(layer, 'mediaType')), written.compression),
    digest: written.digest,
    size: written.size,
    ...(annotations.length > 0 ? { annotations: Object.fromEntries(annotations) } : {}),
  };
}

/**
 * An image manifest with its layers written anew: OCI media types (Docker's have none for zstd), the same config, and
 * whatever else the document says, annotations too. A layer for which `written` has nothing stays as it is listed.
 */
export function rewriteManifest(
  bytes: Uint8Array,
  digest: Digest,
  written: ReadonlyMap<number, AnewLayer>,
): Uint8Array {
  const document = asObject(parseJsonDocument(bytes, storedOrigin(digest), 'document-bytes', exact)) ?? {};
  const { schemaVersion: _version, mediaType: _type, config, layers, ...rest } = document;
  const list = Array.isArray(layers) ? layers.map((layer) => asObject(layer) ?? {}) : [];
  const { mediaType: _config, ...configRest } = asObject(config) ?? {};
  return encode({
    schemaVersion: 2,
    mediaType: mediaType.ociManifest,
    config: { mediaType: mediaType.ociConfig, ...configRest },
    layers: list.map((layer, i) => {
      const anew = written.get(i);
      return anew ? rewriteLayer(layer, anew) : layer;
    }),
    ...rest,
  });
}

/**
 * An index whose manifests were written anew, by the digest that they had. Attestations follow the manifest that they are
 * about; what they say of it in their own bytes stays as it was signed.
 */
export function rewriteIndex(
  bytes: Uint8Array,
  digest: Digest,
  anew: ReadonlyMap<Digest, Pick<OciDescriptor, 'mediaType' | 'digest' | 'size'>>,
): Uint8Array {
  const document = asObject(parseJsonDocument(bytes, storedOrigin(digest), 'document-bytes', exact)) ?? {};
  const { schemaVersion: _version, mediaType: _type, manifests, ...rest } = document;
  const list = Array.isArray(manifests) ? manifests.map((each) => asObject(each) ?? {}) : [];
  return encode({
    schemaVersion: 2,
    mediaType: mediaType.ociIndex,
    manifests: list.map((each) => {
      const annotations = asTextMap(member(each, 'annotations'));
      const attested = anew.get(annotations[attestedAnnotation] as Digest);
      return {
        ...each,
        ...anew.get(asText(member(each, 'digest')) as Digest),
        ...(attested ? { annotations: { ...annotations, [attestedAnnotation]: attested.digest } } : {}),
      };
    }),
    ...rest,
  });
}

const encode = (value: JsonObject): Uint8Array => new TextEncoder().encode(exactJson(value));
