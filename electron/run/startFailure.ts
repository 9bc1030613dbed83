import { open } from 'node:fs/promises';

/** Exit codes of a run that did not come to its command, as Docker has them: by us or the runtime, not executable, not there. */
export const startCodes = { failed: 125, notExecutable: 126, notFound: 127 } as const;

/** Bytes of a runtime's log that are looked at. */
const logLimit = 64 * 1024;

/**
 * Why a runtime could not start a command, by its log: the exit code for that, or null where the command ran (what code it
 * ended with says nothing: a command may choose any).
 */
export async function startFailure(log: string): Promise<number | null> {
  const said = await headOf(log);
  // runc writes logfmt or JSON, with warnings between; crun lines that are errors.
  const errors = said.split('\n').filter((line) => line !== '' && !/level=(?:warning|info|debug)/.test(line));
  if (errors.length === 0) return null;
  const text = errors.join('\n');
  if (/executable file|exec: |open executable|exec container process|execve/i.test(text)) {
    if (/permission denied|exec format error|is a directory/i.test(text)) return startCodes.notExecutable;
    if (/not found|no such file or directory/i.test(text)) return startCodes.notFound;
  }
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
