import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { calmAnswer } from '../../../electron/ipc/calmAnswer';

let beneath: EventEmitter;
let answers: ((yes: boolean) => void)[];
let result: boolean | null;
beforeEach(() => {
  vi.useFakeTimers();
  beneath = new EventEmitter();
  answers = [];
  result = null;
  void calmAnswer(
    beneath,
    () => new Promise<boolean>((resolve) => answers.push(resolve)),
    (yes) => yes,
  ).then((said) => (result = said));
});
afterEach(() => void vi.useRealTimers());

const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

test('a yes counts when the dialog has stood a while, however often one came too soon', async () => {
  for (let i = 0; i < 5; i++) {
    await pass(600);
    answers[i]?.(true);
    await pass(60);
    expect(result).toBeNull();
    expect(answers).toHaveLength(i + 2);
  }
  await pass(760);
  answers[5]?.(true);
  await pass(60);
  expect(result).toBe(true);
  expect(answers).toHaveLength(6);
  expect(beneath.listenerCount('blur')).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

test('a no counts at once', async () => {
  answers[0]?.(false);
  await pass(0);
  expect(result).toBe(false);
});

test('time counts from when the dialog came to the front', async () => {
  await pass(5000);
  beneath.emit('blur');
  await pass(300);
  answers[0]?.(true);
  await pass(60);
  expect(result).toBeNull();
});

test('time in which this process stood still is none in which a dialog was seen', async () => {
  await pass(1);
  vi.setSystemTime(Date.now() + 5000);
  answers[0]?.(true);
  await pass(60);
  expect(result).toBeNull();
});

test('an answer that no event has brought is no click', async () => {
  const instant = calmAnswer(
    beneath,
    async () => Promise.resolve(true),
    (yes) => yes,
  );
  await pass(0);
  expect(await instant).toBe(true);
  // One that an event has brought is, however soon.
  let shown = 0;
  const soon = calmAnswer(
    beneath,
    () => new Promise<boolean>((resolve) => setTimeout(resolve, 0, ++shown < 3)),
    (yes) => yes,
  );
  await pass(500);
  expect(await soon).toBe(false);
  expect(shown).toBe(3);
});
