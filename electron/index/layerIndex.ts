import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { problem } from '../../shared/image/problem';
import type { LayerEntry, LayerFacts } from '../../shared/layer/entry';

/**
 * The file index of a layer on disk: JSON Lines. The first line holds the facts and has a fixed length; it is written
 * last, so a file that was cut off has none and counts as missing. Every further line is one entry as a compact array:
 * `[kind, path, mode, uid, gid, mtime, …]` with size and offset for files, the target for links, major and minor for
 * devices. An index is a cache: it can be deleted and is made again from the blob.
 */
const format = 1;
/** Bytes of the first line, newline included. */
const headBytes = 1024;
const codes = {
  file: 'f',
  directory: 'd',
  symlink: 's',
  hardlink: 'h',
  character: 'c',
  block: 'b',
  fifo: 'p',
  whiteout: 'w',
  opaque: 'o',
} as const;
const kinds = new Map(
  Object.entries(codes).map(([kind, code]) => [code as string, kind as LayerEntry['kind']]),
);

function toLine(entry: LayerEntry): string {
  const head: (string | number)[] = [
    codes[entry.kind],
    entry.path,
    entry.mode,
    entry.uid,
    entry.gid,
    entry.mtime,
  ];
  switch (entry.kind) {
    case 'file':
      head.push(entry.size, entry.offset);
      break;
    case 'symlink':
    case 'hardlink':
      head.push(entry.target);
      break;
    case 'character':
    case 'block':
      head.push(entry.major, entry.minor);
      break;
    case 'directory':
    case 'fifo':
    case 'whiteout':
    case 'opaque':
      break;
  }
  return `${JSON.stringify(head)}\n`;
}

/** Reads a line that {@link LayerIndexWriter} wrote; null for anything else. */
function fromLine(line: string): LayerEntry | null {
  const [code, path, mode, uid, gid, mtime, a, b] = JSON.parse(line) as [
    string,
    string,
    number,
    number,
    number,
    number,
    never,
    never,
  ];
  const kind = kinds.get(code);
  if (kind === undefined) return null;
  const common = { path, mode, uid, gid, mtime };
  switch (kind) {
    case 'file':
      return { ...common, kind, size: a, offset: b };
    case 'symlink':
    case 'hardlink':
      return { ...common, kind, target: a };
    case 'character':
    case 'block':
      return { ...common, kind, major: a, minor: b };
    case 'directory':
    case 'fifo':
    case 'whiteout':
    case 'opaque':
      return { ...common, kind };
  }
}

/** Writes an index while a layer streams by. Synchronous, for worker threads. */
export class LayerIndexWriter {
  private readonly fd: number;
  private pending: string[] = [];
  private pendingLength = 0;

  /** Creates the file; throws the file system's own faults. */
  constructor(path: string) {
    this.fd = openSync(path, 'wx', 0o600);
    writeSync(this.fd, `${' '.repeat(headBytes - 1)}\n`);
  }

  add(entry: LayerEntry): void {
    const line = toLine(entry);
    this.pending.push(line);
    this.pendingLength += line.length;
    if (this.pendingLength > 1 << 18) this.write();
  }

  /** Writes the facts and makes the file durable. */
  finish(facts: LayerFacts): void {
    this.write();
    // The entries must be on disk before the line that says they are.
    fsyncSync(this.fd);
    const head = JSON.stringify({ format, ...facts });
    writeSync(this.fd, Buffer.from(head.padEnd(headBytes - 1)), 0, headBytes - 1, 0);
    fsyncSync(this.fd);
    closeSync(this.fd);
  }

  /** Closes without facts: the file counts as missing. */
  abandon(): void {
    closeSync(this.fd);
  }

  private write(): void {
    if (this.pending.length > 0) writeSync(this.fd, this.pending.join(''));
    this.pending = [];
    this.pendingLength = 0;
  }
}

/** Facts of an indexed layer, or null when there is no whole index at `path`. Reads one line whatever the size. */
export function readLayerFacts(path: string): LayerFacts | null {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    const head = Buffer.alloc(headBytes);
    if (readSync(fd, head, 0, headBytes, 0) !== headBytes) return null;
    const text = head.toString('utf8').trim();
    if (text === '') return null;
    const parsed = JSON.parse(text) as LayerFacts & { format: number };
    if (parsed.format !== format) return null;
    const { digest, size, compression, diffId, tarSize, contentSize, entries } = parsed;
    return { digest, size, compression, diffId, tarSize, contentSize, entries };
  } catch {
    return null;
  } finally {
    closeSync(fd);
  }
}

/** An entry; a line that nobody of us wrote means that the disk changed it. Throws `layer-invalid`. */
function readLine(line: string, path: string): LayerEntry | null {
  try {
    const entry = fromLine(line);
    if (entry === null || isEntry(entry)) return entry;
  } catch {
    // Said below, whatever it is.
  }
  throw problem('layer-invalid', { file: basename(path), entry: '', reason: 'its file index is damaged' });
}

function isEntry(entry: LayerEntry): boolean {
  const numbers = [entry.mode, entry.uid, entry.gid, entry.mtime];
  const texts = [entry.path];
  if (entry.kind === 'file') numbers.push(entry.size, entry.offset);
  else if (entry.kind === 'symlink' || entry.kind === 'hardlink') texts.push(entry.target);
  else if (entry.kind === 'character' || entry.kind === 'block') numbers.push(entry.major, entry.minor);
  return numbers.every((each) => typeof each === 'number') && texts.every((each) => typeof each === 'string');
}

/** The entries of an index in archive order, without holding them all. Throws `layer-invalid` for one that is damaged. */
export async function* readLayerEntries(path: string): AsyncIterable<LayerEntry> {
  const lines = createInterface({ input: createReadStream(path, { start: headBytes }), crlfDelay: Infinity });
  for await (const line of lines) {
    const entry = line === '' ? null : readLine(line, path);
    if (entry) yield entry;
  }
}
