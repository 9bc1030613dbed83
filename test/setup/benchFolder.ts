import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startedBy } from './benchMeasure';
import { mountsBelow } from './dockerEngine';
import { must } from './run';

/** How long what a bench has started may take to end, milliseconds. */
const patience = 15_000;

/** A folder for all that a bench makes: what asks for a place for temporary files gets one in it, too. */
export function benchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stratigraph-bench-'));
  process.env['TMPDIR'] = folder;
  return folder;
}

/** Whether a process runs, and is not one that has ended and waits to be asked how. */
export function runs(pid: number): boolean {
  try {
    return !/\) Z [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Ends all that this process has started: a daemon takes its mounts and its own processes along when it is asked to end. */
async function endStarted(): Promise<void> {
  const end = Date.now() + patience;
  const told = new Set<number>();
  const signal = (pid: number, name: NodeJS.Signals): void => {
    try {
      process.kill(pid, name);
    } catch {
      // It has ended by itself.
    }
  };
  // What outlives the one that started it is waited for, too.
  for (;;) {
    const pids = new Set([...startedBy(process.pid), ...told].filter(runs));
    if (pids.size === 0) return;
    for (const pid of pids)
      if (Date.now() > end) signal(pid, 'SIGKILL');
      // Once: a daemon that is told again ends without clearing up.
      else if (!told.has(pid)) signal(pid, 'SIGTERM');
    for (const pid of pids) told.add(pid);
    await delay(50);
  }
}

/** Leaves nothing of a bench: no process, no mount, no file. */
async function clear(folder: string): Promise<void> {
  await endStarted();
  // A mount may come with another beneath it: the last one first.
  for (const place of (await mountsBelow(folder)).reverse()) await must('umount', ['-l', place]);
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Runs a bench in its {@link benchFolder}, and leaves nothing of it however it ends: by itself, by a fault, which is printed, or by
 * a signal from outside, whose number the exit code tells as a shell's does.
 */
export function runBench(folder: string, main: () => Promise<void>): void {
  let clearing: Promise<void> | null = null;
  const leave = (code: number): Promise<void> =>
    (clearing ??= clear(folder).then(
      () => process.exit(code),
      (fault: unknown) => {
        console.error(fault);
        process.exit(1);
      },
    ));
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => void leave(128 + constants.signals[name]));
  main().then(
    () => leave(0),
    (fault: unknown) => {
      // What a signal has ended fails, too.
      if (clearing === null) console.error(fault);
      return leave(1);
    },
  );
}
