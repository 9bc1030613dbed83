import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { lstat, realpath, rename, rm, writeFile } from 'node:fs/promises';

/** A file of the profile that somebody has filled with more is not read, bytes. */
const mostBytes = 1_000_000;

/** Contents of a regular file; throws for anything else. */
export function readRegular(path: string): string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const info = fstatSync(fd);
    if (!info.isFile() || info.size > mostBytes) throw new Error(`${path} is no file of the profile`);
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

/** The file at the end of a path's links, or the path where there is none. */
export const realOf = (path: string): Promise<string> => realpath(path).catch(() => path);

/** Puts a text in the place of a regular file, at the end of its links, or of nothing; throws for anything else. */
export async function replaceRegular(path: string, text: string): Promise<void> {
  const real = await realOf(path);
  const info = await lstat(real).catch(() => null);
  if (info?.isFile() === false) throw new Error(`${path} is no file of the profile`);
  const draft = `${real}.${randomBytes(6).toString('hex')}.new`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await rename(draft, real);
  } catch (cause) {
    await rm(draft, { force: true });
    throw cause;
  }
}
