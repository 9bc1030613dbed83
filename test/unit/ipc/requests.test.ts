import { describe, expect, it } from 'vitest';
import { Answers } from '../../../electron/ipc/answer';
import { DialogGate } from '../../../electron/ipc/dialogGate';
import type { Handlers } from '../../../electron/ipc/handlerMap';
import { measure } from '../../../electron/ipc/messageBounds';
import { Operations } from '../../../electron/ipc/operations';
import { ProblemError, type Problem } from '../../../shared/image/problem';
import { events, type RequestName } from '../../../shared/ipc/contract';
import { defaultSettings } from '../../../shared/ipc/defaultSettings';
import { fuzzIpc } from '../../fuzz/ipcFuzz';
import { nextMessage, requestList } from '../../fuzz/ipcMessages';
import { randomNumbers } from '../../fuzz/mutate';
import { problemFacts } from '../../setup/temporary';

const caller = { id: 1 };
const answersOf = (handler: () => unknown, bugs: unknown[] = []): Answers =>
  new Answers(
    Object.fromEntries(requestList.map((name) => [name, handler])) as unknown as Handlers,
    () => Promise.resolve({ files: [], refused: [] }),
    (thrown) => bugs.push(thrown),
    () => Promise.resolve(),
  );

describe('requests of a page', () => {
  it('are each answered by the contract or refused in words, 1,000 malformed ones over all of them', async () => {
    const run = await fuzzIpc({ messages: 1000, seed: 20_261_128 });
    expect(run.findings).toEqual([]);
    // The messages get everywhere: past the schemas, and to the problems behind them.
    expect(run.ok).toBeGreaterThan(150);
    expect(run.dialogs).toBeGreaterThan(0);
    expect(run.problems.get('request-invalid')).toBeGreaterThan(200);
    expect(run.problems.size).toBeGreaterThan(6);
  });

  it('are right ones and wrong ones for every request, the same for the same seed', () => {
    const id = `sha256:${'a'.repeat(64)}`;
    const made = (name: RequestName): readonly unknown[] => {
      const random = randomNumbers(7);
      return Array.from({ length: 60 }, () => nextMessage([id, 'fix'], random, name).args.length);
    };
    for (const name of requestList) expect(made(name)).toEqual(made(name));
  });

  it('say neither a path nor a stack of what nobody foresaw', async () => {
    const bugs: unknown[] = [];
    const fault = new Error(
      `ENOENT: no such file, open '/home/someone/x y'\n    at f (/srv/app/main.cjs:1:2)`,
    );
    const reply = await answersOf(() => Promise.reject(fault), bugs).request('app.start', [{}], caller);
    expect(reply).toEqual({
      ok: false,
      problem: { code: 'internal', facts: { message: expect.any(String) as string } },
    });
    expect(JSON.stringify(reply)).not.toMatch(/home|someone|srv|main\.cjs|\bat f\b/);
    expect(bugs).toEqual([fault]);
  });

  it('and events get problems that are fit to be shown, wherever these stand', async () => {
    const evil = '\u202etxt.\u180e\u{e0041}\x1b[31m\n';
    const long = `${evil}${'x'.repeat(1_000_000)}`;
    const problems: readonly Problem[] = [
      { code: 'engine-refused', facts: { engine: evil, status: 500, message: long } },
      {
        code: 'layers-missing',
        facts: { file: long, missing: 9, diffIds: Array(5000).fill(evil), from: evil },
      },
      {
        code: 'internal',
        facts: { message: `${evil}open '/home/someone/x'\n    at f (/srv/app/main.cjs:1:2)` },
      },
    ];
    const source = {
      id: 'store',
      kind: 'store',
      name: 's',
      word: 's',
      address: '',
      version: null,
      images: null,
    };
    const operation = {
      ...{
        id: `op-${'0'.repeat(16)}`,
        kind: 'load',
        subject: 's',
        status: 'failed',
        startedAt: 1,
        finishedAt: 2,
      },
      ...{
        progress: { phase: 'starting', done: 0, total: null, rate: null, secondsLeft: null },
        result: null,
      },
      retryToken: null,
    };
    const image = `sha256:${'a'.repeat(64)}`;
    const workspace = { name: 'fix', image, imageName: 's', created: '', mounted: false, path: '' };
    const app = {
      ...{
        version: '0',
        platform: 'linux',
        locale: 'en',
        storePath: '/',
        stores: [],
        windowButtons: true,
        user: 'kim',
        maximized: false,
      },
      settings: defaultSettings,
    };
    const replies: readonly [RequestName, (problem: Problem) => unknown][] = [
      ['sources.list', (found) => [{ ...source, state: 'refused', problem: found }]],
      ['workspace.list', (found) => Array.from({ length: 300 }, () => ({ ...workspace, problem: found }))],
      ['mount.support', (found) => ({ mode: 'none', problem: found, runtime: null, runtimePackages: '' })],
      ['app.start', (found) => ({ ...app, operations: [{ ...operation, problem: found }] })],
    ];
    for (const found of problems) {
      const shown: unknown[] = [events['operation.changed'].parse({ ...operation, problem: found })];
      for (const [name, reply] of replies)
        shown.push(await answersOf(() => reply(found)).request(name, [{}], caller));
      shown.push(
        await answersOf(() => Promise.reject(ProblemError.from(found))).request('app.start', [{}], caller),
      );
      for (const each of shown) {
        const text = JSON.stringify(each);
        expect(text).toContain(`"code":"${found.code}"`);
        expect(text).toContain('u{202e}');
        // A control character would be an escape of JSON here.
        expect(text).not.toMatch(/[\p{Cf}\p{Cc}]|\\u00|\\n|someone|srv/u);
        expect(text.length / text.split('"code"').length).toBeLessThan(60_000);
      }
    }
  });

  it('are refused beyond a bound at a time, and go on when some are done', async () => {
    let finish: () => void = () => undefined;
    const held = new Promise<null>((resolve) => (finish = () => resolve(null)));
    const answers = answersOf(() => held);
    const calls = Array.from({ length: 700 }, () => answers.request('duplicates.list', [{}], caller));
    finish();
    const replies = await Promise.all(calls);
    expect(replies.filter(({ ok }) => ok)).toHaveLength(500);
    expect(replies.at(-1)).toMatchObject({ problem: { code: 'too-much-at-once' } });
    expect(await answers.request('duplicates.list', [{}], caller)).toEqual({ ok: true, value: null });
  });

  it('are refused in words once the program ends, also those that were cut off', async () => {
    let fail: () => void = () => undefined;
    const cut = new Promise<never>((_, reject) => (fail = () => reject(new Error('the pool is closed'))));
    const answers = answersOf(() => cut);
    const before = answers.request('store.graph', [{}], caller);
    answers.close();
    fail();
    for (const reply of [await before, await answers.request('store.graph', [{}], caller)])
      expect(reply).toMatchObject({ ok: false, problem: { code: 'app-closing' } });
  });

  it('hold no more than any request needs, and nothing that is neither list nor object', async () => {
    const bytes = new Set(['bytes']);
    const cycle: Record<string, unknown> = {};
    cycle['self'] = [cycle, cycle, cycle];
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    let read = false;
    const lazy = Object.defineProperty({}, 'a', { enumerable: true, get: () => (read = true) });
    const ill = [
      cycle,
      deep,
      lazy,
      new Array(400_000),
      new Map(),
      new Date(),
      new Uint8Array(9),
      { tree: new Uint8Array(9) },
      { a: { bytes: new Uint8Array(9) } },
      'x'.repeat((64 << 20) + 1),
    ];
    for (const value of ill) expect(measure(value, bytes).excess).not.toBeNull();
    expect(measure({ bytes: new Uint8Array(new SharedArrayBuffer(1)) }, bytes).excess).not.toBeNull();
    expect(read).toBe(false);
    // What has no members of its own would else pass for a request without members.
    expect(await answersOf(() => null).request('duplicates.list', [new Map()], caller)).toMatchObject({
      problem: { code: 'request-invalid' },
    });
    const commit = {
      paths: Array.from({ length: 200_000 }, (_, i) => `p${i}`),
      name: 'fix',
      reference: null,
    };
    for (const value of [commit, { bytes: new Uint8Array(9) }, {}, 'x', 1, null])
      expect(measure(value, bytes).excess).toBeNull();
  });
});

describe('file dialogs', () => {
  it('need a key or a click, each opens one, one at a time in a window', async () => {
    let active = false;
    const gate = new DialogGate(() => ({
      get active() {
        return active;
      },
      use: () => (active = false),
    }));
    const shown: string[] = [];
    let dismiss: () => void = () => undefined;
    const show = (name: string) => (): Promise<null> => {
      shown.push(name);
      return new Promise((resolve) => (dismiss = () => resolve(null)));
    };
    await problemFacts(
      gate.pass(caller, () => Promise.resolve(shown.push('unasked'))),
      'action-unasked',
    );
    active = true;
    const first = gate.pass(caller, show('first'));
    active = true;
    await problemFacts(gate.pass(caller, show('second')), 'dialog-open');
    active = false;
    dismiss();
    expect(await first).toBeNull();
    await problemFacts(
      gate.pass(caller, () => Promise.resolve(shown.push('third'))),
      'action-unasked',
    );
    expect(shown).toEqual(['first']);
  });
});

describe('operations', () => {
  it('run in a bounded number, and none is started once all are cancelled', async () => {
    const operations = new Operations(() => undefined);
    const start = (): string =>
      operations.start('hash', '', ({ signal }) => {
        const done = { kind: 'hash', layers: 0, bytes: 0 } as const;
        return new Promise((resolve) => signal.addEventListener('abort', () => resolve(done)));
      });
    const all = Array.from({ length: 200 }, start);
    await problemFacts(Promise.resolve().then(start), 'too-much-at-once');
    const room = operations.room();
    operations.cancel(all[0] ?? '');
    await room;
    start();
    await operations.cancelAll();
    await problemFacts(Promise.resolve().then(start), 'app-closing');
  });
});
