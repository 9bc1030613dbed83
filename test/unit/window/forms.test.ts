import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { createApp } from '../../../renderer/store/appStore';
import {
  filledIn,
  imageForm,
  importForm,
  nameForm,
  rewriteForm,
  runForm,
  saveForm,
  squashForm,
  workspaceForm,
} from '../../../renderer/store/forms';
import type { Form } from '../../../renderer/store/formValues';
import { canRetry } from '../../../renderer/store/operationList';
import type { DialogOf } from '../../../renderer/store/state';
import type { Bridge } from '../../../shared/ipc/bridge';
import type { Problem } from '../../../shared/image/problem';
import type { OperationResult, OperationState } from '../../../shared/ipc/operation';
import { defaultSettings } from '../../../shared/ipc/defaultSettings';
import { fakeIndex } from '../chart/fakeIndex';

const { graph } = fakeIndex();
const image = graph.images[0]?.id;
const chain = graph.layers[1]?.chainId;
if (image === undefined || chain === undefined) throw new Error('an empty graph');
const workspace = {
  name: 'work',
  image,
  imageName: 'shop:1.6',
  created: '2026-01-02T03:04:05Z',
  mounted: true,
  path: '/w/work',
  problem: null,
};
const refusal: Problem = { code: 'internal', facts: { message: 'the disk' } };

/** A window whose requests all start an operation, or are all refused. */
function windowOf(refuses = false) {
  const listeners = new Map<string, (payload: unknown) => void>();
  let started = 0;
  const asked: { name: string; input: unknown }[] = [];
  const quiet: Readonly<Record<string, unknown>> = {
    'app.start': { settings: defaultSettings, operations: [], locale: 'en', maximized: false, stores: [] },
    'workspace.list': [workspace],
    'mount.list': [],
    'sources.list': [],
    'mount.support': { mode: 'root', problem: null, runtime: null, runtimePackages: '' },
    'graph.read': null,
  };
  const answer = (name: string): unknown => {
    if (name in quiet) return { ok: true, value: quiet[name] };
    if (refuses) return { ok: false, problem: refusal };
    return { ok: true, value: { operation: `op-${++started}`, name: 'x:1', movedFrom: null } };
  };
  const request = new Proxy(
    {},
    {
      get: (_, name: string) => (input: unknown) => {
        asked.push({ name, input });
        return Promise.resolve(answer(name));
      },
    },
  );
  const on = new Proxy(
    {},
    { get: (_, name: string) => (listener: (payload: unknown) => void) => listeners.set(name, listener) },
  );
  const app = createApp({ request, on } as unknown as Bridge);
  const ends = async (change: Partial<OperationState>): Promise<void> => {
    listeners.get('operation.changed')?.({
      id: `op-${started}`,
      kind: 'squash',
      subject: 'x',
      progress: { phase: 'reading', done: 0, total: null, rate: null, secondsLeft: null },
      startedAt: started,
      finishedAt: 2,
      result: null,
      problem: null,
      retryToken: null,
      status: 'failed',
      ...change,
    });
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { app, ends, asked, started: () => `op-${started}` };
}

const squash: DialogOf<'squash'> = { kind: 'squash', image, from: chain };
const rewrite: DialogOf<'rewrite'> = { kind: 'rewrite', image, paths: ['etc/key', 'etc/other'] };
const imported: DialogOf<'import'> = { kind: 'import', file: 'file-1', name: 'root.tar' };

type App = ReturnType<typeof windowOf>['app'];

/** Every form whose answer starts an operation: what was filled in, how it is sent, and where it is asked for. */
const forms: readonly {
  readonly form: Form;
  readonly values: object;
  readonly send: (app: App) => Promise<unknown>;
  readonly where: object;
}[] = [
  {
    form: squashForm(squash),
    values: { from: null, name: 'shop:flat' },
    send: ({ actions }) => actions.squash(squash, null, 'shop:flat', null),
    where: { dialog: squash },
  },
  {
    form: rewriteForm(rewrite),
    values: { left: ['etc/other'], name: 'shop:clean' },
    send: ({ actions }) => actions.rewrite(rewrite, ['etc/key'], 'shop:clean', null),
    where: { dialog: rewrite },
  },
  {
    form: importForm(imported),
    values: { name: 'root:1', message: 'from a colleague', changes: ['ENV A=1'] },
    send: ({ actions }) =>
      actions.importRootfs(imported, { reference: 'root:1', holder: null, message: '', changes: [] }),
    where: { dialog: imported },
  },
  {
    form: saveForm([image]),
    values: { format: 'oci-archive', compression: 'zstd', images: [image], files: [] },
    send: ({ actions }) =>
      actions.save([image], 'oci-archive', { compression: 'zstd', except: [image], exceptFiles: [] }),
    where: { dialog: { kind: 'save', what: [image] } },
  },
  {
    form: imageForm('workspace', image),
    values: { name: 'my-own-name' },
    send: ({ actions }) => actions.createWorkspace(image, 'my-own-name'),
    where: { dialog: { kind: 'workspace', image } },
  },
  {
    form: workspaceForm('commit', workspace),
    values: { name: 'shop:1.7', message: 'a long message', author: 'Kim', changes: ['USER app'] },
    send: ({ actions }) =>
      actions.commit(workspace, {
        reference: 'shop:1.7',
        holder: null,
        author: 'Kim',
        message: 'a long message',
        changes: ['USER app'],
        paths: null,
        removed: [],
        listed: '0'.repeat(40),
      }),
    where: { page: { kind: 'workspace', name: 'work' } },
  },
];

describe.each(forms)('$form.kind', ({ form, values, send, where }) => {
  test.each(['failed', 'cancelled'] as const)(
    'that %s is asked again with all that was filled in',
    async (status) => {
      const { app, ends, started } = windowOf();
      await app.actions.begin();
      app.actions.fillIn(form, values);
      await send(app);
      await ends({ status, problem: status === 'failed' ? refusal : null });
      const state = app.store.getState();
      expect(filledIn(state.forms, form)).toEqual(values);
      const [operation] = state.operations;
      if (!operation) throw new Error('no operation');
      expect(canRetry(operation, state)).toBe(true);
      await app.actions.retryOperation(started());
      const { dialog, page } = app.store.getState();
      expect('dialog' in where ? { dialog } : { page }).toEqual(where);
      expect(filledIn(app.store.getState().forms, form)).toEqual(values);
      // Closed again: what failed can be gone back to all the same.
      app.actions.closeDialog();
      app.actions.openPage({ kind: 'images' });
      expect(canRetry(operation, app.store.getState())).toBe(true);
    },
  );

  test('that is refused at once keeps what was filled in', async () => {
    const { app } = windowOf(true);
    app.actions.fillIn(form, values);
    await send(app);
    expect(filledIn(app.store.getState().forms, form)).toEqual(values);
  });

  test('that is done is empty, but for what was filled in since', async () => {
    const { app, ends } = windowOf();
    await app.actions.begin();
    app.actions.fillIn(form, values);
    await send(app);
    await ends({ status: 'done' });
    const { last: _, ...left } = filledIn(app.store.getState().forms, form) as { last?: string };
    expect(left).toEqual({});
    app.actions.fillIn(form, values);
    await send(app);
    app.actions.fillIn(form, { name: 'for the next one' });
    await ends({ status: 'done' });
    expect(filledIn(app.store.getState().forms, form)).toMatchObject({ name: 'for the next one' });
  });
});

test('a commit that is done says what the last one was called, on whatever page one is by then', async () => {
  const { app, ends } = windowOf();
  await app.actions.begin();
  const form = workspaceForm('commit', workspace);
  app.actions.fillIn(form, { name: 'shop:1.7', message: 'why' });
  await forms.at(-1)?.send(app);
  app.actions.openPage({ kind: 'images' });
  await ends({ kind: 'commit', subject: 'work', status: 'done', result: null as OperationResult | null });
  expect(filledIn(app.store.getState().forms, form)).toEqual({ last: 'shop:1.7' });
});

test('what was filled in of a workspace goes with its new name, and not to another one of its old', async () => {
  const { app } = windowOf();
  await app.actions.begin();
  const before = workspaceForm('commit', workspace);
  app.actions.fillIn(before, { message: 'half a sentence' });
  app.actions.fillIn(workspaceForm('ticks', workspace), { unticked: new Set(['etc']) });
  await app.actions.renameWorkspace('work', 'rest', () => undefined);
  const { forms: now } = app.store.getState();
  expect(filledIn(now, before)).toEqual({});
  expect(filledIn(now, workspaceForm('commit', { ...workspace, name: 'rest' }))).toEqual({
    message: 'half a sentence',
  });
  expect(filledIn(now, workspaceForm('ticks', { ...workspace, name: 'rest' }))).toEqual({
    unticked: new Set(['etc']),
  });
  expect(filledIn(now, workspaceForm('commit', { ...workspace, created: '2027-01-01T00:00:00Z' }))).toEqual(
    {},
  );
});

test('a page that is shown offers no way to itself', async () => {
  const { app, ends } = windowOf();
  await app.actions.begin();
  app.actions.openPage({ kind: 'workspace', name: 'work' });
  await forms.at(-1)?.send(app);
  await ends({ kind: 'commit', subject: 'work', problem: refusal });
  const state = app.store.getState();
  const [operation] = state.operations;
  expect(operation && canRetry(operation, state)).toBe(false);
  expect(operation && canRetry(operation, { ...state, page: { kind: 'images' } })).toBe(true);
});

test('a deletion that failed is confirmed anew, with what is there by then', async () => {
  const { app, ends, started } = windowOf();
  await app.actions.begin();
  await app.actions.remove([image], [], { images: [], untagged: [] });
  await ends({ kind: 'remove', problem: refusal });
  await app.actions.retryOperation(started());
  expect(app.store.getState().dialog).toEqual({ kind: 'remove', images: [image], names: [] });
});

test('forms about different things never share what was filled in', () => {
  const word = fc.string({ unit: 'grapheme', maxLength: 8 });
  const any: fc.Arbitrary<Form> = fc.oneof(
    fc.array(word, { minLength: 1, maxLength: 3 }).map((what) => saveForm(what)),
    word.map((name) => nameForm('rename', name)),
    word.map((name) => nameForm('renameWorkspace', name)),
    fc
      .record({ name: fc.stringMatching(/^[a-z]{1,3}$/), created: word })
      .map((of) => workspaceForm('run', of)),
    fc.array(word, { minLength: 1, maxLength: 3 }).map((paths) => rewriteForm({ ...rewrite, paths })),
    fc.constantFrom(squashForm(squash), squashForm({ ...squash, from: null }), runForm({ image }, [])),
  );
  fc.assert(
    fc.property(any, any, word, (one, other, text) => {
      const { app } = windowOf();
      app.actions.fillIn(one, { name: text });
      const same = JSON.stringify(one) === JSON.stringify(other);
      expect(filledIn(app.store.getState().forms, other)).toEqual(same ? { name: text } : {});
    }),
  );
});
