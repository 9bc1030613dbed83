import { expect, test } from 'vitest';
import { watchEnding } from '../../../electron/cli/endSignals';
import { arePassed, passSignals } from '../../../electron/cli/passSignals';

/** What Ctrl+C does the first time and the second: it stops what runs, then leaves however long cleaning up takes. */

function watched(): { said: string[]; stop: () => void } {
  const said: string[] = [];
  const stop = watchEnding(
    () => said.push('cancel'),
    (signal) => said.push(`leave by ${signal}`),
  );
  return { said, stop };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s cancels, and leaves the second time', (signal) => {
  const { said, stop } = watched();
  process.emit(signal, signal);
  expect(said).toEqual(['cancel']);
  process.emit('SIGINT', 'SIGINT');
  expect(said).toEqual(['cancel', 'leave by SIGINT']);
  const before = process.listenerCount(signal);
  stop();
  expect(process.listenerCount(signal)).toBe(before - 1);
});

test('while a command has the signals they leave nothing, and two do while we clean up after it', () => {
  const { said, stop } = watched();
  const signals = passSignals(
    (signal) => said.push(`pass ${signal}`),
    () => said.push('force'),
    (signal) => said.push(`left by ${signal}`),
  );
  const press = (): void => void process.emit('SIGINT', 'SIGINT');
  expect(arePassed()).toBe(true);
  press();
  press();
  signals.ended();
  press();
  const own = (): string[] => said.filter((text) => text !== 'cancel');
  expect(own()).toEqual(['pass SIGINT', 'force']);
  press();
  expect(own()).toEqual(['pass SIGINT', 'force', 'left by SIGINT']);
  signals.stop();
  expect(arePassed()).toBe(false);
  stop();
});
