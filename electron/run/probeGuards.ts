import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runQuietly } from '../namespace/runQuietly';
import { cgroupsFor, removeCgroups } from './cgroups';
import { deviceRules } from './devices';
import type { Runtime } from './findRuntime';
import { runtimeCommand, runtimeEnvironment, type RuntimeStart } from './runtimeCommand';
import { seccompProfile } from './seccompProfile';
import type { Guards } from './runtimeSpec';

/** Name of a program that is nowhere; that it is missing is what a runtime says last. */
const nowhere = '/no-such-program';

/** Whether a runtime came as far as it should, and whether that would be so again. */
interface Answer {
  readonly holds: boolean;
  readonly certain: boolean;
}

/** Starts a runtime with a config in an empty tree; whether it came as far as the program, which is not there. */
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
  await runQuietly(runtimeCommand(start, apart, ['delete', '--force', id]), { env });
  removeCgroups(cgroupsFor(id, start.runtime).folders);
  return { holds: said.includes(nowhere), certain: code !== null };
}

/** What was found out, by runtime: it holds for as long as a process lives. What could not be found out is asked again. */
const known = new Map<string, Promise<Answer>>();

/**
 * What a runtime can hold a command to on this machine. For device rules it is asked itself, since nothing else says for
 * certain that a cgroup can be made, that the kernel takes a program for it, and that the runtime may load one. `bundle` is
 * an empty folder of the run's own.
 */
export async function probeGuards(
  start: Omit<RuntimeStart, 'cgroup'>,
  bundle: string,
  id: string,
): Promise<Guards> {
  const { runtime, asRoot } = start;
  return {
    // Without being root there is no cgroup that could be given such rules.
    deviceRules: asRoot && (await holdsRules(start, runtime, bundle, id)),
    seccomp: runtime.seccomp && seccompProfile() !== null,
  };
}

async function holdsRules(
  start: Omit<RuntimeStart, 'cgroup'>,
  runtime: Runtime,
  bundle: string,
  id: string,
): Promise<boolean> {
  const { path } = runtime;
  let asked = known.get(path);
  if (!asked) {
    const linux = { cgroupsPath: cgroupsFor(id, runtime).path, resources: { devices: deviceRules() } };
    asked = comesToTheProgram({ ...start, cgroup: true }, bundle, id, linux);
    known.set(path, asked);
  }
  try {
    const { holds, certain } = await asked;
    if (!certain) known.delete(path);
    return holds;
  } catch (thrown) {
    known.delete(path);
    throw thrown;
  }
}
