import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { findProgram } from '../namespace/holder';
import { runQuietly } from '../namespace/runQuietly';
import { cgroupTree } from './cgroups';

/** An OCI runtime that is installed (OCI runtime-spec; crun and runc share their command line). */
export interface Runtime {
  readonly name: 'crun' | 'runc';
  readonly path: string;
  readonly version: string;
  /** Whether it was built with libseccomp, and the kernel has filters of system calls. */
  readonly seccomp: boolean;
}

/** The Debian package that brings a runtime which works best here: crun takes no part in old and new cgroups side by side. */
export function runtimePackages(): 'runc' | 'crun' {
  return cgroupTree() === 'hybrid' ? 'runc' : 'crun';
}

/**
 * The runtime to use, or null when none that works here is installed. `STRATIGRAPH_RUNTIME` names one by its path. Throws `system-short`
 * where none can be asked.
 */
export async function findRuntime(): Promise<Runtime | null> {
  for (const path of candidates()) {
    const runtime = await runtimeAt(path);
    if (runtime) return runtime;
  }
  return null;
}

/** Every runtime that is installed, that to use first: one of them may have started what is still running. */
export async function installedRuntimes(): Promise<readonly Runtime[]> {
  const others = ['crun', 'runc'].map((name) => findProgram(name)).filter((path) => path !== null);
  const paths = [...new Set([...candidates(), ...others])];
  const found = await Promise.all(paths.map((path) => runtimeAt(path)));
  return found.filter((runtime) => runtime !== null);
}

function candidates(): readonly string[] {
  const named = process.env['STRATIGRAPH_RUNTIME'];
  // A command is started in the root, as a terminal is: the path stays what it is here.
  if (named) return [named.includes('/') ? resolve(named) : named];
  const names = runtimePackages() === 'runc' ? ['runc', 'crun'] : ['crun', 'runc'];
  return names.map((name) => findProgram(name)).filter((path) => path !== null);
}

async function runtimeAt(path: string): Promise<Runtime | null> {
  const said = await versionOf(path);
  if (said === null) return null;
  const version = /version\s+(\S+)/.exec(said)?.[1] ?? '';
  return { name: path.endsWith('runc') ? 'runc' : 'crun', path, version, seccomp: hasSeccomp(said) };
}

/** crun lists `+SECCOMP` among its features, runc the version of the library. */
function hasSeccomp(said: string): boolean {
  return /\+SECCOMP\b|^libseccomp:/m.test(said) && existsSync('/proc/sys/kernel/seccomp/actions_avail');
}

async function versionOf(path: string): Promise<string | null> {
  const { code, wrote } = await runQuietly([path, '--version'], { time: 10_000 });
  return code === 0 ? wrote : null;
}
