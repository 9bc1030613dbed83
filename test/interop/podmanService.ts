import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { run } from '../setup/run';
import { commandFile } from './peers';

/** A real `podman system service` whose images, containers and socket are in one folder. */
export interface PodmanService {
  /** Address of the socket, as `CONTAINER_HOST` takes it. */
  readonly host: string;
  /** Runs podman on the same images, beside the service; rejects when it fails. */
  podman(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

/** How long it may take to answer, milliseconds. */
const patience = 60_000;

/** Starts one, on the `vfs` driver, which mounts nothing. */
export async function startPodmanService(folder: string): Promise<PodmanService> {
  const home = join(folder, 'home');
  await mkdir(home, { recursive: true });
  const socket = join(folder, 'socket');
  const own = ['root', 'run', 'tmp'].flatMap((name, i) => [
    ['--root', '--runroot', '--tmpdir'][i] ?? '',
    join(folder, name),
  ]);
  own.push('--storage-driver', 'vfs', '--events-backend', 'file', '--cgroup-manager', 'cgroupfs');
  own.push('--network-config-dir', join(folder, 'networks'));
  const env = { HOME: home, XDG_RUNTIME_DIR: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home };
  const child: ChildProcess = spawn(
    commandFile('podman'),
    [...own, 'system', 'service', '--time=0', `unix://${socket}`],
    { cwd: folder, env: { ...process.env, ...env }, stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
  };
  const end = Date.now() + patience;
  const curl = ['--silent', '--fail', '--unix-socket', socket, 'http://podman/_ping'];
  while ((await run('curl', curl)).code !== 0) {
    if (Date.now() > end || child.exitCode !== null) {
      await stop();
      throw new Error('podman system service does not answer');
    }
    await delay(100);
  }
  return {
    host: `unix://${socket}`,
    async podman(...args) {
      const { code, stdout, stderr } = await run(commandFile('podman'), [...own, ...args], {
        env,
        cwd: folder,
      });
      if (code !== 0) throw new Error(`podman ${args.join(' ')}: ${stderr}`);
      return stdout;
    },
    stop,
  };
}
