import { lstat } from 'node:fs/promises';
import os from 'node:os';
import { timeBeside } from './fileClock';
import { isAlive, mayBeOfBefore, type Owner } from './owner';

/** A minute: far longer than the steps between which something in the making does not say yet whose it is. */
const settled = 60_000;
/** What a process made that cannot be looked for from here (another machine, another container) is left for so long, milliseconds. */
const foreignAge = 7 * 86_400_000;

/**
 * How long ago something was changed, milliseconds, by the clock of its file system ({@link timeBeside}). Its time may be any that
 * somebody gave it: one in the future says nothing, then that counts at which the system itself saw the last change. Null where
 * nothing is; Infinity where both are in the future.
 */
export async function ageOf(path: string): Promise<number | null> {
  const info = await lstat(path).catch(() => null);
  if (info === null) return null;
  const now = await timeBeside(path);
  return now - ([info.mtimeMs, info.ctimeMs].find((time) => time <= now) ?? -Infinity);
}

/**
 * How long ago something last showed a change, milliseconds by the clock of its file system: the time that it was given, or that at which
 * the system saw this, whichever is later. Null where nothing is, or the system's own time for it is in the future.
 */
export async function quietSince(path: string): Promise<number | null> {
  const info = await lstat(path).catch(() => null);
  if (info === null) return null;
  const now = await timeBeside(path);
  if (info.ctimeMs > now) return null;
  return now - (info.mtimeMs > now ? info.ctimeMs : Math.max(info.mtimeMs, info.ctimeMs));
}

/**
 * Whether an owner is still there, by itself (`isAlive`) and by what it made: what has shown no change since this boot began is of an
 * earlier boot of this machine, not of a copy of it. Null where it is not to be told.
 */
export async function isStillThere(owner: Owner, path: string): Promise<boolean | null> {
  const alive = isAlive(owner);
  if (alive !== null || !mayBeOfBefore(owner)) return alive;
  const quiet = await quietSince(path);
  return quiet !== null && quiet > os.uptime() * 1000 ? false : null;
}

/** Whether something that names no owner was left behind, and is not about to be given one. False where nothing is. */
export async function isSettled(path: string): Promise<boolean> {
  const age = await ageOf(path);
  return age !== null && age > settled;
}

/**
 * Whether what an owner made is left behind: it is gone ({@link isStillThere}), or, where that cannot be told from here, nothing has
 * changed for a week. Null: an owner of whom nothing is known.
 */
export async function isOwnerGone(owner: Owner | null, path: string): Promise<boolean> {
  const alive = owner && (await isStillThere(owner, path));
  return alive === null ? ((await ageOf(path)) ?? 0) > foreignAge : !alive;
}
