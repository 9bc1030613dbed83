import { describe, expect, test, vi } from 'vitest';
import { createApp } from '../../../renderer/store/appStore';
import { undoTime } from '../../../shared/ipc/undoTime';
import { lastAct, whyNotUndone } from '../../../renderer/store/acts';
import { coalesce } from '../../../renderer/store/coalesce';
import {
  canRetry,
  finishedOperations,
  runningOperations,
  withOperation,
  timeToUndo,
} from '../../../renderer/store/operationList';
import { lastOutcome } from '../../../renderer/store/lastOutcome';
import { operationOutcome } from '../../../renderer/store/operationText';
import { translator } from '../../../shared/text/catalogue';
import { describeProblem } from '../../../shared/text/problemText';
import { noSelection, selectImage, selectLayer } from '../../../renderer/store/selection';
import { defaultSettings } from '../../../shared/ipc/defaultSettings';
import { cutGraph, type PiecedGraph } from '../../../shared/graph/graphPieces';
import { shortDigest } from '../../../shared/image/digest';
import type { ImageGraph } from '../../../shared/graph/imageGraph';
import type { Bridge } from '../../../shared/ipc/bridge';
import { problem } from '../../../shared/image/problem';
import type { OperationState } from '../../../shared/ipc/operation';
import { fakeIndex } from '../chart/fakeIndex';

const { graph } = fakeIndex();
const cut = (whole: ImageGraph): PiecedGraph => {
  const steps = cutGraph(whole);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
};
/** Graphs on offer, by their token. */
const offers = new Map<string, PiecedGraph>();
function offerOf(whole: ImageGraph) {
  const pieces = cut(whole);
  const token = `graph-${offers.size + 1}`;
  offers.set(token, pieces);
  return { revision: whole.revision, token, pieces: pieces.count };
}
const pieceOf = (input: unknown): unknown => {
  const { token, piece } = input as { token: string; piece: number };
  return { ok: true, value: offers.get(token)?.text(piece - 1) ?? null };
};
const ids = graph.images.map(({ id }) => id);
const [a, b, c, d] = ids as [(typeof ids)[0], (typeof ids)[0], (typeof ids)[0], (typeof ids)[0]];

const operation = (change: Partial<OperationState>): OperationState => ({
  id: 'op-0000000000000001',
  kind: 'load',
  subject: 'shop.tar',
  status: 'running',
  progress: { phase: 'reading', done: 0, total: null, rate: null, secondsLeft: null },
  startedAt: 1,
  finishedAt: null,
  result: null,
  problem: null,
  retryToken: null,
  ...change,
});

const noSources = { ok: true, value: [] };

/** A bridge that answers from a table and remembers what it was asked. */
/** What nobody asks a test about. */
const unasked: Readonly<Record<string, unknown>> = {
  'sources.list': noSources,
  'workspace.list': { ok: true, value: [] },
  'mount.list': { ok: true, value: [] },
};
function fakeBridge(answers: Readonly<Record<string, unknown>>) {
  const asked: { name: string; input: unknown }[] = [];
  const listeners = new Map<string, (payload: unknown) => void>();
  const request = new Proxy(
    {},
    {
      get: (_, name: string) => (input: unknown) => {
        asked.push({ name, input });
        if (name === 'graph.piece') return Promise.resolve(pieceOf(input));
        const answer = name in answers ? answers[name] : unasked[name];
        if (answer instanceof Error) return Promise.reject(answer);
        return Promise.resolve(answer ?? { ok: true, value: null });
      },
    },
  );
  const on = new Proxy(
    {},
    {
      get: (_, name: string) => (listener: (payload: unknown) => void) => {
        listeners.set(name, listener);
        return () => listeners.delete(name);
      },
    },
  );
  const bridge = {
    request,
    on,
    registerFiles: () => Promise.resolve({ ok: true, value: [] }),
  } as unknown as Bridge;
  return { bridge, asked, send: (name: string, payload: unknown) => listeners.get(name)?.(payload) };
}

const start = (more: object = {}) => ({
  ok: true,
  value: {
    version: '1.0.0',
    platform: 'linux',
    locale: 'zh-CN',
    storePath: '/store',
    stores: [],
    settings: defaultSettings,
    operations: [],
    windowButtons: true,
    user: 'kim',
    maximized: false,
    ...more,
  },
});

test('stores that other windows opened are offered once this one has the focus again', async () => {
  const offered = { ok: true, value: ['/other'] };
  const answers = {
    'app.start': start(),
    'store.graph': { ok: true, value: offerOf(graph) },
    'store.offered': offered,
  };
  const { bridge, asked, send } = fakeBridge(answers);
  const { store, actions } = createApp(bridge);
  await actions.begin();
  send('window.state', { maximized: false, focused: false });
  send('window.state', { maximized: false, focused: true });
  send('window.state', { maximized: true, focused: true });
  await vi.waitFor(() => expect(store.getState().start?.stores).toEqual(['/other']));
  expect(asked.filter(({ name }) => name === 'store.offered')).toHaveLength(1);
});

describe('the selection', () => {
  test('is replaced, toggled and extended from the one selected last', () => {
    const one = selectImage(noSelection, b, 'only');
    expect(one.images).toEqual([b]);
    expect(selectImage(one, d, 'toggle').images).toEqual([b, d]);
    expect(selectImage(selectImage(one, d, 'toggle'), b, 'toggle').images).toEqual([d]);
    expect([...selectImage(one, d, 'extend', ids).images].sort()).toEqual([b, c, d].sort());
    expect([...selectImage(selectImage(one, d, 'extend', ids), a, 'extend', ids).images].sort()).toEqual(
      [a, b].sort(),
    );
  });

  test('holds a layer or images, never both', () => {
    const layer = graph.layers[0]?.chainId;
    if (layer === undefined) throw new Error('no layer');
    expect(selectLayer(layer)).toEqual({ images: [], layer });
    expect(selectImage(selectLayer(layer), a, 'toggle')).toEqual({ images: [a], layer: null });
  });
});

describe('operations', () => {
  test('running ones keep their places, finished ones come latest first', () => {
    let list = withOperation([], operation({ id: 'one', startedAt: 1 }));
    list = withOperation(list, operation({ id: 'two', startedAt: 2 }));
    expect(runningOperations(list).map(({ id }) => id)).toEqual(['one', 'two']);
    list = withOperation(list, operation({ id: 'one', status: 'done', startedAt: 1, finishedAt: 9 }));
    list = withOperation(list, operation({ id: 'two', status: 'failed', startedAt: 2, finishedAt: 5 }));
    expect(finishedOperations(list).map(({ id }) => id)).toEqual(['one', 'two']);
  });

  test('only what can be begun again offers it', () => {
    const window = { askedIn: new Map(), page: { kind: 'images' as const } };
    expect(canRetry(operation({ status: 'failed', retryToken: 'file-1' }), window)).toBe(true);
    expect(canRetry(operation({ status: 'failed' }), window)).toBe(false);
    expect(canRetry(operation({ status: 'done', retryToken: 'file-1' }), window)).toBe(false);
    expect(canRetry(operation({ kind: 'save', status: 'cancelled' }), window)).toBe(false);
  });
});

describe('an operation that failed', () => {
  test.each([
    ['save', '8', '8 images could not be saved'],
    ['save', '1', '1 image could not be saved'],
    ['save', 'shop:1', 'shop:1 could not be saved'],
    ['remove', '2', '2 images could not be deleted'],
    ['copyIn', '3', '3 images could not be copied into the store'],
    ['copyOut', '3', '3 images could not be copied to Docker'],
    // Of other kinds a number is a name.
    ['load', '8', '8 was not loaded'],
  ] as const)('%s of %s', (kind, subject, said) => {
    const failed = operation({ kind, subject, status: 'failed', finishedAt: 2, engine: 'Docker' });
    expect(operationOutcome(failed, translator('en'))).toBe(said);
    expect(operationOutcome(failed, translator('zh-CN'))).not.toMatch(/was|were/);
  });
});

describe('coalesce', () => {
  test('runs once at a time, and once more for all who asked meanwhile', async () => {
    let runs = 0;
    let open = (): void => undefined;
    const task = coalesce(() => {
      runs++;
      return new Promise<void>((resolve) => (open = resolve));
    });
    const first = task();
    const second = task();
    const third = task();
    expect(runs).toBe(1);
    open();
    await first;
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(runs).toBe(2);
    open();
    await Promise.all([second, third]);
    expect(runs).toBe(2);
  });
});

describe('the window', () => {
  const value = offerOf(graph);

  test('what the store keeps beside its list is asked for again when it changed, by whoever', async () => {
    const { bridge, send } = fakeBridge({
      'app.start': start(),
      'store.graph': { ok: true, value: offerOf(graph) },
    });
    const app = createApp(bridge);
    await app.actions.begin();
    const { revision } = graph;
    const round = (): number => app.store.getState().keptRound;
    const before = round();
    send('store.changed', { revision });
    expect(round()).toBeGreaterThan(before);
    const between = round();
    send('workspaces.changed', {});
    expect(round()).toBeGreaterThan(between);
  });

  test('begins with the language of the system, the settings and the graph', async () => {
    const { bridge } = fakeBridge({ 'app.start': start(), 'store.graph': { ok: true, value } });
    const app = createApp(bridge);
    await app.actions.begin();
    const state = app.store.getState();
    expect(state.language).toBe('zh-CN');
    expect(state.index?.images.size).toBe(graph.images.length);
    expect(state.graphProblem).toBeNull();
  });

  test('keeps the last good graph when the store cannot be read, and says why', async () => {
    const answers: Record<string, unknown> = { 'app.start': start(), 'store.graph': { ok: true, value } };
    const { bridge } = fakeBridge(answers);
    const app = createApp(bridge);
    await app.actions.begin();
    answers['store.graph'] = {
      ok: false,
      problem: { code: 'store-invalid', facts: { path: '/s', reason: 'unreadable' } },
    };
    await app.actions.refreshGraph();
    expect(app.store.getState().graphProblem?.code).toBe('store-invalid');
    expect(app.store.getState().graph).toEqual(graph);
  });

  test('says what failed before it listened', async () => {
    const problem = { code: 'file-not-found', facts: { path: 'gone.tar' } } as const;
    const failed = operation({ status: 'failed', finishedAt: 2, problem });
    const { bridge } = fakeBridge({
      'app.start': start({ operations: [failed] }),
      'store.graph': { ok: true, value },
    });
    const app = createApp(bridge);
    await app.actions.begin();
    expect(app.store.getState().notices.map(({ problem: said }) => said?.code)).toEqual(['file-not-found']);
  });

  test('a cancelled operation is no trouble, a failed one is', async () => {
    const { bridge, send } = fakeBridge({ 'app.start': start(), 'store.graph': { ok: true, value } });
    const app = createApp(bridge);
    await app.actions.begin();
    send('operation.changed', operation({ id: 'x' }));
    send('operation.changed', operation({ id: 'x', status: 'cancelled', finishedAt: 2 }));
    expect(app.store.getState().notices).toEqual([]);
    send('operation.changed', operation({ id: 'y' }));
    const problem = { code: 'not-an-image', facts: { file: 'a.txt', seen: 'text' } } as const;
    send('operation.changed', operation({ id: 'y', status: 'failed', finishedAt: 3, problem }));
    expect(app.store.getState().notices.map(({ operation: id }) => id)).toEqual(['y']);
  });

  test('what is not what was shown brings its dialog back, before and after its start is answered', async () => {
    const answers = {
      'app.start': start(),
      'store.graph': { ok: true, value },
      'images.remove': { ok: true, value: { operation: 'x' } },
      'images.prune': { ok: true, value: { operation: 'y' } },
      'cleanup.start': { ok: true, value: { operation: 'z' } },
      'workspace.remove': { ok: false, problem: { code: 'shown-changed', facts: { what: 'changes' } } },
      'workspace.list': { ok: true, value: [{ name: 'w' }] },
    };
    const { bridge, send } = fakeBridge(answers);
    const app = createApp(bridge);
    await app.actions.begin();
    const refused = problem('shown-changed', { what: 'images' }).problem;
    const failed = (id: string) =>
      send('operation.changed', operation({ id, status: 'failed', finishedAt: 2, problem: refused }));
    const state = () => app.store.getState();
    const shown = { images: [{ id: a, names: ['shop:1'] }], untagged: [] };
    const now = () => {
      const { dialog, notices } = state();
      app.actions.closeDialog();
      return [dialog, notices.length];
    };
    send('operation.changed', operation({ id: 'x' }));
    await app.actions.remove([a], [], shown);
    failed('x');
    expect(now()).toEqual([{ kind: 'remove', images: [a], names: [], refused }, 0]);
    send('operation.changed', operation({ id: 'y' }));
    failed('y');
    await app.actions.prune(shown);
    expect(now()).toEqual([{ kind: 'prune', refused }, 0]);
    send('operation.changed', operation({ id: 'z' }));
    await app.actions.cleanUp({ images: [a], unpacked: false, interrupted: false, shown });
    failed('z');
    expect(now()).toEqual([{ kind: 'cleanup', refused }, 0]);
    await app.actions.removeWorkspace('w', null);
    const changes = answers['workspace.remove'].problem;
    expect(now()).toEqual([{ kind: 'removeWorkspace', name: 'w', refused: changes }, 0]);
    // Another dialog is not taken away for it.
    app.actions.openDialog({ kind: 'about' });
    await app.actions.removeWorkspace('w', null);
    expect(now()).toEqual([{ kind: 'about' }, 1]);
  });

  test('a trouble goes when the same succeeds, and no other does', async () => {
    const { bridge, send } = fakeBridge({ 'app.start': start(), 'store.graph': { ok: true, value } });
    const app = createApp(bridge);
    await app.actions.begin();
    const problem = { code: 'workspace-busy', facts: { name: 'w', process: '' } } as const;
    for (const [id, subject] of [
      ['x', 'w'],
      ['y', 'v'],
    ] as const) {
      send('operation.changed', operation({ id, kind: 'commit', subject }));
      send(
        'operation.changed',
        operation({ id, kind: 'commit', subject, status: 'failed', finishedAt: 2, problem }),
      );
    }
    const troubles = (): unknown[] => app.store.getState().notices.map(({ operation: id }) => id);
    expect(troubles()).toEqual(['x', 'y']);
    send(
      'operation.changed',
      operation({ id: 'z', kind: 'load', subject: 'w', status: 'done', finishedAt: 3 }),
    );
    expect(troubles()).toEqual(['x', 'y']);
    send('operation.changed', operation({ id: 'z2', kind: 'commit', subject: 'w' }));
    send(
      'operation.changed',
      operation({ id: 'z2', kind: 'commit', subject: 'w', status: 'done', finishedAt: 4 }),
    );
    expect(troubles()).toEqual(['y']);
  });

  test('what became of a mount or a workspace is not said any more once that is gone', async () => {
    const results = [
      { kind: 'mount', mount: 'mount-1', image: 'shop:1', path: '/m/1' },
      { kind: 'mount', mount: 'mount-2', image: 'shop:1', path: '/m/2' },
      { kind: 'workspace', name: 'fix', image: 'shop:1' },
      { kind: 'hash', layers: 1, bytes: 1 },
    ] as const;
    const operations = results.map((result, i) =>
      operation({ id: `op-${i}`, kind: result.kind, status: 'done', finishedAt: 2, result }),
    );
    const answers = {
      'app.start': start({ operations }),
      'store.graph': { ok: true, value },
      'workspace.list': { ok: true, value: [{ name: 'fix' }] },
      'mount.list': { ok: true, value: [{ id: 'mount-2' }] },
    };
    const { bridge, asked } = fakeBridge(answers);
    const app = createApp(bridge);
    await app.actions.begin();
    expect(app.store.getState().operations.map(({ id }) => id)).toEqual(['op-1', 'op-2', 'op-3']);
    expect(asked.filter(({ name }) => name === 'operation.dismiss')).toEqual([
      { name: 'operation.dismiss', input: { operation: 'op-0' } },
    ]);
    answers['workspace.list'] = { ok: true, value: [] };
    await app.actions.refreshWorkspaces();
    expect(app.store.getState().operations.map(({ id }) => id)).toEqual(['op-1', 'op-3']);
  });

  test('what a commit has made is selected and brought into sight, and the page stays', async () => {
    const [image] = graph.images;
    if (!image) throw new Error('no image');
    const { bridge, send } = fakeBridge({
      'app.start': start({}),
      'store.graph': { ok: true, value },
      'workspace.list': { ok: true, value: [{ name: 'fix' }] },
      'mount.list': { ok: true, value: [] },
    });
    const app = createApp(bridge);
    await app.actions.begin();
    app.actions.openPage({ kind: 'workspace', name: 'fix' });
    const result = { kind: 'commit', id: image.id, name: null } as never;
    send('operation.changed', operation({ id: 'c', kind: 'commit', subject: 'fix' }));
    send(
      'operation.changed',
      operation({ id: 'c', kind: 'commit', subject: 'fix', status: 'done', finishedAt: 4, result }),
    );
    await vi.waitFor(() => expect(app.store.getState().selection.images).toEqual([image.id]));
    expect(app.store.getState().reveal).toMatchObject({ image: image.id });
    expect(app.store.getState().page).toEqual({ kind: 'workspace', name: 'fix' });
  });

  test('a page whose workspace or mount somebody else took away says so, and one that this window removes does not', async () => {
    const answers = {
      'app.start': start({}),
      'store.graph': { ok: true, value },
      'workspace.list': { ok: true, value: [{ name: 'fix' }, { name: 'old' }] },
      'workspace.remove': { ok: true, value: null },
      'mount.list': { ok: true, value: [{ id: 'mount-1', name: 'shop:1' }] },
    };
    const { bridge } = fakeBridge(answers);
    const app = createApp(bridge);
    await app.actions.begin();
    const said = (): readonly string[] =>
      app.store.getState().notices.map(({ say }) => say?.(translator('zh-CN')) ?? '');
    app.actions.openPage({ kind: 'workspace', name: 'old' });
    answers['workspace.list'] = { ok: true, value: [{ name: 'fix' }] };
    await app.actions.removeWorkspace('old', null);
    expect(app.store.getState().page.kind).toBe('images');
    // What it did itself is news, not something that happened elsewhere.
    expect(said()).toEqual(['已删除工作区 old，无法恢复']);
    app.actions.openPage({ kind: 'workspace', name: 'fix' });
    answers['workspace.list'] = { ok: true, value: [] };
    await app.actions.refreshWorkspaces();
    expect(app.store.getState().page.kind).toBe('images');
    expect(said()).toEqual(['工作区 fix 已不存在：它在别处被删除或重命名。']);
    app.actions.openPage({ kind: 'mount', mount: 'mount-1' });
    answers['mount.list'] = { ok: true, value: [] };
    await app.actions.refreshWorkspaces();
    expect(said()).toEqual(['shop:1 已不再挂载：它在别处被卸载。']);
  });

  test('dropped files are handed on a hundred at a time, and each that is none is said', async () => {
    const { bridge, asked } = fakeBridge({ 'archive.load': { ok: true, value: { operation: 'op-1' } } });
    const handed: number[] = [];
    const registerFiles = (files: readonly File[]) => {
      handed.push(files.length);
      const paths = files.map((file) => file as unknown as string).filter((path) => path !== '');
      const [good, bad] = [false, true].map((is) => paths.filter((path) => path.startsWith('bad') === is));
      const value = {
        files: (good ?? []).map((token) => ({ token, name: token, size: 1 })),
        refused: (bad ?? []).map((path) => problem('file-not-found', { path }).problem),
      };
      return Promise.resolve({ ok: true, value });
    };
    const app = createApp({ ...bridge, registerFiles } as unknown as Bridge);
    const names = Array.from({ length: 250 }, (_, i) => (i % 100 === 7 ? `bad-${i}` : `good-${i}`));
    await app.actions.loadDropped(names as unknown as File[]);
    expect(handed).toEqual([100, 100, 50]);
    const loads = asked.filter(({ name }) => name === 'archive.load').map(({ input }) => input);
    expect(loads).toEqual(names.filter((name) => name.startsWith('good')).map((file) => ({ file })));
    const notices = () => app.store.getState().notices;
    expect(notices().map((notice) => notice.problem?.facts)).toEqual([
      { path: 'bad-7' },
      { path: 'bad-107' },
      { path: 'bad-207' },
    ]);
    // What is no file of this computer beside others is said, too.
    await app.actions.loadDropped(['good', ''] as unknown as File[]);
    expect(notices().at(-1)).toMatchObject({ tone: 'refused', problem: null });
  });

  test('a name that was added can be taken back', async () => {
    const { bridge, asked } = fakeBridge({
      'app.start': start(),
      'store.graph': { ok: true, value },
      'image.tag': { ok: true, value: { name: 'new:1', movedFrom: null } },
      'image.untag': { ok: true, value: { image: a, dangling: false } },
    });
    const app = createApp(bridge);
    await app.actions.begin();
    expect(await app.actions.tag(a, 'new:1', null)).toBeNull();
    expect(lastAct(app.store.getState())?.undo).toBeTypeOf('function');
    await app.actions.undoLast();
    expect(asked.find(({ name }) => name === 'image.untag')?.input).toEqual({
      source: 'store',
      image: a,
      name: 'new:1',
    });
    expect(lastAct(app.store.getState())).toBeUndefined();
  });

  test.each(['commit', 'squash', 'rewrite'] as const)('a name that a %s took is given back', async (kind) => {
    const b: typeof a = `sha256:${'b'.repeat(64)}` as typeof a;
    const { bridge, asked, send } = fakeBridge({
      'app.start': start(),
      'store.graph': { ok: true, value },
      'image.tag': { ok: true, value: { name: 'shop:1', movedFrom: b } },
    });
    const app = createApp(bridge);
    await app.actions.begin();
    const given = () => asked.filter(({ name }) => name === 'image.tag').map(({ input }) => input);
    const made = { kind, id: b, layerBytes: 1, changes: 1, stay: 0 };
    const end = (id: string, more: { readonly name: string; readonly movedFrom: string | null }) => {
      send('operation.changed', operation({ id, kind }));
      send(
        'operation.changed',
        operation({
          id,
          kind,
          status: 'done',
          finishedAt: 2,
          result: { ...made, ...more },
        }),
      );
    };
    end('x', { name: 'shop:1', movedFrom: a });
    await expect.poll(() => lastAct(app.store.getState())?.undo).toBeTypeOf('function');
    await app.actions.undoLast();
    expect(given()).toEqual([{ source: 'store', image: a, reference: 'shop:1', holder: b }]);
    // One that nobody had is not taken from anybody.
    end('y', { name: 'shop:2', movedFrom: null });
    await app.actions.undoLast();
    expect(given()).toHaveLength(1);
  });

  test('what was deleted comes back by its key until it is freed, and is no longer told of then', async () => {
    const { bridge, asked, send } = fakeBridge({
      'app.start': start(),
      'store.graph': { ok: true, value },
      'cleanup.undo': { ok: true, value: { restored: true } },
      'cleanup.collect': { ok: true, value: { freedBytes: 5 } },
    });
    const app = createApp(bridge);
    await app.actions.begin();
    const end = (id: string, kind: 'remove' | 'prune') => {
      const result = { kind, removed: [a], untagged: [], freedBytes: 5, trash: id.repeat(32) };
      send('operation.changed', operation({ id, kind }));
      send('operation.changed', operation({ id, kind, status: 'done', finishedAt: 1000, result }));
    };
    const operations = () => app.store.getState().operations;
    for (const [id, kind] of [
      ['a', 'remove'],
      ['b', 'prune'],
    ] as const) {
      end(id, kind);
      await expect.poll(() => lastAct(app.store.getState())?.undo).toBeTypeOf('function');
      const [ended] = operations();
      if (!ended) throw new Error('no operation');
      expect(timeToUndo(ended, 1000 + undoTime - 1)).toBe(1);
      expect(timeToUndo(ended, 1000 + undoTime)).toBeNull();
      await app.actions.undoLast();
      expect(asked.findLast(({ name }) => name === 'cleanup.undo')?.input).toEqual({ trash: id.repeat(32) });
      expect(operations()).toEqual([]);
    }
    end('c', 'remove');
    await app.actions.collectGarbage(['c'.repeat(32)]);
    expect(operations().map((each) => timeToUndo(each, 1000))).toEqual([null]);
  });

  test('what is taken back takes no name from who was given it since', async () => {
    const b: typeof a = `sha256:${'b'.repeat(64)}` as typeof a;
    const { bridge, asked } = fakeBridge({
      'app.start': start(),
      'store.graph': { ok: true, value },
      'image.untag': { ok: true, value: { image: a, dangling: true } },
      'image.rename': { ok: true, value: { name: 'to:1', movedFrom: b } },
      'image.tag': { ok: false, problem: { code: 'shown-changed', facts: { what: 'name' } } },
    });
    const app = createApp(bridge);
    await app.actions.begin();
    const given = () => asked.filter(({ name }) => name === 'image.tag').map(({ input }) => input);
    await app.actions.untag(a, 'old:1');
    await app.actions.undoLast();
    // It would stand where it stood.
    const order = graph.images.find(({ id }) => id === a)?.names;
    const free = { source: 'store', image: a, holder: null, order };
    expect(given()).toEqual([{ ...free, reference: 'old:1' }]);
    await app.actions.rename(a, 'from:1', 'to:1', b);
    expect(asked.find(({ name }) => name === 'image.rename')?.input).toMatchObject({ holder: b });
    await app.actions.undoLast();
    // Where the old name cannot be had the new one stays.
    expect(given()).toEqual([
      { ...free, reference: 'old:1' },
      { ...free, reference: 'from:1' },
    ]);
  });

  const engineId = `engine-${'0'.repeat(16)}` as const;
  const openedId = 'opened-0000000000000000';
  const sources = (state: string) => ({
    ok: true,
    value: [
      { id: 'store', kind: 'store', name: '', state: 'ready', problem: null },
      { id: engineId, kind: 'docker', name: 'Docker', state, problem: null },
    ],
  });
  const ofEngine = offerOf({
    ...graph,
    revision: 'of the engine',
    source: { kind: 'engine', engine: 'docker', name: 'Docker' },
    sizes: 'unpacked',
    images: graph.images.slice(0, 2),
  });

  test('another source brings its own graph and keeps view and filter; actions go to it', async () => {
    const { bridge, asked } = fakeBridge({
      'app.start': start(),
      'store.graph': { ok: true, value },
      'sources.list': sources('ready'),
      'source.graph': { ok: true, value: ofEngine },
      'images.remove': { ok: true, value: { operation: 'op-1' } },
    });
    const app = createApp(bridge);
    await app.actions.begin();
    app.actions.setFilter('shop');
    app.actions.selectImage(a, 'only');
    await app.actions.showSource(engineId);
    const state = app.store.getState();
    expect(state.graph?.revision).toBe('of the engine');
    expect(state.filter).toBe('shop');
    expect(state.selection).toEqual(noSelection);
    const shown = { images: [{ id: a, names: ['shop:1'] }], untagged: [] };
    await app.actions.remove([a], [], shown, true);
    const removal = asked.find(({ name }) => name === 'images.remove');
    expect(removal?.input).toEqual({ source: engineId, images: [a], names: [], force: true, shown });
    await app.actions.showSource('store');
    expect(app.store.getState().graph?.revision).toBe(value.revision);
  });

  test('a file in view that was changed by others keeps of the selection what it has still, and says what went', async () => {
    const [first, second, third] = graph.images;
    if (!first || !second || !third) throw new Error('too few images');
    const place = { id: openedId, kind: 'archive', name: 's1.tar', state: 'ready', problem: null };
    const store = { id: 'store', kind: 'store', name: '', state: 'ready', problem: null };
    const of = (revision: string, images: typeof graph.images) => offerOf({ ...graph, revision, images });
    const answers: Record<string, unknown> = {
      'app.start': start(),
      'store.graph': { ok: true, value },
      'sources.list': { ok: true, value: [store, place] },
      'source.graph': { ok: true, value: of('one', [first, second, third]) },
    };
    const { bridge, send } = fakeBridge(answers);
    const app = createApp(bridge);
    await app.actions.begin();
    await app.actions.refreshSources();
    await app.actions.showSource(openedId);
    app.actions.selectImages([first.id, second.id, third.id]);
    const state = () => app.store.getState();
    const said = () => state().notices.flatMap(({ say }) => (say ? [say(translator('en'))] : []));
    answers['source.graph'] = { ok: true, value: of('two', [second, { ...third, names: ['x:1'] }]) };
    send('source.changed', { source: openedId });
    await expect.poll(() => state().graph?.revision).toBe('two');
    expect(state().selection.images).toEqual([second.id, third.id]);
    await expect.poll(() => said().join()).toContain(shortDigest(first.id));
    expect(said().join()).toContain(first.names[0]);
    expect(said().join()).not.toContain(shortDigest(second.id));
    // Nothing of the selection went: nothing is said.
    const before = said();
    answers['source.graph'] = { ok: true, value: of('three', [second, third]) };
    send('source.changed', { source: openedId });
    await expect.poll(() => state().graph?.revision).toBe('three');
    expect(said()).toEqual(before);
  });

  test('what went wrong with one place alone is not said over another', async () => {
    const failed = problem('file-unreadable', { path: 'x', reason: 'EIO' }).problem;
    const { bridge } = fakeBridge({
      'app.start': start(),
      'store.graph': { ok: true, value },
      'sources.list': sources('ready'),
      'source.graph': { ok: true, value: ofEngine },
      'image.untag': { ok: false, problem: failed },
      'image.tag': { ok: false, problem: failed },
    });
    const app = createApp(bridge);
    await app.actions.begin();
    await app.actions.refreshSources();
    await app.actions.showSource(engineId);
    await app.actions.untag(a, 'shop:1');
    const codes = () => app.store.getState().notices.map(({ problem: of }) => of?.code);
    expect(codes()).toEqual(['file-unreadable']);
    await app.actions.showSource('store');
    expect(codes()).toEqual([]);
  });

  test('what is undone is what was done last in the place in view, as a model says, over random acts', async () => {
    for (let seed = 1; seed <= 40; seed++) {
      let random = seed;
      const chance = (below: number): number => {
        random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
        return Math.floor((random / 2 ** 32) * below);
      };
      const answers: Record<string, unknown> = {
        'app.start': start({ locale: 'en' }),
        'store.graph': { ok: true, value },
        'sources.list': sources('ready'),
        'source.graph': { ok: true, value: ofEngine },
        'image.untag': { ok: true, value: { image: a, dangling: false } },
      };
      const { bridge, asked, send } = fakeBridge(answers);
      const app = createApp(bridge);
      await app.actions.begin();
      const state = app.store.getState;
      const taken = () => asked.filter(({ name }) => name === 'image.untag').map(({ input }) => input);
      /** Of each place the names that can be taken back, and whether what is below them cannot. */
      type Row = { readonly names: string[]; readonly final: boolean };
      const model: Record<'store' | typeof engineId, Row> = {
        store: { names: [], final: false },
        [engineId]: { names: [], final: false },
      };
      for (let i = 0; i < 30; i++) {
        const source = state().source as keyof typeof model;
        const here = model[source] as Row;
        const act = chance(5);
        if (act === 0) await app.actions.showSource(source === 'store' ? engineId : 'store');
        else if (act <= 2) {
          const name = `n${i}:1`;
          answers['image.tag'] = { ok: true, value: { name, movedFrom: null } };
          await app.actions.tag(a, name, null);
          here.names.push(name);
        } else if (act === 3) {
          const place = chance(2) === 0 ? 'store' : engineId;
          const kind = chance(2) === 0 ? 'remove' : 'prune';
          const ended = chance(3);
          const id = `op-${String(i).padStart(16, '0')}`;
          const refused = problem('shown-changed', { what: 'images' }).problem;
          send('operation.changed', operation({ id, kind, subject: '1', places: [place] }));
          send(
            'operation.changed',
            operation({
              id,
              kind,
              subject: '1',
              places: [place],
              status: ended === 0 ? 'failed' : 'done',
              problem: ended === 0 ? refused : null,
              result: ended === 0 ? null : { kind, removed: [d], untagged: [], freedBytes: 0 },
            }),
          );
          if (ended > 0) model[place] = { names: [], final: true };
        } else {
          const before = taken().length;
          const last = here.names.pop();
          const place = source === 'store' ? 'Store' : 'Docker';
          const reason = whyNotUndone(state(), translator('en'));
          await app.actions.undoLast();
          const said = state().notices.at(-1)?.say?.(translator('en'));
          if (last === undefined) {
            expect(taken().length).toBe(before);
            expect(said).toBe(reason);
            expect(reason).toMatch(
              here.final ? `The last change in ${place} cannot be undone: ` : `Nothing to undo in ${place}`,
            );
          } else {
            expect(reason).toBeNull();
            expect(taken().slice(before)).toEqual([{ source, image: a, name: last }]);
            expect(said).toBe(`Undone in ${place}: Added the name ${last}`);
          }
        }
      }
    }
  });

  test('an answer that comes after another source was chosen is not shown', async () => {
    let give: (reply: unknown) => void = () => undefined;
    const answers: Record<string, unknown> = {
      'app.start': start(),
      'store.graph': { ok: true, value },
      'sources.list': sources('ready'),
      'source.graph': new Promise((resolve) => (give = resolve)),
    };
    const app = createApp(fakeBridge(answers).bridge);
    await app.actions.begin();
    const going = app.actions.showSource(engineId);
    const back = app.actions.showSource('store');
    give({ ok: true, value: ofEngine });
    await Promise.all([going, back]);
    expect(app.store.getState().source).toBe('store');
    expect(app.store.getState().graph?.revision).toBe(value.revision);
  });

  test('an engine in view that stops says so over what was read, and comes back', async () => {
    const stopped = { code: 'engine-not-running', facts: { engine: 'Docker' } };
    const answers: Record<string, unknown> = {
      'app.start': start(),
      'store.graph': { ok: true, value },
      'sources.list': sources('ready'),
      'source.graph': { ok: true, value: ofEngine },
    };
    const { bridge, send } = fakeBridge(answers);
    const app = createApp(bridge);
    await app.actions.begin();
    await app.actions.showSource(engineId);
    answers['sources.list'] = sources('not-running');
    answers['source.graph'] = { ok: false, problem: stopped };
    send('sources.changed', {});
    await expect.poll(() => app.store.getState().graphProblem?.code).toBe('engine-not-running');
    expect(app.store.getState().graph?.revision).toBe('of the engine');
    answers['sources.list'] = sources('ready');
    answers['source.graph'] = { ok: true, value: ofEngine };
    send('source.changed', { source: engineId });
    await expect.poll(() => app.store.getState().graphProblem).toBeNull();
  });

  test.each([
    [
      engineId,
      problem('engine-not-running', { engine: 'P', kind: 'podman', address: 'x', reason: '' }).problem,
    ],
    [openedId, problem('place-changed', { path: 's1.tar' }).problem],
  ] as const)(
    'what a place that did not answer caused goes when %s is back, and nothing else',
    async (id, why) => {
      const place = (change: object = {}) => ({
        ok: true,
        value: [
          { id: 'store', kind: 'store', name: '', state: 'ready', problem: null, images: 1 },
          { id, kind: 'archive', name: 's1.tar', state: 'ready', problem: null, images: 2, ...change },
        ],
      });
      const answers: Record<string, unknown> = {
        'app.start': start(),
        'store.graph': { ok: true, value },
        'sources.list': place(),
        'source.graph': { ok: true, value: ofEngine },
        'image.untag': { ok: false, problem: why },
      };
      const { bridge, send } = fakeBridge(answers);
      const app = createApp(bridge);
      await app.actions.begin();
      const state = () => app.store.getState();
      const t = translator('en');
      const look = operation({
        kind: 'look',
        subject: 's1.tar',
        status: 'done',
        finishedAt: Date.now() - 1,
        result: { kind: 'look', source: id, images: 2 },
      });
      const line = (): string => lastOutcome(look, { ...state(), language: 'en' }, t).text;
      expect(line()).toBe(operationOutcome(look, t));
      await app.actions.showSource(id);
      answers['sources.list'] = place({ state: 'refused', problem: why, images: null });
      send('sources.changed', {});
      await expect.poll(() => state().sources[1]?.state).toBe('refused');
      expect(line()).toBe(describeProblem(why, 'en').title);
      expect(lastOutcome(look, { ...state(), language: 'en' }, t).trouble).toBe(true);
      // What it caused: an act, and an operation.
      await app.actions.untag(a, 'shop:1');
      const failed = { kind: 'save', status: 'failed', finishedAt: 2, problem: why } as const;
      send('operation.changed', operation({ id: 'x', ...failed, places: [id] }));
      // What it did not cause: another place's, and something that is not about whether it answers.
      const other = problem('file-not-found', { path: 'x' }).problem;
      send('operation.changed', operation({ id: 'y', ...failed, places: ['engine-00000000000000ff'] }));
      send('operation.changed', operation({ id: 'z', ...failed, problem: other, places: [id] }));
      expect(state().notices).toHaveLength(4);
      const before = state().backSince.get(id);
      answers['sources.list'] = place({ images: 1 });
      send('sources.changed', {});
      await expect.poll(() => state().notices.map(({ operation: of }) => of)).toEqual(['y', 'z']);
      expect(state().backSince.get(id)).not.toBe(before);
      expect(line()).toBe(t('place.readAgain', { name: 's1.tar', images: 1 }));
      answers['sources.list'] = { ok: true, value: place().value.slice(0, 1) };
      send('sources.changed', {});
      await expect.poll(line).toBe(t('place.closed', { name: 's1.tar' }));
    },
  );

  test('what was opened and is another by now is told of, though it was never found missing', async () => {
    const list = {
      ok: true,
      value: [{ id: openedId, kind: 'archive', name: 's1.tar', state: 'ready', problem: null, images: 2 }],
    };
    const changed = problem('place-changed', { path: 's1.tar' }).problem;
    const { bridge, send } = fakeBridge({
      'app.start': start(),
      'store.graph': { ok: true, value },
      'sources.list': list,
    });
    const app = createApp(bridge);
    await app.actions.begin();
    const failed = { kind: 'save', status: 'failed', finishedAt: 2, problem: changed } as const;
    send('operation.changed', operation({ id: 'x', ...failed, places: [openedId] }));
    send('sources.changed', {});
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(app.store.getState().notices).toHaveLength(1);
    send('source.changed', { source: openedId });
    await expect.poll(() => app.store.getState().notices).toEqual([]);
  });

  describe('a place of the list that nobody has gone to', () => {
    const list = (state: string, why: unknown = null) => ({
      ok: true,
      value: [
        { id: 'store', kind: 'store', name: '', state: 'ready', problem: null, images: 1 },
        { id: openedId, kind: 'archive', name: 's1.tgz', state, problem: why, images: null, added: true },
      ],
    });
    const answersWith = (open: unknown): Record<string, unknown> => ({
      'app.start': start(),
      'store.graph': { ok: true, value },
      'sources.list': list('unread'),
      'source.graph': { ok: true, value: ofEngine },
      'source.open': open,
    });

    test('is read for who goes there, however long that takes, and keeps nobody from another place', async () => {
      let give: (reply: unknown) => void = () => undefined;
      const answers = answersWith(new Promise((resolve) => (give = resolve)));
      const { bridge, asked } = fakeBridge(answers);
      const app = createApp(bridge);
      await app.actions.begin();
      const going = app.actions.showSource(openedId);
      await app.actions.showSource('store');
      expect(app.store.getState().graph?.revision).toBe(value.revision);
      const again = app.actions.showSource(openedId);
      give({ ok: true, value: null });
      await Promise.all([going, again]);
      expect(app.store.getState().graph?.revision).toBe('of the engine');
      const opened = asked.filter(({ name }) => name === 'source.open');
      expect(opened[0]?.input).toEqual({ source: openedId });
      // What is known to be read is not asked for.
      answers['sources.list'] = list('ready');
      await app.actions.refreshSources();
      const before = opened.length;
      await app.actions.refreshGraph();
      expect(asked.filter(({ name }) => name === 'source.open')).toHaveLength(before);
    });

    test('says once that it could not be read, and is not read again for having said so', async () => {
      const why = problem('file-not-found', { path: 's1.tgz' }).problem;
      const answers = answersWith({ ok: false, problem: why });
      const { bridge, asked, send } = fakeBridge(answers);
      const app = createApp(bridge);
      await app.actions.begin();
      await app.actions.showSource(openedId);
      answers['sources.list'] = list('refused', why);
      const failed = { kind: 'look', status: 'failed', problem: why } as const;
      send('operation.changed', operation({ id: 'x', ...failed, places: [openedId] }));
      send('sources.changed', {});
      await expect.poll(() => app.store.getState().sources[1]?.state).toBe('refused');
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(app.store.getState().graphProblem).toEqual(why);
      expect(app.store.getState().notices).toEqual([]);
      expect(asked.filter(({ name }) => name === 'source.open')).toHaveLength(1);
      // Who has gone elsewhere meanwhile is told.
      await app.actions.showSource('store');
      send('operation.changed', operation({ id: 'y', ...failed, places: [openedId] }));
      expect(app.store.getState().notices).toHaveLength(1);
      // It is there again: it is no trouble any more.
      answers['sources.list'] = list('unread');
      send('sources.changed', {});
      await expect.poll(() => app.store.getState().sources[1]?.state).toBe('unread');
    });
  });

  test('tells of a setting that could not be saved, and keeps it', async () => {
    const { bridge, send } = fakeBridge({
      'app.start': start(),
      'store.graph': { ok: true, value },
      'settings.change': { ok: true, value: { ...defaultSettings, view: 'table' } },
    });
    const app = createApp(bridge);
    await app.actions.begin();
    app.actions.changeSettings({ view: 'table' });
    const problem = { code: 'settings-unsaved', facts: { path: '/x/settings.json', reason: 'EROFS' } };
    send('settings.unsaved', { problem });
    expect(app.store.getState().notices).toMatchObject([{ tone: 'trouble', problem }]);
    expect(app.store.getState().settings.view).toBe('table');
  });

  test('a main process that does not answer is a problem, not an exception', async () => {
    const { bridge } = fakeBridge({ 'app.start': new Error('gone') });
    const app = createApp(bridge);
    await app.actions.begin();
    expect(app.store.getState().graphProblem?.code).toBe('internal');
  });
});
