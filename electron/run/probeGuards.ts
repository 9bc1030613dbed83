import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runQuietly } from '../namespace/runQuietly';
import { lackOf } from './lackedRoom';
import { cgroupsFor, countsProcesses, mayHaveCgroup, removeCgroups } from './cgroups';
import { runtimeCommand, runtimeEnvironment, type RuntimeStart } from './runtimeCommand';
import { seccompProfile } from './seccompProfile';
import { canLimitByUser, defaultProcesses } from './processLimit';
import { resourcesFor, type Guards } from './runtimeSpec';

/** Name of a program that is nowhere; that it is missing is what a runtime says last. */
const nowhere = '/no-such-program';

/** Whether a runtime came as far as it should, and whether that would be so again. */
interface Answer {
  readonly holds: boolean;
  readonly certain: boolean;
}

/**
 * Starts a runtime with a config in an empty tree; whether it came as far as the program, which is not there. Throws `disk-full` or
 * `system-short` where it lacked what the command would lack, too: that says nothing of what this machine holds.
 */
async function comesToTheProgram(
  start: RuntimeStart,
  bundle: string,
  id: string,
  linux: Record<string, unknown>,
): Promise<Answer> {
  await mkdir(join(bundle, 'probe'), { recursive: true, mode: 0o700 });
  const config = {
    ociVersion: '1.0.2',
    process: { terminal: false, user: { uid: 0, gid: 0 }, args: [nowhere], env: [], cwd: '/' },
    root: { path: 'probe' },
    mounts: [{ destination: '/proc', type: 'proc', source: 'proc', options: [] }],
    linux: { namespaces: [{ type: 'pid' }, { type: 'mount' }], ...linux },
  };
  await writeFile(join(bundle, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  const apart = { root: '', sealSys: false };
  const env = runtimeEnvironment(start.state);
  const { code, said } = await runQuietly(runtimeCommand(start, apart, ['run', '--bundle', bundle, id]), {
    env,
  });
  // The program never ran: there is nothing to end.
  await runQuietly(runtimeCommand(start, apart, ['delete', '--force', id]), { env }).catch(() => undefined);
  removeCgroups(cgroupsFor(id, start.runtime).folders);
  const holds = said.includes(nowhere);
  const lack = holds ? null : lackOf(said, dirname(bundle));
  if (lack) throw lack;
  return { holds, certain: code !== null };
}

/** What a cgroup holds a run to. */
interface Held {
  readonly devices: boolean;
  readonly pids: boolean;
}

const nothing: Held = { devices: false, pids: false };

/** What was found out, by runtime: it holds for as long as a process lives. What could not be found out is asked again. */
const known = new Map<string, Promise<Held & { readonly certain: boolean }>>();

/**
 * What a runtime can hold a command to on this machine. For rules of cgroups it is asked itself, since nothing else says for
 * certain that a cgroup can be made, that the kernel takes a program for devices, and that the runtime may load one. `bundle` is
 * an empty folder of the run's own. Throws `disk-full`, `system-short`.
 */
export async function probeGuards(
  start: Omit<RuntimeStart, 'cgroup'>,
  bundle: string,
  id: string,
  mode: 'root' | 'mapped' | 'single',
): Promise<Guards> {
  const { runtime, asRoot } = start;
  // Without being root there is no cgroup that could be given such rules.
  const held = asRoot && mayHaveCgroup(runtime) ? await heldByCgroup(start, bundle, id) : nothing;
  return {
    deviceRules: held.devices,
    processes: held.pids ? 'cgroup' : canLimitByUser(mode) ? 'rlimit' : null,
    seccomp: runtime.seccomp && seccompProfile() !== null,
  };
}

async function heldByCgroup(start: Omit<RuntimeStart, 'cgroup'>, bundle: string, id: string): Promise<Held> {
  const { path } = start.runtime;
  const asked = known.get(path) ?? askRuntime(start, bundle, id);
  known.set(path, asked);
  try {
    const found = await asked;
    if (!found.certain) known.delete(path);
    return found;
  } catch (thrown) {
    known.delete(path);
    throw thrown;
  }
}

/** Asks for all first, then for each alone. */
async function askRuntime(
  start: Omit<RuntimeStart, 'cgroup'>,
  bundle: string,
  id: string,
): Promise<Held & { readonly certain: boolean }> {
  const counted = countsProcesses(start.runtime) ?? start.runtime.name === 'runc';
  const tries = [
    ...(counted ? [{ devices: true, pids: true }] : []),
    { devices: true, pids: false },
    ...(counted ? [{ devices: false, pids: true }] : []),
  ];
  for (const held of tries) {
    const linux = {
      cgroupsPath: cgroupsFor(id, start.runtime).path,
      resources: resourcesFor(held, defaultProcesses),
    };
    const answer = await comesToTheProgram({ ...start, cgroup: true }, bundle, id, linux);
    if (answer.holds) return { ...held, certain: true };
    if (!answer.certain) return { ...nothing, certain: false };
  }
  return { ...nothing, certain: true };
}
