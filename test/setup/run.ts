import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What a command did. */
export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is run. */
export interface RunOptions {
  readonly cwd?: string;
  /** Variables on top of this process's own. */
  readonly env?: NodeJS.ProcessEnv;
  /** Standard input; empty when left out. */
  readonly input?: string | Uint8Array;
}

/**
 * Runs a command to its end and gives what it wrote; a failing command is no exception. One that cannot be started, or
 * that a signal ends, rejects.
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      stdio: 'pipe',
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const result = {
        stdout: Buffer.concat(stdout).toString('utf8'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      };
      if (code === null) reject(new Error(`${command} was ended by ${signal ?? '?'}: ${result.stderr}`));
      else resolve({ code, ...result });
    });
    // A command that does not read its input closes it: what it says about that comes with its exit code.
    child.stdin.on('error', (fault: NodeJS.ErrnoException) => {
      if (fault.code !== 'EPIPE' && fault.code !== 'ECONNRESET') reject(fault);
    });
    child.stdin.end(options.input ?? '');
  });
}

/** As {@link run}, and rejects with all that the command wrote when it fails. Gives its standard output. */
export async function must(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed (${code}):\n${stderr}${stdout}`);
  }
  return stdout;
}

/** Folders of daemons that an ordinary user's search path leaves out. */
const daemonFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** The file that a command name stands for, or null where it is not installed. */
export function findCommand(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...daemonFolders];
  for (const folder of folders) {
    if (folder === '') continue;
    const file = join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
