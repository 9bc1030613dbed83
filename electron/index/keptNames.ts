import type { LayerEntry } from '../../shared/layer/entry';
import type { LayerName } from '../../shared/layer/layerNames';
import { taggedBlock } from '../store/seal';
import { entryFields, entryOfFields } from './entryFields';
import { KeptFile, KeptFileWriter } from './keptFile';

/**
 * The listed names of one layer with their real paths, deletions included, in a form that is searched as it lies there: a kept
 * file (`keptFile.ts`) of all paths, a line each, as the inside of a JSON string, and behind them of all entries, a line each
 * in the same order. Only an entry whose path fits is read.
 */
const mostBytes = 256 << 20;
/** Lines of entries between two whose place is known. */
const stride = 64;

/** What is searched for. */
export interface PathSearch {
  readonly fits: (path: string) => boolean;
  /** Well-formed text that every path has that fits; null where none is known. */
  readonly part: string | null;
}

interface Facts {
  /** Bytes of all paths. */
  readonly paths: number;
  /** Lines of paths that end before each block of them. */
  readonly counts: readonly number[];
  /** Where every 64th entry begins. */
  readonly marks: readonly number[];
  /** Where the last one ends. */
  readonly end: number;
}

const inside = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Whether a name is listed in its layer, and not only on the way to others. */
export const isListed = ({ path, implied }: LayerName): boolean => path !== '' && !implied;

/** Writes the names of a layer to a new file. Throws the file system's own faults, and `RangeError` for too many. */
export function writeNames(path: string, key: string, names: Iterable<LayerName>): void {
  const writer = new KeptFileWriter(path, mostBytes);
  const entries: Buffer[] = [];
  const counts: number[] = [];
  const marks: number[] = [];
  const pending = { paths: [] as string[], entries: [] as string[] };
  let entryBytes = 0;
  let count = 0;
  const flush = (): void => {
    const paths = Buffer.from(pending.paths.join(''));
    let line = count - pending.paths.length;
    // Of each block that begins in these lines.
    for (let at = 0; at < paths.length; line++) {
      const next = paths.indexOf(0x0a, at) + 1;
      while (counts.length * taggedBlock < writer.size + next) counts.push(line);
      at = next;
    }
    writer.write(paths);
    const bytes = Buffer.from(pending.entries.join(''));
    entries.push(bytes);
    entryBytes += bytes.length;
    if (writer.size + entryBytes > mostBytes) throw new RangeError('too large to be kept');
    pending.paths = [];
    pending.entries = [];
  };
  try {
    for (const name of names) {
      if (!isListed(name)) continue;
      if (count % stride === 0) {
        flush();
        marks.push(entryBytes);
      }
      pending.paths.push(`${inside(name.path)}\n`);
      pending.entries.push(`${JSON.stringify(entryFields(name.entry, ''))}\n`);
      count++;
    }
    flush();
    const paths = writer.size;
    for (const bytes of entries) writer.write(bytes);
    const facts: Facts = { paths, counts, marks: marks.map((at) => paths + at), end: writer.size };
    writer.finish(key, facts);
  } finally {
    writer.close();
  }
}

/** The names of a layer in a file. */
export class KeptNames {
  private readonly facts: Facts;
  private piece: { readonly number: number; readonly lines: readonly string[] } | null = null;

  private constructor(private readonly file: KeptFile) {
    this.facts = file.facts as Facts;
  }

  /** Those at a path, or null where there are none of this layer that are ours. What is searched is checked as it is read. */
  static open(path: string, key: string): KeptNames | null {
    const file = KeptFile.open(path);
    return file?.key === key ? new KeptNames(file) : null;
  }

  /** Every name that fits, in the order of the layer. Throws `KeptFileChanged`. */
  *search({ fits, part }: PathSearch): Generator<{ readonly path: string; readonly entry: LayerEntry }> {
    const needle = part === null || part === '' ? null : Buffer.from(inside(part));
    let rest: Buffer = Buffer.alloc(0);
    for (let block = 0; block * taggedBlock < this.facts.paths; block++) {
      const from = block * taggedBlock;
      const read = this.file.read(from, Math.min(this.facts.paths, from + taggedBlock));
      const bytes = rest.length === 0 ? read : Buffer.concat([rest, read]);
      const end = bytes.lastIndexOf(0x0a) + 1;
      // The line that goes on from the block before, if one does, is the first that does not end there.
      let line = this.facts.counts[block] ?? 0;
      let counted = 0;
      for (let at = next(bytes, needle, 0); at >= 0 && at < end;) {
        const begin = at === 0 ? 0 : bytes.lastIndexOf(0x0a, at - 1) + 1;
        const stop = bytes.indexOf(0x0a, at);
        const path = textOf(bytes.toString('utf8', begin, stop));
        if (fits(path)) {
          for (let i = bytes.indexOf(0x0a, counted); i >= 0 && i < begin; i = bytes.indexOf(0x0a, i + 1))
            line++;
          counted = begin;
          yield { path, entry: this.entry(line, path) };
        }
        at = next(bytes, needle, stop + 1);
      }
      rest = bytes.subarray(end);
    }
  }

  private entry(line: number, path: string): LayerEntry {
    const number = Math.floor(line / stride);
    if (this.piece?.number !== number) {
      const { marks, end } = this.facts;
      const text = this.file.read(marks[number] ?? end, marks[number + 1] ?? end).toString('utf8');
      this.piece = { number, lines: text.split('\n') };
    }
    return entryOfFields(JSON.parse(this.piece.lines[line % stride] ?? ''), path) as LayerEntry;
  }
}

/** Where the next line is that may fit: a byte of it. */
const next = (bytes: Buffer, needle: Buffer | null, from: number): number =>
  needle ? bytes.indexOf(needle, from) : from < bytes.length ? from : -1;

const textOf = (line: string): string => (line.includes('\\') ? (JSON.parse(`"${line}"`) as string) : line);
