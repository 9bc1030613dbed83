/**
 * Names of numbers that libuv has none for: Node throws these faults with the code `UNKNOWN` or `Unknown system error -122`, as
 * network file systems, quotas and disks that fail give them. Linux (asm-generic/errno.h); 69 and 70 are macOS's.
 */
const unnamed: ReadonlyMap<number, string> = new Map([
  [35, 'EDEADLK'],
  [37, 'ENOLCK'],
  [61, 'ENODATA'],
  [67, 'ENOLINK'],
  [69, 'EDQUOT'],
  [70, 'ESTALE'],
  [74, 'EBADMSG'],
  [116, 'ESTALE'],
  [117, 'EUCLEAN'],
  [121, 'EREMOTEIO'],
  [122, 'EDQUOT'],
  [123, 'ENOMEDIUM'],
  [124, 'EMEDIUMTYPE'],
  [126, 'ENOKEY'],
  [127, 'EKEYEXPIRED'],
  [128, 'EKEYREVOKED'],
  [129, 'EKEYREJECTED'],
  // The kernel's own, which file systems of servers let out.
  [524, 'ENOTSUP'],
]);

/** The name of an error's number that libuv has none for; `EIO` for one that is no file system's to give. */
export const unnamedCode = (errno: number): string => unnamed.get(Math.abs(errno)) ?? 'EIO';

/**
 * The system's name (`ENOSPC`, `EDQUOT`) of anything that was thrown; undefined where it has none. All that asks which fault of the
 * system something is asks here: `code` alone is no name where libuv knows none.
 */
export function systemCode(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const { code, errno } = thrown as { readonly code?: unknown; readonly errno?: unknown };
  if (typeof code !== 'string') return undefined;
  const [isUnnamed, said] = /^(?:UNKNOWN$|Unknown system error -?(\d+))/.exec(code) ?? [];
  if (isUnnamed === undefined) return code;
  return unnamedCode(typeof errno === 'number' ? errno : Number(said ?? 0));
}

/** What `disk-full` says of a file for a system's code that means a lack of room: of the disk, or of what a user may have of it. Null for others. */
export function fullFacts(
  code: string | undefined,
  path: string,
): { readonly path: string; readonly quota?: true } | null {
  if (code === 'ENOSPC') return { path };
  return code === 'EDQUOT' ? { path, quota: true } : null;
}
