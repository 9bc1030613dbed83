import { problem, type ProblemError } from '../../shared/image/problem';
import { shortageOf } from '../../shared/image/shortage';

/** Words of strerror(3) for a disk that is full or a quota that is used up, as Go and C write them. */
const noRoom = /no space left on device/i;
const noQuota = /disk quota exceeded/i;
/**
 * What a runtime lacked by what it says, started for a bundle in `folder`: room on a disk (`disk-full`), or files, memory or processes (`system-short`); null where
 * it failed for another reason. What it says of a cgroup is about that: one without processors says ENOSPC (cpuset(7)), one with too many below it EAGAIN.
 */
export function lackOf(said: string, folder: string): ProblemError | null {
  for (const line of said.split('\n')) {
    if (/cgroup|\bbpf/i.test(line)) continue;
    if (noRoom.test(line)) return problem('disk-full', { path: folder });
    if (noQuota.test(line)) return problem('disk-full', { path: folder, quota: true });
    const short = shortageOf(line);
    if (short) return short;
  }
  return null;
}
