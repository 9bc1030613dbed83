import { lstat } from 'node:fs/promises';
import { isAlive, type Owner } from './owner';

/** A minute: far longer than the steps between which something in the making does not say yet whose it is. */
const settled = 60_000;
/** What a process made that cannot be looked for from here (another machine, another container) is left for so long, milliseconds. */
const foreignAge = 7 * 86_400_000;

/**
 * How long ago something was changed, milliseconds. Its time may be any that somebody gave it: one in the future says nothing, then
 * that counts at which the system itself saw the last change. Null where nothing is; Infinity where both are in the future.
 */
export async function ageOf(path: string): Promise<number | null> {
  const info = await lstat(path).catch(() => null);
  if (info === null) return null;
  const now = Date.now();
  return now - ([info.mtimeMs, info.ctimeMs].find((time) => time <= now) ?? -Infinity);
}

/** Whether something that names no owner was left behind, and is not about to be given one. False where nothing is. */
export async function isSettled(path: string): Promise<boolean> {
  const age = await ageOf(path);
  return age !== null && age > settled;
}

/**
 * Whether what an owner made is left behind, by whether the owner lives (`isAlive`); where that cannot be told from here, once
 * nothing has changed for a week.
 */
export async function isLeft(alive: boolean | null, path: string): Promise<boolean> {
  return alive === null ? ((await ageOf(path)) ?? 0) > foreignAge : !alive;
}

/** {@link isLeft} by the owner. */
export const isOwnerGone = (owner: Owner, path: string): Promise<boolean> => isLeft(isAlive(owner), path);
