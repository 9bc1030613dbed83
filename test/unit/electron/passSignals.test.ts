import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { passSignals, type PassedSignals } from '../../../electron/cli/passSignals';

/** When a signal is handed on and when it kills; real runs are in test/unit/mount/runKill.test.ts. */

const done: string[] = [];
let signals: PassedSignals;

beforeEach(() => {
  vi.useFakeTimers();
  done.length = 0;
  signals = passSignals(
    (signal) => done.push(signal),
    () => done.push('killed'),
  );
});

afterEach(() => {
  signals.stop();
  vi.useRealTimers();
});

test('the first signal is handed on, and what does not end within ten seconds is killed once', () => {
  process.emit('SIGTERM', 'SIGTERM');
  vi.advanceTimersByTime(9_999);
  expect(done).toEqual(['SIGTERM']);
  vi.advanceTimersByTime(1);
  process.emit('SIGTERM', 'SIGTERM');
  vi.advanceTimersByTime(60_000);
  expect(done).toEqual(['SIGTERM', 'killed']);
});

test('a second signal, whichever it is, kills at once', () => {
  process.emit('SIGINT', 'SIGINT');
  process.emit('SIGHUP', 'SIGHUP');
  process.emit('SIGINT', 'SIGINT');
  vi.advanceTimersByTime(60_000);
  expect(done).toEqual(['SIGINT', 'killed']);
});

test('what asks for no end is handed on as often as it comes, and kills nothing', () => {
  const sent = ['SIGUSR1', 'SIGQUIT', 'SIGUSR2', 'SIGUSR1', 'SIGWINCH', 'SIGALRM'] as const;
  for (const signal of sent) expect(process.emit(signal, signal)).toBe(true);
  vi.advanceTimersByTime(60_000);
  expect(done).toEqual(sent);
  signals.ended();
  expect(process.emit('SIGQUIT', 'SIGQUIT')).toBe(true);
  expect(done).toEqual(sent);
});

test('what comes after the end is heard and goes nowhere', () => {
  process.emit('SIGHUP', 'SIGHUP');
  signals.ended();
  expect(process.emit('SIGTERM', 'SIGTERM')).toBe(true);
  vi.advanceTimersByTime(60_000);
  expect(done).toEqual(['SIGHUP']);
  const before = process.listenerCount('SIGHUP');
  signals.stop();
  expect(process.listenerCount('SIGHUP')).toBe(before - 1);
});
