import { expect, test } from 'vitest';
import { mostAtOnce, mostBytes } from '../../../electron/ipc/messageBounds';
import { PageSends } from '../../../electron/ipc/pageSends';

/** Sends that are never answered until `answer` is called; `sent` is what went on to the main process. */
function world() {
  const sent: unknown[] = [];
  const waiting: (() => void)[] = [];
  const sends = new PageSends((_channel, message) => {
    sent.push(message);
    return new Promise((resolve) => waiting.push(() => resolve('answered')));
  });
  return {
    sent,
    send: (message: unknown) => sends.send('clipboard.write', 'request:clipboard.write', message),
    answer: () => waiting.splice(0).forEach((each) => each()),
  };
}

test('what is more than any request needs never leaves the page', async () => {
  const { sent, send } = world();
  const text = 'x'.repeat(8 << 20);
  const many: Record<string, unknown> = {};
  // One text in the page, as often as it is named in the main process.
  for (let i = 0; i < 16; i++) many[`k${i}`] = text;
  expect(await send(many)).toMatchObject({ ok: false, problem: { code: 'request-invalid' } });
  const list = new Array<string>(1_000_000).fill('ab');
  expect(await send({ list })).toMatchObject({
    problem: { code: 'request-invalid', facts: { reason: 'many' } },
  });
  expect(await send({ bytes: new Uint8Array(mostBytes + 1) })).toMatchObject({
    problem: { code: 'too-much-at-once', facts: { what: 'message' } },
  });
  expect(sent).toEqual([]);
});

test('nor does what is too much together with what is not answered yet', async () => {
  const { sent, send, answer } = world();
  const half = { bytes: new Uint8Array(mostBytes / 2) };
  const first = [send(half), send({ text: 'small' })];
  expect(await send({ bytes: new Uint8Array(mostBytes / 2 + 1) })).toMatchObject({ ok: false });
  // Small ones go on beside it.
  for (let i = sent.length; i < mostAtOnce; i++) first.push(send({}));
  expect(await send({})).toMatchObject({ problem: { code: 'too-much-at-once', facts: { what: 'request' } } });
  expect(sent).toHaveLength(mostAtOnce);
  answer();
  expect(new Set(await Promise.all(first))).toEqual(new Set(['answered']));
  const after = send({ bytes: new Uint8Array(mostBytes - 1000) });
  answer();
  expect(await after).toBe('answered');
});
