import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { problem } from '../../shared/image/problem';
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

/**
 * Why a runtime could not start a command, by its log: the exit code for that, or null where the command ran (what code it
 * ended with says nothing: a command may choose any). `processes`: how many the run is held to, where it is. Throws `disk-full`,
 * `system-short` and `run-limit-low` where it lacked room or the like.
 */
export async function startFailure(log: string, processes: number | null = null): Promise<number | null> {
  const said = await headOf(log);
  // runc writes logfmt or JSON, with warnings between; crun lines that are errors.
  const errors = said.split('\n').filter((line) => line !== '' && !/level=(?:warning|info|debug)/.test(line));
  if (errors.length === 0) return null;
  const text = errors.join('\n');
  if (/executable file|exec: |open executable|exec container process|execve/i.test(text)) {
    if (/permission denied|exec format error|is a directory/i.test(text)) return startCodes.notExecutable;
    if (/not found|no such file or directory/i.test(text)) return startCodes.notFound;
  }
  const lack = lackOf(text, dirname(dirname(log)));
  const short = lack?.problem.code === 'system-short' && lack.problem.facts.of === 'processes';
  if (short && processes !== null && processes < roomOfRuntimes)
    throw problem('run-limit-low', { limit: processes });
  if (lack) throw lack;
  return startCodes.failed;
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
