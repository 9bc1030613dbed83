import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { problem, type KeyFault } from '../../../shared/image/problem';
import { readWhole } from '../../system/readWhole';

/** Keys as openssl writes them: PEM files. */

/** Most bytes of a key file. */
const sizeLimit = 1 << 20;

async function readPem(path: string, signal?: AbortSignal): Promise<string> {
  const bytes = await readWhole(path, sizeLimit, signal);
  const text = bytes?.toString('latin1') ?? '';
  if (!/-----BEGIN [A-Z ]+-----/.test(text)) throw problem('key-unusable', { path, reason: 'not-pem' });
  return text;
}

/** Says which kinds of key a task takes; `null` when this is one. */
type Holds = (key: KeyObject) => KeyFault | null;

/** ECDSA on P-256, Ed25519, RSA of 2048 bits and more: what cosign and openssl sign with. */
export const signingKinds: Holds = (key) => {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === 'ed25519') return null;
  if (type === 'ec') return details?.namedCurve === 'prime256v1' ? null : 'kind';
  return rsaKinds(key);
};

/** RSA of 2048 bits and more. */
export const rsaKinds: Holds = ({ asymmetricKeyType: type, asymmetricKeyDetails: details }) => {
  if (type !== 'rsa') return 'kind';
  return (details?.modulusLength ?? 0) >= 2048 ? null : 'short';
};

/**
 * Reads a private key; `passphrase` null where none was given. Throws `file-not-found`, `file-unreadable`,
 * `key-unusable`, `cancelled`.
 */
export async function readPrivateKey(
  path: string,
  passphrase: string | null,
  kinds: Holds,
  signal?: AbortSignal,
): Promise<KeyObject> {
  const pem = await readPem(path, signal);
  if (!pem.includes('PRIVATE KEY-----')) throw problem('key-unusable', { path, reason: 'public' });
  const isEncrypted = pem.includes('ENCRYPTED');
  if (isEncrypted && passphrase === null) throw problem('key-unusable', { path, reason: 'encrypted' });
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, ...(passphrase === null ? {} : { passphrase }) });
  } catch (cause) {
    throw problem('key-unusable', { path, reason: isEncrypted ? 'passphrase' : 'not-pem' }, { cause });
  }
  const fault = kinds(key);
  if (fault) throw problem('key-unusable', { path, reason: fault });
  return key;
}

/** Reads a public key, also from a certificate. Throws as {@link readPrivateKey}. */
export async function readPublicKey(path: string, kinds: Holds, signal?: AbortSignal): Promise<KeyObject> {
  const pem = await readPem(path, signal);
  if (pem.includes('PRIVATE KEY-----')) throw problem('key-unusable', { path, reason: 'private' });
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (cause) {
    throw problem('key-unusable', { path, reason: 'not-pem' }, { cause });
  }
  const fault = kinds(key);
  if (fault) throw problem('key-unusable', { path, reason: fault });
  return key;
}

/** What a key is called: the SHA-256 of its public half in DER, as `openssl pkey -pubin -outform DER | sha256sum` gives it. */
export function fingerprintOf(key: KeyObject): string {
  const open = key.type === 'private' ? createPublicKey(key) : key;
  return `sha256:${createHash('sha256')
    .update(open.export({ type: 'spki', format: 'der' }))
    .digest('hex')}`;
}

/** The kind of a key in the words of its field. */
export function kindOfKey({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string {
  if (type === 'rsa') return `RSA ${details?.modulusLength ?? ''}`.trim();
  return type === 'ed25519' ? 'Ed25519' : 'ECDSA P-256';
}
