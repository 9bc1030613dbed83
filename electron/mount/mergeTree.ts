import { chmodSync, closeSync, constants, openSync, statSync, type BigIntStats } from 'node:fs';
import { basename } from 'node:path';
import { below } from '../../shared/layer/entryPath';
import { problem } from '../../shared/image/problem';
import { isSame, openPath, pathIn, withTree, type HeldTree } from '../system/beneath';
import { diskProblem, type JobTools } from '../worker/jobTools';
import type { JobInput } from '../worker/jobs';
import { placeNamed } from './placeFile';

/** What takes part in a merge. */
interface Merging {
  readonly from: HeldTree;
  readonly to: HeldTree;
  readonly store: BigIntStats | null;
  /** A name for what is on its way. */
  readonly spare: string;
  readonly tools: JobTools;
}

/** The job `merge-tree`. */
export function mergeTree(
  { draft, target, store, spare, label }: JobInput<'merge-tree'>,
  tools: JobTools,
): null {
  try {
    return withTree(draft, (from) =>
      withTree(target, (to) => {
        const own = statSync(store, { bigint: true, throwIfNoEntry: false }) ?? null;
        const merging = { from, to, store: own, spare, tools };
        // First whether all of it fits: a copy that ends in the middle is neither the old nor the new.
        each(merging, () => undefined);
        each(merging, (path, info) => move(merging, path, info));
        return null;
      }),
    );
  } catch (cause) {
    throw diskProblem(cause, label, 'write');
  }
}

/**
 * Goes through what is to be moved: whatever has no folder of the target in its place, which is gone into. Throws
 * `file-unwritable` where something is in the way that is not replaced.
 */
function each({ from, to, store, tools }: Merging, take: (path: string, info: BigIntStats) => void): void {
  const waiting = [''];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    tools.tick(0);
    for (const name of from.names(at)) {
      const path = below(at, name);
      const info = from.look(path);
      if (!info) continue;
      const there = to.look(path);
      if (info.isDirectory() && there?.isDirectory()) {
        if (store && isSame(there, store)) throw problem('target-in-store', { path });
        waiting.push(path);
        continue;
      }
      if (there) checkReplaced(path, info, there);
      take(path, info);
    }
  }
}

/** Throws for what a member does not take the place of. */
function checkReplaced(path: string, info: BigIntStats, there: BigIntStats): void {
  const reason = there.isDirectory()
    ? 'EISDIR'
    : info.isDirectory()
      ? 'ENOTDIR'
      : there.isFile() || there.isSymbolicLink()
        ? null
        : 'another-kind';
  if (reason !== null) throw problem('file-unwritable', { path, reason });
}

function move({ from, to, spare }: Merging, path: string, info: BigIntStats): void {
  const at = from.at(path);
  const name = basename(path);
  const folder = to.textAt(path).slice(0, -(path.slice(path.lastIndexOf('/') + 1).length + 1));
  const place = (): void =>
    placeNamed(at, pathIn(folder, name), { between: `${folder}/${spare}`, spare, name: path, links: true });
  if (!info.isDirectory()) return place();
  // A folder that its owner may not write to is given another one above it only by root.
  const held = openSync(at, openPath | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const mode = Number(info.mode & 0o7777n);
    const isClosed = (mode & 0o200) === 0;
    if (isClosed) chmodSync(`/proc/self/fd/${held}`, mode | 0o700);
    place();
    if (isClosed) chmodSync(`/proc/self/fd/${held}`, mode);
  } finally {
    closeSync(held);
  }
  from.forget();
}
