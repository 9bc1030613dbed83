import { spawn, type ChildProcess } from 'node:child_process';
import { shortageOf } from '../../shared/image/shortage';

/** What a program came to: its exit code (null after a signal, or when it could not be started), and what it wrote. */
export interface Ended {
  readonly code: number | null;
  /** The last that it said on standard error. */
  readonly said: string;
  /** The first that it wrote to standard output. */
  readonly wrote: string;
}

/** How long a program may take, milliseconds: what is run like this is done in a moment where nothing hangs. */
const patience = 60_000;
/** How long is waited, once it has ended, for what others hold open that it has started. */
const afterwards = 500;
/** Characters that are kept. */
const kept = { said: 4000, wrote: 64_000 } as const;

/**
 * Runs a program to its end without a terminal, and without making this thread wait; `env` in place of our environment. One
 * that does not end in time is ended, with all that it has started. Rejects with `system-short` alone, where there was too
 * little to start it: that says nothing of the program.
 */
export async function runQuietly(
  [program = '', ...words]: readonly string[],
  { env, time = patience }: { readonly env?: Readonly<Record<string, string>>; readonly time?: number } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    // A process group of its own: a shell that is killed leaves what it waits for.
    // Without a descriptor that is free there is nothing but the fault: no streams.
    const child: ChildProcess = spawn(program, words, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(env ? { env: { ...env } } : {}),
    });
    let [said, wrote] = ['', ''];
    child.stdout?.setEncoding('utf8');
    child.stderr?.setEncoding('utf8');
    child.stdout?.on('data', (text: string) => (wrote = (wrote + text).slice(0, kept.wrote)));
    child.stderr?.on('data', (text: string) => (said = (said + text).slice(-kept.said)));
    let late: NodeJS.Timeout | undefined;
    const end = (code: number | null, fault = ''): void => {
      clearTimeout(timer);
      clearTimeout(late);
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
      resolve({ code, said: fault || said.trim(), wrote });
    };
    const timer = setTimeout(() => {
      if (child.pid !== undefined) endGroup(child.pid);
      end(null, `${program} does not end`);
    }, time);
    child.on('error', (fault) => {
      const lack = shortageOf(fault.message);
      if (lack) reject(lack);
      end(null, fault.message);
    });
    child.on('close', (code) => end(code));
    child.on('exit', (code) => (late = setTimeout(() => end(code), afterwards)));
  });
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
