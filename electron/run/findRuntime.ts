import { execFile } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import { findProgram } from '../namespace/holder';

/** An OCI runtime that is installed (OCI runtime-spec; crun and runc share their command line). */
export interface Runtime {
  readonly name: 'crun' | 'runc';
  readonly path: string;
  readonly version: string;
}

const cgroupFolder = '/sys/fs/cgroup';
const tmpfsMagic = 0x01021994;
const cgroup2Magic = 0x63677270;

function fileSystemOf(path: string): number {
  try {
    return statfsSync(path).type;
  } catch {
    return 0;
  }
}

/** Old and new cgroups side by side, as some systems start: crun refuses to work there, runc does not. */
const hybrid = (): boolean =>
  fileSystemOf(cgroupFolder) === tmpfsMagic && existsSync(`${cgroupFolder}/unified`);

/** Whether there is a cgroup tree of the new kind, which a runtime run by root may use. */
export const hasCgroups = (): boolean => fileSystemOf(cgroupFolder) === cgroup2Magic;

/** The Debian package that brings a runtime which works here. */
export const runtimePackages = hybrid() ? 'runc' : 'crun';

/** The runtime to use, or null when none that works here is installed. `STRATIGRAPH_RUNTIME` names one by its path. */
export async function findRuntime(): Promise<Runtime | null> {
  const named = process.env['STRATIGRAPH_RUNTIME'];
  const candidates = named
    ? [named]
    : (hybrid() ? ['runc'] : ['crun', 'runc']).map((name) => findProgram(name));
  for (const path of candidates) {
    if (path === null) continue;
    const version = await versionOf(path);
    if (version !== null) return { name: path.endsWith('runc') ? 'runc' : 'crun', path, version };
  }
  return null;
}

function versionOf(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(path, ['--version'], { timeout: 10_000 }, (fault, out) => {
      resolve(fault ? null : (/version\s+(\S+)/.exec(out)?.[1] ?? ''));
    });
  });
}
