import { closeSync, readSync, statSync, type BigIntStats } from 'node:fs';
import { problem } from '../../shared/image/problem';
import { isListName, listWithin, listWithLeft } from '../../shared/layer/accessList';
import { below, parentOf } from '../../shared/layer/entryPath';
import { bytesOf, keepsHoles, sparseHeader, wholeRegions } from '../../shared/layer/sparseHeader';
import type { SparseRegion } from '../../shared/layer/sparseMap';
import { isPaxName, type HeaderToWrite } from '../../shared/layer/tarHeader';
import { isReservedName, opaquePath, whiteoutPath } from '../../shared/layer/whiteout';
import { listIds } from '../mount/accessLists';
import { deviceOf, modifiedOf, isGone, namesIn, typeOf } from '../mount/treeReader';
import {
  attributesOf,
  holdDepth,
  isOpaque,
  isWhiteoutDevice,
  looksOfDirectory,
  sameAttributes,
  upperMembers,
  type UpperMember,
} from '../mount/upperEntries';
import { identityOf, isSame, leadsNowhere, withTree, type HeldTree, type OpenFile } from '../system/beneath';
import { dataRegions } from '../system/holes';
import { chunkSize, diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { withSink, type LayerSink } from './layerSink';

/** Who has what belongs to an ID that could not be given; see `treeWriter.ts`. */
const nobody = 65_534;
/** How often an object that is exchanged while it is read is looked at again. */
const attempts = 20;
/** Paths of sockets that are told, of any number. */
const mostSockets = 1000;

/** The job `write-layer`. */
export async function writeLayer(
  input: JobInput<'write-layer'>,
  tools: JobTools,
): Promise<JobOutput<'write-layer'>> {
  try {
    return await withSink(input, (sink) =>
      withTree(input.upper, (upper) =>
        withTree(input.base, (base) => {
          const writer = new UpperWriter(input, { upper, base }, sink, tools);
          writer.write();
          const sockets = { count: writer.socketCount, paths: writer.sockets };
          return { sockets, leftLists: writer.leftLists, without: writer.without };
        }),
      ),
    );
  } catch (cause) {
    throw diskProblem(cause, input.upper, 'read');
  }
}

/** A directory that is being read. */
interface Level {
  readonly path: string;
  readonly depth: number;
  /** The image has a directory there, too. */
  readonly inBase: boolean;
  /** All of the image's is hidden there, by a mark of its own or of a directory above. */
  readonly opaque: boolean;
  readonly entries: Iterator<UpperMember, void>;
  readonly seen: Set<string>;
}

/**
 * An upper directory, or the ticked paths of it, as members of a layer (OCI image-spec, layer.md). Depth first, names in
 * byte order, a directory before what is in it: the same tree gives the same bytes. Others may write to the tree meanwhile:
 * nothing is followed out of it, and what a member says is of the very object that its contents are of. What goes while it
 * is read is left out.
 */
class UpperWriter {
  private readonly ticked: ReadonlySet<string> | null;
  private readonly found = new Set<string>();
  /** First path of every file with several names, by what tells it from all others. */
  private readonly links = new Map<string, string>();
  private readonly buffer = Buffer.allocUnsafe(chunkSize);
  /** Directories that are written already, with those above them. */
  private readonly written = new Set<string>();
  private readonly upper: HeldTree;
  private readonly base: HeldTree;
  /** No layer can hold them: they mean something only to the program that listens there. */
  readonly sockets: string[] = [];
  socketCount = 0;
  /** Members that got more of a recorded list than the tree has. */
  leftLists = 0;
  /** Where the directory was that is left out. */
  without: string | null = null;
  private readonly leftOut: BigIntStats | null;

  constructor(
    private readonly input: JobInput<'write-layer'>,
    trees: { readonly upper: HeldTree; readonly base: HeldTree },
    private readonly sink: LayerSink,
    private readonly tools: JobTools,
  ) {
    this.upper = trees.upper;
    this.base = trees.base;
    this.leftOut = input.without === undefined ? null : statSync(input.without, { bigint: true });
    this.ticked = input.paths === null ? null : new Set(input.paths);
  }

  write(): void {
    const root = this.upper.look('');
    if (root && this.takesRoot(root)) {
      this.found.add('');
      this.written.add('');
      this.sink.member(this.header('', root));
    }
    const levels: Level[] = [this.enter('', 0, true, false)];
    for (let level = levels.at(-1); level; level = levels.at(-1)) {
      const next = level.entries.next();
      if (next.done === true) {
        this.leave(level);
        levels.pop();
        continue;
      }
      this.tools.tick(0);
      level.seen.add(next.value.name);
      const within = this.entry(level, next.value);
      if (within) levels.push(within);
    }
    for (const path of this.ticked ?? [])
      if (!this.found.has(path)) throw problem('change-not-found', { path: `/${path}` });
  }

  /** The root is written only when it is not what it was: most layers say nothing of it. */
  private takesRoot(root: BigIntStats): boolean {
    if (this.ticked) return this.ticked.has('');
    // A folder of the person's own stands on nothing.
    if (this.input.style.whiteouts === 'none') return true;
    const before = this.base.look('');
    return (
      before?.mode !== root.mode ||
      before.uid !== root.uid ||
      before.gid !== root.gid ||
      !sameAttributes(this.upper, this.base, '')
    );
  }

  private takes(path: string): boolean {
    if (this.ticked === null) return true;
    if (!this.ticked.has(path)) return false;
    this.found.add(path);
    return true;
  }

  /** Begins a directory. `hiding`: the one above hides all of the image's; so does this one, without a mark of its own. */
  private enter(path: string, depth: number, inBase: boolean, hiding: boolean): Level {
    const { style } = this.input;
    const opaque = hiding || isOpaque(this.upper, path, style);
    if (opaque && !hiding && inBase && this.ticked === null) {
      this.parents(path);
      this.sink.member(whiteout(opaquePath(path)));
    }
    const entries = upperMembers(this.upper, path, style);
    return { path, depth, inBase, opaque, entries, seen: new Set() };
  }

  /** Writes an entry; a directory is returned to be read next. */
  private entry(level: Level, entry: UpperMember): Level | null {
    const { path } = entry;
    const before = level.inBase ? this.base.look(path) : null;
    if (entry.whiteout) {
      if (before && !(level.opaque && this.ticked === null) && this.takes(path)) this.deletion(path);
      return null;
    }
    const depth = level.depth + 1;
    let info = entry.info;
    if (info === null) {
      // What its directory calls a file is looked at when it is open.
      if (!this.takes(path) || this.file(path, depth)) return null;
      info = this.upper.look(path);
    }
    for (let i = 0; i < attempts && info; i++) {
      if (info.isDirectory()) {
        if (this.leftOut && isSame(info, this.leftOut)) {
          this.without = path;
          return null;
        }
        holdDepth(path, depth);
        if (!this.takes(path) || this.directory(path))
          return this.enter(path, depth, before?.isDirectory() === true, level.opaque);
      } else if (!this.takes(path)) return null;
      else if (info.isSocket()) {
        if (this.socketCount++ < mostSockets) this.sockets.push(path);
        return null;
      } else if (this.node(path, depth, info)) return null;
      info = this.upper.look(path);
    }
    if (info) throw problem('tree-changed', { path: `/${path}` });
    return null;
  }

  /** Writes a directory itself; false when it is none any more. */
  private directory(path: string): boolean {
    refuseReserved(path);
    const looks = looksOfDirectory(this.upper, path);
    if (looks === null) return false;
    const header = this.headerOf(path, looks.info, looks);
    this.parents(parentOf(path));
    this.written.add(path);
    this.sink.member(header);
    return true;
  }

  /** Ends a directory. */
  private leave({ path, inBase, opaque, seen }: Level): void {
    if (!opaque || !inBase || this.ticked === null) return;
    // Of a directory that hides everything only some deletions are wanted: each is said by its own name.
    for (const name of namesIn(this.base, path)) {
      const hidden = below(path, name);
      if (!seen.has(name) && this.takes(hidden)) this.deletion(hidden);
    }
  }

  /**
   * Writes the directories above a path, and itself, that are not written yet. What the person did not tick keeps the image's
   * own metadata; a directory that the image lacks must come with the workspace's.
   */
  private parents(path: string): void {
    const missing: string[] = [];
    for (let at = path; at !== '' && !this.written.has(at); at = parentOf(at)) missing.push(at);
    for (let next = missing.pop(); next !== undefined; next = missing.pop()) {
      refuseReserved(next);
      this.written.add(next);
      const looks = looksOfDirectory(this.base, next) ?? looksOfDirectory(this.upper, next);
      if (looks) this.sink.member(this.headerOf(next, looks.info, looks));
    }
  }

  private deletion(path: string): void {
    refuseReserved(path);
    this.parents(parentOf(path));
    this.sink.member(whiteout(whiteoutPath(path)));
  }

  /** Writes what is no directory; false when it is not what it was looked at. */
  private node(path: string, depth: number, info: BigIntStats): boolean {
    if (info.isFile()) return this.file(path, depth);
    refuseReserved(path);
    if (isWhiteoutDevice(info)) throw problem('device-reserved', { path: `/${path}` });
    holdDepth(path, depth);
    this.parents(parentOf(path));
    let header: HeaderToWrite;
    try {
      header = this.header(path, info);
    } catch (thrown) {
      if (isGone(thrown)) return false;
      throw thrown;
    }
    // Of these there is no descriptor to ask: all that was asked is of one object if it is there, unchanged, at the end.
    const after = this.upper.look(path);
    if (!after || !isSame(info, after) || info.ctimeNs !== after.ctimeNs) return false;
    if (!this.hardlink(path, info, header)) this.sink.member(header);
    return true;
  }

  /** Writes a regular file; false when it is none, or not there. */
  private file(path: string, depth: number): boolean {
    let open: OpenFile | null;
    try {
      open = this.upper.file(path);
    } catch (thrown) {
      if (leadsNowhere(thrown)) return false;
      throw thrown;
    }
    if (open === null) return false;
    const { fd, info } = open;
    try {
      refuseReserved(path);
      holdDepth(path, depth);
      this.parents(parentOf(path));
      const header = this.headerOf(path, info, { attributes: attributesOf(fd) });
      if (this.hardlink(path, info, header)) return true;
      const size = Number(info.size);
      // Maps of sparse files say sizes as whole numbers that a double holds.
      if (!Number.isSafeInteger(size))
        throw problem('file-unreadable', { path: `/${path}`, reason: 'EFBIG' });
      const found = dataRegions(fd, size);
      const regions = found && wholeRegions(found, size);
      if (regions === null || !keepsHoles(bytesOf(regions), size)) {
        this.sink.member(header);
        this.contents(fd, path, { offset: 0, size });
        return true;
      }
      const sparse = sparseHeader(header, regions);
      this.sink.member(sparse.header);
      this.sink.body(sparse.before);
      for (const region of regions) this.contents(fd, path, region);
      return true;
    } finally {
      closeSync(fd);
    }
  }

  /** Writes a further name of a file; false when this is the first. */
  private hardlink(path: string, info: BigIntStats, header: HeaderToWrite): boolean {
    if (info.nlink <= 1n) return false;
    const identity = identityOf(info);
    const first = this.links.get(identity);
    if (first === undefined) this.links.set(identity, path);
    else this.sink.member({ ...header, type: 'hardlink', size: 0, linkName: first, xattrs: [] });
    return first !== undefined;
  }

  /** Bytes of a file, exactly as many as its header has said: what was added since is left out. Throws `tree-changed`. */
  private contents(fd: number, path: string, { offset, size }: SparseRegion): void {
    for (let left = size; left > 0;) {
      const read = readSync(fd, this.buffer, 0, Math.min(this.buffer.length, left), offset + size - left);
      if (read === 0) throw problem('tree-changed', { path: `/${path}` });
      this.sink.body(this.buffer.subarray(0, read));
      this.tools.tick(read);
      left -= read;
    }
  }

  private header(path: string, info: BigIntStats): HeaderToWrite {
    const attributes = attributesOf(this.upper.textAt(path));
    const target = info.isSymbolicLink() ? { target: this.upper.target(path) } : {};
    return this.headerOf(path, info, { attributes, ...target });
  }

  private headerOf(
    path: string,
    info: BigIntStats,
    looks: { readonly attributes: HeaderToWrite['xattrs']; readonly target?: string },
  ): HeaderToWrite {
    const { target } = looks;
    const type = typeOf(info);
    if (type === 'socket') throw new Error('a socket has no place in a layer');
    const [uid, gid] = this.ownerOf(path, info);
    for (const [attribute, value] of looks.attributes ?? []) {
      if (!isPaxName(attribute)) throw problem('attribute-unwritable', { path: `/${path}`, attribute });
      if (isListName(attribute) && listWithin(value, listIds(this.input.style)) !== value)
        throw problem('access-list-foreign', { path: `/${path}` });
    }
    const attributes = looks.attributes && this.withLists(path, looks.attributes);
    const { seconds, nanoseconds } = modifiedOf(info);
    return {
      name: type === 'directory' ? `${path === '' ? '.' : path}/` : path,
      type,
      size: type === 'file' ? Number(info.size) : 0,
      mode: Number(info.mode & 0o7777n),
      uid,
      gid,
      mtime: seconds,
      nanoseconds,
      ...(target === undefined ? {} : { linkName: target }),
      ...(type === 'character' || type === 'block' ? deviceOf(info) : {}),
      ...(attributes === undefined ? {} : { xattrs: attributes }),
    };
  }

  /**
   * Access lists with what is recorded in them and this user's IDs cannot express. An object without a list has got rid of it, or is
   * another one of the same name.
   */
  private withLists(
    path: string,
    attributes: NonNullable<HeaderToWrite['xattrs']>,
  ): (readonly [string, Uint8Array])[] {
    const recorded = this.input.lists.get(path);
    const ids = listIds(this.input.style);
    let isMore = false;
    const all = [...attributes].map((each) => {
      const [name, value] = each;
      const left = isListName(name) ? recorded?.get(name) : undefined;
      const whole = left ? listWithLeft(value, left, ids) : value;
      isMore ||= whole !== value;
      return whole === value ? each : ([name, whole] as const);
    });
    if (isMore) this.leftLists++;
    return all;
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

/** Throws `name-reserved` for a file that a layer would take for a mark. */
function refuseReserved(path: string): void {
  if (isReservedName(path.slice(path.lastIndexOf('/') + 1)))
    throw problem('name-reserved', { path: `/${path}` });
}

function whiteout(name: string): HeaderToWrite {
  return { name, type: 'file', size: 0, mode: 0o600, mtime: 0 };
}
