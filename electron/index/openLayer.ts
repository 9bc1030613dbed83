import { createReadStream } from 'node:fs';
import { problem, type BlobFault } from '../../shared/image/problem';
import type { LayerEntry, LayerFacts } from '../../shared/layer/entry';
import { systemCode } from '../../shared/image/systemCode';
import { limitsOfBlob, openRange, type BlobFile } from '../store/blobFile';
import { taggedBlock } from '../store/seal';
import { checkIndex, readLayerEntries, readLayerFacts, readTarTags } from './layerIndex';
import { streamSparseFile } from './sparseFile';

/** A stored layer with its index: what is needed to look inside without unpacking. */
export interface OpenLayer {
  readonly blob: BlobFile;
  readonly indexPath: string;
  readonly facts: LayerFacts;
}

/**
 * Opens a layer by its files; null when its index is missing, of another blob or not as we sealed it (rebuild it, then try
 * again). The index is read to its end.
 */
export async function openLayer(
  digest: string,
  blob: BlobFile,
  indexPath: string,
): Promise<OpenLayer | null> {
  const facts = await checkIndex(indexPath);
  return facts?.digest === digest ? { blob, indexPath, facts } : null;
}

/** The same for whoever knows the entries and reads contents alone: the list of entries is not looked at. */
export function openContents(digest: string, blob: BlobFile, indexPath: string): OpenLayer | null {
  const facts = readLayerFacts(indexPath);
  return facts?.digest === digest && readTarTags(indexPath) ? { blob, indexPath, facts } : null;
}

/** The entries directly inside of `directory` (`''`: the root), in archive order. */
export async function listDirectory(layer: OpenLayer, directory: string): Promise<LayerEntry[]> {
  const prefix = directory === '' ? '' : `${directory}/`;
  const found: LayerEntry[] = [];
  for await (const entry of readLayerEntries(layer.indexPath)) {
    if (
      entry.path !== '' &&
      entry.path.startsWith(prefix) &&
      !entry.path.slice(prefix.length).includes('/')
    ) {
      if (entry.path !== directory) found.push(entry);
    }
  }
  return found;
}

/** The last entry with this path, as unpacking would leave it; null when the layer has none. */
export async function findEntry(layer: OpenLayer, path: string): Promise<LayerEntry | null> {
  let found: LayerEntry | null = null;
  for await (const entry of readLayerEntries(layer.indexPath)) if (entry.path === path) found = entry;
  return found;
}

/** The largest files of a layer, largest first. */
export async function largestFiles(
  layer: OpenLayer,
  count: number,
): Promise<{ path: string; size: number }[]> {
  let found: { path: string; size: number }[] = [];
  for await (const entry of readLayerEntries(layer.indexPath)) {
    if (entry.kind !== 'file') continue;
    found.push({ path: entry.path, size: entry.size });
    if (found.length > count * 64) found = found.sort((a, b) => b.size - a.size).slice(0, count);
  }
  return found.sort((a, b) => b.size - a.size || (a.path < b.path ? -1 : 1)).slice(0, count);
}

/**
 * Up to `limit` bytes of a file's contents, as {@link streamFile} reads them; none of a sparse file. Throws `blob-damaged`
 * when the blob ends before they do.
 */
export async function readFileHead(
  layer: OpenLayer,
  entry: LayerEntry & { kind: 'file' },
  limit: number,
): Promise<Uint8Array> {
  const wanted = Math.min(entry.size, limit);
  if (wanted === 0 || entry.offset < 0) return new Uint8Array(0);
  const out = new Uint8Array(wanted);
  let filled = 0;
  for await (const chunk of streamFile(layer, entry)) {
    const piece = chunk.subarray(0, wanted - filled);
    out.set(piece, filled);
    filled += piece.length;
    if (filled === wanted) break;
  }
  return out;
}

/**
 * All of a file's contents, piece by piece, read at the offset that the index gives: from the blob itself when it is
 * stored plain, by streaming to the offset when it is compressed. Nothing is unpacked to disk. Every piece was checked against
 * what the layer's tar was when the index was made, before it comes out. Throws `blob-damaged` where it is not that any more. A sparse file's
 * holes come as zeros.
 */
export async function* streamFile(
  layer: OpenLayer,
  entry: LayerEntry & { kind: 'file' },
): AsyncGenerator<Uint8Array> {
  if (entry.size === 0) return;
  if (entry.offset < 0)
    yield* streamSparseFile(
      () => checkedRange(layer, 0, layer.facts.tarSize),
      entry.path,
      layer.facts.digest,
    );
  else yield* checkedRange(layer, entry.offset, entry.offset + entry.size);
}

/** A range of the plain tar of a layer, every block of it held against its tag before it comes out. Throws `blob-damaged`. */
async function* checkedRange(layer: OpenLayer, begin: number, end: number): AsyncGenerator<Buffer> {
  const { digest, tarSize } = layer.facts;
  const damaged = (reason: BlobFault): Error => problem('blob-damaged', { digest, reason, found: '' });
  const tags = readTarTags(layer.indexPath);
  if (!tags || end > tarSize) throw damaged('index');
  // Whole blocks: each has one tag.
  const from = begin - (begin % taggedBlock);
  const to = Math.min(tarSize, Math.ceil(end / taggedBlock) * taggedBlock);
  const block = Buffer.allocUnsafe(taggedBlock);
  let filled = 0;
  let at = from;
  for await (const chunk of tarRange(layer, from, to)) {
    for (let used = 0; used < chunk.length;) {
      const size = Math.min(taggedBlock, to - at);
      const part = chunk.subarray(used, used + size - filled);
      block.set(part, filled);
      used += part.length;
      filled += part.length;
      if (filled < size) continue;
      const bytes = block.subarray(0, size);
      if (!tags.isBlock(at / taggedBlock, bytes)) throw damaged('bytes');
      yield Buffer.from(bytes.subarray(Math.max(0, begin - at), Math.min(size, end - at)));
      at += size;
      filled = 0;
    }
  }
  if (at < to) throw damaged('short');
}

/** A range of the plain tar of a layer, as its blob has it now. Throws `blob-damaged` for a stream that cannot be decompressed. */
async function* tarRange({ blob, facts }: OpenLayer, from: number, to: number): AsyncGenerator<Buffer> {
  const plain = facts.compression === 'none';
  const begin = typeof blob === 'string' ? 0 : blob.offset;
  const end = plain ? begin + to : typeof blob === 'string' ? Infinity : begin + blob.size;
  const source = createReadStream(typeof blob === 'string' ? blob : '', {
    highWaterMark: taggedBlock,
    start: begin + (plain ? from : 0),
    end: end - 1,
    ...(typeof blob === 'string' ? {} : { fd: openRange(blob) }),
  }) as AsyncIterable<Buffer> & { destroy(): void };
  try {
    if (plain) {
      yield* source;
      return;
    }
    const { decompress, DamagedStream, TruncatedStream } = await import('../tar/decompress');
    const budget = { limits: limitsOfBlob(blob), file: facts.digest, what: facts.digest };
    let at = 0;
    try {
      for await (const chunk of decompress(facts.compression, source, budget)) {
        const piece = chunk.subarray(Math.max(0, from - at), Math.max(0, to - at));
        at += chunk.length;
        if (piece.length > 0) yield Buffer.from(piece.buffer, piece.byteOffset, piece.length);
        if (at >= to) break;
      }
    } catch (cause) {
      if (!(cause instanceof DamagedStream || cause instanceof TruncatedStream)) throw cause;
      throw problem('blob-damaged', { digest: facts.digest, reason: 'form', found: cause.reason }, { cause });
    }
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw cause;
    throw problem('blob-damaged', { digest: facts.digest, reason: 'missing', found: '' }, { cause });
  } finally {
    source.destroy();
  }
}
