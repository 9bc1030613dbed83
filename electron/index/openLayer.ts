import { createReadStream } from 'node:fs';
import { storedLimits } from '../../shared/image/limits';
import { problem } from '../../shared/image/problem';
import type { LayerEntry, LayerFacts } from '../../shared/layer/entry';
import { readLayerEntries, readLayerFacts } from './layerIndex';

/** A stored layer with its index: what is needed to look inside without unpacking. */
export interface OpenLayer {
  readonly blobPath: string;
  readonly indexPath: string;
  readonly facts: LayerFacts;
}

/** Opens a layer by its files; null when its index is missing (rebuild it, then try again). */
export function openLayer(blobPath: string, indexPath: string): OpenLayer | null {
  const facts = readLayerFacts(indexPath);
  return facts ? { blobPath, indexPath, facts } : null;
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
 * stored plain, by streaming to the offset when it is compressed. Nothing is unpacked to disk. Throws `blob-damaged` when the blob ends
 * before the contents do, `file-unreadable` for a sparse file, whose contents are in several places.
 */
export async function* streamFile(
  layer: OpenLayer,
  entry: LayerEntry & { kind: 'file' },
): AsyncGenerator<Uint8Array> {
  if (entry.size === 0) return;
  if (entry.offset < 0) throw problem('file-unreadable', { path: `/${entry.path}`, reason: 'it is sparse' });
  const plain = layer.facts.compression === 'none';
  const end = entry.offset + entry.size;
  const source = createReadStream(layer.blobPath, {
    highWaterMark: 1 << 18,
    ...(plain ? { start: entry.offset, end: end - 1 } : {}),
  });
  let left = entry.size;
  try {
    if (plain)
      for await (const chunk of source as AsyncIterable<Uint8Array>) {
        left -= chunk.length;
        yield chunk;
      }
    else {
      const { decompress } = await import('../tar/decompress');
      let at = 0;
      const { compression, digest } = layer.facts;
      const budget = { limits: storedLimits, file: digest, what: digest };
      for await (const chunk of decompress(compression, source as AsyncIterable<Uint8Array>, budget)) {
        const piece = chunk.subarray(Math.max(0, entry.offset - at), Math.max(0, end - at));
        at += chunk.length;
        left -= piece.length;
        if (piece.length > 0) yield piece;
        if (left === 0) break;
      }
    }
  } finally {
    source.destroy();
  }
  if (left > 0) throw problem('blob-damaged', { digest: layer.facts.digest, reason: 'ends early' });
}
