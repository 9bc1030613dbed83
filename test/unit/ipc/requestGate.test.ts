import { expect, it } from 'vitest';
import { Answers } from '../../../electron/ipc/answer';
import type { Handlers } from '../../../electron/ipc/handlerMap';
import { lanes } from '../../../electron/ipc/requestLanes';
import { RequestGate, type Slot } from '../../../electron/ipc/requestGate';
import { problemOf } from '../../../shared/image/problem';
import { requests, type RequestName } from '../../../shared/ipc/contract';
import type { Reply } from '../../../shared/ipc/reply';
import { randomNumbers } from '../../fuzz/mutate';

const id = `sha256:${'a'.repeat(64)}`;
const caller = { id: 1 };
const turnOver = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const codeOf = (reply: Reply<unknown>): string => (reply.ok ? 'ok' : reply.problem.code);

/** A handler whose answers come when they are let go. */
function held(): { handler: () => Promise<never>; started: () => number; fail: () => void } {
  let started = 0;
  let fails: (() => void)[] = [];
  return {
    handler: () => {
      started++;
      return new Promise((_, fail) => fails.push(() => fail(new Error('let go'))));
    },
    started: () => started,
    fail: () => {
      for (const each of fails) each();
      fails = [];
    },
  };
}

function answersOf(
  handlers: Partial<Record<RequestName, (input: never) => unknown>>,
  ended: (operation: string) => Promise<unknown> = () => Promise.resolve(),
): Answers {
  return new Answers(
    handlers as unknown as Handlers,
    () => Promise.resolve({ files: [], refused: [] }),
    () => undefined,
    ended,
  );
}

it('holds requests in random order to all its bounds, and gives back all that was taken', async () => {
  const names: readonly RequestName[] = ['image.inspect', 'layer.tree', 'layer.stop', 'app.start'];
  for (let seed = 1; seed <= 40; seed++) {
    const numbers = randomNumbers(seed);
    const random = (): number => numbers(1000) / 1000;
    const bounds = { requests: 30, bytes: 1000, small: 10, lane: 3 };
    const gate = new RequestGate(bounds);
    const slots = new Map<Slot, { bytes: number; lane: string | null; page: number }>();
    const kept = new Map<() => void, number>();
    const working = new Map<string, number>();
    let worked = 0;
    let asked = 0;
    let given = 0;
    const bytesHeld = (): number =>
      [...slots.values()].reduce((sum, { bytes }) => sum + bytes, 0) +
      [...kept.values()].reduce((sum, bytes) => sum + bytes, 0);
    const busy = new Set<Slot>();
    const leave = (slot: Slot): void => {
      const facts = slots.get(slot);
      if (!facts) return;
      if (busy.delete(slot) && facts.lane !== null)
        working.set(facts.lane, (working.get(facts.lane) ?? 0) - 1);
      if (facts.bytes > 0 && random() < 0.3) {
        let end: () => void = () => undefined;
        slot.holdUntil(new Promise<void>((resolve) => (end = resolve)));
        kept.set(end, facts.bytes);
      }
      slots.delete(slot);
      slot.leave();
    };
    for (let step = 0; step < 400; step++) {
      const choice = random();
      if (choice < 0.55) {
        const page = 1 + Math.floor(random() * 2);
        const bytes = random() < 0.5 ? 5 : Math.floor(random() * 400) + 11;
        const name = names[Math.floor(random() * names.length)] ?? 'app.start';
        const layer = String(Math.floor(random() * 3));
        const lane = lanes[name];
        asked++;
        let slot: Slot;
        try {
          slot = gate.enter(page);
        } catch (thrown) {
          expect(problemOf(thrown)).toMatchObject({ facts: { what: 'request' } });
          expect(slots.size).toBe(bounds.requests);
          given++;
          continue;
        }
        slots.set(slot, { bytes: 0, lane, page });
        try {
          slot.hold(bytes);
        } catch (thrown) {
          expect(problemOf(thrown)).toMatchObject({ facts: { what: 'message' } });
          expect(bytesHeld() + bytes).toBeGreaterThan(bounds.bytes);
          leave(slot);
          given++;
          continue;
        }
        slots.set(slot, { bytes: bytes > bounds.small ? bytes : 0, lane, page });
        void (slot.turn(name, { layer }) ?? Promise.resolve()).then(
          () => {
            worked++;
            busy.add(slot);
            if (lane !== null) working.set(lane, (working.get(lane) ?? 0) + 1);
          },
          (thrown: unknown) => {
            expect(problemOf(thrown).code).toBe('cancelled');
            given++;
            leave(slot);
          },
        );
      } else if (choice < 0.9) {
        const [slot] = [...busy].filter(() => random() < 0.3);
        if (slot) leave(slot);
      } else if (choice < 0.97) {
        const [end] = kept.keys();
        if (end) {
          kept.delete(end);
          end();
        }
      } else gate.pageGone(1 + Math.floor(random() * 2));
      await turnOver();
      expect(slots.size).toBeLessThanOrEqual(bounds.requests);
      expect(bytesHeld()).toBeLessThanOrEqual(bounds.bytes);
      for (const count of working.values()) expect(count).toBeLessThanOrEqual(bounds.lane);
    }
    for (let left = slots.size; left > 0; left = slots.size) {
      for (const slot of [...busy]) leave(slot);
      await turnOver();
      expect(slots.size).toBeLessThan(left);
    }
    for (const end of kept.keys()) end();
    kept.clear();
    await turnOver();
    // Each was worked on or refused, and what was taken is free again.
    expect(worked + given).toBe(asked);
    const whole = gate.enter(1);
    whole.hold(bounds.bytes);
    whole.leave();
  }
});

it('works on eight large answers at a time, in their order, and on all else beside them', async () => {
  let most = 0;
  let running = 0;
  const order: string[] = [];
  const answers = answersOf({
    'layer.inspect': async ({ layer }: { layer: string }) => {
      most = Math.max(most, ++running);
      order.push(layer.slice(-3));
      await turnOver();
      running--;
      throw new Error('no matter');
    },
    'operation.cancel': () => null,
  });
  const layers = Array.from({ length: 450 }, (_, i) => String(i).padStart(3, '0'));
  const all = layers.map((end) =>
    answers.request('layer.inspect', [{ layer: `sha256:${'a'.repeat(61)}${end}` }], caller),
  );
  const small = await answers.request('operation.cancel', [{ operation: `op-${'0'.repeat(16)}` }], caller);
  expect(small).toEqual({ ok: true, value: null });
  expect(order.length).toBeLessThan(20);
  await Promise.all(all);
  expect(order).toEqual(layers);
  expect(most).toBe(8);
});

it('keeps nobody waiting for an engine that hangs but who asks for what is there', async () => {
  const engine = held();
  const answers = answersOf({
    'image.inspect': ({ source }: { source: string }) => {
      if (source !== 'store') return engine.handler();
      throw new Error('read');
    },
  });
  const ask = (source: string): Promise<Reply<unknown>> =>
    answers.request('image.inspect', [{ source, image: id }], caller);
  const hanging = Array.from({ length: 20 }, () => ask('engine-0123456789abcdef'));
  expect(codeOf(await ask('store'))).toBe('internal');
  expect(engine.started()).toBe(8);
  answers.pageGone({ id: 2 });
  answers.pageGone(caller);
  engine.fail();
  const codes = (await Promise.all(hanging)).map(codeOf);
  expect(codes.filter((code) => code === 'cancelled')).toHaveLength(12);
});

it('ends what still waits together with what runs', async () => {
  const reading = held();
  const answers = answersOf({ 'layer.tree': reading.handler, 'layer.stop': () => (reading.fail(), null) });
  const other = `sha256:${'b'.repeat(64)}`;
  const tree = (layer: string): Promise<Reply<unknown>> =>
    answers.request('layer.tree', [{ layer, path: '', offset: 0 }], caller);
  const all = Array.from({ length: 12 }, () => tree(id));
  const last = tree(other);
  await turnOver();
  await answers.request('layer.stop', [{ layer: id }], caller);
  const codes = (await Promise.all(all)).map(codeOf);
  expect(codes.filter((code) => code === 'cancelled')).toHaveLength(4);
  await turnOver();
  expect(reading.started()).toBe(9);
  reading.fail();
  expect(codeOf(await last)).toBe('internal');
});

it('holds long messages together to a bound, for as long as what they started runs', async () => {
  let end: () => void = () => undefined;
  const running = new Promise<void>((resolve) => (end = resolve));
  let started = 0;
  const answers = answersOf(
    {
      'workspace.commit': () => ({ operation: `op-${String(++started).padStart(16, '0')}` }),
      'terminal.open': () => Promise.reject(new Error('no matter')),
      'image.inspect': () => Promise.reject(new Error('no matter')),
    },
    () => running,
  );
  // As a message has them the texts are apart; here one stands for all.
  const path = 'p'.repeat(8000);
  const listed = '0'.repeat(40);
  const commit = { name: 'fix', reference: null, author: '', message: '', changes: [], listed };
  const send = (): Promise<Reply<unknown>> =>
    answers.request('workspace.commit', [{ ...commit, paths: Array(8000).fill(path) }], caller);
  expect(requests['workspace.commit'].input.safeParse({ ...commit, paths: [path] }).success).toBe(true);
  const codes: string[] = [];
  for (let i = 0; i < 10; i++) codes.push(codeOf(await send()));
  expect(codes).toEqual(['ok', 'ok', ...Array<string>(8).fill('too-much-at-once')]);
  const command = Array(999).fill('w'.repeat(65_000));
  const open = { tree: { image: id }, kind: 'shell', command, network: false, columns: 80, rows: 24 };
  expect(codeOf(await answers.request('terminal.open', [open], caller))).toBe('too-much-at-once');
  expect(codeOf(await answers.files([Array(900).fill(path.repeat(9))], caller))).toBe('too-much-at-once');
  // Who hovers notices nothing of it.
  expect(codeOf(await answers.request('image.inspect', [{ image: id }], caller))).toBe('internal');
  end();
  await turnOver();
  expect(codeOf(await answers.request('terminal.open', [open], caller))).toBe('internal');
  expect(codeOf(await send())).toBe('ok');
});
