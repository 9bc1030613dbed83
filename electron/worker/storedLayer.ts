import { createHash } from 'node:crypto';
import type { Digest, DiffId } from '../../shared/image/digest';
import { problem, problemOf, type BlobFault } from '../../shared/image/problem';
import { limitsOfBlob, type BlobFile } from '../store/blobFile';
import { TarFault } from '../../shared/layer/tarFault';
import { DamagedStream, decompress, detectCompression, TruncatedStream } from '../tar/decompress';
import { TarReader, type TarVisitor } from '../tar/readTar';
import { closeReading, openBlob, readRange, type JobTools } from './jobTools';

/** A stored layer: what it must be. */
export interface StoredLayer {
  readonly file: BlobFile;
  readonly digest: Digest;
  readonly diffId: DiffId;
}

/**
 * The uncompressed tar of a stored layer, whole. The blob's digest and the diff ID are verified when the last chunk has
 * been taken: until the iteration has ended nothing that was read may be trusted. Chunks are valid until the next one is
 * asked for. Without `verify` nothing is hashed, for a first look before a verified pass. Throws `blob-damaged`, `limit-exceeded`, `cancelled`, `file-unreadable`.
 */
export async function* storedLayerTar(
  layer: StoredLayer,
  tools: JobTools,
  verify = true,
): AsyncGenerator<Uint8Array> {
  const { fd, offset, size } = openBlob(layer.file, layer.digest);
  try {
    const blobHash = createHash('sha256');
    const quiet: JobTools = { tick: () => undefined };
    const [head] = readRange(fd, { offset, size: Math.min(size, 6) }, { label: '', reuse: false }, quiet);
    const compression = detectCompression(head ?? new Uint8Array(0));
    const damaged = (reason: BlobFault, found: string): Error =>
      problem('blob-damaged', { digest: layer.digest, reason, found });
    if (compression === 'none') {
      for (const chunk of readRange(fd, { offset, size }, { label: layer.digest, reuse: true }, tools)) {
        if (verify) blobHash.update(chunk);
        yield chunk;
      }
      if (!verify) return;
      const found = `sha256:${blobHash.digest('hex')}`;
      if (found !== layer.digest) throw damaged('digest', found);
      if (found !== layer.diffId) throw damaged('diff-id', found);
      return;
    }
    const teed = (function* (): Generator<Uint8Array> {
      for (const chunk of readRange(fd, { offset, size }, { label: layer.digest, reuse: false }, tools)) {
        if (verify) blobHash.update(chunk);
        yield chunk;
      }
    })();
    const tarHash = createHash('sha256');
    // The decoder ends its source when it is done with it; what lies behind its stream is read below.
    const open = { [Symbol.iterator]: () => ({ next: () => teed.next() }) };
    const budget = { limits: limitsOfBlob(layer.file), file: layer.digest, what: layer.digest };
    const chunks = decompress(compression, open, budget)[Symbol.asyncIterator]();
    for (;;) {
      const step = await chunks.next().catch((cause: unknown) => {
        if (cause instanceof TruncatedStream || cause instanceof DamagedStream)
          throw damaged('form', cause.reason);
        throw cause;
      });
      if (step.done === true) break;
      tools.tick(0);
      if (verify) tarHash.update(step.value);
      yield step.value;
    }
    if (!verify) return;
    for (const rest of teed) void rest;
    const found = `sha256:${blobHash.digest('hex')}`;
    if (found !== layer.digest) throw damaged('digest', found);
    const foundTar = `sha256:${tarHash.digest('hex')}`;
    if (foundTar !== layer.diffId) throw damaged('diff-id', foundTar);
  } finally {
    closeReading(fd);
  }
}

/**
 * What a fault of a stored layer's tar (`layer-invalid`) is: a blob whose bytes have changed may be wrong in any way, and is met
 * before its end shows that it is another one. It is read again to its end; what is wrong with the blob goes first.
 */
export async function blobFault(layer: StoredLayer, fault: unknown, tools: JobTools): Promise<unknown> {
  if (problemOf(fault).code !== 'layer-invalid') return fault;
  try {
    for await (const chunk of storedLayerTar(layer, tools)) void chunk;
    return fault;
  } catch (damage) {
    return damage;
  }
}

/**
 * Reads the members of a stored layer, to its end; verified as by {@link storedLayerTar}, which says what is thrown. What is
 * wrong with the tar itself is thrown as what `fault` makes of the member in hand and of the reason, unless {@link blobFault}.
 */
export async function readStored(
  layer: StoredLayer,
  visitor: TarVisitor,
  tools: JobTools,
  {
    verify = true,
    fault,
  }: { readonly verify?: boolean; readonly fault: (member: string, cause: TarFault) => unknown },
): Promise<void> {
  const member: TarVisitor['member'] = (header, offset) => {
    reader.holdMember();
    return visitor.member(header, offset);
  };
  const held: TarVisitor = { member, body: (chunk) => visitor.body?.(chunk), end: () => visitor.end?.() };
  const reader: TarReader = new TarReader(held, limitsOfBlob(layer.file));
  try {
    for await (const chunk of storedLayerTar(layer, tools, verify)) reader.feed(chunk);
    if (!reader.complete) throw new TarFault('tar-ends');
  } catch (thrown) {
    const found = thrown instanceof TarFault ? fault(reader.member, thrown) : thrown;
    throw await blobFault(layer, found, tools);
  }
}
