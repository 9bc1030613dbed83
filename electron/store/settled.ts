import { lstat } from 'node:fs/promises';

/** A minute: far longer than the steps between which something in the making does not say yet whose it is. */
const settled = 60_000;

/** Whether something that names no owner was left behind, and is not about to be given one. False where nothing is. */
export async function isSettled(path: string): Promise<boolean> {
  const info = await lstat(path).catch(() => null);
  return info !== null && Date.now() - info.mtimeMs > settled;
}
