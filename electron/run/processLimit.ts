import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { release } from 'node:os';

/** Processes and threads that a run may have at once where nobody says otherwise: Podman's default (`pids_limit` of containers.conf(5)). */
export const defaultProcesses = 2048;

/** Most that Linux can have (PID_MAX_LIMIT of 64-bit machines): a higher limit is none, and pids.max refuses it. */
const mostProcesses = 4_194_304;

/**
 * A limit as Docker's `--pids-limit` takes it: a whole number, of which 0 and -1 stand for none (null). Undefined for anything
 * else.
 */
export function parseProcessLimit(text: string): number | null | undefined {
  if (!/^(?:-1|\d{1,15})$/.test(text)) return undefined;
  const limit = Number(text);
  return limit <= 0 || limit > mostProcesses ? null : limit;
}

/** What holds a run to its limit: a cgroup, or RLIMIT_NPROC (setrlimit(2)); null where nothing does. */
export type ProcessGuard = 'cgroup' | 'rlimit' | null;

/** Linux 5.14 and later count the processes of a user in each user namespace apart (user_namespaces(7), ucounts). */
function countsApart(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return major > 5 || (major === 5 && minor >= 14);
}

/**
 * Whether RLIMIT_NPROC can hold a run of these rights. It does not bind the machine's root, nor who is that outside of a user
 * namespace; and where a user's processes are counted together, the person's own programs would be counted with them.
 */
export function canLimitByUser(mode: 'root' | 'mapped' | 'single' | 'fuse'): boolean {
  return (mode === 'mapped' || mode === 'single') && process.geteuid?.() !== 0 && countsApart();
}

/** Threads that are in the user namespace of a process now: its users have them on their account already. */
function threadsBeside(pid: number): number {
  const namespace = readlinkSync(`/proc/${pid}/ns/user`);
  let threads = 0;
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each)))
    try {
      if (readlinkSync(`/proc/${name}/ns/user`) === namespace)
        threads += readdirSync(`/proc/${name}/task`).length;
    } catch {
      // It has ended, or is somebody else's.
    }
  return threads;
}

/** The person's own limit, which nobody may raise; Infinity where there is none. */
function ownLimit(): number {
  const [, hard = ''] = /^Max processes\s+\S+\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return /^\d+$/.test(hard) ? Number(hard) : Infinity;
}

/**
 * `rlimits` of a config (OCI runtime-spec) that hold a run to so many processes of one user, besides those that are in the
 * namespaces of the process `holder` now; none where the person's own limit is lower.
 */
export function processRlimits(limit: number, holder: number): readonly Record<string, unknown>[] {
  const value = limit + threadsBeside(holder);
  return value < ownLimit() ? [{ type: 'RLIMIT_NPROC', soft: value, hard: value }] : [];
}
