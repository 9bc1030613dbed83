/**
 * Places where a test may end the process, as a crash would: after each step that touches the disk. The environment
 * variable `STRATIGRAPH_FAIL_POINT=N` ends it at the Nth step; without it this costs one comparison.
 */
let steps =
  process.env['STRATIGRAPH_FAIL_POINT'] === undefined ? -1 : Number(process.env['STRATIGRAPH_FAIL_POINT']);

/** Marks a step that is done; `name` is for people who read the code. */
export function failPoint(name: string): void {
  if (steps < 0) return;
  if (steps-- === 0) {
    process.stderr.write(`fail point ${name}\n`);
    process.kill(process.pid, 'SIGKILL');
  }
}
