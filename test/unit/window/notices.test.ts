import { afterEach, expect, test, vi } from 'vitest';
import { createApp } from '../../../renderer/store/appStore';
import {
  afterAct,
  news,
  refusal,
  trouble,
  withNotice,
  withoutBusy,
  withoutGone,
} from '../../../renderer/store/notices';
import type { Act, Notice } from '../../../renderer/store/state';
import { Stay } from '../../../renderer/ui/stay';
import { problem, type Problem } from '../../../shared/image/problem';
import type { MountInfo, WorkspaceInfo } from '../../../shared/ipc/workspace';
import type { OperationState } from '../../../shared/ipc/operation';
import { translator } from '../../../shared/text/catalogue';

/** Messages beside the work: which stand together, which go by themselves, and what makes one untrue. */

const missing = problem('file-not-found', { path: 'notes.txt' }).problem;
const load = (id: string, subject: string) => ({ id, kind: 'load', subject }) as unknown as OperationState;

/** Messages that came one after the other. */
const after = (notices: readonly Omit<Notice, 'id'>[], operations: readonly OperationState[] = []) =>
  notices.reduce<readonly Notice[]>((all, notice, id) => withNotice(all, { ...notice, id }, operations), []);

test('equal trouble stands once, as the newest; of other work, or of another place, beside it', () => {
  const operations = [load('x', 'notes.txt'), load('y', 'notes.txt'), load('z', 'other.txt')];
  const of = (operation: string) => trouble(missing, { operation });
  expect(after([of('x'), of('y')], operations).map(({ operation }) => operation)).toEqual(['y']);
  expect(after([of('x'), of('z'), of('y')], operations).map(({ operation }) => operation)).toEqual([
    'z',
    'y',
  ]);
  const places = [['store'], ['engine-0000000000000000']] as const;
  expect(after(places.map((each) => trouble(missing, { places: each })))).toHaveLength(2);
  expect(after([trouble(missing), trouble(problem('file-not-found', { path: 'b' }).problem)])).toHaveLength(
    2,
  );
  // News takes the place of news, and of no trouble.
  const done = news((t) => t('app.copied'));
  expect(
    after([done, trouble(missing), refusal((t) => t('app.drop.nothing'))]).map(({ tone }) => tone),
  ).toEqual(['trouble', 'refused']);
});

test('a refusal leaves a way back that is offered, and news takes its place', () => {
  const offered = news(
    (t) => t('app.copied'),
    () => Promise.resolve(),
  );
  const no = refusal((t) => t('app.drop.nothing'));
  expect(after([offered, no]).map(({ tone }) => tone)).toEqual(['done', 'refused']);
  expect(after([offered, no, no]).map(({ tone }) => tone)).toEqual(['done', 'refused']);
  expect(after([offered, no, news((t) => t('app.copied'))]).map(({ id }) => id)).toEqual([2]);
});

test('something that is done makes refusals, and ways back that are none any more, untrue', () => {
  const undo = (): Promise<void> => Promise.resolve();
  const said = after([trouble(missing), news((t) => t('app.copied'), undo)]);
  const act: Act = { source: 'store', say: (t) => t('app.copied'), undo };
  expect(afterAct(said, [act]).map(({ tone }) => tone)).toEqual(['trouble', 'done']);
  expect(afterAct(said, [{ ...act, undo: null }]).map(({ tone }) => tone)).toEqual(['trouble']);
  expect(afterAct(after([refusal((t) => t('app.drop.nothing'))]), [act])).toEqual([]);
});

test('a refusal goes with a change of place, is none that was done, and is said in the language of whoever reads it', async () => {
  const request = new Proxy({}, { get: () => () => Promise.resolve({ ok: false, problem: missing }) });
  const { store, actions } = createApp({ request } as never);
  await actions.undoLast();
  const [said] = store.getState().notices;
  expect(said?.tone).toBe('refused');
  expect(said?.say?.(translator('en'))).toBe('Nothing to undo in Store');
  expect(said?.say?.(translator('zh-CN'))).toMatch(/\p{Script=Han}/u);
  await actions.showSource('engine-0000000000000000');
  expect(store.getState().notices).toEqual([]);
});

test('a trouble goes when what was asked for succeeds after all', async () => {
  let ok = false;
  const request = new Proxy(
    {},
    {
      get: () => () =>
        Promise.resolve(ok ? { ok: true, value: { restored: true } } : { ok: false, problem: missing }),
    },
  );
  const { store, actions } = createApp({ request } as never);
  await actions.showFile('a');
  await actions.showFile('b');
  // Both read the same: one message.
  expect(store.getState().notices).toHaveLength(1);
  ok = true;
  await actions.showFile('a');
  expect(store.getState().notices).toHaveLength(1);
  await actions.showFile('b');
  expect(store.getState().notices).toEqual([]);
});

test('what a clean-up took out and undo put back is not what ended last', async () => {
  const request = new Proxy(
    {},
    {
      get: (_, name) => () =>
        Promise.resolve(
          name === 'cleanup.undo' ? { ok: true, value: { restored: true } } : { ok: false, problem: missing },
        ),
    },
  );
  const { store, actions } = createApp({ request } as never);
  const ended = (id: string, trash: string) =>
    ({ ...load(id, ''), kind: 'cleanup', status: 'done', result: { kind: 'cleanup', trash } }) as never;
  store.setState({ operations: [ended('x', 'trash-1'), ended('y', 'trash-2')] });
  await actions.undoCleanUp('trash-1');
  expect(store.getState().operations.map(({ id }) => id)).toEqual(['y']);
});

afterEach(() => vi.useRealTimers());

test('time stands still while somebody holds it, and goes on when the last has let go', () => {
  vi.useFakeTimers();
  const over = vi.fn();
  const stay = new Stay(7000, over);
  vi.advanceTimersByTime(6000);
  stay.hold('pointer');
  stay.hold('focus');
  vi.advanceTimersByTime(60_000);
  stay.release('pointer');
  vi.advanceTimersByTime(60_000);
  expect(over).not.toHaveBeenCalled();
  stay.release('focus');
  stay.release('focus');
  vi.advanceTimersByTime(999);
  expect(over).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(over).toHaveBeenCalledOnce();
  const ended = new Stay(1, over);
  ended.stop();
  vi.advanceTimersByTime(10);
  expect(over).toHaveBeenCalledOnce();
});

test('a refusal goes with its cause: the mount or the workspace, or our own terminal in it', () => {
  const input = { mount: 'mount-1' };
  const refused = (asked: string, problem: Problem): Notice => ({ ...trouble(problem, { asked }), id: 1 });
  const about = {
    mount: refused(`mount.remove ${JSON.stringify(input)}`, {
      code: 'mount-busy',
      facts: { target: '/m', process: 'sh (7)', here: true },
    }),
    workspace: refused('workspace.remove {"name":"fix","listed":"x"}', {
      code: 'workspace-busy',
      facts: { name: 'fix', process: 'sh (7)' },
    }),
    commit: {
      ...refused('', { code: 'workspace-busy', facts: { name: 'fix', process: '' } }),
      asked: undefined,
    },
    rest: refused('mount.remove {"mount":"mount-2"}', {
      code: 'mount-failed',
      facts: { target: '/n', reason: 'EIO' },
    }),
  };
  const all = Object.values(about);
  const mounts = ['mount-1', 'mount-2'].map((id) => ({ id }) as MountInfo);
  const workspaces = [{ name: 'fix' } as WorkspaceInfo];
  expect(withoutGone(all, { mounts, workspaces })).toEqual(all);
  expect(withoutGone(all, { mounts: mounts.slice(1), workspaces })).toEqual([
    about.workspace,
    about.commit,
    about.rest,
  ]);
  expect(withoutGone(all, { mounts, workspaces: [] })).toEqual([about.mount, about.rest]);
  expect(withoutBusy(all, input)).toEqual([about.workspace, about.commit, about.rest]);
  expect(withoutBusy(all, { workspace: 'fix' })).toEqual([about.mount, about.rest]);
  // What failed for another reason is not solved by a terminal that is closed.
  expect(withoutBusy(all, { mount: 'mount-2' })).toEqual(all);
});
