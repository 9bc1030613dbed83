import { readFileSync, readlinkSync } from 'node:fs';

/** What a session of Linux begins with: the kernel's default, and systemd's (`DefaultLimitNOFILE` of systemd-system.conf(5)). */
const usual = 1024;

/** A limit as setrlimit(2) has it: what counts, and how far it may be raised. */
export interface OpenFilesLimit {
  readonly soft: number;
  readonly hard: number;
}

function limitOf(process: number | 'self'): OpenFilesLimit | null {
  const limits = readFileSync(`/proc/${process}/limits`, 'utf8');
  const [, soft = '', hard = ''] = /^Max open files\s+(\d+)\s+(\d+)/m.exec(limits) ?? [];
  return soft === '' ? null : { soft: Number(soft), hard: Number(hard) };
}

/**
 * The limit of who called a process: the soft one of the nearest ancestor that is another program, since Node and Chromium raise
 * their own as they start and leave no word of what it was. Null where that is not told: the ancestor is the system's first
 * process or systemd, which have other limits than what they start, or cannot be read.
 */
export function callersSoftLimit(parent: number, own = process.execPath): number | null {
  try {
    for (let pid = parent; pid > 1;) {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const [, name = ''] = /^Name:\t(.*)$/m.exec(status) ?? [];
      if (name === 'systemd') return null;
      if (readlinkSync(`/proc/${pid}/exe`) !== own) return limitOf(pid)?.soft ?? null;
      pid = Number(/^PPid:\t(\d+)$/m.exec(status)?.[1] ?? 0);
    }
  } catch {
    // It has ended, or is somebody else's.
  }
  return null;
}

/**
 * Open files that a command started by us may have, as if we had not raised our own limit: of the command line what its caller
 * has, in the window (which a desktop starts, with limits of its own) and where that is not known 1024; never more than the hard
 * limit. Null where the system tells none.
 */
export function openFilesLimit(): OpenFilesLimit | null {
  try {
    const own = limitOf('self');
    if (own === null) return null;
    const isWindow = 'electron' in process.versions && Reflect.get(process, 'type') === 'browser';
    const soft = (isWindow ? null : callersSoftLimit(process.ppid)) ?? usual;
    return { soft: Math.min(soft, own.hard), hard: own.hard };
  } catch {
    return null;
  }
}

/** The same as `rlimits` of a config (OCI runtime-spec). */
export function openFilesRlimits(limit = openFilesLimit()): readonly Record<string, unknown>[] {
  return limit === null ? [] : [{ type: 'RLIMIT_NOFILE', ...limit }];
}
