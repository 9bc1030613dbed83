import { createHash } from 'node:crypto';
import { isDigest, type Digest } from '../../shared/image/digest';
import { problem } from '../../shared/image/problem';
import { openOwn } from '../store/ownPlaces';
import type { ActionContext } from './context';
import type { StoreView } from './storeView';

type Context = Pick<ActionContext, 'store'>;

/** Bytes that are read at once. */
const chunkSize = 1 << 20;

/** The blobs that images of the store are made of: manifests, indexes, configs, layers, and what is kept with them. */
function knownBlobs({ closures, roots }: StoreView): Set<Digest> {
  const found = new Set<Digest>(roots.map(({ digest }) => digest));
  for (const closure of closures.values()) for (const digest of closure.keys()) found.add(digest);
  return found;
}

/**
 * The blob that a digest or the beginning of one (twelve digits or more) names. Throws `blob-unknown` where the store has none,
 * or several that begin so.
 */
export async function resolveBlob({ store }: Context, view: StoreView, text: string): Promise<Digest> {
  if (isDigest(text)) {
    if ((await store.sizeOf(text)) === null) throw problem('blob-unknown', { name: text, count: 0 });
    return text;
  }
  const hex = text.replace(/^sha256:/, '');
  const found = /^[0-9a-f]{12,64}$/.test(hex)
    ? [...knownBlobs(view)].filter((digest) => digest.startsWith(hex, 'sha256:'.length))
    : [];
  const [digest] = found;
  if (digest === undefined || found.length > 1)
    throw problem('blob-unknown', { name: text, count: found.length });
  return digest;
}

/**
 * A blob as it is stored, piece by piece. At its end it is held against its digest: throws `blob-damaged` then, and where it
 * cannot be read.
 */
export async function* readRawBlob({ store }: Context, digest: Digest): AsyncGenerator<Uint8Array> {
  const file = await openOwn(store.pathOf(digest)).catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw problem('blob-damaged', { digest, reason: 'missing', found: '' }, { cause });
  });
  try {
    const hash = createHash('sha256');
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkSize), 0, chunkSize, null);
      if (bytesRead === 0) break;
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      yield chunk;
    }
    const found = `sha256:${hash.digest('hex')}`;
    if (found !== digest) throw problem('blob-damaged', { digest, reason: 'digest', found });
  } finally {
    await file.close();
  }
}
