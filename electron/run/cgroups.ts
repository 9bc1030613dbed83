import { existsSync, readFileSync, rmdirSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Which cgroups this machine shows (cgroups(7)): one tree of the second kind, trees of the first, both side by side, none.
 * A runtime works in some of these only, and device rules hold in some of these only.
 */
export type CgroupTree = 'v2' | 'v1' | 'hybrid' | 'none';

const cgroupFolder = '/sys/fs/cgroup';
const tmpfsMagic = 0x01021994;
const cgroup2Magic = 0x63677270;

function fileSystemOf(path: string): number {
  try {
    return statfsSync(path).type;
  } catch {
    return 0;
  }
}

/** Whether a tree of the first kind is mounted (mountinfo of proc(5)). */
function hasFirstKind(): boolean {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .some((line) => line.includes(` ${cgroupFolder}/`) && line.includes(' - cgroup '));
  } catch {
    return false;
  }
}

/** The cgroups of this machine as they are now. */
export function cgroupTree(): CgroupTree {
  const type = fileSystemOf(cgroupFolder);
  if (type === cgroup2Magic) return 'v2';
  if (type !== tmpfsMagic || !hasFirstKind()) return 'none';
  return existsSync(`${cgroupFolder}/unified`) ? 'hybrid' : 'v1';
}

/** A tree of cgroups that is mounted: where, from which of its groups down, and what it is for (mountinfo of proc(5)). */
interface MountedTree {
  readonly point: string;
  readonly root: string;
  readonly kind: 'v1' | 'v2';
  readonly options: readonly string[];
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function mountedTrees(): MountedTree[] {
  return linesOf('/proc/self/mountinfo').flatMap((line): MountedTree[] => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root = '', point = ''] = before.split(' ');
    const [type, , options = ''] = after.split(' ');
    if (type !== 'cgroup' && type !== 'cgroup2') return [];
    if (point !== cgroupFolder && !point.startsWith(`${cgroupFolder}/`)) return [];
    return [{ point, root, kind: type === 'cgroup' ? 'v1' : 'v2', options: options.split(',') }];
  });
}

/**
 * The cgroup of this process in every tree, as a folder: what it is limited to holds below it alone (cgroups(7),
 * "/proc/[pid]/cgroup").
 */
function ownCgroups(): { readonly kind: 'v1' | 'v2'; readonly folder: string; readonly path: string }[] {
  const trees = mountedTrees();
  return linesOf('/proc/self/cgroup').flatMap((line) => {
    const [, number = '', controllers = '', path = ''] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === '' || path.split('/').includes('..')) return [];
    const names = controllers.split(',');
    const tree = trees.find(({ kind, options }) =>
      number === '0' ? kind === 'v2' : kind === 'v1' && names.every((name) => options.includes(name)),
    );
    if (!tree) return [];
    const isBelow = tree.root === '/' || path === tree.root || path.startsWith(`${tree.root}/`);
    if (!isBelow) return [];
    const inner = tree.root === '/' ? path : path.slice(tree.root.length);
    return [{ kind: tree.kind, folder: join(tree.point, inner), path }];
  });
}

/** Where a run's cgroups are: below those of this process, so that whatever limits it limits the run. */
export interface RunCgroups {
  /** What a runtime is told (runtime-spec, config-linux.md "Cgroups Path"). */
  readonly path: string;
  readonly folders: readonly string[];
}

/** What the files of a group of the second kind hold where it limits nothing (Documentation/admin-guide/cgroup-v2.rst). */
const unlimited: Readonly<Record<string, RegExp>> = {
  'memory.max': /^max$/,
  'memory.high': /^max$/,
  'memory.swap.max': /^max$/,
  'cpu.max': /^max\b/,
  'pids.max': /^max$/,
  'io.max': /^$/,
  'cpuset.cpus': /^$/,
};

/** Whether a group of the second kind limits who is in it; `read` gives the text of its file of a name, null where it has none. */
export function isLimited(read: (file: string) => string | null): boolean {
  return Object.entries(unlimited).some(([file, free]) => {
    const text = read(file);
    return text !== null && !free.test(text.trim());
  });
}

/**
 * Where below the tree of the second kind a run's group is made: below our own; by crun beside it, since crun makes none below a
 * group that has processes, but for the root (measured with 1.8.1 and Linux 6.1; it leaves that group half threaded, too). Null
 * where that would leave limits that hold for us: then there is no group for a run.
 */
export function groupAbove(own: string, runtime: string, limited: boolean): string | null {
  if (runtime !== 'crun' || own === '/') return own;
  return limited ? null : dirname(own);
}

const onlySecond = (): { readonly folder: string; readonly path: string } | null =>
  (cgroupTree() === 'v2' && ownCgroups().find(({ kind }) => kind === 'v2')) || null;

function groupAboveRun({ name }: { readonly name: string }): string | null {
  const own = onlySecond();
  if (own === null) return null;
  const read = (file: string): string | null => {
    const path = join(own.folder, file);
    return existsSync(path) ? linesOf(path).join('\n') : null;
  };
  return groupAbove(own.path, name, name === 'crun' && own.path !== '/' && isLimited(read));
}

/** Whether a runtime can be asked for a cgroup here without leaving limits, or ours changed. */
export const mayHaveCgroup = (runtime: { readonly name: string }): boolean =>
  onlySecond() === null || groupAboveRun(runtime) !== null;

/**
 * The cgroups of a run with this ID. In trees of the first kind runc takes a relative path from its own cgroup in each of them; in
 * the one of the second kind from the group beside it. crun takes every path from the root; see {@link groupAbove}.
 */
export function cgroupsFor(id: string, { name }: { readonly name: string }): RunCgroups {
  const own = ownCgroups();
  const above = groupAboveRun({ name });
  const mine = onlySecond();
  if (mine !== null && above !== null) {
    // The folder of a group is that of ours, or the one above.
    const folder = above === mine.path ? mine.folder : dirname(mine.folder);
    return { path: join(above, id), folders: [join(folder, id)] };
  }
  const folders = own.map(({ folder }) => join(folder, id));
  const main = own.find(({ kind }) => kind === 'v2' && cgroupTree() === 'v2') ?? own[0];
  const isRelative = name === 'runc' && cgroupTree() !== 'v2';
  return { path: isRelative ? id : join(main?.path ?? '/', id), folders };
}

/**
 * Whether the cgroups of a run can count its processes: a tree of the first kind does that, or the group below which the run's is
 * made offers it (`cgroup.controllers` of the second kind). Null where there are none and the runtime gets its own; crun gets none
 * where both kinds are side by side.
 */
export function countsProcesses({ name }: { readonly name: string }): boolean | null {
  const tree = cgroupTree();
  if (tree === 'none') return null;
  if (tree === 'hybrid' && name === 'crun') return false;
  if (tree !== 'v2')
    return mountedTrees().some(({ kind, options }) => kind === 'v1' && options.includes('pids'));
  const own = onlySecond();
  const folder = own?.folder ?? cgroupFolder;
  const above = own === null || groupAboveRun({ name }) === own.path ? folder : dirname(folder);
  return (linesOf(join(above, 'cgroup.controllers'))[0] ?? '').split(' ').includes('pids');
}

/** Of a list that was written down, what can be a cgroup of this run. */
export function recordedCgroups(id: string, folders: unknown): readonly string[] {
  if (!Array.isArray(folders)) return [];
  return folders.filter(
    (each): each is string =>
      typeof each === 'string' &&
      each.startsWith(`${cgroupFolder}/`) &&
      each.endsWith(`/${id}`) &&
      !each.split('/').includes('..'),
  );
}

/**
 * Removes the empty cgroups of a run: a runtime that could not make one ready leaves it (crun, where it may not load a program for
 * devices).
 */
export function removeCgroups(folders: readonly string[]): void {
  for (const folder of folders)
    try {
      rmdirSync(folder);
    } catch {
      // There is none, or somebody is in it.
    }
}
