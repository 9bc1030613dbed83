import { lstat, mkdir, readdir, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProblemError } from '../../shared/image/problem';
import { storeProblem } from './durable';
import { isWayOurs, isWayToOurs } from './ownWay';
import { isMakerAlive, ownName } from './owner';
import { removeOwn } from './removeOwn';

/**
 * Folders in the system's temporary one. Their names say whose they are, so that the next process which needs one removes those
 * of processes that were killed.
 */
export type TemporaryKind = 'cache' | 'index' | 'samples' | 'look';

const pattern = /^stratigraph-(?:cache|index|samples|look)\.\d+-\d+-[0-9a-f]{8}-[0-9a-f]{8}\.[0-9a-f]{32}$/;

/**
 * The folder for what is temporary: `$TMPDIR`, unless others could put a folder of theirs in the place of one of ours there, as root
 * with another user's environment finds it; then the first of the system's where they cannot.
 */
export const temporaryHome = (): string =>
  [tmpdir(), '/tmp', '/var/tmp'].find((path) => isWayToOurs(join(path, 'any'))) ?? tmpdir();

/** A fresh path there, of this process's own. */
export const temporaryPath = (kind: TemporaryKind): string =>
  join(temporaryHome(), `stratigraph-${kind}.${ownName()}`);

/** A fault of writing there, told of the folder that people know: no name of ours says anything to them. Others are passed on as they are. */
export function temporaryProblem(cause: unknown): unknown {
  if (!(cause instanceof ProblemError)) return cause;
  const { code, facts } = cause.problem;
  const isOfDisk = code === 'disk-full' || code === 'no-room' || code === 'file-unwritable';
  return isOfDisk
    ? new ProblemError(
        code,
        { ...facts, path: temporaryHome(), ...(code === 'disk-full' ? { temporary: true } : {}) },
        { cause },
      )
    : cause;
}

/** Makes such a folder, after {@link sweepTemporary}. Throws `disk-full`, `file-unwritable`. */
export async function makeTemporary(kind: TemporaryKind): Promise<string> {
  await sweepTemporary();
  const path = temporaryPath(kind);
  await mkdir(path, { mode: 0o700 }).catch((cause: unknown) => {
    throw temporaryProblem(storeProblem(cause, path));
  });
  return path;
}

/**
 * Removes what this user's processes left that are gone; what cannot be removed stays. Nothing where others could have given one of
 * this user's folders such a name.
 */
export async function sweepTemporary(): Promise<void> {
  try {
    const folder = await realpath(temporaryHome());
    const names = (await readdir(folder)).filter((name) => pattern.test(name));
    if (names.length === 0 || !(await isWayOurs(join(folder, 'any')))) return;
    for (const name of names) {
      const info = await lstat(join(folder, name)).catch(() => null);
      if (info?.isDirectory() !== true || info.uid !== process.getuid?.()) continue;
      if (isMakerAlive(name) === false) await removeOwn(join(folder, name)).catch(() => undefined);
    }
  } catch {
    // There is none, or none that can be read.
  }
}
