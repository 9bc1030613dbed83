import { addBytes } from '../../shared/image/bytes';
import { createHash } from 'node:crypto';
import { closeSync, type BigIntStats } from 'node:fs';
import { below } from '../../shared/layer/entryPath';
import type { Change, ChangeAspect } from '../../shared/layer/change';
import { identityOf, leadsNowhere, withTree, type HeldTree, type OpenFile } from '../system/beneath';
import { diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput, Untouched } from '../worker/jobs';
import { countDifferences } from './compareFiles';
import { factsOf, namesIn, targetOf, typeOf } from './treeReader';
import { holdDepth, isOpaque, sameAttributes, upperEntries, type UpperEntry } from './upperEntries';

/** Entries of a deleted directory that are looked at to say how much it hides. */
const hiddenEntryLimit = 200_000;

/** What comparing two files gave, by what tells a version of a file from another; kept between polls. */
const compared = new Map<string, number>();
const comparedLimit = 50_000;
/** Bytes that are read of a file that looks untouched, where the file system does not tell holes from data. */
const mostOfOne = 64 * 2 ** 30;

/** The job `read-changes`. */
export function readChanges(input: JobInput<'read-changes'>, tools: JobTools): JobOutput<'read-changes'> {
  try {
    return withTree(input.upper, (upper) => {
      const fingerprint = input.known === 'unwanted' ? '' : fingerprintOf(upper, input, tools);
      if (fingerprint === input.known) return null;
      return withTree(input.base, (base) =>
        new ChangeReader(input, { upper, base }, tools).read(fingerprint),
      );
    });
  } catch (cause) {
    throw diskProblem(cause, input.upper, 'read');
  }
}

/** A digest over all that a change to an upper directory changes. */
function fingerprintOf(
  upper: HeldTree,
  { style, points = [] }: JobInput<'read-changes'>,
  tools: JobTools,
): string {
  const hash = createHash('sha1').update(`${JSON.stringify(points)}\0`);
  const waiting = [{ directory: '', depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    tools.tick(0);
    const { directory, depth } = next;
    const own = upper.look(directory);
    hash.update(`${directory}\0${own?.ctimeNs ?? ''}\0`);
    for (const { path, info } of upperEntries(upper, directory, style)) {
      hash.update(`${path}\0${info.mode}\0${info.ino}\0${info.ctimeNs}\0${info.mtimeNs}\0${info.size}\0`);
      holdDepth(path, depth + 1);
      if (info.isDirectory()) waiting.push({ directory: path, depth: depth + 1 });
    }
  }
  return hash.digest('hex');
}

/** Bytes of a file that may be other than holes. */
const dataBytes = ({ size, blocks }: BigIntStats): number =>
  Number(blocks * 512n < size ? blocks * 512n : size);

/** A directory of the upper tree that is being read. */
interface Level {
  readonly path: string;
  readonly depth: number;
  /** The image has a directory there, too. */
  readonly inBase: boolean;
  /** All of the image's is hidden there, by a mark of its own or of a directory above. */
  readonly opaque: boolean;
  readonly entries: Iterator<UpperEntry>;
  readonly seen: Set<string>;
  /** After the last of its entries. */
  readonly end: () => void;
}

class ChangeReader {
  private readonly changes: Change[] = [];
  private readonly inodes = new Set<string>();
  /** Files that are what they were. */
  private readonly copies: { readonly path: string; readonly identity: string }[] = [];
  /** Of files with several names those that a change is listed of. */
  private readonly changed = new Set<string>();
  private readonly points: ReadonlySet<string>;
  /** Mount points that were left out. */
  private leftOut = 0;
  private bytes = 0;
  private budget: number;
  private readonly upper: HeldTree;
  private readonly base: HeldTree;

  constructor(
    private readonly input: JobInput<'read-changes'>,
    trees: { readonly upper: HeldTree; readonly base: HeldTree },
    private readonly tools: JobTools,
  ) {
    this.upper = trees.upper;
    this.base = trees.base;
    this.budget = input.compareBytes;
    this.points = new Set(input.points);
  }

  read(fingerprint: string): NonNullable<JobOutput<'read-changes'>> {
    const root = this.upper.look('');
    const before = this.base.look('');
    if (root && before) {
      const aspects = this.aspects('', root, before).filter((aspect) => aspect !== 'times');
      if (aspects.length > 0) this.add('', 'changed', root, before, { aspects });
    }
    const levels: Level[] = [
      this.enter('', 0, {
        inBase: true,
        opaque: isOpaque(this.upper, '', this.input.style),
        end: () => undefined,
      }),
    ];
    for (let level = levels.at(-1); level; level = levels.at(-1)) {
      const next = level.entries.next();
      if (next.done === true) {
        levels.pop();
        this.leave(level);
      } else {
        const within = this.entry(level, next.value);
        if (within) levels.push(within);
      }
    }
    this.changes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    const { limit } = this.input;
    const changes = this.changes.slice(0, limit);
    let omitted = 0;
    for (let i = limit; i < this.changes.length; i++) if (this.changes[i]?.onlyParent === false) omitted++;
    return {
      changes,
      omitted,
      bytes: this.bytes,
      fingerprint,
      listed: this.listed(),
      untouched: this.untouched(),
    };
  }

  private untouched(): Untouched {
    const linked = this.copies.filter(({ identity }) => this.changed.has(identity));
    return {
      alone: this.copies.length - linked.length + this.leftOut,
      linked: linked.map(({ path }) => path),
    };
  }

  /** See {@link ChangeSet.listed}; of those beyond the limit, too. */
  private listed(): string {
    const hash = createHash('sha1').update(`${this.input.owner}\0`);
    for (const { path, kind, onlyParent } of this.changes) if (!onlyParent) hash.update(`${kind} ${path}\0`);
    return hash.digest('hex');
  }

  private enter(path: string, depth: number, more: Pick<Level, 'inBase' | 'opaque' | 'end'>): Level {
    this.tools.tick(0);
    const entries = upperEntries(this.upper, path, this.input.style);
    return { path, depth, entries, seen: new Set(), ...more };
  }

  private leave({ path, inBase, opaque, seen, end }: Level): void {
    // An opaque directory hides every name of the image that it has not itself.
    if (opaque && inBase)
      for (const name of namesIn(this.base, path)) {
        if (seen.has(name)) continue;
        const hidden = below(path, name);
        const before = this.base.look(hidden);
        if (before) this.removed(hidden, before);
      }
    end();
  }

  /** What an entry changes; a directory is returned to be read next. */
  private entry(level: Level, { path, name, info, whiteout }: UpperEntry): Level | null {
    const before = level.inBase ? this.base.look(path) : null;
    level.seen.add(name);
    const isPoint = !whiteout && this.isEmptyPoint(path, info);
    if (isPoint) this.leftOut++;
    // A mount point was made where nothing was seen: what the image has there was deleted before.
    if (whiteout || isPoint) {
      if (before) this.removed(path, before);
      return null;
    }
    const depth = level.depth + 1;
    holdDepth(path, depth);
    if (info.isDirectory()) return this.directory(path, depth, { info, before, hiding: level.opaque });
    this.node(path, info, before);
    return null;
  }

  /** Whether a run made this and would remove it as it is (the job `remove-empty`). */
  private isEmptyPoint(path: string, info: BigIntStats): boolean {
    if (!this.points.has(path)) return false;
    if (!info.isDirectory()) return info.isFile() && info.size === 0n;
    for (const inner of upperEntries(this.upper, path, this.input.style))
      if (!inner.whiteout && !this.isEmptyPoint(inner.path, inner.info)) return false;
    return true;
  }

  private node(path: string, info: BigIntStats, before: BigIntStats | null): void {
    const identity = identityOf(info);
    if (info.isFile() && !this.inodes.has(identity)) {
      this.inodes.add(identity);
      this.bytes = addBytes(this.bytes, Number(info.size));
    }
    if (!before) {
      this.note(info, identity);
      this.add(path, 'added', info, null, {});
      return;
    }
    if (typeOf(info) !== typeOf(before)) {
      this.note(info, identity);
      this.add(path, 'changed', info, before, { aspects: ['type'], hiddenBytes: this.sizeOf(path, before) });
      return;
    }
    const aspects = this.aspects(path, info, before);
    let changedBytes: number | null = null;
    if (info.isFile()) {
      changedBytes = this.differences(path, info, before);
      if (changedBytes !== 0) aspects.unshift('content');
    }
    // Opened for writing and left as it was: copied up, and no change.
    if (aspects.length === 0) {
      this.copies.push({ path, identity });
      return;
    }
    this.note(info, identity);
    const copiedUp = info.isFile() ? Number(info.size) : 0;
    const hiddenBytes = before.isFile() ? Number(before.size) : 0;
    this.add(path, 'changed', info, before, { aspects, copiedUp, changedBytes, hiddenBytes });
  }

  private note(info: BigIntStats, identity: string): void {
    if (info.nlink > 1n && !info.isDirectory()) this.changed.add(identity);
  }

  /** `hiding`: the directory that it is in hides all of the image's; so does this one, without a mark of its own. */
  private directory(
    path: string,
    depth: number,
    {
      info,
      before,
      hiding,
    }: { readonly info: BigIntStats; readonly before: BigIntStats | null; readonly hiding: boolean },
  ): Level {
    if (!before?.isDirectory()) {
      if (before)
        this.add(path, 'changed', info, before, {
          aspects: ['type'],
          hiddenBytes: before.isFile() ? Number(before.size) : 0,
        });
      else this.add(path, 'added', info, null, {});
      return this.enter(path, depth, { inBase: false, opaque: false, end: () => undefined });
    }
    const aspects = this.aspects(path, info, before);
    const at = this.changes.length;
    const end = (): void => {
      if (aspects.length === 0 && this.changes.length === at) return;
      const onlyParent = aspects.every((aspect) => aspect === 'times');
      this.add(path, 'changed', info, before, { aspects, onlyParent });
    };
    const opaque = hiding || isOpaque(this.upper, path, this.input.style);
    return this.enter(path, depth, { inBase: true, opaque, end });
  }

  private removed(path: string, before: BigIntStats): void {
    this.add(path, 'removed', null, before, { hiddenBytes: this.sizeOf(path, before) });
  }

  private add(
    path: string,
    kind: Change['kind'],
    after: BigIntStats | null,
    before: BigIntStats | null,
    more: Partial<Change>,
  ): void {
    this.changes.push({
      path,
      kind,
      before: before ? factsOf(this.base, path, before) : null,
      after: after ? factsOf(this.upper, path, after) : null,
      aspects: [],
      copiedUp: 0,
      changedBytes: null,
      hiddenBytes: 0,
      onlyParent: false,
      ...more,
    });
  }

  /** What differs beside a file's contents. */
  private aspects(path: string, info: BigIntStats, before: BigIntStats): ChangeAspect[] {
    const found: ChangeAspect[] = [];
    if (info.isSymbolicLink()) {
      if (targetOf(this.upper, path) !== targetOf(this.base, path)) found.push('target');
    } else if ((info.mode & 0o7777n) !== (before.mode & 0o7777n)) found.push('mode');
    if ((info.isCharacterDevice() || info.isBlockDevice()) && info.rdev !== before.rdev)
      found.push('content');
    if (info.uid !== before.uid || info.gid !== before.gid) found.push('owner');
    if (!sameAttributes(this.upper, this.base, path)) found.push('xattrs');
    if (info.mtimeNs !== before.mtimeNs) found.push('times');
    return found;
  }

  /** Bytes in which a file differs from the image's; null where they were not counted and may differ. */
  private differences(path: string, info: BigIntStats, before: BigIntStats): number | null {
    const key = `${info.dev}:${info.ino}:${info.ctimeNs}:${info.size}:${before.dev}:${before.ino}:${before.size}`;
    const known = compared.get(key);
    if (known !== undefined) return known;
    const cost = dataBytes(info) + dataBytes(before);
    const untouched = info.size === before.size && info.mtimeNs === before.mtimeNs;
    if (cost > this.budget && !untouched) return null;
    this.budget -= cost;
    const different = this.compare(path, untouched ? mostOfOne : Math.max(cost, this.input.compareBytes));
    if (different === null) return null;
    if (compared.size >= comparedLimit) compared.clear();
    compared.set(key, different);
    return different;
  }

  /** Bytes in which the files of both trees differ; null where one of them is none any more, or more would be read than `most`. */
  private compare(path: string, most: number): number | null {
    const open: OpenFile[] = [];
    try {
      for (const tree of [this.upper, this.base]) {
        const file = tree.file(path);
        if (file === null) return null;
        open.push(file);
      }
      const [a, b] = open.map(({ fd, info }) => ({ fd, size: Number(info.size) }));
      return a && b ? countDifferences(a, b, most, this.tools) : null;
    } catch (thrown) {
      if (leadsNowhere(thrown)) return null;
      throw thrown;
    } finally {
      for (const { fd } of open) closeSync(fd);
    }
  }

  /** Bytes of regular files at and below a path of base, hard links once. */
  private sizeOf(path: string, info: BigIntStats): number {
    if (info.isFile()) return Number(info.size);
    if (!info.isDirectory()) return 0;
    const inodes = new Set<string>();
    const waiting = [path];
    let sum = 0;
    let looked = 0;
    for (let at = waiting.pop(); at !== undefined && looked < hiddenEntryLimit; at = waiting.pop()) {
      this.tools.tick(0);
      for (const name of namesIn(this.base, at)) {
        looked++;
        const child = `${at}/${name}`;
        const found = this.base.look(child);
        if (found?.isDirectory()) waiting.push(child);
        else if (found?.isFile() && !inodes.has(identityOf(found))) {
          inodes.add(identityOf(found));
          sum += Number(found.size);
        }
      }
    }
    return sum;
  }
}
