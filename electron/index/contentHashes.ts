import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { tarCacheFormat } from '../../shared/layer/tarRules';
import { readOwnFile } from '../store/ownPlaces';
import { isSealed, seal } from '../store/seal';

/**
 * Hashes of the files of one layer: a line of JSON of fixed length, then 32 bytes (SHA-256 of the contents) for each regular
 * file in the order of the layer's index. All zeros stand for a file whose contents were not hashed: a sparse one, whose
 * body is not what it reads as. A cache like the index: it can be deleted, counts only with our seal, and is made again from the
 * blob.
 */
const format = tarCacheFormat(4);
const headBytes = 256;
/** Bytes of one hash. */
export const hashBytes = 32;

/** Hashes of a layer, the n-th regular file of its index. */
export interface ContentHashes {
  readonly files: number;
  /** Hex, or null where the contents were not hashed. */
  hashOf(file: number): string | null;
}

/** Writes the hashes of a layer as a new file and makes it durable. Throws the file system's own faults. */
export function writeContentHashes(path: string, diffId: string, hashes: Uint8Array): void {
  const fd = openSync(path, 'wx', 0o600);
  try {
    const facts = { format, diffId, files: hashes.length / hashBytes };
    const head = JSON.stringify({ ...facts, seal: seal('contents', JSON.stringify(facts), hashes) });
    writeSync(fd, Buffer.from(`${head.padEnd(headBytes - 1)}\n`));
    for (let at = 0; at < hashes.length;) at += writeSync(fd, hashes, at);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The hashes at a path, or null when there are none of this layer that are whole, and ours. */
export function readContentHashes(path: string, diffId: string): ContentHashes | null {
  const bytes = readOwnFile(path);
  const facts = bytes && readHead(bytes);
  if (!facts || facts.format !== format || facts.diffId !== diffId) return null;
  const { files } = facts;
  return {
    files,
    hashOf: (file) => {
      const at = headBytes + file * hashBytes;
      const hash = bytes.toString('hex', at, at + hashBytes);
      return hash.length !== 2 * hashBytes || /^0+$/.test(hash) ? null : hash;
    },
  };
}

/** The head of a file with our seal, whole; else null. */
function readHead(bytes: Buffer): { format: number; diffId: string; files: number } | null {
  try {
    const { seal: found, ...facts } = JSON.parse(bytes.toString('utf8', 0, headBytes)) as {
      format: number;
      diffId: string;
      files: number;
      seal: unknown;
    };
    return isSealed(found, 'contents', JSON.stringify(facts), bytes.subarray(headBytes)) ? facts : null;
  } catch {
    return null;
  }
}
