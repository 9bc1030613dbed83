import { readdirSync, readFileSync } from 'node:fs';

/** Programs that wait for a command, as the system names processes (at most 15 characters). */
const shells = new Set(['sh', 'ash', 'bash', 'dash', 'fish', 'ksh', 'mksh', 'tcsh', 'csh', 'zsh', 'busybox']);

interface Process {
  readonly pid: number;
  readonly name: string;
  readonly state: string;
}

/** Processes by the number of their parent, as proc(5) shows them; null where there is none. */
function processesByParent(): ReadonlyMap<number, readonly Process[]> | null {
  let names: readonly string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return null;
  }
  const found = new Map<number, Process[]>();
  for (const name of names) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      // The name may hold spaces and parentheses: it ends at the last one.
      const [open, end] = [stat.indexOf('('), stat.lastIndexOf(')')];
      const [state = '', parent = ''] = stat.slice(end + 2).split(' ');
      const each = { pid: Number(name), name: stat.slice(open + 1, end), state };
      found.set(Number(parent), [...(found.get(Number(parent)) ?? []), each]);
    } catch {
      // It has ended in the meantime.
    }
  }
  return found.size === 0 ? null : found;
}

/**
 * What runs in a terminal whose first process is `pid`, and would be lost with it: the name of a program that is none of the shells
 * that wait for a command. Null where a shell waits; `fallback` where the system does not tell.
 */
export function runningProgram(pid: number, fallback: string): string | null {
  const children = processesByParent();
  if (children === null) return fallback;
  let last: Process | null = null;
  // Down to what was started last: helpers, a runtime, a shell, its command.
  for (let at = pid; ;) {
    const next = (children.get(at) ?? []).filter(({ state }) => state !== 'Z' && state !== 'X').at(-1);
    if (!next) break;
    last = next;
    at = next.pid;
  }
  if (last === null) {
    for (const list of children.values()) last ??= list.find((each) => each.pid === pid) ?? null;
    if (last === null) return null;
  }
  // A shell that computes by itself does something, too.
  return shells.has(last.name.replace(/^-/, '')) && last.state === 'S' ? null : last.name;
}
