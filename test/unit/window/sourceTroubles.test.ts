import { expect, test } from 'vitest';
import { createApp } from '../../../renderer/store/appStore';
import { problem } from '../../../shared/image/problem';

/** What the window says of the person's list of sources, and of the store's own folder. */

function appWith(answers: Readonly<Record<string, unknown>>) {
  const request = new Proxy(
    {},
    { get: (_, name: string) => () => Promise.resolve(answers[name] ?? { ok: true, value: null }) },
  );
  const registerFiles = () =>
    Promise.resolve({ ok: true, value: { files: [{ token: 'f', name: 'store' }], refused: [] } });
  return createApp({ request, registerFiles } as never);
}

test('a list that is damaged is told of once, and no longer when it was mended', async () => {
  const damaged = { ok: false, problem: problem('sources-invalid', { path: '/c/sources.json' }).problem };
  const answers: Record<string, unknown> = {
    'sources.list': { ok: true, value: [] },
    'sources.check': damaged,
  };
  const { store, actions } = appWith(answers);
  const codes = (): unknown[] => store.getState().notices.map((notice) => notice.problem?.code);
  await actions.refreshSources();
  await expect.poll(codes).toEqual(['sources-invalid']);
  const [first] = store.getState().notices;
  if (first) actions.dismissNotice(first.id);
  await actions.refreshSources();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(codes()).toEqual([]);
  answers['sources.check'] = { ok: false, problem: problem('sources-full', { limit: 100 }).problem };
  await actions.refreshSources();
  await expect.poll(codes).toEqual(['sources-full']);
  delete answers['sources.check'];
  await actions.refreshSources();
  await expect.poll(codes).toEqual([]);
});

test('the folder of the store, opened as a place, leads to the store', async () => {
  const own = { ok: false, problem: problem('source-is-store', { name: 'store' }).problem };
  const { store, actions } = appWith({
    'archive.look': own,
    // No image of either is needed.
    'source.graph': own,
    'store.graph': own,
  });
  await actions.showSource('opened-0000000000000000');
  await actions.loadDropped([{} as File], true);
  expect(store.getState().source).toBe('store');
  expect(store.getState().notices.map((notice) => notice.problem?.code)).toEqual(['source-is-store']);
});
