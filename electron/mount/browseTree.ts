import { closeSync, constants, mkdirSync, openSync, readSync, symlinkSync, type BigIntStats } from 'node:fs';
import { problem, problemOf } from '../../shared/image/problem';
import { accessListName, modeWithoutList } from '../../shared/layer/accessList';
import { below, encodeName, normalisePath } from '../../shared/layer/entryPath';
import { compareContents } from '../index/compareContents';
import { leadsNowhere, withTree, type FsPath, type HeldTree, type OpenFile } from '../system/beneath';
import { copyData } from '../system/holes';
import { dropBeneath } from '../system/removeBeneath';
import { getAttribute } from '../system/syscalls';
import { RoomWatch } from '../worker/freeSpace';
import { diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput, ListedEntry } from '../worker/jobs';
import { factsOf, namesIn, targetOf } from './treeReader';

/** An object that was asked for: the tree that it is in, where, and what it is. */
interface Asked {
  readonly tree: HeldTree;
  readonly path: string;
  readonly info: BigIntStats;
}

/**
 * Runs `work` with the object at a path that came from a window or a command line, in a tree that is held open: nobody can
 * lead us elsewhere. Throws `file-unreadable`, `file-not-found`.
 */
function withAsked<T>(root: string, path: string, work: (asked: Asked) => T): T {
  const normal = normalisePath(path);
  if (normal === null || normal.includes('\0')) throw problem('file-unreadable', { path, reason: 'EINVAL' });
  try {
    return withTree(root, (tree) => {
      const info = tree.look(normal);
      if (info === null) throw problem('file-not-found', { path: `/${normal}` });
      return work({ tree, path: normal, info });
    });
  } catch (cause) {
    if (leadsNowhere(cause)) throw problem('file-not-found', { path: `/${normal}` }, { cause });
    throw cause;
  }
}

/** The job `list-directory`. */
export function listDirectory({
  root,
  path,
  limit,
}: JobInput<'list-directory'>): JobOutput<'list-directory'> {
  return withAsked(root, path, ({ tree, path: asked, info }) => {
    if (!info.isDirectory()) throw problem('file-unreadable', { path: `/${asked}`, reason: 'ENOTDIR' });
    try {
      const found: ListedEntry[] = [];
      for (const name of tree.names(asked).slice(0, limit)) {
        const at = below(asked, name);
        const listed = tree.look(at);
        if (listed) found.push({ name, ...factsOf(tree, at, listed) });
      }
      return found;
    } catch (cause) {
      throw diskProblem(cause, `/${asked}`, 'read');
    }
  });
}

/** The job `copy-out`. */
export function copyOut(input: JobInput<'copy-out'>, tools: JobTools): JobOutput<'copy-out'> {
  const { target, label } = input;
  return withAsked(input.root, input.path, ({ tree, path, info }) => {
    try {
      if (info.isDirectory()) return copyDirectory(tree, path, target, tools);
      const bytes = copyNode(tree, path, { info, target }, tools);
      if (bytes === null) throw problem('file-unreadable', { path: `/${path}`, reason: 'another-kind' });
      return { bytes, leftOut: { count: 0, first: '' } };
    } catch (cause) {
      dropBeneath(target);
      throw diskProblem(cause, label, 'write');
    }
  });
}

/** Copies a directory and what is in it, as the person's own: no owners, no special bits; what is left out is counted. */
function copyDirectory(tree: HeldTree, path: string, draft: string, tools: JobTools): JobOutput<'copy-out'> {
  mkdirSync(draft, { mode: 0o700 });
  return withTree(draft, (copy) => {
    let bytes = 0;
    const leftOut = { count: 0, first: '' };
    const waiting = [{ from: path, to: '' }];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { from, to } = next;
      const names = namesIn(tree, from);
      tools.tick(0);
      for (const name of names) {
        const source = below(from, name);
        const info = tree.look(source);
        if (!info) continue;
        const target = below(to, name);
        if (info.isDirectory()) {
          mkdirSync(copy.at(target), { mode: 0o700 });
          waiting.push({ from: source, to: target });
          continue;
        }
        const copied = copyNode(tree, source, { info, target: copy.at(target) }, tools);
        bytes += copied ?? 0;
        if (copied === null && leftOut.count++ === 0) leftOut.first = source;
      }
    }
    return { bytes, leftOut };
  });
}

/** Copies what is no directory; null where nothing can be copied: a device, or what is something else by now. */
function copyNode(
  tree: HeldTree,
  path: string,
  { info, target }: { readonly info: BigIntStats; readonly target: FsPath },
  tools: JobTools,
): number | null {
  if (info.isFile()) return copyFile(tree, path, target, tools);
  const link = info.isSymbolicLink() ? targetOf(tree, path) : '';
  if (link === '') return null;
  symlinkSync(Buffer.from(encodeName(link)), target);
  return 0;
}

/** A file, open for reading; null where something else is by now, or nothing. */
function fileOf(tree: HeldTree, path: string): OpenFile | null {
  try {
    return tree.file(path);
  } catch (thrown) {
    if (leadsNowhere(thrown)) return null;
    throw thrown;
  }
}

function copyFile(tree: HeldTree, path: string, target: FsPath, tools: JobTools): number | null {
  const open = fileOf(tree, path);
  if (open === null) return null;
  const { fd: input, info } = open;
  try {
    const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const mode = modeWithoutList(Number(info.mode), getAttribute(input, accessListName));
    const output = openSync(target, flags, (mode & 0o755) | 0o600);
    try {
      const room = new RoomWatch(`/proc/self/fd/${output}`, `/${path}`);
      // No more than there was: one that grows as it is read would have no end.
      return copyData(input, output, Number(info.size), (bytes) => {
        tools.tick(bytes);
        room.take(bytes);
      });
    } finally {
      closeSync(output);
    }
  } finally {
    closeSync(input);
  }
}

/** The job `read-head`. */
export function readHead({ root, path, limit }: JobInput<'read-head'>): JobOutput<'read-head'> {
  return withAsked(root, path, (asked) => {
    const open = asked.info.isFile() ? asked.tree.file(asked.path) : null;
    if (open === null) throw problem('file-unreadable', { path: `/${asked.path}`, reason: 'EINVAL' });
    const { fd } = open;
    try {
      const buffer = Buffer.alloc(limit);
      let filled = 0;
      for (let read = -1; read !== 0 && filled < limit; filled += read)
        read = readSync(fd, buffer, filled, limit - filled, null);
      const whole = filled < limit || readSync(fd, Buffer.alloc(1), 0, 1, null) === 0;
      return { text: buffer.subarray(0, filled).toString('utf8'), whole };
    } catch (cause) {
      throw diskProblem(cause, `/${asked.path}`, 'read');
    } finally {
      closeSync(fd);
    }
  });
}

/** Bytes of a file that are read at once. */
const piece = 256 << 10;

/** The contents of the regular file at a path of a tree, piece by piece; null where none is there. */
function* contentsOf(file: OpenFile, path: string, tools: JobTools): Generator<Uint8Array> {
  try {
    const buffer = Buffer.alloc(piece);
    for (let read = -1; read !== 0;) {
      read = readSync(file.fd, buffer, 0, buffer.length, null);
      tools.tick(read);
      yield buffer.subarray(0, read);
    }
  } catch (cause) {
    throw diskProblem(cause, `/${path}`, 'read');
  }
}

/** A regular file at a path of a tree, open; null where none is there. */
function fileAt(root: string, path: string): OpenFile | null {
  try {
    return withAsked(root, path, ({ tree, path: asked, info }) => (info.isFile() ? tree.file(asked) : null));
  } catch (thrown) {
    if (problemOf(thrown).code === 'file-not-found') return null;
    throw thrown;
  }
}

/** The job `compare-contents`. */
export async function compareMounted(
  { before, after, path }: JobInput<'compare-contents'>,
  tools: JobTools,
): Promise<JobOutput<'compare-contents'>> {
  const first = fileAt(before, path);
  let second: OpenFile | null = null;
  try {
    second = fileAt(after, path);
    return await compareContents({
      before: first && contentsOf(first, path, tools),
      after: second && contentsOf(second, path, tools),
    });
  } finally {
    for (const file of [first, second]) if (file) closeSync(file.fd);
  }
}
