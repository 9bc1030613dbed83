import { problem, problemOf, type RunFault } from '../../../shared/image/problem';
import type { MountPoint, ResolvedPath, ViewMount } from '../../worker/jobs';
import type { Privileged } from '../ground/context';

/**
 * Where in a tree a run's mounts, its working directory and its program are. A tree comes from whoever made the image, and a
 * runtime looks some of these places up as a part of the host (CVE-2019-16884, CVE-2021-30465, CVE-2024-21626 and their
 * like): what is handed to it has no link in it, and leads nowhere but into the tree.
 */

/** Folders of the kernel, where a runtime mounts and makes nodes; those below /dev are in one of its own. */
export const kernelFolders = ['dev', 'proc', 'sys'];
/** Of these only the shared memory may be a place to work in: nothing else is empty to begin with. */
const harmless = /^dev\/shm(?:\/|$)/;

/** What a runtime reads as lists of users and groups. */
const userLists = ['/etc/passwd', '/etc/group'] as const;
/** Bytes that /etc/passwd and /etc/group of an image may have: real ones have a few thousand. */
const userListLimit = 4 << 20;
/** MAX_ARG_STRLEN of Linux, one word or variable with its zero; and what all of them may take with a usual stack (8 MiB). */
const wordLimit = 131_072;
const wordsLimit = 2 << 20;

/** A tree that a command is to run in. */
export interface RunTree {
  readonly privileged: Privileged;
  readonly root: string;
  /** What people call it. */
  readonly name: string;
}

function refused({ name }: RunTree, path: string, reason: RunFault): Error {
  return problem('run-refused', { name, path, reason });
}

const faults: Readonly<Partial<Record<ResolvedPath['kind'], RunFault>>> = {
  loop: 'loop',
  blocked: 'directory',
  'too-long': 'long',
  nul: 'nul',
};

/** Why a path could not be followed to its end; undefined where it could. */
export const faultOf = (kind: ResolvedPath['kind']): RunFault | undefined => faults[kind];

async function resolveAll(
  { privileged, root }: RunTree,
  paths: readonly string[],
  mounts: readonly ViewMount[] = [],
): Promise<readonly ResolvedPath[]> {
  return privileged.pool.run('resolve-inside', { root, paths, opaque: kernelFolders, mounts });
}

/** A path that could be followed to its end. Throws `run-refused`. */
function followed(tree: RunTree, asked: string, found: ResolvedPath | undefined): ResolvedPath {
  const fault = found === undefined ? 'loop' : faultOf(found.kind);
  if (fault !== undefined || found === undefined) throw refused(tree, asked.slice(0, 200), fault ?? 'loop');
  return found;
}

/** What {@link runPlaces} found. */
export interface RunPlaces {
  /** The working directory, absolute. */
  readonly cwd: string;
  /** Where the host's resolv.conf is to be seen, absolute; null for nowhere. */
  readonly resolvConf: string | null;
  /** What a runtime needs to be there in the tree. */
  readonly points: readonly MountPoint[];
  /** The working directory, where it is missing in the tree itself; null else. */
  readonly newFolder: MountPoint | null;
  readonly passwd: string;
  readonly group: string;
}

/**
 * Looks at everything of a tree that a runtime will touch before the command runs, with what will be mounted in it. Users are
 * those of the tree itself. Throws `run-refused` where that would lead out of it, or where something else is in the way.
 */
export async function runPlaces(
  tree: RunTree,
  workingDir: string,
  network: boolean,
  mounts: readonly ViewMount[] = [],
): Promise<RunPlaces> {
  const paths = [...kernelFolders, ...userLists];
  const found = await resolveAll(tree, paths);
  kernelFolders.forEach((folder, i) => {
    const { kind, linked } = followed(tree, `/${folder}`, found[i]);
    if (linked) throw refused(tree, `/${folder}`, 'link');
    if (kind !== 'directory' && kind !== 'missing') throw refused(tree, `/${folder}`, 'directory');
  });
  const [passwd, group] = found.slice(kernelFolders.length);
  const wanted = [workingDir, 'etc/resolv.conf', ...userLists];
  const [work, resolv, ...lists] = await resolveAll(tree, wanted, mounts);
  // With what is mounted over them, or where their links lead.
  userLists.forEach((list, i) => checkUserList(tree, list, lists[i]));
  const cwd = followed(tree, workingDir, work);
  if (cwd.kind === 'opaque' && (!harmless.test(cwd.path) || cwd.path.split('/').includes('..')))
    throw refused(tree, workingDir, 'kernel');
  if (cwd.kind === 'file' || cwd.kind === 'other') throw refused(tree, workingDir, 'directory');
  const covered = mounts.some(({ at }) => `${resolv?.path}/`.startsWith(`${at}/`));
  // What a person mounts there is what the command is to see.
  const resolvConf = network && !covered ? fileToCover(tree, '/etc/resolv.conf', resolv) : null;
  return {
    cwd: `/${cwd.path}`,
    resolvConf: resolvConf === null ? null : `/${resolvConf}`,
    points: [
      ...kernelFolders.map((path) => ({ path, isFolder: true })),
      ...(resolvConf === null ? [] : [{ path: resolvConf, isFolder: false }]),
    ],
    newFolder:
      cwd.kind === 'missing' && !mounts.some(({ at }) => `${cwd.path}/`.startsWith(`${at}/`))
        ? { path: cwd.path, isFolder: true }
        : null,
    passwd: await userList(tree, userLists[0], passwd),
    group: await userList(tree, userLists[1], group),
  };
}

/** Where a file of the host is put over one of the tree. */
function fileToCover(tree: RunTree, asked: string, found: ResolvedPath | undefined): string {
  const { kind, path } = followed(tree, asked, found);
  if (kind === 'opaque') throw refused(tree, asked, 'kernel');
  if (kind !== 'file' && kind !== 'missing') throw refused(tree, asked, 'file');
  return path;
}

/**
 * runc reads the lists of users, too, as root in the container whoever the user is, and to their end: a FIFO would keep it waiting,
 * and a device or a file without end fill the memory. Throws `run-refused` for what is there and no regular file.
 */
function checkUserList(tree: RunTree, asked: string, found: ResolvedPath | undefined): void {
  if (found?.kind === 'opaque') throw refused(tree, asked, 'kernel');
  if (found?.kind === 'directory' || found?.kind === 'other') throw refused(tree, asked, 'file');
}

/**
 * The text of a list of users, '' where there is none (CVE-2026-47262: what a link leads to outside is not read). Throws
 * `run-refused` where it is no regular file, or larger than a list is.
 */
async function userList(tree: RunTree, asked: string, found: ResolvedPath | undefined): Promise<string> {
  const { privileged, root } = tree;
  checkUserList(tree, asked, found);
  // Nothing, or what no runtime can open either.
  if (found?.kind !== 'file') return '';
  try {
    const input = { root, path: found.path, limit: userListLimit };
    const { text, whole } = await privileged.pool.run('read-head', input);
    if (!whole) throw refused(tree, asked, 'users');
    return text;
  } catch (thrown) {
    const { code, facts } = problemOf(thrown);
    // It is gone by now. Anything else is a reason not to start: whoever is looked up in it would be another one.
    if (code === 'file-not-found') return '';
    if (code === 'file-unreadable' && facts.reason === 'EINVAL') throw refused(tree, asked, 'file');
    throw thrown;
  }
}

/**
 * Holds the program's path, the folders in which it is looked for and the size of all words against what the kernel takes
 * and a tree may ask for. A program in a folder of the kernel is no program of the image: `/proc/self/exe` is the runtime
 * itself, `/proc/self/fd/N` what it has open. Throws `run-refused`.
 */
export async function checkWords(
  tree: RunTree,
  {
    args,
    env,
    cwd,
  }: { readonly args: readonly string[]; readonly env: readonly string[]; readonly cwd: string },
  mounts: readonly ViewMount[] = [],
): Promise<void> {
  const sizes = [...args, ...env].map((word) => Buffer.byteLength(word) + 1);
  const total = sizes.reduce((sum, size) => sum + size + 8, 0);
  if (total > wordsLimit || sizes.some((size) => size > wordLimit))
    throw refused(tree, `${total} B`, 'large');
  const withZero = args.find((word) => word.includes('\0'));
  if (withZero !== undefined) throw refused(tree, withZero.slice(0, 200), 'nul');
  const program = args[0] ?? '';
  const folders = env
    .filter((entry) => entry.startsWith('PATH='))
    .flatMap((entry) => entry.slice('PATH='.length).split(':'));
  const places = (program.includes('/') ? [program] : folders).map((path) =>
    path.startsWith('/') ? path : `${cwd}/${path}`,
  );
  const found = await resolveAll(tree, places, mounts);
  const outside = found.find(({ kind }) => kind === 'opaque');
  if (outside) throw refused(tree, `/${outside.path}`.slice(0, 200), 'kernel');
}
