import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Bytes below paths as they lie on disk: blocks that files really take, each inode once for all of them. What is not
 * there, or may not be read, counts nothing.
 */
export async function diskBytes(...paths: readonly string[]): Promise<number> {
  const seen = new Set<string>();
  const add = async (path: string): Promise<number> => {
    const info = await lstat(path).catch(() => null);
    if (!info) return 0;
    const key = `${info.dev}:${info.ino}`;
    if (seen.has(key)) return 0;
    seen.add(key);
    let sum = info.isFile() ? info.blocks * 512 : 0;
    if (info.isDirectory())
      for (const name of await readdir(path).catch(() => [])) sum += await add(join(path, name));
    return sum;
  };
  let sum = 0;
  for (const path of paths) sum += await add(path);
  return sum;
}
