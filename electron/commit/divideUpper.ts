import {
  chmodSync,
  closeSync,
  copyFileSync,
  openSync,
  lchownSync,
  linkSync,
  mkdirSync,
  rmSync,
  type BigIntStats,
} from 'node:fs';
import { withLowerLayers } from '../mount/lowerLayers';
import { look, lookBelow, namesOf, pathIn, textIn } from '../mount/treeReader';
import { attributesOf, isOpaque, sameAttributes, upperEntries, type UpperEntry } from '../mount/upperEntries';
import { makeNode, setAttribute, setModified } from '../system/syscalls';
import { diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput, LowerLayer } from '../worker/jobs';

/** The job `make-directory-like`. */
export function makeDirectoryLike({
  target,
  like,
}: JobInput<'make-directory-like'>): JobOutput<'make-directory-like'> {
  try {
    mkdirSync(target, { mode: 0o700 });
    const looks = typeof like === 'string' ? looksOf(like, '') : looksOfImage(target, like);
    if (looks) dress(target, '', looks);
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

function looksOf(root: string, path: string): Looks | null {
  const info = look(pathIn(root, path));
  return info && { info, attributes: attributesOf(root, path) };
}

/** Looks of the root of an image, which is mounted over the empty directory `place` for that, and for us alone. */
function looksOfImage(place: string, image: LowerLayer): Looks | null {
  return withLowerLayers(place, [image], ([name = '']) => looksOf(`${place}/${name}`, ''));
}

/** Gives what was made the mode, owner, attributes and times of what it stands for. */
function dress(root: string, path: string, { info, attributes }: Looks): void {
  const at = pathIn(root, path);
  lchownSync(at, Number(info.uid), Number(info.gid));
  if (!info.isSymbolicLink()) chmodSync(at, Number(info.mode & 0o7777n));
  for (const [name, value] of attributes) setAttribute(textIn(root, path), name, value);
  const seconds = info.mtimeNs / 1_000_000_000n;
  setModified(textIn(root, path), Number(seconds), Number(info.mtimeNs - seconds * 1_000_000_000n));
}

/** The job `divide-upper`. */
export function divideUpper(input: JobInput<'divide-upper'>, tools: JobTools): JobOutput<'divide-upper'> {
  try {
    new Division(input, tools).divide();
  } catch (cause) {
    for (const path of [input.taken, input.rest]) rmSync(path, { recursive: true, force: true });
    throw diskProblem(cause, input.upper, 'write');
  }
  return null;
}

/** A directory that another one is made like: the tree it stands in, and what it looks like there. */
interface Model {
  readonly tree: string;
  readonly info: BigIntStats;
}

/** One half of a division: directories are made when something goes into them. */
class Half {
  /** Directories with what they look like at the end; making entries in them changes their times. */
  private readonly made = new Map<string, Model>();

  constructor(
    readonly root: string,
    private readonly modelOf: (path: string) => Model | null,
  ) {
    mkdirSync(root, { mode: 0o700 });
    const model = modelOf('');
    if (model) this.made.set('', model);
  }

  directory(path: string): void {
    if (this.made.has(path)) return;
    const slash = path.lastIndexOf('/');
    this.directory(slash < 0 ? '' : path.slice(0, slash));
    mkdirSync(pathIn(this.root, path), { mode: 0o700 });
    const model = this.modelOf(path);
    if (model) this.made.set(path, model);
  }

  parentOf(path: string): void {
    const slash = path.lastIndexOf('/');
    this.directory(slash < 0 ? '' : path.slice(0, slash));
  }

  finish(): void {
    const deepest = [...this.made].sort(([a], [b]) => b.split('/').length - a.split('/').length);
    for (const [path, { tree, info }] of deepest)
      dress(this.root, path, { info, attributes: attributesOf(tree, path) });
  }
}

class Division {
  private readonly ticked: ReadonlySet<string>;
  private readonly taken: Half;
  private readonly rest: Half;
  /** For files with several names: which half has the inode itself, and the copy that the other one got. */
  private readonly inodes = new Map<bigint, Map<Half, string>>();

  constructor(
    private readonly input: JobInput<'divide-upper'>,
    private readonly tools: JobTools,
  ) {
    this.ticked = new Set(input.paths);
    const { upper, base } = input;
    const own = (path: string): Model | null => {
      const info = look(pathIn(upper, path));
      return info && { tree: upper, info };
    };
    // As in the layer's tar: a directory that is there for what lies in it alone is the image's.
    const ofImage = (path: string): Model | null => {
      const info = lookBelow(base, path);
      return info?.isDirectory() ? { tree: base, info } : own(path);
    };
    this.taken = new Half(input.taken, (path) => (this.ticked.has(path) ? own(path) : ofImage(path)));
    this.rest = new Half(input.rest, own);
  }

  divide(): void {
    this.directory('', true);
    this.taken.finish();
    this.rest.finish();
  }

  /**
   * An opaque directory hides all that the image had there. Divided, each hidden name becomes a deletion of its own, in
   * the half that its tick says; so neither half hides what the other one shows. `hiding`: the directory above is opaque,
   * and so is this one without a mark of its own.
   */
  private directory(path: string, inBase: boolean, hiding = false): void {
    const { upper, base, style } = this.input;
    const seen = new Set<string>();
    const opaque = hiding || isOpaque(upper, path, style);
    for (const entry of upperEntries(upper, path, style)) {
      this.tools.tick(0);
      seen.add(entry.name);
      const half = this.ticked.has(entry.path) ? this.taken : this.rest;
      if (entry.whiteout) {
        half.parentOf(entry.path);
        this.deletion(half, entry.path);
      } else if (entry.info.isDirectory()) this.subdirectory(entry, half, inBase, opaque);
      else this.node(half, entry);
    }
    if (!inBase || !opaque) return;
    for (const name of namesOf(pathIn(base, path))) {
      if (seen.has(name)) continue;
      const hidden = path === '' ? name : `${path}/${name}`;
      const half = this.ticked.has(hidden) ? this.taken : this.rest;
      half.directory(path);
      this.deletion(half, hidden);
    }
  }

  private subdirectory({ path, info }: UpperEntry, half: Half, inBase: boolean, hiding: boolean): void {
    const { upper, base } = this.input;
    const before = inBase ? look(pathIn(base, path)) : null;
    const over = before?.isDirectory() === true;
    // A directory in the place of something else must stand before anything can be in it, in both halves.
    if (half === this.taken || !over || metadataDiffers(info, before) || !sameAttributes(upper, base, path))
      half.directory(path);
    this.directory(path, over, hiding);
  }

  private node(half: Half, { path, info, at }: UpperEntry): void {
    half.parentOf(path);
    const target = pathIn(half.root, path);
    if (info.nlink > 1n && info.isFile()) {
      const places = this.inodes.get(info.ino) ?? new Map<Half, string>();
      this.inodes.set(info.ino, places);
      const own = places.get(half);
      if (own !== undefined) linkSync(pathIn(half.root, own), target);
      else if (places.size === 0) linkSync(at, target);
      else {
        // The other half has this inode: writing to one must not change the other.
        copyFileSync(at, target);
        dress(half.root, path, { info, attributes: attributesOf(this.input.upper, path) });
      }
      if (own === undefined) places.set(half, path);
      return;
    }
    linkSync(at, target);
  }

  private deletion(half: Half, path: string): void {
    if (this.input.style.whiteouts === 'device') {
      makeNode(textIn(half.root, path), 'character', 0);
      return;
    }
    const slash = path.lastIndexOf('/') + 1;
    closeSync(openSync(pathIn(half.root, `${path.slice(0, slash)}.wh.${path.slice(slash)}`), 'wx', 0o600));
  }
}

function metadataDiffers(info: BigIntStats, before: BigIntStats | null): boolean {
  return info.mode !== before?.mode || info.uid !== before.uid || info.gid !== before.gid;
}
