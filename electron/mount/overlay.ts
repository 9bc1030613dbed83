import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { problem } from '../../shared/image/problem';
import { inDirectory, mount, mountFlags, unmount } from '../system/syscalls';
import type { JobInput, JobOutput, TreeStyle } from '../worker/jobs';
import { userOf, writerOf } from './mountUsers';

/** A mount that only looks must not hand out rights: setuid bits and devices of an image mean nothing in it. */
const guarded = mountFlags.noSuid | mountFlags.noDev;

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? String(cause);
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
  { lower, upper, work }: Pick<JobInput<'mount-overlay'>, 'lower' | 'upper' | 'work'>,
  run: (links: string, options: string[]) => T,
): T {
  const links = mkdtempSync(join(tmpdir(), 'stratigraph-mount-'));
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
    rmSync(links, { recursive: true, force: true });
  }
}

/** The job `mount-overlay`. */
export function mountOverlay(input: JobInput<'mount-overlay'>): JobOutput<'mount-overlay'> {
  const { target, upper, style } = input;
  withLinks(input, (links, options) => {
    try {
      if (style.whiteouts === 'file') mountFuse(links, target, options);
      else
        inDirectory(links, () =>
          mount(
            'overlay',
            target,
            'overlay',
            guarded | (upper === null ? mountFlags.readOnly : 0),
            [...options, ...overlayOptions(style)].join(','),
          ),
        );
    } catch (cause) {
      throw problem('mount-failed', { target, reason: codeOf(cause) }, { cause });
    }
  });
  return null;
}

/** fuse-overlayfs in the kernel's place, for systems without user namespaces; it stays behind as a daemon. */
function mountFuse(links: string, target: string, options: readonly string[]): void {
  execFileSync('fuse-overlayfs', ['-o', [...options, 'nosuid', 'nodev'].join(','), target], {
    cwd: links,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** The job `unmount`. */
export function unmountTree({ target, lazy }: JobInput<'unmount'>): JobOutput<'unmount'> {
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
  if (!mountPoints().includes(target)) return null;
  try {
    execFileSync('fusermount3', ['-u', ...(lazy ? ['-z'] : []), '--', target], { stdio: 'pipe' });
  } catch (cause) {
    const busy = String((cause as { stderr?: Buffer }).stderr ?? '').includes('busy');
    if (busy) throw problem('mount-busy', { target, process: userOf(target) }, { cause });
    throw problem('mount-failed', { target, reason: 'fusermount3' }, { cause });
  }
  return null;
}

/** The job `freeze-overlay`. */
export function freezeOverlay({ target, frozen }: JobInput<'freeze-overlay'>): JobOutput<'freeze-overlay'> {
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

/** Mount points and file system types of this namespace (proc(5), mountinfo). Space, tab and backslash come as octal. */
function mountTable(): { readonly point: string; readonly type: string }[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return lines.flatMap((line) => {
    const fields = line.split(' ');
    const point = fields[4]?.replace(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(parseInt(octal, 8)),
    );
    return point === undefined ? [] : [{ point, type: fields[fields.indexOf('-') + 1] ?? '' }];
  });
}

function mountPoints(): string[] {
  return mountTable().map(({ point }) => point);
}

function isFuse(target: string): boolean {
  return mountTable().some(({ point, type }) => point === target && type.startsWith('fuse'));
}

/** The job `list-mounts`. */
export function listMounts({ below }: JobInput<'list-mounts'>): JobOutput<'list-mounts'> {
  const found = mountPoints().filter((point) => point === below || point.startsWith(`${below}/`));
  return found.sort((a, b) => b.length - a.length);
}
