import { parentOf } from '../../shared/layer/entryPath';
import type { StackedDirectory } from '../../shared/layer/stackLayers';

/** Bits that an owner needs to put something into a directory. */
const writable = 0o300;

/** A directory on its way into an archive. */
interface Entry<T> {
  readonly directory: StackedDirectory<T>;
  readonly mode: number;
  readonly inside: Entry<T>[];
  /** Whether something that is no directory is in it, or in one below. */
  filled: boolean;
  written: boolean;
  /** Something that is not in it came after it: whoever unpacks has given it its mode and times. */
  left: boolean;
  /** To be written once more, since its mode or its times are not as they should be. */
  again: boolean;
  /** The same, as it is known from the start. */
  twice: boolean;
}

/**
 * When the directories of a tree are written between its other members, which come in any order: each before what is in it, so
 * that one pass can unpack them, and as late as possible. tar(1) gives a directory its mode and its times as soon as a member
 * follows that is not in it (GNU tar manual, "Directory Modification Times"), and what is put into it afterwards changes them: such
 * a directory is written a second time at the end, the deepest first; so is one that its owner may not write to, and which is
 * open to him until then. A link that leads elsewhere is made last of all by tar(1), which remembers the directory's times for it
 * only while that is the last one written: in such a directory links come behind its second entry.
 */
export class DirectoryOrder<T> {
  private readonly entries = new Map<string, Entry<T>>();
  /** The directories that the last member was in, from the root down. */
  private way: string[] = [];

  /**
   * @param directories of the tree, each before what is in it
   * @param members paths of all that is no directory, as they are going to be written
   * @param modeOf mode of a directory
   * @param write writes one, with this mode
   */
  constructor(
    directories: readonly StackedDirectory<T>[],
    members: readonly string[],
    modeOf: (directory: StackedDirectory<T>) => number,
    private readonly write: (directory: StackedDirectory<T>, mode: number) => void,
  ) {
    for (const directory of directories) {
      const entry: Entry<T> = {
        directory,
        mode: modeOf(directory),
        inside: [],
        filled: false,
        written: false,
        left: false,
        again: false,
        twice: false,
      };
      const { path } = directory;
      if (path !== '') this.entries.get(parentOf(path))?.inside.push(entry);
      this.entries.set(path, entry);
    }
    for (const member of members)
      for (let at: string | null = parentOf(member); at !== null; at = at === '' ? null : parentOf(at)) {
        const entry = this.entries.get(at);
        if (entry?.filled === true) break;
        if (entry) entry.filled = true;
      }
    // Once without writing: which ones are entered again.
    for (const member of members) this.enter(member, () => undefined);
    for (const entry of this.entries.values()) {
      entry.twice = entry.again;
      entry.written = entry.left = entry.again = false;
    }
    this.way = [];
  }

  /** Whether the directory of a member is written a second time, so that a link in it has to wait for {@link finish}. */
  comesAgain(member: string): boolean {
    return this.entries.get(parentOf(member))?.twice === true;
  }

  /** To be called before a member that is no directory is written. */
  before(member: string): void {
    this.enter(member, this.write);
  }

  private enter(member: string, write: DirectoryOrder<T>['write']): void {
    const way = this.wayTo(parentOf(member));
    // What was left cannot be entered without a change of its times.
    this.leave(way);
    for (const path of way) {
      const entry = this.entries.get(path);
      if (!entry) continue;
      if (entry.written) entry.again ||= entry.left;
      else this.begin(entry, write);
    }
    this.way = way;
  }

  /** To be called after the last member; `behind` writes what waits for the directory's second entry. */
  finish(behind: (directory: string) => void): void {
    // In a tree without any member nothing has been written yet.
    for (const entry of this.entries.values()) if (!entry.written) this.begin(entry, this.write);
    for (const [path, entry] of [...this.entries].reverse()) {
      if (!entry.twice) continue;
      this.write(entry.directory, entry.mode);
      behind(path);
    }
  }

  private wayTo(directory: string): string[] {
    const way = [''];
    for (let slash = directory.indexOf('/'); slash >= 0; slash = directory.indexOf('/', slash + 1))
      way.push(directory.slice(0, slash));
    if (directory !== '') way.push(directory);
    return way;
  }

  private leave(next: readonly string[]): void {
    for (const [i, path] of this.way.entries()) {
      const entry = path === next[i] ? undefined : this.entries.get(path);
      if (entry) entry.left = true;
    }
  }

  /** Writes a directory, and what is in it and holds nothing. */
  private begin(first: Entry<T>, write: DirectoryOrder<T>['write']): void {
    // Own stack: hostile paths are deep.
    const waiting = [first];
    for (let entry = waiting.pop(); entry; entry = waiting.pop()) {
      const isOpened = (entry.mode & writable) !== writable && entry.inside.length + Number(entry.filled) > 0;
      entry.written = true;
      entry.again = isOpened;
      write(entry.directory, isOpened ? entry.mode | 0o700 : entry.mode);
      for (const inside of [...entry.inside].reverse()) if (!inside.filled) waiting.push(inside);
    }
  }
}
