import { spawn } from 'node:child_process';

/** What a program came to: its exit code (null after a signal, or when it could not be started), and its standard error. */
export interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/**
 * Runs a program to its end without a terminal, and without making this thread wait; `env` in place of our environment.
 * Never rejects.
 */
export function runQuietly(
  [program = '', ...words]: readonly string[],
  env?: Readonly<Record<string, string>>,
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, words, {
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(env ? { env: { ...env } } : {}),
    });
    let said = '';
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text: string) => (said = (said + text).slice(-4000)));
    child.on('error', (fault) => resolve({ code: null, said: fault.message }));
    child.on('close', (code) => resolve({ code, said: said.trim() }));
  });
}
