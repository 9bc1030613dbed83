import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, realpathSync, rmdirSync, statfsSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { problem, ProblemError } from '../../shared/image/problem';
import { fullFacts, systemCode } from '../../shared/image/systemCode';
import { attachMount, makeMount, mountAttributes } from '../system/apartMounts';
import { dropBeneath } from '../system/removeBeneath';
import { inDirectory, mount, mountFlags, unmount } from '../system/syscalls';
import type { JobInput, JobOutput, LabelledMount, LowerLayer, TreeStyle } from '../worker/jobs';
import { withLowerLayers } from './lowerLayers';
import { mountsAnywhere, mountTable, type MountedThere } from './mountTable';
import { userOf, writerOf } from './mountUsers';

/** How long the programs of FUSE may take: they are done in a moment where nothing hangs. */
const patience = { timeout: 60_000, killSignal: 'SIGKILL' } as const;

/** How long a mount may take to go with the process that was killed, and how often it is looked at, milliseconds. */
const [dying, pause] = [2000, 25] as const;

/** A mount that only looks must not hand out rights: setuid bits and devices of an image mean nothing in it. */
const guarded = mountFlags.noSuid | mountFlags.noDev;

/**
 * What our overlays say they are mounted from: that they are ours, and what for. A store may have come from elsewhere, with records
 * and links that lead to mounts of the host, or of another store: only what says this is ever taken for ours, or unmounted.
 */
const sourceOf = (label: string): string => `stratigraph:${label}`;

function codeOf(cause: unknown): string {
  return systemCode(cause) ?? String(cause);
}

/**
 * Overlay options. Copied-up files are whole (`metacopy=off`) and directories are never redirected
 * (`redirect_dir=nofollow`), so that an upper directory says all there is to know in terms of the OCI layer format.
 */
function overlayOptions(style: TreeStyle): string[] {
  const own = style.attributes === 'user' ? ['userxattr'] : ['index=off'];
  return ['redirect_dir=nofollow', 'metacopy=off', ...own];
}

/**
 * Runs `work` in a folder of short links to the directories of an overlay: mount options must fit in one page, and a path
 * may hold the commas and colons that separate them. The mount keeps the directories, not the links.
 */
function withLinks<T>(
  lower: readonly string[],
  { place: links, upper, work }: Pick<JobInput<'mount-overlay'>, 'place' | 'upper' | 'work'>,
  run: (links: string, options: string[]) => T,
): T {
  mkdirSync(links, { mode: 0o700 });
  try {
    lower.forEach((path, i) => symlinkSync(path, join(links, i.toString(36))));
    const options = [`lowerdir=${lower.map((_, i) => i.toString(36)).join(':')}`];
    if (upper !== null && work !== null) {
      symlinkSync(upper, join(links, 'upper'));
      symlinkSync(work, join(links, 'work'));
      options.push('upperdir=upper', 'workdir=work');
    }
    return run(links, options);
  } finally {
    dropBeneath(links);
  }
}

const isDirectory = (layer: LowerLayer): layer is string => typeof layer === 'string';

/** The job `mount-overlay`. */
export function mountOverlay(input: JobInput<'mount-overlay'>): JobOutput<'mount-overlay'> {
  const { lower } = input;
  try {
    checkUnused(input);
    if (lower.every(isDirectory)) mountDirectories(lower, input);
    else mountImages(input);
  } catch (cause) {
    throw mountProblem(cause, input);
  }
  return null;
}

/** What it means that something could not be mounted: also what is made for it may lack room. */
function mountProblem(
  cause: unknown,
  { target, place, lower, upper, style }: JobInput<'mount-overlay'>,
): ProblemError {
  if (cause instanceof ProblemError) return cause;
  const reason = codeOf(cause);
  // mount(2) itself says ENOSPC where there are too many mounts, too.
  const { syscall = '' } = cause as NodeJS.ErrnoException;
  const isSure = reason === 'ENOSPC' && ['mkdir', 'symlink', 'open', 'write'].includes(syscall);
  const lacksRoom =
    isSure || reason === 'EDQUOT' || (reason === 'ENOSPC' && isFull(dirname(place), lower.length));
  const full = lacksRoom ? fullFacts(reason, basename(target)) : null;
  if (full) return problem('disk-full', full, { cause });
  const kernel = style.whiteouts === 'device';
  const system = upper !== null && kernel && unfitCodes.includes(reason) ? unfitSystem(upper) : null;
  return problem('mount-failed', { target, reason, ...(system !== null && { system }) }, { cause });
}

/** What mount(2) says of a file system that it does not write an overlay on. */
const unfitCodes: readonly string[] = ['EINVAL', 'ENOSYS', 'EOPNOTSUPP', 'ENOTSUP'];

/** File systems on which overlayfs writes nothing, whatever its options, by their numbers (statfs(2)). */
const unfitSystems: ReadonlyMap<number, string> = new Map([
  [0x65735546, 'FUSE'],
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x01021997, '9p'],
  [0x4d44, 'FAT'],
  [0x2011bab0, 'exFAT'],
  [0x794c7630, 'overlayfs'],
]);

/** The file system of a folder, where overlayfs writes nothing on it; null for another. */
function unfitSystem(folder: string): string | null {
  try {
    return unfitSystems.get(statfsSync(folder).type >>> 0) ?? null;
  } catch {
    return null;
  }
}

/** Whether there is hardly room for what a mount of so many layers needs: what was made for it is gone by now. */
function isFull(folder: string, layers: number): boolean {
  const { bavail, files, ffree } = statfsSync(folder);
  const few = layers + 16;
  return bavail < few || (files > 0 && ffree < few);
}

/**
 * Throws `mount-busy` where another overlay has the upper directory, of which the kernel only warns: what is written by both is lost, or in
 * a layer that was made meanwhile. It may be one that was detached while somebody was in it, or a container's, so that no mount point
 * shows it. The kernel itself is asked: with an index it refuses (Linux, fs/overlayfs/super.c, ovl_report_in_use), and of an upper directory
 * that is free, too, no overlay can be made with that for its work directory.
 */
function checkUnused({ target, place, upper, style }: JobInput<'mount-overlay'>): void {
  if (upper === null || style.whiteouts === 'file') return;
  const own = style.attributes === 'user' ? ['userxattr'] : [];
  const isUsed = (): boolean =>
    withLinks([place], { place, upper, work: upper }, (links, options) =>
      inDirectory(links, () => {
        try {
          mount('none', target, 'overlay', guarded, [...options, 'index=on', ...own].join(','));
        } catch (cause) {
          return codeOf(cause) === 'EBUSY';
        }
        unmount(target);
        return false;
      }),
    );
  // What a process had that was killed a moment ago is given up while it ends.
  for (let waited = 0; isUsed(); waited += pause) {
    if (waited >= dying) throw problem('mount-busy', { target, process: '' });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pause);
  }
}

function mountDirectories(lower: readonly string[], input: JobInput<'mount-overlay'>): void {
  const { target, label, upper, style } = input;
  withLinks(lower, input, (links, options) => {
    if (style.whiteouts === 'file') mountFuse(links, { target, label }, options);
    else
      inDirectory(links, () =>
        mount(
          sourceOf(label),
          target,
          'overlay',
          guarded | (upper === null ? mountFlags.readOnly : 0),
          [...options, ...overlayOptions(style)].join(','),
        ),
      );
  });
}

/** The overlay is made where its layers are mounted, which nobody sees, and then attached where everybody does. */
function mountImages({ target, place, label, lower, upper, work, style }: JobInput<'mount-overlay'>): void {
  mkdirSync(place, { mode: 0o700 });
  try {
    const made = withLowerLayers(place, [...lower, ...above(upper, work)], (names) =>
      makeMount('overlay', optionsFor(names, label, upper === null, style), attributesFor(upper === null)),
    );
    attachMount(made, target);
  } finally {
    rmdirSync(place);
  }
}

const above = (upper: string | null, work: string | null): string[] =>
  upper === null || work === null ? [] : [upper, work];

function attributesFor(readOnly: boolean): number {
  const { noSuid, noDev } = mountAttributes;
  return noSuid | noDev | (readOnly ? mountAttributes.readOnly : 0);
}

/** Options one by one: each value may have 255 bytes, all of them as many as they need. */
function optionsFor(
  names: readonly string[],
  label: string,
  readOnly: boolean,
  style: TreeStyle,
): (readonly [key: string, value: string | null])[] {
  const lower = readOnly ? names : names.slice(0, -2);
  const [upper = '', work = ''] = names.slice(-2);
  return [
    ['source', sourceOf(label)],
    ...lower.map((name) => ['lowerdir+', name] as const),
    ...(readOnly ? [['ro', null] as const] : [['upperdir', upper] as const, ['workdir', work] as const]),
    ...overlayOptions(style).map((option): readonly [string, string | null] => {
      const [key = '', value = null] = option.split('=');
      return [key, value];
    }),
  ];
}

/**
 * fuse-overlayfs in the kernel's place, for systems without user namespaces; it stays behind as a daemon. It takes no name for
 * what it mounts, and gives its own: that is the name by which it is called.
 */
function mountFuse(links: string, { target, label }: LabelledMount, options: readonly string[]): void {
  const words = ['-o', [...options, 'nosuid', 'nodev'].join(','), target];
  const stdio = ['ignore', 'ignore', 'pipe'] as const;
  const argv0 = sourceOf(label);
  const ended = spawnSync('fuse-overlayfs', words, { cwd: links, argv0, stdio: [...stdio], ...patience });
  if (ended.error) throw ended.error;
  if (ended.status === 0 && isOurs({ target, label })) return;
  const said = ended.stderr.toString().trim().split('\n').at(-1) ?? '';
  throw Object.assign(new Error(said), { code: said === '' ? 'fuse-overlayfs' : `“${said}”` });
}

/** The job `unmount`: what is mounted there and is not ours stays. */
export function unmountTree({ target, label, lazy }: JobInput<'unmount'>): JobOutput<'unmount'> {
  if (!isOurs({ target, label })) return null;
  try {
    unmount(target, lazy);
  } catch (cause) {
    const code = codeOf(cause);
    // Not a mount point, or not there at all.
    if (code === 'EINVAL' || code === 'ENOENT') return null;
    if (code === 'EBUSY') throw problem('mount-busy', { target, process: userOf(target) }, { cause });
    if (code === 'EPERM') return unmountFuse(target, lazy);
    throw problem('mount-failed', { target, reason: code }, { cause });
  }
  return null;
}

function unmountFuse(target: string, lazy: boolean): null {
  try {
    execFileSync('fusermount3', ['-u', ...(lazy ? ['-z'] : []), '--', target], {
      stdio: 'pipe',
      ...patience,
    });
  } catch (cause) {
    const busy = String((cause as { stderr?: Buffer }).stderr ?? '').includes('busy');
    if (busy) throw problem('mount-busy', { target, process: userOf(target) }, { cause });
    throw problem('mount-failed', { target, reason: 'fusermount3' }, { cause });
  }
  return null;
}

/**
 * The job `freeze-overlay`. Throws `mount-busy`, also for what somebody has mounted in the tree: that would go with it when the
 * tree is mounted anew, and what is in it is in no layer.
 */
export function freezeOverlay({ target, frozen }: JobInput<'freeze-overlay'>): JobOutput<'freeze-overlay'> {
  const inner = frozen ? mountsIn(target)[0] : undefined;
  if (inner !== undefined) throw problem('mount-busy', { target, process: `mount (${inner})` });
  // fuse-overlayfs cannot be remounted; its commits read files that may change under them, and say so if they do.
  if (isFuse(target)) return null;
  const flags = mountFlags.remount | guarded | (frozen ? mountFlags.readOnly : 0);
  try {
    mount('overlay', target, 'overlay', flags);
  } catch (cause) {
    if (codeOf(cause) === 'EBUSY')
      throw problem('mount-busy', { target, process: writerOf(target) }, { cause });
    throw problem('mount-failed', { target, reason: codeOf(cause) }, { cause });
  }
  return null;
}

function mountPoints(): string[] {
  return mountTable().map(({ point }) => point);
}

/** What is on top at a path, which may lead through links to where it is; null for nothing. */
function mountedAt(target: string): MountedThere | null {
  let place = target;
  try {
    place = join(realpathSync(dirname(target)), basename(target));
  } catch {
    // Nothing is there, and so is no mount.
  }
  return mountTable().findLast(({ point }) => point === place) ?? null;
}

function isFuse(target: string): boolean {
  return mountedAt(target)?.type.startsWith('fuse') === true;
}

/** Whether what is on top at a path is our mount with this label. */
function isOurs({ target, label }: LabelledMount): boolean {
  const there = mountedAt(target);
  const source = sourceOf(label);
  return there?.source === source && (there.type === 'overlay' || there.type === `fuse.${source}`);
}

/** The job `are-mounted`. */
export function areMounted({ mounts }: JobInput<'are-mounted'>): JobOutput<'are-mounted'> {
  return mounts.map(isOurs);
}

/** The job `mounted-anywhere`: whether mounts with these labels are in some mount namespace, wherever. */
export function mountedAnywhere({ labels }: JobInput<'mounted-anywhere'>): JobOutput<'mounted-anywhere'> {
  const sources = new Set(mountsAnywhere().map(({ source }) => source));
  return labels.map((label) => sources.has(sourceOf(label)));
}

/** Mount points in a tree, as paths in it. */
function mountsIn(target: string): string[] {
  const top = mountedAt(target)?.point ?? target;
  return mountPoints()
    .filter((point) => point.startsWith(`${top}/`))
    .map((point) => point.slice(top.length));
}

/** The job `list-mounts`. */
export function listMounts({ below }: JobInput<'list-mounts'>): JobOutput<'list-mounts'> {
  const found = mountPoints().filter((point) => point === below || point.startsWith(`${below}/`));
  return found.sort((a, b) => b.length - a.length);
}
