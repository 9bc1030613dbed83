import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findCommand, must, run, type RunOptions, type RunResult } from './run';

/** A real Docker engine of the test's own: its images, containers and socket are in one temporary folder. */
export interface DockerEngine {
  /** Address of the socket, as `DOCKER_HOST` takes it. */
  readonly host: string;
  /** Version of the engine, `20.10.24+dfsg1`. */
  readonly version: string;
  /** Runs the docker client against this engine; rejects when it fails, gives its standard output. */
  docker(args: readonly string[], options?: RunOptions): Promise<string>;
  /** The same for a command that may fail. */
  tryDocker(args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Ends the engine's process; its images and containers stay. */
  halt(): Promise<void>;
  /** Starts it again after {@link halt}, and waits until it answers. */
  resume(): Promise<void>;
  /** Ends the engine and removes everything that it made, mounts too. Safe to call twice. */
  stop(): Promise<void>;
}

/** How long an engine may take to answer or to end, milliseconds. */
const patience = 60_000;
/** Bit of CAP_SYS_ADMIN in a capability set: without it nothing can be mounted. */
const sysAdmin = 1n << 21n;

/** Why no engine can run here, or null when one can. */
export function dockerEngineObstacle(): string | null {
  if (process.platform !== 'linux') return 'a Docker engine needs Linux';
  if (process.getuid?.() !== 0) return 'a Docker engine needs root';
  if (findCommand('dockerd') === null) return 'dockerd is not installed';
  if (findCommand('docker') === null) return 'the docker client is not installed';
  const set = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  if ((BigInt(`0x${set}`) & sysAdmin) === 0n) return 'root may not mount here';
  return null;
}

/**
 * Starts an engine. Gives `null` with a reason where none can run; where one should run and does not, rejects with the
 * end of its log, after everything is removed again.
 */
export async function startDockerEngine(): Promise<
  { engine: DockerEngine; reason: null } | { engine: null; reason: string }
> {
  const reason = dockerEngineObstacle();
  const daemon = findCommand('dockerd');
  const client = findCommand('docker');
  if (reason !== null || daemon === null || client === null) {
    return { engine: null, reason: reason ?? 'docker is not installed' };
  }
  const folder = await mkdtemp(join(tmpdir(), 'stratigraph-docker-'));
  const log = join(folder, 'log');
  const host = `unix://${join(folder, 'socket')}`;
  const args = ['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')];
  args.push('-H', host, '--pidfile', join(folder, 'pid'), '--iptables=false', '--ip6tables=false');
  args.push('--bridge=none', '--storage-driver', 'overlay2');
  // No file of the machine or of the person who runs the tests has a say: proxies, mirrors, credentials.
  const settings = join(folder, 'daemon.json');
  await writeFile(settings, JSON.stringify(await ownKey(daemon, folder)));
  args.push('--config-file', settings);
  let running = launch(daemon, args, log);
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => (stopping ??= tearDown(folder, running));
  const clientOptions = (options: RunOptions = {}): RunOptions => ({
    ...options,
    env: { DOCKER_HOST: host, DOCKER_CONFIG: join(folder, 'client'), ...options.env },
  });
  const docker = (words: readonly string[], options?: RunOptions): Promise<string> =>
    must(client, words, clientOptions(options));
  const tryDocker = (words: readonly string[], options?: RunOptions): Promise<RunResult> =>
    run(client, words, clientOptions(options));
  try {
    const version = await answer(tryDocker, running.child, log);
    const halt = (): Promise<void> => end(running);
    const resume = async (): Promise<void> => {
      running = launch(daemon, args, log);
      await answer(tryDocker, running.child, log);
    };
    return { engine: { host, version, docker, tryDocker, halt, resume, stop }, reason: null };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

/** A daemon's process and its end. */
interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
}

function launch(daemon: string, args: readonly string[], log: string): Running {
  const output = openSync(log, 'w');
  const child = spawn(daemon, args, { stdio: ['ignore', output, output] });
  closeSync(output);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  return { child, ended };
}

/** Engines before 23 write a key to the machine's /etc unless told another place; later ones have none. */
async function ownKey(daemon: string, folder: string): Promise<Record<string, string>> {
  const major = Number(/version (\d+)\./.exec(await must(daemon, ['--version']))?.[1] ?? '99');
  return major < 23 ? { 'deprecated-key-path': join(folder, 'key.json') } : {};
}

/** Waits until the engine answers `docker version`. */
async function answer(
  tryDocker: DockerEngine['tryDocker'],
  child: ChildProcess,
  log: string,
): Promise<string> {
  const end = Date.now() + patience;
  for (;;) {
    const { code, stdout, stderr } = await tryDocker(['version', '--format', '{{.Server.Version}}']);
    if (code === 0) return stdout.trim();
    const dead = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
    if (dead || Date.now() > end) {
      const tail = (await readFile(log, 'utf8')).split('\n').slice(-12).join('\n');
      throw new Error(`dockerd ${dead ? 'ended' : 'does not answer'}: ${stderr}\n${tail}`);
    }
    await delay(100);
  }
}

/** True while a process with this ID exists. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Ends the daemon by its own process ID. */
async function end({ child, ended }: Running): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const late = new AbortController();
  const kill = delay(patience, undefined, { signal: late.signal })
    .then(() => void child.kill('SIGKILL'))
    .catch(() => undefined);
  await ended;
  late.abort();
  await kill;
}

/** Ends the engine, then what it left: its containerd, its mounts, its files. */
async function tearDown(folder: string, running: Running): Promise<void> {
  await end(running);
  // A dockerd that was killed cannot end the containerd that it started; its ID is in the engine's own folder.
  await endContainerd(join(folder, 'exec', 'containerd', 'containerd.pid'));
  // A mount may come with another beneath it, or twice at one place: the last one first, until there is none.
  for (const place of (await mountsBelow(folder)).reverse()) await must('umount', [place]);
  const left = await mountsBelow(folder);
  if (left.length > 0) throw new Error(`still mounted: ${left.join(', ')}`);
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

async function endContainerd(file: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const pid = Number(text.trim());
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return;
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '');
  if (name.trim() !== 'containerd') return;
  process.kill(pid, 'SIGTERM');
  const end = Date.now() + patience;
  while (isAlive(pid)) {
    if (Date.now() > end) process.kill(pid, 'SIGKILL');
    await delay(50);
  }
}

/** Mount points in a folder, oldest first. */
export async function mountsBelow(folder: string): Promise<string[]> {
  const text = await readFile('/proc/self/mountinfo', 'utf8');
  return text
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .map((place) =>
      place.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(parseInt(code, 8))),
    )
    .filter((place) => place === folder || place.startsWith(folder + sep));
}

/** The same where there has to be one: throws with the reason why there is none. */
export async function openDockerEngine(): Promise<DockerEngine> {
  const { engine, reason } = await startDockerEngine();
  if (engine === null) throw new Error(reason);
  return engine;
}
