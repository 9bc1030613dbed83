import { closeSync, linkSync, mkdirSync, openSync, type BigIntStats } from 'node:fs';
import { problem } from '../../shared/image/problem';
import { below, parentOf } from '../../shared/layer/entryPath';
import { whiteoutPath } from '../../shared/layer/whiteout';
import { makeTreeRoot } from '../mount/accessLists';
import { dress } from '../mount/dress';
import { withLowerLayers } from '../mount/lowerLayers';
import { namesIn } from '../mount/treeReader';
import {
  attributesOf,
  isOpaque,
  looksOfDirectory,
  sameAttributes,
  upperEntries,
  type Looks,
  type UpperEntry,
} from '../mount/upperEntries';
import { identityOf, isSame, leadsNowhere, withTree, type HeldTree } from '../system/beneath';
import { copyData } from '../system/holes';
import { dropBeneath } from '../system/removeBeneath';
import { makeNode } from '../system/syscalls';
import { RoomWatch } from '../worker/freeSpace';
import { diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput, LowerLayer } from '../worker/jobs';

/** The job `make-directory-like`. */
export function makeDirectoryLike({
  target,
  like,
}: JobInput<'make-directory-like'>): JobOutput<'make-directory-like'> {
  try {
    makeTreeRoot(target);
    const looks = typeof like === 'string' ? looksOfRoot(like) : looksOfImage(target, like);
    if (looks) withTree(target, (tree) => dress(tree, '', looks));
  } catch (cause) {
    throw diskProblem(cause, target, 'write');
  }
  return null;
}

const looksOfRoot = (root: string): Looks | null => withTree(root, (tree) => looksOfDirectory(tree, ''));

/** Looks of the root of an image, which is mounted over the empty directory `place` for that, and for us alone. */
function looksOfImage(place: string, image: LowerLayer): Looks | null {
  return withLowerLayers(place, [image], ([name = '']) => looksOfRoot(`${place}/${name}`));
}

/** The job `divide-upper`. */
export function divideUpper(input: JobInput<'divide-upper'>, tools: JobTools): JobOutput<'divide-upper'> {
  const made: string[] = [];
  try {
    for (const half of [input.taken, input.rest]) {
      makeTreeRoot(half);
      made.push(half);
    }
    withTree(input.upper, (upper) =>
      withTree(input.base, (base) =>
        withTree(input.taken, (taken) =>
          withTree(input.rest, (rest) => new Division(input, { upper, base, taken, rest }, tools).divide()),
        ),
      ),
    );
  } catch (cause) {
    for (const half of made) dropBeneath(half);
    throw diskProblem(cause, input.upper, 'write');
  }
  return null;
}

/** One half of a division: directories are made when something goes into them. */
class Half {
  /** Directories with what they look like at the end; making entries in them changes their times. */
  private readonly made = new Map<string, Looks | null>();

  constructor(
    readonly tree: HeldTree,
    private readonly looksOf: (path: string) => Looks | null,
  ) {
    this.made.set('', looksOf(''));
  }

  directory(path: string): void {
    const missing: string[] = [];
    for (let at = path; !this.made.has(at); at = parentOf(at)) missing.push(at);
    for (let next = missing.pop(); next !== undefined; next = missing.pop()) {
      mkdirSync(this.tree.at(next), { mode: 0o700 });
      this.made.set(next, this.looksOf(next));
    }
  }

  parentOf(path: string): void {
    this.directory(parentOf(path));
  }

  finish(): void {
    // Each was made after the one that it is in.
    for (const [path, looks] of [...this.made].reverse()) if (looks) dress(this.tree, path, looks);
  }
}

type Entry = Pick<UpperEntry, 'path' | 'info'>;

/** How often an entry is asked for whose way is gone for a moment. */
const attempts = 20;

/** A directory of the upper tree that is being divided. */
interface Level {
  readonly path: string;
  readonly inBase: boolean;
  readonly opaque: boolean;
  readonly entries: Iterator<UpperEntry>;
  readonly seen: Set<string>;
}

class Division {
  private readonly ticked: ReadonlySet<string>;
  private readonly upper: HeldTree;
  private readonly base: HeldTree;
  private readonly taken: Half;
  private readonly rest: Half;
  /** For files with several names: which half has the inode itself, and the copy that the other one got. */
  private readonly inodes = new Map<string, Map<Half, string>>();

  constructor(
    private readonly input: JobInput<'divide-upper'>,
    trees: {
      readonly upper: HeldTree;
      readonly base: HeldTree;
      readonly taken: HeldTree;
      readonly rest: HeldTree;
    },
    private readonly tools: JobTools,
  ) {
    this.ticked = new Set(input.paths);
    const { upper, base, taken, rest } = trees;
    this.upper = upper;
    this.base = base;
    const own = (path: string): Looks | null => looksOfDirectory(upper, path);
    // As in the layer's tar: a directory that is there for what lies in it alone is the image's.
    const ofImage = (path: string): Looks | null => looksOfDirectory(base, path) ?? own(path);
    this.taken = new Half(taken, (path) => (this.ticked.has(path) ? own(path) : ofImage(path)));
    this.rest = new Half(rest, own);
  }

  divide(): void {
    const levels: Level[] = [this.enter('', true, false)];
    for (let level = levels.at(-1); level; level = levels.at(-1)) {
      const next = level.entries.next();
      if (next.done === true) {
        levels.pop();
        this.leave(level);
        continue;
      }
      this.tools.tick(0);
      const entry = next.value;
      level.seen.add(entry.name);
      const half = this.ticked.has(entry.path) ? this.taken : this.rest;
      if (entry.whiteout) {
        half.parentOf(entry.path);
        this.deletion(half, entry.path);
      } else if (entry.info.isDirectory()) levels.push(this.subdirectory(entry, half, level));
      else this.node(half, entry);
    }
    this.taken.finish();
    this.rest.finish();
  }

  /** `hiding`: the directory above is opaque, and so is this one without a mark of its own. */
  private enter(path: string, inBase: boolean, hiding: boolean): Level {
    const { style } = this.input;
    const opaque = hiding || isOpaque(this.upper, path, style);
    return { path, inBase, opaque, entries: upperEntries(this.upper, path, style), seen: new Set() };
  }

  /**
   * An opaque directory hides all that the image had there. Divided, each hidden name becomes a deletion of its own, in
   * the half that its tick says; so neither half hides what the other one shows.
   */
  private leave({ path, inBase, opaque, seen }: Level): void {
    if (!inBase || !opaque) return;
    for (const name of namesIn(this.base, path)) {
      if (seen.has(name)) continue;
      const hidden = below(path, name);
      const half = this.ticked.has(hidden) ? this.taken : this.rest;
      half.directory(path);
      this.deletion(half, hidden);
    }
  }

  private subdirectory({ path, info }: UpperEntry, half: Half, { inBase, opaque }: Level): Level {
    const before = inBase ? this.base.look(path) : null;
    const over = before?.isDirectory() === true;
    // A directory in the place of something else must stand before anything can be in it, in both halves.
    if (
      half === this.taken ||
      !over ||
      metadataDiffers(info, before) ||
      !sameAttributes(this.upper, this.base, path)
    )
      half.directory(path);
    return this.enter(path, over, opaque);
  }

  private node(half: Half, entry: Entry): void {
    const { path, info } = entry;
    half.parentOf(path);
    if (info.nlink <= 1n || !info.isFile()) {
      this.link(half, entry);
      return;
    }
    const identity = identityOf(info);
    const places = this.inodes.get(identity) ?? new Map<Half, string>();
    this.inodes.set(identity, places);
    const own = places.get(half);
    if (own !== undefined) half.tree.both(own, path, (from, to) => linkSync(from, to));
    // Where the other half has this inode, writing to one must not change the other.
    else if (places.size === 0 ? this.link(half, entry) : this.copy(half, entry)) places.set(half, path);
  }

  /**
   * Runs `work` with an entry; null where it is gone. It is tried again where only the way to it was gone for a moment. Throws
   * `tree-changed` where something else is in its place: what is in neither half would be lost.
   */
  private living<T>({ path, info }: Entry, work: () => T | null): T | null {
    for (let i = 0; i < attempts; i++) {
      let fault: unknown;
      try {
        const done = work();
        if (done !== null) return done;
      } catch (thrown) {
        fault = thrown;
      }
      const now = this.upper.look(path);
      if (now === null) return null;
      if (!isSame(now, info)) break;
      if (fault !== undefined && !leadsNowhere(fault)) throw fault as Error;
    }
    throw problem('tree-changed', { path: `/${path}` });
  }

  /** Gives a half the very object; false where it is gone. */
  private link(half: Half, entry: Entry): boolean {
    const linked = this.living(entry, () => {
      linkSync(this.upper.at(entry.path), half.tree.at(entry.path));
      return true;
    });
    return linked === true;
  }

  /** Gives a half a copy of a file; false where it is gone. */
  private copy(half: Half, entry: Entry): boolean {
    const { path } = entry;
    const open = this.living(entry, () => this.upper.file(path));
    if (open === null) return false;
    const { fd, info } = open;
    try {
      const output = openSync(half.tree.at(path), 'wx', 0o600);
      try {
        const room = new RoomWatch(`/proc/self/fd/${output}`, `/${path}`);
        copyData(fd, output, Number(info.size), (bytes) => {
          this.tools.tick(bytes);
          room.take(bytes);
        });
      } finally {
        closeSync(output);
      }
      dress(half.tree, path, { info, attributes: attributesOf(fd) });
    } finally {
      closeSync(fd);
    }
    return true;
  }

  private deletion({ tree }: Half, path: string): void {
    if (this.input.style.whiteouts === 'device') makeNode(tree.textAt(path), 'character', 0);
    else closeSync(openSync(tree.at(whiteoutPath(path)), 'wx', 0o600));
  }
}

function metadataDiffers(info: BigIntStats, before: BigIntStats | null): boolean {
  return info.mode !== before?.mode || info.uid !== before.uid || info.gid !== before.gid;
}
