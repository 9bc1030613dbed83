import { expect, test } from 'vitest';
import { breathe } from '../../../electron/store/breath';

const busyFor = (milliseconds: number): void => {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
};

test('of several long loops one goes on in each turn of the event loop, each of them in time', async () => {
  let turn = 0;
  let over = false;
  const count = (): void => {
    turn++;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  const turns: number[] = [];
  const rounds = [0, 0, 0, 0];
  await Promise.all(
    rounds.map(async (_, loop) => {
      for (let round = 0; round < 5; round++) {
        busyFor(10);
        await breathe();
        turns.push(turn);
        rounds[loop] = round + 1;
      }
    }),
  );
  over = true;
  expect(rounds).toEqual([5, 5, 5, 5]);
  expect(new Set(turns).size).toBe(20);
});
