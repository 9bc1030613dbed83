import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { problem } from '../../shared/image/problem';
import { encodeName, normalisePath } from '../../shared/layer/entryPath';
import { chunkSize, diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput, JobOutput, ListedEntry } from '../worker/jobs';
import { factsOf, look, lookBelow, namesOf, pathIn, targetOf, type FsPath } from './treeReader';

/** Checks a path that came from a window or a command line. Throws `file-unreadable`. */
function checked(root: string, path: string): string {
  const normal = normalisePath(path);
  if (normal === null || normal.includes('\0')) throw problem('file-unreadable', { path, reason: 'EINVAL' });
  const info = lookBelow(root, normal);
  if (info === null) throw problem('file-not-found', { path: `/${normal}` });
  return normal;
}

/** The job `list-directory`. */
export function listDirectory({
  root,
  path,
  limit,
}: JobInput<'list-directory'>): JobOutput<'list-directory'> {
  const directory = checked(root, path);
  if (!look(pathIn(root, directory))?.isDirectory())
    throw problem('file-unreadable', { path: `/${directory}`, reason: 'ENOTDIR' });
  try {
    const found: ListedEntry[] = [];
    for (const name of namesOf(pathIn(root, directory)).slice(0, limit)) {
      const at = pathIn(root, directory === '' ? name : `${directory}/${name}`);
      const info = look(at);
      if (info) found.push({ name, ...factsOf(at, info) });
    }
    return found;
  } catch (cause) {
    throw diskProblem(cause, `/${directory}`, 'read');
  }
}

/** The job `copy-out`. */
export function copyOut(input: JobInput<'copy-out'>, tools: JobTools): JobOutput<'copy-out'> {
  const path = checked(input.root, input.path);
  const draft = join(
    dirname(input.target),
    `.${basename(input.target)}.${randomBytes(6).toString('hex')}.part`,
  );
  try {
    const bytes = copy(input.root, path, draft, tools);
    renameSync(draft, input.target);
    return { bytes };
  } catch (cause) {
    throw diskProblem(cause, input.target, 'write');
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Copies one object and what is below it, as the person's own: no owners, no special bits, no devices. */
function copy(root: string, path: string, target: FsPath, tools: JobTools): number {
  const from = pathIn(root, path);
  const info = look(from);
  if (!info) return 0;
  if (info.isSymbolicLink()) {
    symlinkSync(Buffer.from(encodeName(targetOf(from))), target);
    return 0;
  }
  if (info.isFile()) return copyFile(from, target, Number(info.mode & 0o777n), tools);
  if (!info.isDirectory()) return 0;
  mkdirSync(target, { mode: 0o700 });
  let bytes = 0;
  for (const name of namesOf(from)) {
    const below = Buffer.concat([Buffer.from(target), Buffer.from('/'), Buffer.from(encodeName(name))]);
    bytes += copy(root, path === '' ? name : `${path}/${name}`, below, tools);
  }
  return bytes;
}

function copyFile(from: FsPath, target: FsPath, mode: number, tools: JobTools): number {
  const input = openSync(from, constants.O_RDONLY | constants.O_NOFOLLOW);
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

/** The job `read-head`. */
export function readHead({ root, path, limit }: JobInput<'read-head'>): JobOutput<'read-head'> {
  const file = checked(root, path);
  if (!look(pathIn(root, file))?.isFile())
    throw problem('file-unreadable', { path: `/${file}`, reason: 'EINVAL' });
  const fd = openSync(pathIn(root, file), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const buffer = Buffer.alloc(limit);
    return { text: buffer.subarray(0, readSync(fd, buffer)).toString('utf8') };
  } finally {
    closeSync(fd);
  }
}
