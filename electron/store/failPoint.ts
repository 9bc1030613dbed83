/**
 * Places where a test may end the process, as a crash would, or have the disk refuse: after each step that touches the
 * disk. The environment variable `STRATIGRAPH_FAIL_POINT=N` ends it at the Nth step, `N:CODE` throws a system fault of
 * that code there (`3:ENOSPC`), a number's as Node throws one that libuv has no name for (`3:122`); without it this costs one
 * comparison.
 */
const [at = '-1', code] = (process.env['STRATIGRAPH_FAIL_POINT'] ?? '-1').split(':');
let steps = Number(at);

/** Marks a step that is done; `name` is for people who read the code. */
export function failPoint(name: string): void {
  if (steps < 0) return;
  if (steps-- > 0) return;
  process.stderr.write(`fail point ${name}\n`);
  if (code !== undefined && /^\d+$/.test(code)) {
    const unnamed = `Unknown system error -${code}`;
    throw Object.assign(new Error(`${unnamed}: ${unnamed}, ${name}`), {
      code: unnamed,
      errno: -Number(code),
      syscall: 'write',
    });
  }
  if (code !== undefined) throw Object.assign(new Error(`${code} at ${name}`), { code });
  process.kill(process.pid, 'SIGKILL');
}
