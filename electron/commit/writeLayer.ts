import { closeSync, constants, openSync, readSync, rmSync, type BigIntStats } from 'node:fs';
import { problem } from '../../shared/image/problem';
import type { HeaderToWrite } from '../../shared/layer/tarHeader';
import { deviceOf, look, lookBelow, namesOf, pathIn, targetOf, typeOf } from '../mount/treeReader';
import { attributesOf, isOpaque, upperEntries } from '../mount/upperEntries';
import { chunkSize, diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { LayerSink } from './layerSink';

/** Who has what belongs to an ID that could not be given; see `treeWriter.ts`. */
const nobody = 65_534;

/** The job `write-layer`. */
export function writeLayer(input: JobInput<'write-layer'>, tools: JobTools): JobOutput<'write-layer'> {
  const sink = new LayerSink(input.target, input.indexTarget);
  let whole = false;
  try {
    const writer = new UpperWriter(input, sink, tools);
    writer.write();
    const facts = sink.finish();
    whole = true;
    return { ...facts, entries: sink.entries };
  } catch (cause) {
    throw diskProblem(cause, input.upper, 'read');
  } finally {
    if (!whole) {
      sink.abandon();
      for (const path of [input.target, input.indexTarget]) rmSync(path, { force: true });
    }
  }
}

/**
 * An upper directory, or the ticked paths of it, as members of a layer (OCI image-spec, layer.md). Depth first, names in
 * byte order, a directory before what is in it: the same tree gives the same bytes.
 */
class UpperWriter {
  private readonly ticked: ReadonlySet<string> | null;
  private readonly found = new Set<string>();
  /** First path of every file with several names, by inode. */
  private readonly links = new Map<bigint, string>();
  private readonly buffer = Buffer.allocUnsafe(chunkSize);
  /** Directories that are written already, with those above them. */
  private readonly written = new Set<string>();

  constructor(
    private readonly input: JobInput<'write-layer'>,
    private readonly sink: LayerSink,
    private readonly tools: JobTools,
  ) {
    this.ticked = input.paths === null ? null : new Set(input.paths);
  }

  write(): void {
    const root = look(pathIn(this.input.upper, ''));
    if (root && this.takesRoot(root)) {
      this.found.add('');
      this.written.add('');
      this.sink.member(this.header('', root, this.input.upper));
    }
    this.directory('', true);
    for (const path of this.ticked ?? [])
      if (!this.found.has(path)) throw problem('change-not-found', { path: `/${path}` });
  }

  /** The root is written only when it is not what it was: most layers say nothing of it. */
  private takesRoot(root: BigIntStats): boolean {
    if (this.ticked) return this.ticked.has('');
    const before = look(pathIn(this.input.base, ''));
    return before?.mode !== root.mode || before.uid !== root.uid || before.gid !== root.gid;
  }

  private takes(path: string): boolean {
    if (this.ticked === null) return true;
    if (!this.ticked.has(path)) return false;
    this.found.add(path);
    return true;
  }

  /** `hiding`: the directory above hides all of the image's; so does this one, without a mark of its own. */
  private directory(path: string, inBase: boolean, hiding = false): void {
    const { upper, base, style } = this.input;
    const opaque = hiding || isOpaque(upper, path, style);
    const seen = new Set<string>();
    if (opaque && !hiding && inBase && this.ticked === null) {
      const mark = path === '' ? '.wh..wh..opq' : `${path}/.wh..wh..opq`;
      this.parents(path);
      this.sink.member(whiteout(mark));
    }
    for (const entry of upperEntries(upper, path, style)) {
      this.tools.tick(0);
      seen.add(entry.name);
      const before = inBase ? look(pathIn(base, entry.path)) : null;
      if (entry.whiteout) {
        if (before && !(opaque && this.ticked === null) && this.takes(entry.path)) this.deletion(entry.path);
      } else if (entry.info.isDirectory()) {
        const over = before?.isDirectory() === true;
        if (this.takes(entry.path)) {
          this.parents(path);
          this.written.add(entry.path);
          this.sink.member(this.header(entry.path, entry.info, upper));
        }
        this.directory(entry.path, over, opaque);
      } else if (!entry.info.isSocket() && this.takes(entry.path)) this.node(entry.path, entry.info);
    }
    if (!opaque || !inBase || this.ticked === null) return;
    // Of a directory that hides everything only some deletions are wanted: each is said by its own name.
    for (const name of namesOf(pathIn(base, path))) {
      const hidden = path === '' ? name : `${path}/${name}`;
      if (!seen.has(name) && this.takes(hidden)) this.deletion(hidden);
    }
  }

  /**
   * Writes the directories above a path that are not written yet. What the person did not tick keeps the image's own
   * metadata; a directory that the image lacks must come with the workspace's.
   */
  private parents(path: string): void {
    if (path === '' || this.written.has(path)) return;
    const slash = path.lastIndexOf('/');
    this.parents(slash < 0 ? '' : path.slice(0, slash));
    this.written.add(path);
    const { base, upper } = this.input;
    const before = lookBelow(base, path);
    const root = before?.isDirectory() ? base : upper;
    const info = root === base ? before : look(pathIn(upper, path));
    if (info) this.sink.member(this.header(path, info, root));
  }

  private deletion(path: string): void {
    const slash = path.lastIndexOf('/') + 1;
    this.parents(path.slice(0, Math.max(0, slash - 1)));
    this.sink.member(whiteout(`${path.slice(0, slash)}.wh.${path.slice(slash)}`));
  }

  private node(path: string, info: BigIntStats): void {
    const slash = path.lastIndexOf('/');
    this.parents(slash < 0 ? '' : path.slice(0, slash));
    const { upper } = this.input;
    if (info.nlink > 1n) {
      const first = this.links.get(info.ino);
      if (first !== undefined) {
        const header = this.header(path, info, upper);
        this.sink.member({ ...header, type: 'hardlink', size: 0, linkName: first, xattrs: [] });
        return;
      }
      this.links.set(info.ino, path);
    }
    this.sink.member(this.header(path, info, upper));
    if (info.isFile() && info.size > 0n) this.contents(path, Number(info.size));
  }

  /** A file's bytes, exactly as many as its header has said. */
  private contents(path: string, size: number): void {
    const fd = openSync(pathIn(this.input.upper, path), constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      for (let left = size; left > 0;) {
        const read = readSync(fd, this.buffer, 0, Math.min(this.buffer.length, left), null);
        if (read === 0) throw problem('file-unreadable', { path: `/${path}`, reason: 'EIO' });
        this.sink.body(this.buffer.subarray(0, read));
        this.tools.tick(read);
        left -= read;
      }
    } finally {
      closeSync(fd);
    }
  }

  private header(path: string, info: BigIntStats, root: string): HeaderToWrite {
    const type = typeOf(info);
    if (type === 'socket') throw new Error('a socket has no place in a layer');
    const [uid, gid] = this.ownerOf(path, info);
    const seconds =
      info.mtimeNs >= 0n ? info.mtimeNs / 1_000_000_000n : (info.mtimeNs - 999_999_999n) / 1_000_000_000n;
    return {
      name: type === 'directory' ? `${path === '' ? '.' : path}/` : path,
      type,
      size: type === 'file' ? Number(info.size) : 0,
      mode: Number(info.mode & 0o7777n),
      uid,
      gid,
      mtime: Number(seconds),
      nanoseconds: Number(info.mtimeNs - seconds * 1_000_000_000n),
      ...(type === 'symlink' ? { linkName: targetOf(pathIn(root, path)) } : {}),
      ...(type === 'character' || type === 'block' ? deviceOf(info) : {}),
      xattrs: attributesOf(root, path),
    };
  }

  /**
   * Owners that this user's IDs cannot express lie on disk as the person's own, or as nobody's: what was recorded counts
   * then. With a single ID there is no other owner, and what is new belongs to 0:0.
   */
  private ownerOf(path: string, info: BigIntStats): readonly [number, number] {
    const own = [Number(info.uid), Number(info.gid)] as const;
    const recorded = Object.hasOwn(this.input.owners, path) ? this.input.owners[path] : undefined;
    if (this.input.style.owners === 'single') return recorded ?? [0, 0];
    return recorded && (own[0] === 0 || own[0] === nobody) ? recorded : own;
  }
}

function whiteout(name: string): HeaderToWrite {
  return { name, type: 'file', size: 0, mode: 0o600, mtime: 0 };
}
