import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/** Who is in the way of an unmount: found in /proc as far as this user may look, for the sentence that says so. */

function nameOf(pid: string): string {
  try {
    return `${readFileSync(`/proc/${pid}/comm`, 'utf8').trim()} (${pid})`;
  } catch {
    return `(${pid})`;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function deviceOf(path: string): number | null {
  try {
    return statSync(path).dev;
  } catch {
    return null;
  }
}

function processes(): string[] {
  return namesIn('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
}

/**
 * Whether a process lives in the tree mounted at `target`: its root or current directory is on the same device. Paths
 * alone would not do: a container sees the tree as `/`.
 */
function livesIn(pid: string, device: number | null): boolean {
  return (
    device !== null && (deviceOf(`/proc/${pid}/root`) === device || deviceOf(`/proc/${pid}/cwd`) === device)
  );
}

function hasOpen(pid: string, target: string, device: number | null, writing: boolean): boolean {
  const inside = livesIn(pid, device);
  return namesIn(`/proc/${pid}/fd`).some((fd) => {
    const path = linkOf(`/proc/${pid}/fd/${fd}`);
    const below = path === target || path.startsWith(`${target}/`);
    if (!below && !(inside && path.startsWith('/') && !/^\/(?:dev|proc|sys)\//.test(path))) return false;
    if (!writing) return true;
    const flags = /^flags:\s*(\d+)/m.exec(textOf(`/proc/${pid}/fdinfo/${fd}`))?.[1] ?? '0';
    return (parseInt(flags, 8) & 3) !== 0;
  });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** A process that uses what is mounted at `target`, as `name (number)`; '' when none is found. */
export function userOf(target: string): string {
  const device = deviceOf(target);
  const found = processes().find((pid) => livesIn(pid, device) || hasOpen(pid, target, device, false));
  return found === undefined ? '' : nameOf(found);
}

/** A process that has a file of the tree at `target` open for writing, as `name (number)`; '' when none is found. */
export function writerOf(target: string): string {
  const device = deviceOf(target);
  const found = processes().find((pid) => hasOpen(pid, target, device, true));
  return found === undefined ? '' : nameOf(found);
}
