/** The part of a layer in which most of its bytes lie: what it brings, for layers of which no step says it. */
export interface Brings {
  /** A directory at most two deep, or a file that is all there is; without a slash in front. */
  readonly path: string;
  /** Bytes of the regular files in it. */
  readonly bytes: number;
}

/** Directories that are told apart; what comes after so many is counted by its first directory alone. */
const directoriesAtMost = 2000;
/** Bytes of a path as JSON: it stands in a line of a fixed length, and in titles. */
const pathAtMost = 160;

/** Counts the files of a layer while they go by. Bounded memory, whatever the layer holds. */
export class BringsTally {
  private readonly deep = new Map<string, number>();
  private readonly high = new Map<string, number>();
  private total = 0;
  private files = 0;
  private only = '';

  /** Counts a regular file; `path` without a slash in front. */
  add(path: string, bytes: number): void {
    this.total += bytes;
    this.only = this.files++ === 0 ? path : '';
    const first = path.indexOf('/');
    if (first < 0) return;
    count(this.high, path.slice(0, first), bytes);
    const second = path.indexOf('/', first + 1);
    if (second >= 0) count(this.deep, path.slice(0, second), bytes);
  }

  /**
   * The only file; else the directory of two names that holds at least half of all bytes, else the directory at the root with
   * the most. Null where nothing is brought that a path could tell.
   */
  get brings(): Brings | null {
    const deep = largest(this.deep);
    const told =
      this.only !== ''
        ? { path: this.only, bytes: this.total }
        : deep && deep.bytes * 2 >= this.total
          ? deep
          : largest(this.high);
    return told && told.bytes > 0 && jsonBytes(told.path) <= pathAtMost ? told : null;
  }
}

function count(tally: Map<string, number>, path: string, bytes: number): void {
  const known = tally.get(path);
  if (known !== undefined || tally.size < directoriesAtMost) tally.set(path, (known ?? 0) + bytes);
}

/** The first of those with the most bytes. */
function largest(tally: ReadonlyMap<string, number>): Brings | null {
  let found: Brings | null = null;
  for (const [path, bytes] of tally) if (!found || bytes > found.bytes) found = { path, bytes };
  return found;
}

const jsonBytes = (text: string): number => new TextEncoder().encode(JSON.stringify(text)).length;
