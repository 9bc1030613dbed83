import { writeFileSync } from 'node:fs';
import { hasCapabilities, idMap, idsOf, outsideId, type IdRow } from './idMap';

/**
 * A user namespace that was made with a range of IDs (`unshare --map-auto`, `podman unshare`, a rootless container): who is root there
 * gives all of them on without newuidmap(1), which goes by lists of the machine's users.
 */

/** CAP_SETGID, CAP_SETUID, and CAP_SETFCAP, which the kernel asks for before it gives the number 0 on; capabilities(7). */
const needed = (1n << 6n) | (1n << 7n) | (1n << 31n);

const whiches = ['gid', 'uid'] as const;

/** One row for each of a map's, that maps the IDs of this namespace to themselves: a row may not reach over two of the parent's. */
export const identityMap = (map: readonly IdRow[]): string =>
  map.map(({ inside, count }) => `${inside} ${inside} ${count}\n`).join('');

/** Whether this process is root of more IDs than one and may give them on. */
export function hasWholeRange(): boolean {
  if (process.geteuid?.() !== 0) return false;
  try {
    const maps = whiches.map((which) => idMap('self', which));
    return hasCapabilities(needed) && maps.every((map) => idsOf(map) > 1 && outsideId(map, 0) !== null);
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
  for (const which of whiches)
    writeFileSync(`/proc/${pid}/${which}_map`, identityMap(idMap('self', which)), { flag: 'r+' });
}
