import { createHash } from 'node:crypto';
import { read } from 'node:fs';
import { promisify } from 'node:util';
import { isDigest, type Digest } from '../../../shared/image/digest';
import { problem } from '../../../shared/image/problem';
import type { SizedBlob } from '../../store/contentStore';
import { closeReading, openBlob } from '../../worker/jobTools';
import type { ActionContext } from '../ground/context';
import type { StoreView } from './storeView';

type Context = Pick<ActionContext, 'store' | 'label'>;

const readSome = promisify(read);

/** Bytes that are read at once. */
const chunkSize = 1 << 20;

/** The blobs that images of the store are made of: manifests, indexes, configs, layers, and what is kept with them. */
function knownBlobs({ closures, roots }: StoreView): Map<Digest, number> {
  const found = new Map<Digest, number>(roots.map(({ digest, size }) => [digest, size]));
  for (const closure of closures.values()) for (const [digest, size] of closure) found.set(digest, size);
  return found;
}

/**
 * The blob, with the length that an image gives it, that a digest or the beginning of one (twelve digits or more) names. Throws `blob-unknown` where the store has none,
 * or several that begin so.
 */
export async function resolveBlob(
  { store, label }: Context,
  view: StoreView,
  text: string,
): Promise<SizedBlob> {
  const unknown = (count: number): Error =>
    problem('blob-unknown', { name: text, count, ...(label !== undefined && { place: label }) });
  const known = knownBlobs(view);
  if (isDigest(text)) {
    const here = await store.sizeOf(text);
    if (here === null) throw unknown(0);
    // What no image needs has the length that it has.
    return { digest: text, size: known.get(text) ?? here };
  }
  const hex = text.replace(/^sha256:/, '');
  const found = /^[0-9a-f]{12,64}$/.test(hex)
    ? [...known].filter(([digest]) => digest.startsWith(hex, 'sha256:'.length))
    : [];
  const [blob] = found;
  if (blob === undefined || found.length > 1) throw unknown(found.length);
  const [digest, size] = blob;
  return { digest, size };
}

/**
 * A blob as it is stored, piece by piece. At its end it is held against its digest: throws `blob-damaged` then, and where it
 * cannot be read.
 */
export async function* readRawBlob({ store }: Context, blob: SizedBlob): AsyncGenerator<Uint8Array> {
  const { digest } = blob;
  const { fd, offset, size } = openBlob(store.fileOf(blob), digest);
  try {
    const hash = createHash('sha256');
    for (let at = 0; at < size;) {
      const most = Math.min(chunkSize, size - at);
      const { bytesRead, buffer } = await readSome(fd, Buffer.allocUnsafe(most), 0, most, offset + at);
      if (bytesRead === 0) break;
      at += bytesRead;
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      yield chunk;
    }
    const found = `sha256:${hash.digest('hex')}`;
    if (found !== digest) throw problem('blob-damaged', { digest, reason: 'digest', found });
  } finally {
    closeReading(fd);
  }
}
