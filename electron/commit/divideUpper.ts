import { chmodSync, closeSync, lchownSync, linkSync, mkdirSync, openSync, type BigIntStats } from 'node:fs';
import { whiteoutPath } from '../../shared/layer/whiteout';
import { withLowerLayers } from '../mount/lowerLayers';
import { namesIn } from '../mount/treeReader';
import {
  attributesOf,
  below,
  isOpaque,
  sameAttributes,
  upperEntries,
  type UpperEntry,
} from '../mount/upperEntries';
import { HeldTree, identityOf, withTree } from '../system/beneath';
import { copyData } from '../system/holes';
import { removeBeneath } from '../system/removeBeneath';
import { makeNode, setAttribute, setModified } from '../system/syscalls';
import { RoomWatch } from '../worker/freeSpace';
import { diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput, LowerLayer } from '../worker/jobs';

/** The job `make-directory-like`. */
export function makeDirectoryLike({
  target,
  like,
}: JobInput<'make-directory-like'>): JobOutput<'make-directory-like'> {
  try {
    mkdirSync(target, { mode: 0o700 });
    const looks = typeof like === 'string' ? looksOfRoot(like) : looksOfImage(target, like);
    if (looks) withTree(target, (tree) => dress(tree, '', looks));
  } catch (cause) {
    throw diskProblem(cause, target, 'write');
  }
  return null;
}

/** What an object looks like from outside. */
interface Looks {
  readonly info: BigIntStats;
  readonly attributes: readonly (readonly [name: string, value: Uint8Array])[];
}

function looksOf(tree: HeldTree, path: string): Looks | null {
  const info = tree.look(path);
  return info && { info, attributes: attributesOf(tree.textAt(path)) };
}

const looksOfRoot = (root: string): Looks | null => withTree(root, (tree) => looksOf(tree, ''));

/** Looks of the root of an image, which is mounted over the empty directory `place` for that, and for us alone. */
function looksOfImage(place: string, image: LowerLayer): Looks | null {
  return withLowerLayers(place, [image], ([name = '']) => looksOfRoot(`${place}/${name}`));
}

/** Gives what was made the mode, owner, attributes and times of what it stands for. */
function dress(tree: HeldTree, path: string, { info, attributes }: Looks): void {
  lchownSync(tree.at(path), Number(info.uid), Number(info.gid));
  if (!info.isSymbolicLink()) chmodSync(tree.at(path), Number(info.mode & 0o7777n));
  for (const [name, value] of attributes) setAttribute(tree.textAt(path), name, value);
  const seconds = info.mtimeNs / 1_000_000_000n;
  setModified(tree.textAt(path), Number(seconds), Number(info.mtimeNs - seconds * 1_000_000_000n));
}

/** The job `divide-upper`. */
export function divideUpper(input: JobInput<'divide-upper'>, tools: JobTools): JobOutput<'divide-upper'> {
  try {
    withTree(input.upper, (upper) =>
      withTree(input.base, (base) => {
        const division = new Division(input, { upper, base }, tools);
        try {
          division.divide();
        } finally {
          division.close();
        }
      }),
    );
  } catch (cause) {
    for (const path of [input.taken, input.rest]) removeBeneath(path);
    throw diskProblem(cause, input.upper, 'write');
  }
  return null;
}

/** A directory that another one is made like: the tree it stands in, and what it looks like there. */
interface Model {
  readonly tree: HeldTree;
  readonly info: BigIntStats;
}

const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** One half of a division: directories are made when something goes into them. */
class Half {
  readonly tree: HeldTree;
  /** Directories with what they look like at the end; making entries in them changes their times. */
  private readonly made = new Map<string, Model | null>();

  constructor(
    root: string,
    private readonly modelOf: (path: string) => Model | null,
  ) {
    mkdirSync(root, { mode: 0o700 });
    this.tree = new HeldTree(root);
    this.made.set('', modelOf(''));
  }

  directory(path: string): void {
    const missing: string[] = [];
    for (let at = path; !this.made.has(at); at = parentOf(at)) missing.push(at);
    for (let next = missing.pop(); next !== undefined; next = missing.pop()) {
      mkdirSync(this.tree.at(next), { mode: 0o700 });
      this.made.set(next, this.modelOf(next));
    }
  }

  parentOf(path: string): void {
    this.directory(parentOf(path));
  }

  finish(): void {
    // Each was made after the one that it is in.
    for (const [path, model] of [...this.made].reverse())
      if (model)
        dress(this.tree, path, { info: model.info, attributes: attributesOf(model.tree.textAt(path)) });
  }
}

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
    trees: { readonly upper: HeldTree; readonly base: HeldTree },
    private readonly tools: JobTools,
  ) {
    this.ticked = new Set(input.paths);
    const { upper, base } = trees;
    this.upper = upper;
    this.base = base;
    const own = (path: string): Model | null => {
      const info = upper.look(path);
      return info && { tree: upper, info };
    };
    // As in the layer's tar: a directory that is there for what lies in it alone is the image's.
    const ofImage = (path: string): Model | null => {
      const info = base.look(path);
      return info?.isDirectory() ? { tree: base, info } : own(path);
    };
    this.taken = new Half(input.taken, (path) => (this.ticked.has(path) ? own(path) : ofImage(path)));
    this.rest = new Half(input.rest, own);
  }

  close(): void {
    for (const { tree } of [this.taken, this.rest]) tree.close();
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

  private node(half: Half, { path, info }: UpperEntry): void {
    half.parentOf(path);
    if (info.nlink > 1n && info.isFile()) {
      const identity = identityOf(info);
      const places = this.inodes.get(identity) ?? new Map<Half, string>();
      this.inodes.set(identity, places);
      const own = places.get(half);
      if (own !== undefined) half.tree.both(own, path, (from, to) => linkSync(from, to));
      else if (places.size === 0) this.link(half, path);
      // The other half has this inode: writing to one must not change the other.
      else this.copy(half, path);
      if (own === undefined) places.set(half, path);
      return;
    }
    this.link(half, path);
  }

  private link(half: Half, path: string): void {
    linkSync(this.upper.at(path), half.tree.at(path));
  }

  private copy(half: Half, path: string): void {
    const open = this.upper.file(path);
    if (open === null) return;
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
  }

  private deletion({ tree }: Half, path: string): void {
    if (this.input.style.whiteouts === 'device') makeNode(tree.textAt(path), 'character', 0);
    else closeSync(openSync(tree.at(whiteoutPath(path)), 'wx', 0o600));
  }
}

function metadataDiffers(info: BigIntStats, before: BigIntStats | null): boolean {
  return info.mode !== before?.mode || info.uid !== before.uid || info.gid !== before.gid;
}
