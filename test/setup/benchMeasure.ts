import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** What a command cost. */
export interface Cost {
  /** From its start to its end. */
  readonly seconds: number;
  /** Processor seconds of it, of what it started, and of the daemon that works for it. */
  readonly cpu: number;
  /** Most memory that one of these processes held at a time, bytes. */
  readonly peak: number;
}

/** Clock ticks in a second, as /proc counts them on Linux. */
const ticks = 100;
/** How often processes are looked at, milliseconds. */
const interval = 10;

interface Seen {
  readonly parent: number;
  /** Seconds of the process and of its children that have ended. */
  readonly cpu: number;
}

function look(pid: number): Seen | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const times = [11, 12, 13, 14].map((at) => Number(fields[at]));
    return { parent: Number(fields[1]), cpu: times.reduce((sum, each) => sum + each, 0) / ticks };
  } catch {
    return null;
  }
}

/** These processes and all that they started and that still run. */
function tree(roots: readonly number[]): ReadonlyMap<number, Seen> {
  const all = new Map<number, Seen>();
  for (const name of readdirSync('/proc')) {
    const seen = /^\d+$/.test(name) ? look(Number(name)) : null;
    if (seen) all.set(Number(name), seen);
  }
  const found = new Map<number, Seen>();
  const isIn = (pid: number): boolean => {
    for (let at = pid; at > 1; at = all.get(at)?.parent ?? 0) if (roots.includes(at)) return true;
    return false;
  };
  for (const [pid, seen] of all) if (isIn(pid)) found.set(pid, seen);
  return found;
}

/** All that a process has started and that still runs. */
export const startedBy = (root: number): readonly number[] =>
  [...tree([root]).keys()].filter((pid) => pid !== root);

function peakOf(pid: number): number {
  try {
    const kilobytes = /^VmHWM:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

const total = (seen: ReadonlyMap<number, Seen>): number =>
  [...seen.values()].reduce((sum, { cpu }) => sum + cpu, 0);

/**
 * Runs a command to its end and says what it cost. `daemon` is the process that does the work for it, whose peak begins
 * anew. Processor time of a process is that of its last look, at most 10 ms before its end. Rejects when it fails, with
 * what it wrote.
 */
export async function measure(
  words: readonly string[],
  { daemon = null, env = {} }: { readonly daemon?: number | null; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Cost> {
  const [command = '', ...args] = words;
  if (daemon !== null) for (const pid of tree([daemon]).keys()) writeFileSync(`/proc/${pid}/clear_refs`, '5');
  const before = daemon === null ? 0 : total(tree([daemon]));
  const began = process.hrtime.bigint();
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  let code: number | null | undefined;
  let seconds = 0;
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status) => {
      seconds = Number(process.hrtime.bigint() - began) / 1e9;
      code = status;
      resolve();
    });
  });
  const own = new Map<number, Seen>();
  let peak = 0;
  while (code === undefined) {
    for (const [pid, seen] of tree([child.pid ?? -1])) {
      own.set(pid, seen);
      peak = Math.max(peak, peakOf(pid));
    }
    await Promise.race([ended, delay(interval)]);
  }
  if (code !== 0) throw new Error(`${words.join(' ')} failed (${String(code)}):\n${said}`);
  let cpu = own.get(child.pid ?? -1)?.cpu ?? 0;
  if (daemon !== null) {
    const after = tree([daemon]);
    cpu += total(after) - before;
    for (const pid of after.keys()) peak = Math.max(peak, peakOf(pid));
  }
  return { seconds, cpu, peak };
}
