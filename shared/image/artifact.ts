import { addBytes } from './bytes';
import type { Digest } from './digest';
import { isImageConfigType } from './mediaType';
import type { OciDescriptor, OciManifest } from './manifest';

/** What is kept beside an image and is none: attestations of how it was built, signatures, charts and other artifacts. */
export interface ArtifactFacts {
  readonly kind: 'attestation' | 'signature' | 'artifact';
  /** Its type as it says itself: an artifact type, a media type; '' where it says nothing. */
  readonly type: string;
  /** What the statements of an attestation are about, in the words of in-toto: URIs. */
  readonly predicates: readonly string[];
  /** Statements, signatures or files. */
  readonly parts: number;
  /** Bytes of its manifest, config and parts. */
  readonly size: number;
  /** The manifest that it speaks of; null where it names none. */
  readonly subject: Digest | null;
}

const emptyType = 'application/vnd.oci.empty.v1+json';
const statementType = /^application\/vnd\.in-toto[.+]/;
const signatureType = /cosign|signature|notary|sigstore/i;

/** The types that say what an artifact is, most telling first. */
function typesOf({ artifactType = '', config, layers }: OciManifest): readonly string[] {
  const own = config.mediaType === emptyType || isImageConfigType(config.mediaType) ? '' : config.mediaType;
  return [artifactType, own, ...layers.map(({ mediaType }) => mediaType)].filter((type) => type !== '');
}

/**
 * What a manifest that is no image is (OCI image-spec, manifest.md "Guidelines for Artifact Usage"; buildkit's
 * attestations). Nothing but documents is looked at. `descriptor` is the one that lists it.
 */
export function artifactFacts(manifest: OciManifest, descriptor: OciDescriptor): ArtifactFacts {
  const { config, layers, subject } = manifest;
  const noted = { ...manifest.annotations, ...descriptor.annotations };
  const [type = ''] = typesOf(manifest);
  const isAttestation =
    noted['vnd.docker.reference.type'] === 'attestation-manifest' ||
    (layers.length > 0 && layers.every(({ mediaType }) => statementType.test(mediaType)));
  const about = noted['vnd.docker.reference.digest'] as Digest | undefined;
  return {
    kind: isAttestation ? 'attestation' : signatureType.test(type) ? 'signature' : 'artifact',
    type,
    predicates: [
      ...new Set(layers.flatMap(({ annotations }) => annotations?.['in-toto.io/predicate-type'] ?? [])),
    ],
    parts: layers.length,
    size: [config, ...layers].reduce((sum, { size }) => addBytes(sum, size), descriptor.size),
    subject: subject?.digest ?? about ?? null,
  };
}
