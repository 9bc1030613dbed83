import { createCipheriv, createHmac, timingSafeEqual, type CipherGCM } from 'node:crypto';
import { statSync } from 'node:fs';
import { sealKey } from './sealKey';

/**
 * Seals of the store's caches. A cache says what a verified blob was found to be, and is believed without the blob being read
 * again: so it counts only as this user's own Stratigraph wrote it. Each cache file carries a MAC under a key that lies
 * outside of every store (`sealKey.ts`). The caches of a store that came from elsewhere, those of another user, of an older
 * version, and those that the disk or somebody's editor changed have no seal of ours: they count as missing, and are made again.
 */

/** What a cache is, and of what: a seal holds for this alone, so that files cannot be exchanged. */
export type SealPurpose =
  | 'index'
  | 'index-tags'
  | 'images'
  | 'contents'
  | 'secrets'
  | 'tree'
  | 'layer'
  | 'uses'
  | 'mount'
  | 'hold'
  | 'unpacked'
  | 'run';

/** The seal of bytes: HMAC-SHA-256 as 43 characters of base64url. */
export function seal(purpose: SealPurpose, ...parts: readonly (string | Uint8Array)[]): string {
  const mac = createHmac('sha256', sealKey());
  mac.update(`stratigraph ${purpose} 1\0`);
  for (const part of parts) {
    mac.update(`${Buffer.byteLength(part)}\0`);
    mac.update(part);
  }
  return mac.digest('base64url');
}

/** Whether `found` is the seal of bytes. */
export function isSealed(
  found: unknown,
  purpose: SealPurpose,
  ...parts: readonly (string | Uint8Array)[]
): boolean {
  if (typeof found !== 'string') return false;
  const [a, b] = [Buffer.from(found), Buffer.from(seal(purpose, ...parts))];
  return a.length === b.length && timingSafeEqual(a, b);
}

const sealMember = /,"seal":"([\w-]{43})"\}\n?$/;

/** A JSON object with its seal as the last member. `value` has at least one member. */
export function toSealedJson(purpose: SealPurpose, value: object): string {
  const text = JSON.stringify(value);
  return `${text.slice(0, -1)},"seal":"${seal(purpose, text)}"}\n`;
}

/** The object that {@link toSealedJson} wrote, to the byte; null for anything else. */
export function fromSealedJson(purpose: SealPurpose, text: string): Readonly<Record<string, unknown>> | null {
  const found = sealMember.exec(text);
  if (!found) return null;
  const inner = `${text.slice(0, found.index)}}`;
  if (!isSealed(found[1], purpose, inner)) return null;
  try {
    return JSON.parse(inner) as Readonly<Record<string, unknown>>;
  } catch {
    return null;
  }
}

/** A folder as what it is, not by its path. */
function identityOf(store: string): string {
  const { dev, ino } = statSync(store, { bigint: true });
  return `${dev}:${ino}`;
}

/** {@link toSealedJson} of what is acted upon, and holds for one store: in a copy of it nothing of this is so. */
export const toStoreJson = (purpose: SealPurpose, store: string, value: object): string =>
  toSealedJson(purpose, { store: identityOf(store), ...value });

/** The object that {@link toStoreJson} wrote of this store; null for anything else. */
export function fromStoreJson(
  purpose: SealPurpose,
  store: string,
  text: string,
): Readonly<Record<string, unknown>> | null {
  const value = fromSealedJson(purpose, text);
  return value !== null && value['store'] === identityOf(store) ? value : null;
}

/** Bytes of one tag. */
export const tagBytes = 12;
/** Bytes that one tag is for; the last block may be shorter. */
export const taggedBlock = 1 << 18;

/** What is tagged. */
type TaggedStream = 'lines' | 'tar' | 'kept';

/**
 * Tags of the blocks of a stream (GMAC, NIST SP 800-38D: AES-GCM without a plaintext), so that a part of it can be checked
 * without the rest, several times faster than by a hash. `salt` must be new for each stream: each has a key of its own, and a
 * block's number is its nonce.
 */
export class BlockTagger {
  private readonly key: Buffer;
  private readonly tags: Buffer[] = [];
  private block: CipherGCM | null = null;
  private filled = 0;

  constructor(stream: TaggedStream, salt: string) {
    this.key = tagKey(stream, salt);
  }

  feed(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      this.block ??= begin(this.key, this.tags.length);
      const end = Math.min(bytes.length, at + taggedBlock - this.filled);
      this.block.setAAD(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end));
      this.filled += end - at;
      at = end;
      if (this.filled === taggedBlock) this.close();
    }
  }

  /** All tags, one behind the other. */
  finish(): Buffer {
    if (this.block) this.close();
    return Buffer.concat(this.tags);
  }

  private close(): void {
    if (this.block) this.tags.push(end(this.block));
    this.block = null;
    this.filled = 0;
  }
}

/** Checks blocks against tags that {@link BlockTagger} made. */
export class BlockChecker {
  private readonly key: Buffer;

  constructor(
    stream: TaggedStream,
    salt: string,
    private readonly tags: Buffer,
  ) {
    this.key = tagKey(stream, salt);
  }

  /** Whether these bytes are block `number` of the stream, whole. */
  isBlock(number: number, bytes: Uint8Array): boolean {
    const tag = this.tags.subarray(number * tagBytes, (number + 1) * tagBytes);
    if (tag.length !== tagBytes) return false;
    const block = begin(this.key, number);
    block.setAAD(bytes);
    return timingSafeEqual(end(block), tag);
  }
}

function tagKey(stream: string, salt: string): Buffer {
  return createHmac('sha256', sealKey()).update(`stratigraph tags ${stream} 1\0${salt}`).digest();
}

function begin(key: Buffer, number: number): CipherGCM {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(number, 6, 6);
  return createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
}

function end(block: CipherGCM): Buffer {
  block.final();
  return block.getAuthTag();
}
