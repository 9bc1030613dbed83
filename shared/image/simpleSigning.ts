import { isDigest, type Digest } from './digest';
import { asObject, asText, member, parseJsonDocument, type DocumentOrigin } from './jsonDocument';

/**
 * Signatures as cosign makes them (cosign, specs/SIGNATURE_SPEC.md): what is signed is a small document in the "simple
 * signing" form of containers/image that names the digest of a manifest. It is the one layer of an artifact whose subject
 * is that manifest, and the signature is an annotation of the layer.
 */

/** Media types of cosign's artifacts. */
export const cosignType = {
  signature: 'application/vnd.dev.cosign.artifact.sig.v1+json',
  payload: 'application/vnd.dev.cosign.simplesigning.v1+json',
} as const;

/** Annotation of the layer that holds the signature in base64. */
export const signatureAnnotation = 'dev.cosignproject.cosign/signature';

const payloadType = 'cosign container image signature';

/** What a signature says. */
export interface SignedStatement {
  readonly digest: Digest;
  /** The name under which it was signed; '' where it had none. */
  readonly reference: string;
}

/** The bytes that are signed, as cosign writes them. */
export function signingPayload({ digest, reference }: SignedStatement): Uint8Array {
  const critical = {
    identity: { 'docker-reference': reference },
    image: { 'docker-manifest-digest': digest },
    type: payloadType,
  };
  return new TextEncoder().encode(JSON.stringify({ critical, optional: null }));
}

/** Reads what was signed; null for a document that says something else. Throws `document-invalid` for what is no JSON. */
export function parseSigningPayload(bytes: Uint8Array, origin: DocumentOrigin): SignedStatement | null {
  const critical = asObject(member(asObject(parseJsonDocument(bytes, origin)) ?? {}, 'critical')) ?? {};
  const digest = member(asObject(member(critical, 'image')) ?? {}, 'docker-manifest-digest');
  if (member(critical, 'type') !== payloadType || !isDigest(digest)) return null;
  const reference = asText(member(asObject(member(critical, 'identity')) ?? {}, 'docker-reference'));
  return { digest, reference };
}

/** A full name as cosign spells it in a signature: without its tag, Docker Hub by the name of its index. */
export function signedReference(fullName: string): string {
  const repository = fullName.replace(/[:@][^/]*$/, '');
  return repository.replace(/^docker\.io\//, 'index.docker.io/');
}
