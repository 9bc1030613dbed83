import { expect, test, vi } from 'vitest';
import { leaveNow, watchEnding } from '../../../electron/cli/endSignals';
import { arePassed, passSignals } from '../../../electron/cli/passSignals';
import { openSession } from '../../../electron/cli/session';
import { temporaryFolder } from '../../setup/temporary';

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

/** Calls that would end this process. */
function exits(): (number | string | null | undefined)[] {
  const codes: (number | string | null | undefined)[] = [];
  vi.spyOn(process, 'exit').mockImplementation((code) => {
    codes.push(code);
    return undefined as never;
  });
  return codes;
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s leaves with %i', (signal, code) => {
  const codes = exits();
  leaveNow('en')(signal);
  vi.restoreAllMocks();
  expect(codes).toEqual([code]);
});

test('a session of the command line is cancelled first, and left the second time, to its very end', async () => {
  const codes = exits();
  const session = openSession({ store: await temporaryFolder(), json: false, language: 'en' });
  const { signal } = session.run('x');
  process.emit('SIGTERM', 'SIGTERM');
  expect([signal.aborted, codes]).toEqual([true, []]);
  process.emit('SIGINT', 'SIGINT');
  expect(codes).toEqual([130]);
  await session.close();
  vi.restoreAllMocks();
  expect(process.listeners('SIGHUP')).toEqual([]);
});
