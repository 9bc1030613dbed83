import {
  walkTree,
  type FileTree,
  type MemoryTree,
  type TreeFile,
  type TreeSteps,
} from '../../shared/layer/fileTree';
import type { LayerEntry } from '../../shared/layer/entry';
import { entryFields, entryOfFields, type EntryFields } from './entryFields';
import { KeptFile, KeptFileWriter } from './keptFile';

/**
 * The tree that a stack of layers comes to, as a file that answers by path: one name is found among a million without reading
 * the others. A kept file (`keptFile.ts`) with a line of JSON for each name, sorted by the number of its directory and then by name; at its
 * end it says at which byte every 64th of them begins. It counts for the layers that it was made of.
 */
/** Names between two that the last line knows. */
const stride = 64;
/** Pieces of {@link stride} names that are kept once they were read. */
const keptPieces = 256;
/** Bytes of the names at most. */
const mostTreeBytes = 96 << 20;

/** Directory's number, name, own number or -1, place of the layer or -1, entry, and of what has several names its contents. */
type Line = readonly [number, string, number, number, EntryFields, number?, EntryFields?];
/** Of a line: directory's number, name, and where it begins. */
type Mark = readonly [number, string, number];

interface Facts {
  readonly marks: readonly Mark[];
  /** Bytes of all names. */
  readonly body: number;
}

/**
 * Writes a tree to a new file. `layers` are those that its objects are of, in the order in which {@link StoredTree.open} is
 * given them; `key` says what they are. Throws the file system's own faults, and `RangeError` for more than
 * {@link mostTreeBytes}.
 */
export function writeTree<L>(path: string, key: string, tree: MemoryTree<L>, layers: readonly L[]): void {
  const places = new Map(layers.map((layer, place) => [layer, place]));
  const bodies = new Map<LayerEntry, number>();
  const marks: Mark[] = [];
  let pending: string[] = [];
  let count = 0;
  const writer = new KeptFileWriter(path, mostTreeBytes);
  const flush = (): void => {
    writer.write(Buffer.from(pending.join('')));
    pending = [];
  };
  try {
    for (const { parent, name, number, file } of tree.rows()) {
      if (count++ % stride === 0) {
        flush();
        marks.push([parent, name, writer.size]);
      }
      const line: (Line[number] | undefined)[] = [
        parent,
        name,
        number ?? -1,
        file.layer === null ? -1 : (places.get(file.layer) ?? -1),
        entryFields(file.entry, ''),
      ];
      if (file.body) {
        const known = bodies.get(file.body) ?? bodies.size;
        bodies.set(file.body, known);
        line.push(known, entryFields(file.body));
      }
      pending.push(`${JSON.stringify(line)}\n`);
    }
    flush();
    const facts: Facts = { marks, body: writer.size };
    writer.finish(key, facts);
  } finally {
    writer.close();
  }
}

/** A name that was read, with the way to it. */
interface Place {
  readonly parent: Place | null;
  readonly line: Line;
}

/** A tree in a file. */
export class StoredTree<L> implements FileTree<L> {
  private readonly pieces = new Map<number, readonly Line[]>();
  private readonly bodies = new Map<number, LayerEntry>();

  private constructor(
    private readonly file: KeptFile,
    private readonly body: number,
    private readonly marks: readonly Mark[],
    private readonly layers: readonly L[],
  ) {
    this.root = { parent: null, line: this.piece(0)[0] as Line };
  }

  private readonly root: Place;

  private readonly steps = (): TreeSteps<Place> => ({
    root: this.root,
    child: (at, name) => this.child(at, name),
    parent: ({ parent }) => parent,
    target: ({ line: [, , , , fields] }) => {
      const entry = entryOfFields(fields, '');
      return entry?.kind === 'symlink' ? entry.target : null;
    },
  });

  /** The tree at a path, or null where there is none of these layers that is whole, and ours. */
  static open<L>(path: string, key: string, layers: readonly L[]): StoredTree<L> | null {
    const file = KeptFile.open(path);
    if (file?.key !== key || !file.isWhole()) return null;
    const { marks, body } = file.facts as Facts;
    return new StoredTree(file, body, marks, layers);
  }

  find(path: string, follow: boolean): TreeFile<L> | null {
    const at = walkTree(this.steps(), path, follow);
    return at && this.fileOf(at);
  }

  inside(path: string): readonly TreeFile<L>[] {
    let at: Place | null = this.root;
    for (const name of path === '' ? [] : path.split('/')) at = at && this.child(at, name);
    if (!at) return [];
    const number = at.line[2];
    const found: TreeFile<L>[] = [];
    const above = path === '' ? '' : `${path}/`;
    if (number < 0) return found;
    for (let i = this.pieceOf(number, ''); i < this.marks.length; i++)
      for (const line of this.piece(i)) {
        if (line[0] > number) return found;
        if (line[0] === number && line[1] !== '') found.push(this.fileAt(`${above}${line[1]}`, line));
      }
    return found;
  }

  private child(at: Place, name: string): Place | null {
    const number = at.line[2];
    if (number < 0) return null;
    const line = this.piece(this.pieceOf(number, name)).find(
      ([parent, each]) => parent === number && each === name,
    );
    return line ? { parent: at, line } : null;
  }

  /** The last piece that begins at a name or before it. */
  private pieceOf(number: number, name: string): number {
    let low = 0;
    let high = this.marks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const [parent, first] = this.marks[middle] as Mark;
      if (parent < number || (parent === number && first <= name)) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private piece(i: number): readonly Line[] {
    const known = this.pieces.get(i);
    if (known) return known;
    const lines = this.file
      .read(this.marks[i]?.[2] ?? 0, this.marks[i + 1]?.[2] ?? this.body)
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
    for (const [oldest] of this.pieces) {
      if (this.pieces.size < keptPieces) break;
      this.pieces.delete(oldest);
    }
    this.pieces.set(i, lines);
    return lines;
  }

  private fileOf(at: Place): TreeFile<L> {
    const parts: string[] = [];
    for (let each = at; each.parent; each = each.parent) parts.push(each.line[1]);
    return this.fileAt(parts.reverse().join('/'), at.line);
  }

  private fileAt(path: string, line: Line): TreeFile<L> {
    const entry = entryOfFields(line[4], path) as LayerEntry;
    const file = { path, entry, layer: this.layers[line[3]] ?? null };
    const number = line[5];
    if (number === undefined) return file;
    const body = this.bodies.get(number) ?? (entryOfFields(line[6]) as LayerEntry);
    this.bodies.set(number, body);
    return { ...file, body };
  }
}
