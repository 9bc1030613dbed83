import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const page = new EventTarget();
vi.stubGlobal('window', page);
const { PointerRest } = await import('../../../renderer/chart/pointerRest');

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Sends events of the pointer and the keys to the window and to an element in it. */
function sender(host: EventTarget): (type: string, x?: number, y?: number) => void {
  return (type, screenX = 0, screenY = 0) => {
    for (const target of [page, host])
      target.dispatchEvent(Object.assign(new Event(type), { screenX, screenY }));
  };
}

function watched(): {
  rest: InstanceType<typeof PointerRest<string>>;
  told: (string | null)[];
  gone: () => number;
  send: ReturnType<typeof sender>;
} {
  const host = new EventTarget();
  const told: (string | null)[] = [];
  let gone = 0;
  const rest = new PointerRest<string>(
    (item) => told.push(item),
    () => gone++,
  );
  rest.watch(host);
  return { rest, told, gone: () => gone, send: sender(host) };
}

test('a pointer that rests is told of once', () => {
  const { rest, told, send } = watched();
  send('pointermove', 1, 1);
  rest.come('a', false);
  send('pointermove', 2, 1);
  rest.come('b', false);
  vi.runAllTimers();
  rest.come('b', true);
  vi.runAllTimers();
  expect(told).toEqual(['b']);
});

test('after a key a pointer that lies still tells nothing, however often the browser speaks of it', () => {
  const { rest, told, send } = watched();
  send('pointermove', 5, 5);
  rest.come('below', false);
  send('keydown');
  vi.runAllTimers();
  expect(told).toEqual([]);
  send('pointermove', 5, 5);
  rest.come('below', false);
  rest.come(null, false);
  vi.runAllTimers();
  expect(told).toEqual([]);
  send('pointermove', 6, 5);
  rest.come('beside', false);
  vi.runAllTimers();
  expect(told).toEqual(['beside']);
});

test('a press counts as the pointer, and nothing is told after the end', () => {
  const { rest, told, send } = watched();
  send('keydown');
  send('pointerdown');
  rest.come('pressed', false);
  vi.runAllTimers();
  rest.come('late', false);
  rest.close();
  vi.runAllTimers();
  expect(told).toEqual(['pressed']);
});

test('a pointer that a dialog of a key takes from the chart is told to be gone, and brings no card to its end', () => {
  const { rest, told, gone, send } = watched();
  send('pointermove', 5, 5);
  rest.come('below', false);
  vi.runAllTimers();
  send('keydown');
  rest.leave(false);
  vi.runAllTimers();
  expect(told).toEqual(['below']);
  expect(gone()).toBe(1);
});

test('a key that comes right after the pointer has left does not keep lit what it left', () => {
  const { rest, told, gone, send } = watched();
  send('pointermove', 5, 5);
  rest.come('below', false);
  vi.runAllTimers();
  send('pointermove', 900, 5);
  rest.leave(false);
  send('keydown');
  vi.runAllTimers();
  expect(told).toEqual(['below']);
  expect(gone()).toBe(1);
  send('keydown');
  expect(gone()).toBe(1);
});

test('a pointer that leaves while it leads is told of as one that rests on nothing', () => {
  const { rest, told, gone, send } = watched();
  send('pointermove', 5, 5);
  rest.come('below', false);
  vi.runAllTimers();
  send('pointermove', 900, 5);
  rest.leave(false);
  vi.runAllTimers();
  send('keydown');
  expect(told).toEqual(['below', null]);
  expect(gone()).toBe(0);
});
