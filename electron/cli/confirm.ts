import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { problem } from '../../shared/image/problem';
import { translator } from '../../shared/text/catalogue';
import type { Session } from './command';

/** Where a question is asked: standard input and standard error, unless a test says otherwise. */
export interface Asked {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable & { readonly isTTY?: boolean };
}

/** Whether there is somebody to ask: both ends are a terminal. */
export function canAsk({ input, output }: Asked = { input: process.stdin, output: process.stderr }): boolean {
  return input.isTTY === true && output.isTTY === true;
}

/**
 * Asks whether to go on, as docker and podman do: only `y` or `yes` is one, in any case; the end of the input, or another
 * answer, is a no. Throws `cancelled` for Ctrl+C.
 */
export async function confirm(
  session: Pick<Session, 'language' | 'run' | 'endProgress'>,
  asked: Asked = { input: process.stdin, output: process.stderr },
): Promise<boolean> {
  session.endProgress();
  const { signal } = session.run('');
  asked.output.write(`${translator(session.language)('cli.goOn')} `);
  // Not as a terminal: the lines are the kernel's to edit, and Ctrl+C is a signal as everywhere else.
  const lines = createInterface({ input: asked.input, terminal: false });
  try {
    const answer = await new Promise<string>((resolve, reject) => {
      const stop = (): void => reject(problem('cancelled', {}));
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      lines.once('line', resolve);
      lines.once('close', () => resolve(''));
    });
    return /^\s*y(?:es)?\s*$/i.test(answer);
  } finally {
    lines.close();
    asked.input.pause();
  }
}
