import { parseBoundedJson } from '../../../shared/image/jsonScan';
import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { parseDigest, type Digest } from '../../../shared/image/digest';
import { asObject, asText, member, type JsonObject } from '../../../shared/image/jsonDocument';
import { problem } from '../../../shared/image/problem';
import { RoomWatch } from '../../worker/freeSpace';

/**
 * Encrypted layers as ocicrypt makes them, which skopeo, Podman and containerd read: the blob is encrypted with AES-256-CTR
 * and has an HMAC-SHA256 over its encrypted bytes (public options); key, nonce and the digest of the plain blob (private
 * options) are a JWE of its own for each recipient (RFC 7516, RSA-OAEP and A256GCM).
 */

const cipherName = 'AES_256_CTR_HMAC_SHA256';
/** Annotations of an encrypted layer. */
export const encryptionAnnotations = {
  keys: 'org.opencontainers.image.enc.keys.jwe',
  public: 'org.opencontainers.image.enc.pubopts',
} as const;

/** What only who has a key knows of a layer. */
interface LayerSecret {
  readonly key: Buffer;
  readonly nonce: Buffer;
}

const oaep = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' };

/** A JWE in its flattened form. */
function seal(text: string, recipient: KeyObject): JsonObject {
  const key = randomBytes(32);
  const iv = randomBytes(12);
  const header = Buffer.from(JSON.stringify({ alg: 'RSA-OAEP', enc: 'A256GCM' })).toString('base64url');
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(header));
  const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return {
    protected: header,
    encrypted_key: publicEncrypt({ key: recipient, ...oaep }, key).toString('base64url'),
    iv: iv.toString('base64url'),
    ciphertext: ciphertext.toString('base64url'),
    tag: cipher.getAuthTag().toString('base64url'),
  };
}

const objectIn = (text: string): JsonObject => {
  try {
    return asObject(parseBoundedJson(text)) ?? {};
  } catch {
    return {};
  }
};

/** Opens a JWE, flattened or with several recipients; null when the key is none of theirs. */
function unseal(document: JsonObject, key: KeyObject): string | null {
  const header = asText(member(document, 'protected'));
  const common = {
    ...objectIn(Buffer.from(header, 'base64url').toString()),
    ...asObject(member(document, 'unprotected')),
  };
  const listed = member(document, 'recipients');
  const recipients = Array.isArray(listed) ? listed.map((each) => asObject(each) ?? {}) : [document];
  const part = (name: string): Buffer => Buffer.from(asText(member(document, name)), 'base64url');
  const aad = asText(member(document, 'aad'));
  for (const recipient of recipients) {
    const own: JsonObject = { ...common, ...asObject(member(recipient, 'header')) };
    if (own['alg'] !== 'RSA-OAEP' || own['enc'] !== 'A256GCM') continue;
    try {
      const sealed = Buffer.from(asText(member(recipient, 'encrypted_key')), 'base64url');
      const cipher = createDecipheriv('aes-256-gcm', privateDecrypt({ key, ...oaep }, sealed), part('iv'), {
        authTagLength: 16,
      });
      cipher.setAAD(Buffer.from(aad === '' ? header : `${header}.${aad}`));
      cipher.setAuthTag(part('tag'));
      return cipher.update(part('ciphertext'), undefined, 'utf8') + cipher.final('utf8');
    } catch {
      // Sealed for somebody else, or changed.
    }
  }
  return null;
}

/** A file of a blob that is read through a cipher into another. */
interface Pass {
  readonly from: string;
  readonly to: string;
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

async function pass(
  { from, to, signal, onBytes }: Pass,
  blob: Digest,
  change: (bytes: Buffer) => Buffer,
  see: (before: Buffer, after: Buffer) => void,
): Promise<number> {
  const file = await open(to, 'wx', 0o600);
  const room = new RoomWatch(to, `sha256:${blob.slice(7, 19)}`);
  let size = 0;
  try {
    for await (const bytes of createReadStream(from, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      if (signal.aborted) throw problem('cancelled', {});
      const changed = change(bytes);
      see(bytes, changed);
      size += changed.length;
      room.take(changed.length);
      await file.writeFile(changed);
      onBytes(bytes.length);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return size;
}

const digestFrom = (hex: string): Digest => parseDigest(`sha256:${hex}`);

/** Encrypts a blob for recipients (RSA keys). Throws `blob-damaged` when its bytes have changed, `cancelled`. */
export async function encryptBlob(
  digest: Digest,
  recipients: readonly KeyObject[],
  files: Pass,
): Promise<{ digest: Digest; size: number; annotations: Readonly<Record<string, string>> }> {
  const secret: LayerSecret = { key: randomBytes(32), nonce: randomBytes(16) };
  const cipher = createCipheriv('aes-256-ctr', secret.key, secret.nonce);
  const mac = createHmac('sha256', secret.key);
  const [before, after] = [createHash('sha256'), createHash('sha256')];
  const size = await pass(
    files,
    digest,
    (bytes) => cipher.update(bytes),
    (plain, changed) => {
      before.update(plain);
      after.update(changed);
      mac.update(changed);
    },
  );
  const found = digestFrom(before.digest('hex'));
  if (found !== digest) throw problem('blob-damaged', { digest, reason: 'digest', found });
  const hidden = JSON.stringify({
    symkey: secret.key.toString('base64'),
    digest,
    cipheroptions: { nonce: secret.nonce.toString('base64') },
  });
  const known = { cipher: cipherName, hmac: mac.digest('base64'), cipheroptions: {} };
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64');
  return {
    digest: digestFrom(after.digest('hex')),
    size,
    annotations: {
      [encryptionAnnotations.keys]: recipients.map((key) => encoded(seal(hidden, key))).join(','),
      [encryptionAnnotations.public]: encoded(known),
    },
  };
}

/** What a key opens of a layer's annotations; null when none of the recipients has it. Throws `layer-undecipherable`. */
function secretOf(
  layer: Digest,
  annotations: Readonly<Record<string, string>>,
  key: KeyObject,
): { readonly secret: LayerSecret; readonly mac: Buffer } | null {
  const decoded = (text: string): string => Buffer.from(text, 'base64').toString();
  const known = objectIn(decoded(annotations[encryptionAnnotations.public] ?? ''));
  if (member(known, 'cipher') !== cipherName)
    throw problem('layer-undecipherable', { layer: layer.slice(7, 19), reason: 'form' });
  for (const sealed of (annotations[encryptionAnnotations.keys] ?? '').split(',')) {
    const text = unseal(objectIn(decoded(sealed)), key);
    if (text === null) continue;
    const opened = objectIn(text);
    const options = asObject(member(opened, 'cipheroptions')) ?? {};
    return {
      secret: {
        key: Buffer.from(asText(member(opened, 'symkey')), 'base64'),
        nonce: Buffer.from(asText(member(options, 'nonce')), 'base64'),
      },
      mac: Buffer.from(asText(member(known, 'hmac')), 'base64'),
    };
  }
  return null;
}

/**
 * Decrypts a layer's blob with a private RSA key, and holds it against its HMAC. The digest that the private options name
 * is not looked at: skopeo writes that of the blob before it compressed it. Throws
 * `layer-undecipherable` when it is not for this key, of a form that we do not know, or not what was encrypted, `cancelled`.
 */
export async function decryptBlob(
  layer: Digest,
  annotations: Readonly<Record<string, string>>,
  key: KeyObject,
  files: Pass,
): Promise<{ digest: Digest; size: number }> {
  const refuse = (reason: 'key' | 'form' | 'changed'): Error =>
    problem('layer-undecipherable', { layer: layer.slice(7, 19), reason });
  const found = secretOf(layer, annotations, key);
  if (!found) throw refuse('key');
  const { secret, mac: expected } = found;
  if (secret.key.length !== 32 || secret.nonce.length !== 16) throw refuse('form');
  const cipher = createDecipheriv('aes-256-ctr', secret.key, secret.nonce);
  const mac = createHmac('sha256', secret.key);
  const hash = createHash('sha256');
  const size = await pass(
    files,
    layer,
    (bytes) => cipher.update(bytes),
    (changed, plain) => {
      mac.update(changed);
      hash.update(plain);
    },
  );
  const made = mac.digest();
  if (expected.length !== made.length || !timingSafeEqual(expected, made)) throw refuse('changed');
  return { digest: digestFrom(hash.digest('hex')), size };
}
