import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import type { Change, ChangeAspect } from '../../shared/layer/change';
import { diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput } from '../worker/jobs';
import { countDifferences } from './compareFiles';
import { factsOf, look, namesOf, pathIn, targetOf, typeOf } from './treeReader';
import { isOpaque, sameAttributes, upperEntries, type UpperEntry } from './upperEntries';

/** Entries of a deleted directory that are looked at to say how much it hides. */
const hiddenEntryLimit = 200_000;

/** What comparing two files gave, by what tells a version of a file from another; kept between polls. */
const compared = new Map<string, number>();
const comparedLimit = 50_000;

/** The job `read-changes`. */
export function readChanges(input: JobInput<'read-changes'>, tools: JobTools): JobOutput<'read-changes'> {
  try {
    const fingerprint = input.known === 'unwanted' ? '' : fingerprintOf(input, tools);
    if (fingerprint === input.known) return null;
    return new ChangeReader(input, tools).read(fingerprint);
  } catch (cause) {
    throw diskProblem(cause, input.upper, 'read');
  }
}

/** A digest over all that a change to an upper directory changes. */
function fingerprintOf({ upper, style }: JobInput<'read-changes'>, tools: JobTools): string {
  const hash = createHash('sha1');
  const waiting = [''];
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    tools.tick(0);
    const own = look(pathIn(upper, directory));
    hash.update(`${directory}\0${own?.ctimeNs ?? ''}\0`);
    for (const { path, info } of upperEntries(upper, directory, style)) {
      hash.update(`${path}\0${info.mode}\0${info.ino}\0${info.ctimeNs}\0${info.mtimeNs}\0${info.size}\0`);
      if (info.isDirectory()) waiting.push(path);
    }
  }
  return hash.digest('hex');
}

class ChangeReader {
  private readonly changes: Change[] = [];
  private readonly inodes = new Set<bigint>();
  private bytes = 0;
  private budget: number;

  constructor(
    private readonly input: JobInput<'read-changes'>,
    private readonly tools: JobTools,
  ) {
    this.budget = input.compareBytes;
  }

  read(fingerprint: string): NonNullable<JobOutput<'read-changes'>> {
    const { upper, base, style, limit } = this.input;
    const root = look(pathIn(upper, ''));
    const before = look(pathIn(base, ''));
    if (root && before) {
      const aspects = this.aspects('', root, before).filter((aspect) => aspect !== 'times');
      if (aspects.length > 0) this.add('', 'changed', root, before, { aspects });
    }
    this.directory('', true, isOpaque(upper, '', style));
    this.changes.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    const omitted = Math.max(0, this.changes.length - limit);
    return { changes: this.changes.slice(0, limit), omitted, bytes: this.bytes, fingerprint };
  }

  /** Everything that changed below a directory that is in upper; `inBase`: base has a directory there, too. */
  private directory(path: string, inBase: boolean, opaque: boolean): void {
    this.tools.tick(0);
    const { upper, base, style } = this.input;
    const seen = new Set<string>();
    for (const entry of upperEntries(upper, path, style)) {
      const before = inBase ? look(pathIn(base, entry.path)) : null;
      seen.add(entry.name);
      if (entry.whiteout) {
        if (before) this.removed(entry.path, before);
      } else this.entry(entry, before, opaque);
    }
    if (!opaque || !inBase) return;
    // An opaque directory hides every name of the image that it has not itself.
    for (const name of namesOf(pathIn(base, path))) {
      if (seen.has(name)) continue;
      const hidden = path === '' ? name : `${path}/${name}`;
      const before = look(pathIn(base, hidden));
      if (before) this.removed(hidden, before);
    }
  }

  private entry({ path, info }: UpperEntry, before: BigIntStats | null, hiding: boolean): void {
    if (info.isFile() && !this.inodes.has(info.ino)) {
      this.inodes.add(info.ino);
      this.bytes += Number(info.size);
    }
    if (info.isDirectory()) {
      this.directoryEntry(path, info, before, hiding);
      return;
    }
    if (!before) {
      this.add(path, 'added', info, null, {});
      return;
    }
    if (typeOf(info) !== typeOf(before)) {
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
    if (aspects.length === 0) return;
    const copiedUp = info.isFile() ? Number(info.size) : 0;
    const hiddenBytes = before.isFile() ? Number(before.size) : 0;
    this.add(path, 'changed', info, before, { aspects, copiedUp, changedBytes, hiddenBytes });
  }

  /** `hiding`: the directory that it is in hides all of the image's; so does this one, without a mark of its own. */
  private directoryEntry(path: string, info: BigIntStats, before: BigIntStats | null, hiding: boolean): void {
    const { upper, style } = this.input;
    if (!before?.isDirectory()) {
      if (before)
        this.add(path, 'changed', info, before, {
          aspects: ['type'],
          hiddenBytes: before.isFile() ? Number(before.size) : 0,
        });
      else this.add(path, 'added', info, null, {});
      this.directory(path, false, false);
      return;
    }
    const aspects = this.aspects(path, info, before);
    const at = this.changes.length;
    this.directory(path, true, hiding || isOpaque(upper, path, style));
    if (aspects.length === 0 && this.changes.length === at) return;
    const onlyParent = aspects.every((aspect) => aspect === 'times');
    this.add(path, 'changed', info, before, { aspects, onlyParent });
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
    const { upper, base } = this.input;
    this.changes.push({
      path,
      kind,
      before: before ? factsOf(pathIn(base, path), before) : null,
      after: after ? factsOf(pathIn(upper, path), after) : null,
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
    const { upper, base } = this.input;
    const found: ChangeAspect[] = [];
    if (info.isSymbolicLink()) {
      if (targetOf(pathIn(upper, path)) !== targetOf(pathIn(base, path))) found.push('target');
    } else if ((info.mode & 0o7777n) !== (before.mode & 0o7777n)) found.push('mode');
    if ((info.isCharacterDevice() || info.isBlockDevice()) && info.rdev !== before.rdev)
      found.push('content');
    if (info.uid !== before.uid || info.gid !== before.gid) found.push('owner');
    if (!sameAttributes(upper, base, path)) found.push('xattrs');
    if (info.mtimeNs !== before.mtimeNs) found.push('times');
    return found;
  }

  /** Bytes in which a file differs from the image's; null where they were not counted and may differ. */
  private differences(path: string, info: BigIntStats, before: BigIntStats): number | null {
    const key = `${info.dev}:${info.ino}:${info.ctimeNs}:${info.size}:${before.dev}:${before.ino}:${before.size}`;
    const known = compared.get(key);
    if (known !== undefined) return known;
    const cost = Number(info.size) + Number(before.size);
    const untouched = info.size === before.size && info.mtimeNs === before.mtimeNs;
    if (cost > this.budget && !untouched) return null;
    this.budget -= cost;
    const { upper, base } = this.input;
    const different = countDifferences(pathIn(upper, path), pathIn(base, path), this.tools);
    if (compared.size >= comparedLimit) compared.clear();
    compared.set(key, different);
    return different;
  }

  /** Bytes of regular files at and below a path of base, hard links once. */
  private sizeOf(path: string, info: BigIntStats): number {
    if (info.isFile()) return Number(info.size);
    if (!info.isDirectory()) return 0;
    const inodes = new Set<bigint>();
    const waiting = [path];
    let sum = 0;
    let looked = 0;
    for (let at = waiting.pop(); at !== undefined && looked < hiddenEntryLimit; at = waiting.pop()) {
      this.tools.tick(0);
      for (const name of namesOf(pathIn(this.input.base, at))) {
        looked++;
        const child = `${at}/${name}`;
        const found = look(pathIn(this.input.base, child));
        if (found?.isDirectory()) waiting.push(child);
        else if (found?.isFile() && !inodes.has(found.ino)) {
          inodes.add(found.ino);
          sum += Number(found.size);
        }
      }
    }
    return sum;
  }
}
