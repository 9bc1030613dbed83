import { systemCode } from '../../shared/image/systemCode';
import { problem, type ProblemError } from '../../shared/image/problem';

/** Commands that only look: a reader that has seen enough (`| head`) ends them, and is no fault. */
const looking: ReadonlySet<string> = new Set([
  'images',
  'df',
  'inspect',
  'history',
  'manifest',
  'config',
  'du',
  'ls',
  'cat',
  'find',
  'diff',
  'analyze',
  'secrets',
  'duplicates',
  'graph',
  'tree',
  'dot',
  'short',
  'sources',
  'limits',
  'completion',
]);
/** Commands whose output is an archive: half of one is a fault, whoever stopped reading. */
const writing: ReadonlySet<string> = new Set(['save', 'export', 'blob']);

/** Whether standard output took what was written to it. */
export interface StandardOutput {
  /** Says what runs; null is help. */
  begin(command: string | null): void;
  /** What went wrong, once what was written has been handed over; null where nothing did. */
  fault(): Promise<ProblemError | null>;
}

/** Whether nobody waits any more for a reader that takes nothing. */
let abandoned = false;
const ending = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let onAbandon = (): void => undefined;

/** What is not read yet is lost: somebody who wants an end does not wait for a reader that takes nothing. */
export function abandonOutput(): void {
  abandoned = true;
  onAbandon();
}

/** Ends the process with a code: at once where output was abandoned, which would keep it alive. */
export function endProcess(code: number): void {
  process.exitCode = code;
  if (abandoned) process.exit();
}

/** Watches standard output and standard error from now on. Ends the process where nobody reads what a command shows. */
export function watchStandardOutput(): StandardOutput {
  let command: string | null = null;
  let found: ProblemError | null = null;
  process.stdout.on('error', (cause: NodeJS.ErrnoException) => {
    const reason = systemCode(cause) ?? cause.message;
    if (reason !== 'EPIPE' || (command !== null && writing.has(command)))
      found ??= problem('output-lost', { reason }, { cause });
    // What changes the store goes on to its end: that nobody hears of it is no reason to leave it half done.
    else if (command === null || looking.has(command)) process.exit(0);
  });
  // There is nobody left to tell.
  process.stderr.on('error', () => undefined);
  return {
    begin(name) {
      command = name;
    },
    async fault() {
      if (process.stdout.writableLength > 0 && !process.stdout.destroyed && !abandoned) {
        const cancel = (): void => {
          found ??= problem('cancelled', {});
          abandonOutput();
        };
        await new Promise<void>((resolve) => {
          onAbandon = resolve;
          for (const signal of ending) process.on(signal, cancel);
          process.stdout.write('', () => resolve());
        });
        for (const signal of ending) process.off(signal, cancel);
      }
      // A fault of a file is told at the next turn.
      await new Promise<void>((resolve) => setImmediate(resolve));
      return found;
    },
  };
}
