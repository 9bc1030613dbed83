import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
  type BigIntStats,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { problem } from '../../shared/image/problem';
import { encodeName, normalisePath } from '../../shared/layer/entryPath';
import { chunkSize, diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput, ListedEntry } from '../worker/jobs';
import { inHeld, inParent } from './descend';
import { factsOf, look, namesOf, targetOf, type FsPath } from './treeReader';

/** An object that was asked for: how to reach it, and what it is. */
interface Asked {
  readonly path: string;
  readonly at: FsPath;
  readonly info: BigIntStats;
}

/**
 * Runs `work` with the object at a path that came from a window or a command line; the directory that holds it is open
 * meanwhile, so nobody can lead us elsewhere. Throws `file-unreadable`, `file-not-found`.
 */
function withAsked<T>(root: string, path: string, work: (asked: Asked) => T): T {
  const normal = normalisePath(path);
  if (normal === null || normal.includes('\0')) throw problem('file-unreadable', { path, reason: 'EINVAL' });
  try {
    return inParent(root, normal, (parent, name) => {
      const at = parent.inside(name);
      const info = look(at);
      if (info === null) throw problem('file-not-found', { path: `/${normal}` });
      return work({ path: normal, at, info });
    });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP')
      throw problem('file-not-found', { path: `/${normal}` }, { cause });
    throw cause;
  }
}

/** The job `list-directory`. */
export function listDirectory({
  root,
  path,
  limit,
}: JobInput<'list-directory'>): JobOutput<'list-directory'> {
  return withAsked(root, path, (asked) => {
    if (!asked.info.isDirectory())
      throw problem('file-unreadable', { path: `/${asked.path}`, reason: 'ENOTDIR' });
    try {
      return inHeld(asked.at, (directory) => {
        const found: ListedEntry[] = [];
        for (const name of namesOf(directory.at).slice(0, limit)) {
          const at = directory.inside(name);
          const info = look(at);
          if (info) found.push({ name, ...factsOf(at, info) });
        }
        return found;
      });
    } catch (cause) {
      throw diskProblem(cause, `/${asked.path}`, 'read');
    }
  });
}

/** The job `copy-out`. */
export function copyOut(input: JobInput<'copy-out'>, tools: JobTools): JobOutput<'copy-out'> {
  const draft = join(
    dirname(input.target),
    `.${basename(input.target)}.${randomBytes(6).toString('hex')}.part`,
  );
  return withAsked(input.root, input.path, ({ at }) => {
    try {
      const bytes = copy(at, draft, tools);
      renameSync(draft, input.target);
      return { bytes };
    } catch (cause) {
      throw diskProblem(cause, input.target, 'write');
    } finally {
      rmSync(draft, { recursive: true, force: true });
    }
  });
}

/** Copies one object and what is below it, as the person's own: no owners, no special bits, no devices. */
function copy(from: FsPath, target: FsPath, tools: JobTools): number {
  const info = look(from);
  if (!info) return 0;
  if (info.isSymbolicLink()) {
    symlinkSync(Buffer.from(encodeName(targetOf(from))), target);
    return 0;
  }
  if (info.isFile()) return copyFile(from, target, Number(info.mode & 0o777n), tools);
  if (!info.isDirectory()) return 0;
  mkdirSync(target, { mode: 0o700 });
  return inHeld(from, (directory) => {
    let bytes = 0;
    for (const name of namesOf(directory.at)) {
      const below = Buffer.concat([Buffer.from(target), Buffer.from('/'), Buffer.from(encodeName(name))]);
      bytes += copy(directory.inside(name), below, tools);
    }
    return bytes;
  });
}

function copyFile(from: FsPath, target: FsPath, mode: number, tools: JobTools): number {
  const input = openFile(from);
  if (input === null) return 0;
  try {
    const output = openSync(target, 'wx', (mode & 0o755) | 0o600);
    try {
      const buffer = Buffer.allocUnsafe(chunkSize);
      let bytes = 0;
      for (let read = readSync(input, buffer); read > 0; read = readSync(input, buffer)) {
        for (let at = 0; at < read;) at += writeSync(output, buffer, at, read - at);
        bytes += read;
        tools.tick(read);
      }
      return bytes;
    } finally {
      closeSync(output);
    }
  } finally {
    closeSync(input);
  }
}

/** Opens a file for reading; null where something else has come into its place. */
function openFile(path: FsPath): number | null {
  // Without O_NONBLOCK a fifo would keep us waiting.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  return null;
}

/** The job `read-head`. */
export function readHead({ root, path, limit }: JobInput<'read-head'>): JobOutput<'read-head'> {
  return withAsked(root, path, (asked) => {
    const fd = asked.info.isFile() ? openFile(asked.at) : null;
    if (fd === null) throw problem('file-unreadable', { path: `/${asked.path}`, reason: 'EINVAL' });
    try {
      const buffer = Buffer.alloc(limit);
      return { text: buffer.subarray(0, readSync(fd, buffer)).toString('utf8') };
    } finally {
      closeSync(fd);
    }
  });
}
