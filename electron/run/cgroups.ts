import { existsSync, readdirSync, readFileSync, rmdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Which cgroups this machine shows (cgroups(7)): one tree of the second kind, trees of the first, both side by side, none.
 * A runtime works in some of these only, and device rules hold in some of these only.
 */
export type CgroupTree = 'v2' | 'v1' | 'hybrid' | 'none';

const cgroupFolder = '/sys/fs/cgroup';
const tmpfsMagic = 0x01021994;
const cgroup2Magic = 0x63677270;

function fileSystemOf(path: string): number {
  try {
    return statfsSync(path).type;
  } catch {
    return 0;
  }
}

/** Whether a tree of the first kind is mounted (mountinfo of proc(5)). */
function hasFirstKind(): boolean {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .some((line) => line.includes(` ${cgroupFolder}/`) && line.includes(' - cgroup '));
  } catch {
    return false;
  }
}

/** The cgroups of this machine as they are now. */
export function cgroupTree(): CgroupTree {
  const type = fileSystemOf(cgroupFolder);
  if (type === cgroup2Magic) return 'v2';
  if (type !== tmpfsMagic || !hasFirstKind()) return 'none';
  return existsSync(`${cgroupFolder}/unified`) ? 'hybrid' : 'v1';
}

/**
 * Removes the empty cgroups of a run, in every tree: a runtime that could not make one ready leaves it (crun, where it may not
 * load a program for devices).
 */
export function removeCgroups(id: string): void {
  let trees: string[] = [];
  try {
    trees = readdirSync(cgroupFolder);
  } catch {
    // No cgroups, none left.
  }
  for (const folder of ['.', ...trees])
    try {
      rmdirSync(join(cgroupFolder, folder, id));
    } catch {
      // There is none, or somebody is in it.
    }
}
