import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { must, run, type RunResult } from '../setup/run';
import { commandFile } from './peers';

/** A Podman whose images, containers and state are all in one folder. */
export interface PodmanEngine {
  /** Runs podman; rejects when it fails, gives its standard output. */
  podman(...args: string[]): Promise<string>;
  /** The same for a command that may fail. */
  tryPodman(...args: string[]): Promise<RunResult>;
  /** Image IDs (`sha256:…`) by name; what has none stands under its ID. */
  idsByName(): Promise<Record<string, string>>;
}

/** One line of `podman images --format json`. */
interface Listed {
  readonly Id: string;
  readonly Names?: readonly string[] | null;
}

/**
 * Opens a Podman in an empty folder. The `vfs` driver mounts nothing, so that removing the folder is enough; it copies all
 * layers below into each. `overlay` is for many images, of which none is run or stays mounted.
 */
export async function openPodman(folder: string, driver: 'vfs' | 'overlay' = 'vfs'): Promise<PodmanEngine> {
  const home = join(folder, 'home');
  await mkdir(home, { recursive: true });
  const own = [
    '--root',
    join(folder, 'root'),
    '--runroot',
    join(folder, 'run'),
    '--tmpdir',
    join(folder, 'tmp'),
  ];
  own.push('--storage-driver', driver, '--events-backend', 'none', '--cgroup-manager', 'cgroupfs');
  own.push('--network-config-dir', join(folder, 'networks'));
  // The person's own containers.conf, credentials and short-name aliases have no say.
  const env = { HOME: home, XDG_RUNTIME_DIR: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home };
  const podman = (...args: string[]): Promise<string> =>
    must(commandFile('podman'), [...own, ...args], { env, cwd: folder });
  return {
    podman,
    tryPodman: (...args) => run(commandFile('podman'), [...own, ...args], { env, cwd: folder }),
    async idsByName() {
      const listed = JSON.parse(await podman('images', '--all', '--format', 'json')) as readonly Listed[];
      const pairs = listed.flatMap(({ Id, Names }): [string, string][] => {
        const id = `sha256:${Id}`;
        const names = Names ?? [];
        return names.length === 0 ? [[id, id]] : names.map((name) => [name, id]);
      });
      return Object.fromEntries(pairs.sort(([a], [b]) => (a < b ? -1 : 1)));
    },
  };
}

/** The name that Podman gave to what we call `name`: without a registry it says `localhost/` or `docker.io/`. */
export function podmanName(ids: Readonly<Record<string, string>>, name: string): string {
  const known = [name, `docker.io/${name}`, `docker.io/library/${name}`, `localhost/${name}`];
  const found = known.find((each) => ids[each] !== undefined);
  if (found === undefined) throw new Error(`${name} is not among ${Object.keys(ids).join(', ')}`);
  return found;
}
