import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import { problem } from '../../../shared/image/problem';
import { shortageOf } from '../../../shared/image/shortage';
import { translator } from '../../../shared/text/catalogue';
import { missingGuardText } from '../../../shared/text/missingGuard';
import { treeOfWord } from '../../actions/trees/treeOfWord';
import { planRun, type PlannedRun } from '../../actions/runs/runImage';
import { defaultProcesses, parseProcessLimit } from '../../run/processLimit';
import { startCodes } from '../../run/startFailure';
import { makePipe } from '../../system/syscalls';
import type { Command } from '../command';
import { readVariables } from '../envFile';
import { mountWishes } from '../mountWords';
import { UsageFault } from '../parser';
import { sweptContext } from '../sweep';
import { leaveNow, type Leave } from '../endSignals';
import { passSignals } from '../passSignals';
import { abandonOutput } from '../standardOutput';

/** How long a runtime may take to see that its command was killed, milliseconds. */
const grace = 500;
/** Exit code of what SIGKILL ended, as shells and Docker give it. */
const killed = 128 + constants.signals.SIGKILL;

/**
 * Starts a planned run in the terminal of the command line, and cleans up after it; resolves with its exit code. A signal is
 * for the command inside: it comes through the terminal, or from us where there is none. A command that does not end by it is
 * killed ({@link passSignals}); while we clean up one signal more changes nothing, and the next one leaves the rest to the next command. Throws `cancelled` where a signal came
 * before there was a command.
 */
async function runToEnd(
  plan: PlannedRun,
  terminal: boolean,
  early: AbortSignal,
  leave: Leave,
): Promise<number> {
  let child: ChildProcess | null = null;
  const kills: Promise<void>[] = [];
  let giveUp = (): void => undefined;
  const givenUp = new Promise<void>((resolve) => (giveUp = resolve));
  const force = async (): Promise<void> => {
    await plan.kill();
    // A runtime that was only about to start the command, or hangs itself.
    setTimeout(() => {
      child?.kill('SIGKILL');
      giveUp();
    }, grace);
  };
  const signals = passSignals(
    (signal) => void child?.kill(signal),
    () => kills.push(force()),
    leave,
  );
  try {
    if (early.aborted) throw problem('cancelled', {});
    const [program = '', ...words] = plan.command;
    const streams = openStreams(terminal);
    // In a group of its own: Ctrl+C comes to us alone, and to the command once.
    // In the root: the shell and the runtime need a working directory that is there.
    child = spawn(program, words, {
      cwd: '/',
      stdio: streams.stdio,
      env: { ...plan.env },
      detached: !terminal,
    });
    const ending = exitCode(child, program);
    streams.serve();
    // All that it wrote is handed on, unless nobody takes it and somebody wants an end.
    const ended = await ending.finally(() => Promise.race([streams.end(), givenUp]));
    if (kills.length === 0) return ended === 0 ? 0 : ((await plan.startFailure(ended)) ?? ended);
    await Promise.all(kills);
    abandonOutput();
    return killed;
  } finally {
    signals.ended();
    await plan.finish().finally(() => signals.stop());
  }
}

/** What a command is started with, and how its streams are served. */
interface Streams {
  readonly stdio: StdioOptions;
  /** To be called once it was started, or was not. */
  readonly serve: () => void;
  /** Settles when all that it wrote has been handed on; our own input is read no longer. */
  readonly end: () => Promise<void>;
}

/**
 * Standard streams by way of pipes. A file of this machine as the command's own stream could be opened anew through
 * /proc/self/fd, for writing too. Real pipes: the sockets that Node makes of them cannot be opened as /dev/stdout. With a
 * terminal the runtime makes one of its own, and ours are those of the runtime: as far as they are terminals.
 */
function openStreams(terminal: boolean): Streams {
  const input = terminal ? null : makePipe();
  const output = terminal ? null : makePipe();
  const errors = terminal && process.stderr.isTTY ? null : makePipe();
  const written: Promise<void>[] = [];
  const stdin = input && new Socket({ fd: input.write, readable: false, writable: true });
  return {
    stdio: [input?.read ?? 'inherit', output?.write ?? 'inherit', errors?.write ?? 'inherit'],
    serve: () => {
      for (const fd of [input?.read, output?.write, errors?.write]) if (fd !== undefined) closeSync(fd);
      if (stdin) {
        // Who does not read to the end, or ends, closes its input.
        stdin.on('error', () => process.stdin.unpipe(stdin));
        process.stdin.on('error', () => stdin.end());
        process.stdin.pipe(stdin);
      }
      for (const [pipe, to] of [
        [output, process.stdout],
        [errors, process.stderr],
      ] as const) {
        if (!pipe) continue;
        const from = new Socket({ fd: pipe.read, readable: true, writable: false });
        written.push(new Promise((resolve) => from.on('close', () => resolve())));
        from.on('error', () => from.destroy());
        from.pipe(to, { end: false });
        // Nobody reads any more: the command hears of it as it would without us.
        to.on('error', () => from.destroy());
      }
    },
    end: async () => {
      if (stdin) {
        process.stdin.unpipe(stdin);
        process.stdin.destroy();
        stdin.destroy();
      }
      await Promise.all(written);
    },
  };
}

async function exitCode(child: ChildProcess, program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on('error', (cause) =>
      reject(
        shortageOf(cause.message) ??
          problem('runtime-failed', { runtime: program, reason: cause.message }, { cause }),
      ),
    );
    child.on('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}

/**
 * Variables as `-e` names them: `K=V`, or `K` for the one of the environment; where that is not set, `K` alone stays, which takes the
 * image's own away, as in Docker. Throws
 * {@link UsageFault}.
 */
export function variables(
  entries: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return entries.flatMap((entry) => {
    const equals = entry.indexOf('=');
    if (entry === '' || equals === 0) throw new UsageFault((t) => t('usage.env', { text: entry }));
    if (equals > 0) return [entry];
    const value = environment[entry];
    return value === undefined ? [entry] : [`${entry}=${value}`];
  });
}

/** A name as Docker takes one, a slash before it too; null for none (''). Throws {@link UsageFault}. */
function nameOf(text: string): string | null {
  if (text === '') return null;
  const name = text.replace(/^\//, '');
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}$/.test(name))
    throw new UsageFault((t) => t('usage.runName', { text }));
  return name;
}

/** A name that sethostname(2) takes; null for none. Throws {@link UsageFault}. */
function hostnameOf(text: string): string | null {
  if (Buffer.byteLength(text) > 64 || text.includes('\0'))
    throw new UsageFault((t) => t('usage.hostname', { text }));
  return text === '' ? null : text;
}

/** A working directory as Docker takes one: an absolute path, or '' for the image's own. Throws {@link UsageFault}. */
function workingDirOf(text: string): string | null {
  if (text !== '' && !text.startsWith('/')) throw new UsageFault((t) => t('usage.workdir', { text }));
  return text === '' ? null : text;
}

export const run: Command = {
  name: 'run',
  usage:
    'run [-e K[=V]…] [--env-file FILE…] [-v SOURCE:TARGET[:OPTIONS]…] [--mount FIELDS…] [--tmpfs TARGET[:OPTIONS]…] [--read-only] [-u USER] [-w DIR] [--entrypoint WORDS] [--name NAME] [-h HOSTNAME] [--network none|host] [--pids-limit N] IMG[@LAYER]|WORKSPACE [CMD…]',
  optionsFirst: true,
  failureCode: startCodes.failed,
  summary: [
    'Runs a command in an image or a workspace with its entrypoint, environment, user and directory, in an OCI runtime (crun or runc). No network unless asked for. What it writes stays in a workspace, and vanishes with an image. Its exit code is ours.',
    '在镜像或工作区中运行命令，使用其 entrypoint、环境变量、用户和目录，由 OCI 运行时（crun 或 runc）执行。默认没有网络。写入内容保留在工作区，在镜像中则丢弃。退出码即命令的退出码。',
  ],
  options: [
    {
      long: 'env',
      short: 'e',
      value: 'K[=V]',
      many: true,
      help: ['set a variable; without a value the one of your own', '设置环境变量；不给值则沿用当前环境'],
    },
    {
      long: 'env-file',
      value: 'FILE',
      many: true,
      help: [
        'variables of a file, a line each, as Docker reads them',
        '按 Docker 的格式逐行读取文件中的变量',
      ],
    },
    {
      long: 'volume',
      short: 'v',
      value: 'SOURCE:TARGET[:OPTIONS]',
      many: true,
      help: [
        'a file or folder of this machine at TARGET; ro: read-only. What is written there is no change of a workspace',
        '在目标处挂载本机的文件或目录；ro 表示只读。写入其中的内容不算工作区的更改',
      ],
    },
    {
      long: 'mount',
      value: 'FIELDS',
      many: true,
      help: [
        'the same as type=bind,source=…,target=…[,readonly], or type=tmpfs,target=…',
        '同上，写作 type=bind,source=…,target=…[,readonly]，或 type=tmpfs,target=…',
      ],
    },
    {
      long: 'tmpfs',
      value: 'TARGET[:OPTIONS]',
      many: true,
      help: [
        'an empty folder in memory; size=64m, mode=1777, exec and so on',
        '内存中的空目录；可加 size=64m、mode=1777、exec 等',
      ],
    },
    {
      long: 'read-only',
      help: ['nothing can be written to but what is mounted', '除挂载处外均不可写'],
    },
    {
      long: 'name',
      value: 'NAME',
      help: ['what the run is called; no two at a time have one', '运行的名称；同一时刻不得重复'],
    },
    {
      long: 'hostname',
      short: 'h',
      value: 'HOSTNAME',
      help: [
        'the host’s name inside, in place of one made of the image’s',
        '命令所见的主机名，代替由镜像名得出的名称',
      ],
    },
    { long: 'user', short: 'u', value: 'USER', help: ['run as this user', '以该用户运行'] },
    { long: 'workdir', short: 'w', value: 'DIR', help: ['run in this directory', '在该目录中运行'] },
    {
      long: 'entrypoint',
      value: 'WORDS',
      help: ['in place of the image’s entrypoint', '替换镜像的 entrypoint'],
    },
    {
      long: 'network',
      value: 'NETWORK',
      help: ['none (default), or host: the network of this machine', 'none（默认）或 host：使用本机网络'],
    },
    {
      long: 'pids-limit',
      value: 'N',
      help: [
        `processes at once, at most: ${defaultProcesses}; -1 for no limit`,
        `同时存在的进程数上限：${defaultProcesses}；-1 表示不限制`,
      ],
    },
    {
      long: 'interactive',
      short: 'i',
      help: ['taken for Docker’s sake: input is always passed on', '为兼容 Docker；总是传递输入'],
    },
    {
      long: 'tty',
      short: 't',
      help: [
        'taken for Docker’s sake: a terminal is passed on when there is one',
        '为兼容 Docker；有终端时总是传递',
      ],
    },
    {
      long: 'rm',
      help: [
        'taken for Docker’s sake: nothing of a run on an image stays',
        '为兼容 Docker；镜像上的运行不留下任何内容',
      ],
    },
  ],
  examples: [
    'stratigraph run shop:1.6 python -V',
    'stratigraph run fix sh',
    'stratigraph run shop:1.6@2 ls /app',
    'stratigraph run --network host -e DEBUG=1 fix',
    'stratigraph run -v ./src:/src:ro --tmpfs /tmp -w /src shop:1.6 make test',
  ],
  async execute(session, { switches, values, words }) {
    const [name, ...command] = words;
    if (name === undefined) throw new UsageFault((t) => t('usage.run'));
    const network = values.get('network')?.[0] ?? 'none';
    if (network !== 'none' && network !== 'host') throw new UsageFault((t) => t('usage.network'));
    const limit = values.get('pids-limit')?.at(-1);
    const processes = limit === undefined ? defaultProcesses : parseProcessLimit(limit);
    if (processes === undefined) throw new UsageFault((t) => t('usage.processes'));
    const mounts = mountWishes(values);
    const title = nameOf(values.get('name')?.[0] ?? '');
    const hostname = hostnameOf(values.get('hostname')?.[0] ?? '');
    const workingDir = workingDirOf(values.get('workdir')?.[0] ?? '');
    const watched = session.run(name);
    const fromFiles = [];
    for (const file of values.get('env-file') ?? [])
      fromFiles.push(...(await readVariables(file, process.env, watched.signal)));
    const context = await sweptContext(session);
    const terminal = process.stdin.isTTY && process.stdout.isTTY;
    const plan = await planRun(
      context,
      await treeOfWord(context, name),
      {
        command: command.length > 0 ? command : null,
        entrypoint:
          values
            .get('entrypoint')?.[0]
            ?.split(/\s+/)
            .filter((word) => word !== '') ?? null,
        env: [...fromFiles, ...variables(values.get('env') ?? [], process.env)],
        workingDir,
        user: values.get('user')?.[0] ?? null,
        terminal,
        network: network === 'host',
        processes,
        mounts,
        title,
        hostname,
        readOnly: switches.has('read-only'),
      },
      watched,
    );
    session.endProgress();
    const t = translator(session.language);
    for (const each of plan.missing) session.note(missingGuardText(each, t));
    const code = await runToEnd(plan, terminal, watched.signal, leaveNow(session.language));
    // Standard output is the command's own.
    if (session.json) session.note(JSON.stringify({ code }));
    return code;
  },
};
