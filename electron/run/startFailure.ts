import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { problem } from '../../shared/image/problem';
import type { CommandStart } from './commandStart';
import type { Runtime } from './findRuntime';
import { lackOf } from './lackedRoom';

/** Exit codes of a run that did not come to its command, as Docker has them: by us or the runtime, not executable, not there. */
export const startCodes = { failed: 125, notExecutable: 126, notFound: 127 } as const;

/** Processes and threads that runtimes have while they start a command, at the most: with fewer it is the limit that ends a start, and not the system. */
const roomOfRuntimes = 64;

/** Bytes of a runtime's log that are looked at. */
const logLimit = 64 * 1024;

/**
 * Makes the log of a runtime before it starts, with room for its first words: one that cannot write there ends with a code that
 * could be the command's. Throws what the file system throws.
 */
export async function makeLog(path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile('\n');
    // Not only promised: some file systems find out late that there is no room.
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What is known of a run whose runtime has ended. */
export interface EndedRun {
  readonly runtime: Pick<Runtime, 'name'>;
  /** The runtime's log. */
  readonly log: string;
  readonly start: CommandStart;
  /** The runtime's exit code, which is the command's where one began. */
  readonly code: number;
  /** How many processes the run is held to; null where it is not. */
  readonly processes: number | null;
}

/**
 * What runc says where its process in the container has ended without a word, as one that may have no more threads does: also that the
 * container runs already, which it takes from an end of its FIFO without a word.
 */
const silentEnd = /already (?:dead|running)|connection reset|broken pipe|\bEOF\b/i;

/**
 * Why a runtime could not start a command: the exit code for that, where it has said why, or null where the command ran (what code it
 * ended with says nothing: a command may choose any). Whether it ran is what the kernel said of its process; the log is asked where
 * that is not known. Throws `disk-full`, `system-short` and `run-limit-low` where it lacked room or the like, and `runtime-failed` where
 * nothing has said why.
 */
export async function startFailure({
  runtime,
  log,
  start,
  code,
  processes,
}: EndedRun): Promise<number | null> {
  if (start === 'begun') return null;
  const said = await headOf(log);
  // runc writes logfmt or JSON, with warnings between; crun lines that are errors.
  const errors = said.split('\n').filter((line) => line !== '' && !/level=(?:warning|info|debug)/.test(line));
  if (errors.length === 0 && start === 'unknown') return null;
  const text = errors.join('\n');
  if (/executable file|exec: |open executable|exec container process|execve/i.test(text)) {
    if (/permission denied|operation not permitted|exec format error|is a directory/i.test(text))
      return startCodes.notExecutable;
    if (/not found|no such file or directory/i.test(text)) return startCodes.notFound;
  }
  const lack = lackOf(text, dirname(dirname(log)));
  const short = lack?.problem.code === 'system-short' && lack.problem.facts.of === 'processes';
  // Where the system refuses to execute it, a runtime's process says so itself, and ends with 1.
  const refused = errors.length === 0 && start === 'dead' && code === 1;
  const silent = start === 'dead' && !refused && (errors.length === 0 || silentEnd.test(text));
  if ((short || silent) && processes !== null && processes < roomOfRuntimes)
    throw problem('run-limit-low', { limit: processes });
  if (lack) throw lack;
  if (refused) return startCodes.notExecutable;
  if (errors.length > 0 && !silent) return startCodes.failed;
  throw problem('runtime-failed', { runtime: runtime.name, code });
}

async function headOf(path: string): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(logLimit), 0, logLimit, 0);
      return buffer.subarray(0, bytesRead).toString('utf8');
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}
