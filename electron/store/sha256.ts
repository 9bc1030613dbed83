import { createHash } from 'node:crypto';
import { parseDigest, type Digest } from '../../shared/image/digest';

/** SHA-256 of bytes, or of a text in UTF-8, as 64 hexadecimal digits. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The digest under which a store keeps some bytes (OCI image-spec, descriptor.md). */
export function digestOf(bytes: Uint8Array | string): Digest {
  return parseDigest(`sha256:${sha256(bytes)}`);
}
