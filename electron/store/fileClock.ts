import { open, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ownName } from './owner';

/**
 * The time by the clock that stamps the files beside `path`, milliseconds since 1970: that of a file made there, which goes again. A
 * file server's clock, and that of who writes to it, may differ from ours by any amount, so that ages are told by this one alone.
 * Where nothing can be made, our own.
 */
export async function timeBeside(path: string): Promise<number> {
  // The name is one that sweepLockDrafts removes, should this process be killed here.
  const probe = join(dirname(path), `.lock-clock.${ownName()}`);
  try {
    const file = await open(probe, 'wx', 0o600);
    try {
      return (await file.stat()).ctimeMs;
    } finally {
      await file.close();
      await unlink(probe);
    }
  } catch {
    return Date.now();
  }
}
