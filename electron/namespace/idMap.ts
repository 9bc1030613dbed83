import { readFileSync } from 'node:fs';

/** What the kernel says of a process's rights and of the numbers that its user namespace has (proc(5), user_namespaces(7)). */

/** A row of a map: so many IDs from `inside` on are those from `outside` on. */
export interface IdRow {
  readonly inside: number;
  readonly outside: number;
  readonly count: number;
}

/** The rows of a map as the kernel writes it; none of one that is empty. */
export const idRows = (text: string): readonly IdRow[] =>
  [...text.matchAll(/^\s*(\d+)\s+(\d+)\s+(\d+)$/gm)].map(([, inside, outside, count]) => ({
    inside: Number(inside),
    outside: Number(outside),
    count: Number(count),
  }));

/** The map of users, or of groups, of a process's namespace, as this process sees it. Throws what the file system throws. */
export const idMap = (pid: number | 'self', which: 'uid' | 'gid'): readonly IdRow[] =>
  idRows(readFileSync(`/proc/${pid}/${which}_map`, 'utf8'));

/** What an ID of a namespace is outside of it; null for one that it has not. */
export function outsideId(map: readonly IdRow[], id: number): number | null {
  const row = map.find(({ inside, count }) => id >= inside && id < inside + count);
  return row ? row.outside + (id - row.inside) : null;
}

/** How many IDs a map has. */
export const idsOf = (map: readonly IdRow[]): number => map.reduce((sum, { count }) => sum + count, 0);

/** How many IDs from 0 up a map has without a gap. */
export const idsFromZero = (map: readonly IdRow[]): number =>
  [...map]
    .sort((a, b) => a.inside - b.inside)
    .reduce((end, { inside, count }) => (inside === end ? end + count : end), 0);

/** Whether a map is that of the machine's first namespace, in which every ID is itself. */
export const isMachines = ([row, more]: readonly IdRow[]): boolean =>
  more === undefined && row?.inside === 0 && row.outside === 0 && row.count === 2 ** 32 - 1;

/** Whether this process has all these capabilities, bits of capabilities(7), in its own user namespace. Throws what the file system throws. */
export function hasCapabilities(bits: bigint): boolean {
  const status = readFileSync('/proc/self/status', 'utf8');
  return (BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`) & bits) === bits;
}
