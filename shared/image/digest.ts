import { ProblemError } from './problem';

declare const digestBrand: unique symbol;
declare const diffIdBrand: unique symbol;
declare const chainIdBrand: unique symbol;
declare const imageIdBrand: unique symbol;

/** Digest of a blob's bytes as they are stored: `sha256:` and 64 lower-case hex digits (OCI image-spec, descriptor.md). */
export type Digest = string & { readonly [digestBrand]: true };
/** Digest of a layer's uncompressed tar (OCI image-spec, config.md "Layer DiffID"). */
export type DiffId = string & { readonly [diffIdBrand]: true };
/** Identity of a layer on top of its parents (OCI image-spec, config.md "Layer ChainID"). */
export type ChainId = string & { readonly [chainIdBrand]: true };
/** Digest of an image's config: the image ID that Docker and Podman show. */
export type ImageId = Digest & { readonly [imageIdBrand]: true };

const pattern = /^sha256:[0-9a-f]{64}$/;

/** Tells whether `text` is a sha256 digest in its only accepted spelling. */
export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && pattern.test(text);
}

function parse(text: unknown): string {
  if (isDigest(text)) return text;
  throw new ProblemError('digest-invalid', {
    text: typeof text === 'string' ? text.slice(0, 120) : typeof text,
  });
}

/** Mints a {@link Digest} from text; throws `digest-invalid` for anything but `sha256:` and 64 lower-case hex digits. */
export function parseDigest(text: unknown): Digest {
  return parse(text) as Digest;
}

/** Mints a {@link DiffId}; throws `digest-invalid`. */
export function parseDiffId(text: unknown): DiffId {
  return parse(text) as DiffId;
}

/** Mints a {@link ChainId}; throws `digest-invalid`. */
export function parseChainId(text: unknown): ChainId {
  return parse(text) as ChainId;
}

/** Mints an {@link ImageId}; throws `digest-invalid`. */
export function parseImageId(text: unknown): ImageId {
  return parse(text) as ImageId;
}

/** The 64 hex digits of a digest of any kind. */
export function hexOf(digest: Digest | DiffId | ChainId | ImageId): string {
  return digest.slice(7);
}

/** The first 12 hex digits, the length that Docker shows. */
export function shortDigest(digest: Digest | DiffId | ChainId | ImageId): string {
  return digest.slice(7, 19);
}
