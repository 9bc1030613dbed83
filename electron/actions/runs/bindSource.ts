import { closeSync, constants, fstatSync, openSync, type BigIntStats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { problem, type BindFault } from '../../../shared/image/problem';
import { systemCode } from '../../../shared/image/systemCode';
import { isBelow, mountTable, placeOnDisk, type PlaceOnDisk } from '../../mount/mountTable';
import { objectOf } from '../../mount/mountView';
import { mostLinks } from '../../store/ownWay';
import { isSame, openPath, withTree, type HeldTree } from '../../system/beneath';

/** A source that was found: what is mounted later has to be this very object. */
export interface BindSource {
  /** Absolute, without links. */
  readonly path: string;
  readonly isFolder: boolean;
  /** `DEVICE:INODE` in the form of `stat -c %d:%i`. */
  readonly identity: string;
  /** Lets go of the object: until then its number belongs to nothing else. */
  readonly close: () => void;
}

/** Folders of the kernel: what is in them reaches out of any container. */
const kernel = ['dev', 'proc', 'sys'];
/** File systems of the kernel, wherever they are mounted: a folder for chroot(1) has them, too. */
const kernelTypes = [
  ...['proc', 'sysfs', 'devtmpfs', 'cgroup', 'cgroup2', 'debugfs', 'tracefs', 'securityfs'],
  ...['configfs', 'efivarfs', 'bpf', 'pstore'],
];

/** Says why a source is refused. */
type Refuse = (reason: BindFault, cause?: unknown) => Error;

/**
 * Finds a source, links followed: each name is looked up in a folder that is held open. A link that somebody else made in a sticky
 * folder for everybody is not followed, as the kernel's own rule is (`fs.protected_symlinks`). In `kept` are folders that no command may
 * see: a source is neither in them nor around them, by whatever mount it is reached; nor is, with `recursive`, what is mounted
 * below it. Throws `bind-refused`.
 */
export async function openBindSource(
  typed: string,
  kept: readonly string[],
  recursive = true,
): Promise<BindSource> {
  const refuse: Refuse = (reason, cause) => problem('bind-refused', { path: typed, reason }, { cause });
  if (typed === '' || typed.includes('\0')) throw refuse('missing');
  const found = find(typed, refuse);
  try {
    const { info } = found;
    if (kernel.includes(found.path.split('/')[1] ?? '')) throw refuse('kernel');
    if (info.isCharacterDevice() || info.isBlockDevice()) throw refuse('device');
    for (const folder of kept) {
      const own = await stat(folder, { bigint: true }).catch(() => null);
      if (own === null) continue;
      if (await isOnTheWay(own, found.path)) throw refuse('store');
      if (info.isDirectory() && (await isOnTheWay(info, folder))) throw refuse('around');
    }
    await checkMounts(found, kept, recursive, refuse);
    return {
      path: found.path,
      isFolder: info.isDirectory(),
      identity: objectOf(info),
      close: () => closeSync(found.fd),
    };
  } catch (thrown) {
    closeSync(found.fd);
    throw thrown;
  }
}

interface Found {
  readonly path: string;
  readonly info: BigIntStats;
  readonly fd: number;
}

function find(typed: string, refuse: Refuse): Found {
  try {
    return withTree('/', (tree) => follow(tree, resolve(typed), refuse));
  } catch (cause) {
    // The current folder is gone, a name is too long, or a folder is not ours to enter.
    const code = systemCode(cause);
    if (code === 'EACCES' || code === 'EPERM') throw refuse('denied', cause);
    throw code === undefined ? cause : refuse('missing', cause);
  }
}

/** Follows a path to its end and holds what is there. */
function follow(tree: HeldTree, path: string, refuse: Refuse): Found {
  const waiting = path.split('/').reverse();
  const at: string[] = [];
  let links = 0;
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      at.pop();
      continue;
    }
    const folder = at.join('/');
    at.push(name);
    const info = tree.look(at.join('/'));
    if (info === null) throw refuse('missing');
    if (!info.isSymbolicLink()) continue;
    if (++links > mostLinks) throw refuse('missing');
    if (isTrap(info, tree.look(folder))) throw refuse('link');
    const target = tree.target(at.join('/'));
    at.pop();
    if (target.startsWith('/')) at.length = 0;
    waiting.push(...target.split('/').reverse());
  }
  const whole = at.join('/');
  if (whole === '') throw refuse('around');
  const info = tree.look(whole);
  if (info === null) throw refuse('missing');
  // O_PATH with O_NOFOLLOW: what is there is named, and neither read nor, if it is a device, opened.
  const fd = openSync(tree.at(whole), openPath | constants.O_NOFOLLOW);
  if (isSame(fstatSync(fd, { bigint: true }), info)) return { path: `/${whole}`, info, fd };
  closeSync(fd);
  throw refuse('changed');
}

/** Whether a link may have been left in a folder for everybody by somebody else than who follows it, or whose folder it is. */
function isTrap(link: BigIntStats, folder: BigIntStats | null): boolean {
  if (folder === null || (folder.mode & 0o1002n) !== 0o1002n) return false;
  return link.uid !== folder.uid && link.uid !== BigInt(process.geteuid?.() ?? 0);
}

/** Whether an object is a path or a folder above it. */
async function isOnTheWay(object: BigIntStats, path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    const info = await stat(at, { bigint: true }).catch(() => null);
    if (info && objectOf(info) === objectOf(object)) return true;
    if (at === dirname(at)) return false;
  }
}

/**
 * The same by where things lie in their file systems: a folder of the store that is mounted elsewhere as well has no way up to the
 * store there, and a folder may have anything mounted below it.
 */
async function checkMounts(
  { path, fd, info }: Found,
  kept: readonly string[],
  recursive: boolean,
  refuse: Refuse,
): Promise<void> {
  const table = mountTable();
  const places = await Promise.all(kept.map((folder) => placeOf(folder, table)));
  const own = places.filter((place) => place !== null);
  const source = placeOnDisk(fd, path, table);
  if (source && kernelTypes.includes(source.type)) throw refuse('kernel');
  if (source && own.some((place) => isIn(source, place))) throw refuse('store');
  if (!info.isDirectory()) return;
  if (source && own.some((place) => isIn(place, source))) throw refuse('around');
  if (!recursive) return;
  for (const { point, type, device, root } of table) {
    if (point === path || !isBelow(point, path)) continue;
    if (kernelTypes.includes(type)) throw refuse('kernel');
    const there = { device, path: root, type };
    if (own.some((place) => isIn(there, place) || isIn(place, there))) throw refuse('around');
  }
}

const isIn = (inner: PlaceOnDisk, outer: PlaceOnDisk): boolean =>
  inner.device === outer.device && isBelow(inner.path, outer.path);

/** Where a folder lies; null where there is none. */
async function placeOf(folder: string, table: ReturnType<typeof mountTable>): Promise<PlaceOnDisk | null> {
  const path = await realpath(folder).catch(() => null);
  if (path === null) return null;
  const fd = openSync(path, openPath | constants.O_NOFOLLOW);
  try {
    return placeOnDisk(fd, path, table);
  } finally {
    closeSync(fd);
  }
}
