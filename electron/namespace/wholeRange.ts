import { readFileSync, writeFileSync } from 'node:fs';

/**
 * A user namespace that was made with a range of IDs (`unshare --map-auto`, `podman unshare`, a rootless container): who is root there
 * gives all of them on without newuidmap(1), which goes by lists of the machine's users.
 */

/** CAP_SETGID, CAP_SETUID, and CAP_SETFCAP, which the kernel asks for before it gives the number 0 on; capabilities(7). */
const needed = (1n << 6n) | (1n << 7n) | (1n << 31n);

/** The rows of a map of IDs (user_namespaces(7)). */
const rowsOf = (text: string): readonly (readonly number[])[] =>
  text
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));

/** One row for each of the map's, that maps the IDs of this namespace to themselves: a row may not reach over two of the parent's. */
export const identityMap = (map: string): string =>
  rowsOf(map)
    .map(([first = 0, , count = 0]) => `${first} ${first} ${count}\n`)
    .join('');

/** What an ID of this namespace is outside of it, by its map; null for one that it has not. */
export function outsideId(map: string, id: number): number | null {
  for (const [first = 0, outside = 0, count = 0] of rowsOf(map))
    if (id >= first && id < first + count) return outside + (id - first);
  return null;
}

const ids = (map: string): number => rowsOf(map).reduce((sum, [, , count = 0]) => sum + count, 0);

/** Whether this process is root of more IDs than one and may give them on. */
export function hasWholeRange(): boolean {
  if (process.geteuid?.() !== 0) return false;
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`);
    const maps = ['uid', 'gid'].map((which) => readFileSync(`/proc/self/${which}_map`, 'utf8'));
    return (effective & needed) === needed && maps.every((map) => ids(map) > 1 && outsideId(map, 0) !== null);
  } catch {
    return false;
  }
}

/**
 * Gives the user namespace of a child, which has no IDs yet, all those of ours. setgroups(2) stays allowed there. Throws the
 * system's fault.
 */
export function giveWholeRange(pid: number): void {
  // The kernel takes a map in one write, once.
  for (const which of ['gid_map', 'uid_map'])
    writeFileSync(`/proc/${pid}/${which}`, identityMap(readFileSync(`/proc/self/${which}`, 'utf8')), {
      flag: 'r+',
    });
}
