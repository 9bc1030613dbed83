import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readOwnText } from '../store/ownPlaces';
import { isAlive, type Owner } from '../store/owner';

/**
 * The first process of a container, as its bundle records it: what is ended where the runtime cannot do that, or is gone. With it
 * everything in the container's process namespace ends (pid_namespaces(7)).
 */

const file = 'init';

/**
 * What a hook of `createRuntime` begins with: the number of the container's first process as `$pid`. What a runtime has to say (the
 * state of the runtime-spec) has it as it is where the runtime runs: where we are.
 */
export const pidOfState = `state=; while read -r line || [ -n "$line" ]; do state=$state$line; done
pid=\${state#*\\"pid\\"}; pid=\${pid#"\${pid%%[0-9]*}"}; pid=\${pid%%[!0-9]*}`;

/** Writes down what proc(5) says of the container's first process, before its command begins. A hook that fails ends the start. */
const script = `${pidOfState}
read -r stat < "/proc/$pid/stat" && printf '%s %s\\n' "$pid" "\${stat##*) }" > "$1"`;

/** The hook (runtime-spec, `createRuntime`) that records the first process of a container in its bundle. */
export function recordInit(bundle: string): Record<string, unknown> {
  return { path: '/bin/sh', args: ['sh', '-c', script, 'sh', join(bundle, file)] };
}

/**
 * The first process of a container, named as the process `owner` was that started it: both are of one boot and one process
 * namespace. Null where none was recorded: then no command has begun.
 */
export async function readInit(bundle: string, owner: Owner): Promise<Owner | null> {
  const text = await readOwnText(join(bundle, file)).catch(() => '');
  const [pid = '', ...fields] = text.trim().split(' ');
  // The first of them is the third of proc(5), the state.
  const start = fields[19] ?? '';
  if (!/^[1-9]\d{0,9}$/.test(pid) || !/^\d{1,20}$/.test(start)) return null;
  return { ...owner, pid: Number(pid), start };
}

/** Whether the kernel, too, says of a process that it is the first of a process namespace below ours. */
function isFirstBelow(pid: number): boolean {
  try {
    const [, numbers = ''] = /^NSpid:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    const all = numbers.trim().split(/\s+/);
    return all.length > 1 && all.at(-1) === '1';
  } catch {
    return false;
  }
}

/** Whether a recorded first process is there. One of another machine or process namespace counts as gone. */
export function isInitAlive(init: Owner): boolean {
  return isAlive(init) === true && isFirstBelow(init.pid);
}

/** How long a killed container may take to go, milliseconds: its memory has to be given back. */
const patience = 5000;

/**
 * Kills the first process of a container where it still runs. Whether it is gone: the kernel may not let it end (a frozen cgroup,
 * a device that does not answer), or us end it.
 */
export async function endInit(init: Owner): Promise<boolean> {
  if (!isInitAlive(init)) return true;
  try {
    process.kill(init.pid, 'SIGKILL');
  } catch {
    // It has just ended, or is not ours to end.
  }
  for (let waited = 0; waited < patience; waited += 20) {
    if (isAlive(init) !== true) return true;
    await sleep(20);
  }
  return false;
}
