import { expect, test } from 'vitest';
import { operationOutcome } from '../../../renderer/store/operationText';
import { createApp } from '../../../renderer/store/appStore';
import { cutGraph, type PiecedGraph } from '../../../shared/graph/graphPieces';
import type { ImageGraph } from '../../../shared/graph/imageGraph';
import { defaultSettings } from '../../../shared/ipc/defaultSettings';
import type { OperationState } from '../../../shared/ipc/operation';
import { translator } from '../../../shared/text/catalogue';
import { fakeIndex } from '../chart/fakeIndex';

/** A copy that takes names from other images asks first, and gives them back. */

const { graph } = fakeIndex();
const engine = `engine-${'0'.repeat(16)}` as const;
const t = translator('en');

const piecesOf = (whole: ImageGraph): PiecedGraph => {
  const steps = cutGraph(whole);
  for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
};

/** The store in view, and an engine of which each name of `taken` is an image's that the store has not. */
async function startWith(taken: () => readonly string[]) {
  const asked: { name: string; input: unknown }[] = [];
  const listeners = new Map<string, (payload: unknown) => void>();
  const [first] = graph.images;
  if (!first) throw new Error('no image');
  const held = () => ({
    ...graph,
    revision: `engine ${taken().join()}`,
    images: taken().map((name, i) => ({
      ...first,
      id: `sha256:${String(i + 1).repeat(64)}` as typeof first.id,
      manifests: [],
      names: [name, 'other/kept:1'].slice(0, 1 + i),
    })),
  });
  const offer = (token: string, whole: ImageGraph) => {
    const pieces = piecesOf(whole);
    offers.set(token, pieces);
    return { ok: true, value: { revision: whole.revision, token, pieces: pieces.count } };
  };
  const offers = new Map<string, PiecedGraph>();
  const value = (name: string, input: unknown): unknown => {
    const { token, piece } = input as { token: string; piece: number };
    switch (name) {
      case 'app.start':
        return {
          ok: true,
          value: {
            locale: 'en',
            settings: defaultSettings,
            operations: [],
            storePath: '/s',
            maximized: false,
          },
        };
      case 'graph.piece':
        return { ok: true, value: offers.get(token)?.text(piece - 1) ?? null };
      case 'store.graph':
        return offer('store', graph);
      case 'source.graph':
        return offer('engine', held());
      case 'sources.list':
        return {
          ok: true,
          value: [
            { id: 'store', kind: 'store', name: '', state: 'ready', problem: null },
            { id: engine, kind: 'docker', name: 'Docker', state: 'ready', problem: null },
          ],
        };
      case 'source.copyOut':
        return { ok: true, value: { operation: 'op-0000000000000001' } };
      case 'image.tag':
        return { ok: true, value: { name: 'app:1', movedFrom: null } };
      default:
        return { ok: true, value: null };
    }
  };
  const request = new Proxy(
    {},
    {
      get: (_, name: string) => (input: unknown) => {
        asked.push({ name, input });
        return Promise.resolve(value(name, input));
      },
    },
  );
  const on = new Proxy(
    {},
    { get: (_, name: string) => (listener: (payload: unknown) => void) => listeners.set(name, listener) },
  );
  const app = createApp({ request, on } as never);
  await app.actions.begin();
  await app.actions.refreshSources();
  const copies = () => asked.filter(({ name }) => name === 'source.copyOut').map(({ input }) => input);
  const done = (movedNames: readonly string[]): void => {
    const operation: Partial<OperationState> = {
      id: 'op-0000000000000001',
      kind: 'copyOut',
      subject: '1',
      status: 'done',
      result: { kind: 'copyOut', engine: 'Docker', images: 1, layers: 1, bytes: 1, movedNames } as never,
      problem: null,
      places: ['store', engine],
    };
    listeners.get('operation.changed')?.(operation);
  };
  return { ...app, asked, copies, done };
}

const going = graph.images.find(({ names }) => names.includes('app:1'));
if (!going) throw new Error('no app:1');

test('asks where a name would move, copies when it is agreed to, and gives the name back', async () => {
  const { store, actions, asked, copies, done } = await startWith(() => ['app:1']);
  await actions.copyTo(engine, [going.id]);
  expect(copies()).toEqual([]);
  const { dialog } = store.getState();
  if (dialog?.kind !== 'copyMoves') throw new Error('it was not asked');
  expect(dialog.moves.map(({ name, isLast }) => [name, isLast])).toEqual([['app:1', true]]);
  actions.closeDialog();
  await actions.copyTo(engine, [going.id], dialog.moves);
  expect(store.getState().dialog).toBeNull();
  expect(copies()).toEqual([{ source: engine, from: 'store', images: [going.id] }]);
  done(['app:1']);
  const notice = store.getState().notices.at(-1);
  expect(notice?.say?.(t)).toBe('Moved in Docker to what was copied: app:1');
  expect(notice?.undoLabel?.(t)).toBe('Give the name back');
  const outcome = () => operationOutcome(store.getState().operations[0] as OperationState, t);
  expect(outcome()).toContain('app:1');
  await notice?.undo?.();
  expect(outcome()).not.toContain('moved');
  expect(store.getState().notices.at(-1)?.say?.(t)).toBe(
    'Given back in Docker: app:1. What was copied stays there',
  );
  const [holder] = dialog.moves;
  expect(asked.findLast(({ name }) => name === 'image.tag')?.input).toMatchObject({
    source: engine,
    image: holder?.holder.id,
    reference: 'app:1',
  });
  // The copy itself stays, and nothing that was done before it can be undone by a key.
  expect(store.getState().acts.at(-1)?.undo).toBeNull();
});

test('asks nothing where no name moves, and again where others move than were shown', async () => {
  let taken: readonly string[] = [];
  const { store, actions, copies } = await startWith(() => taken);
  await actions.copyTo(engine, [going.id]);
  expect(store.getState().dialog).toBeNull();
  expect(copies()).toHaveLength(1);
  taken = ['app:1'];
  await actions.copyTo(engine, [going.id]);
  const { dialog } = store.getState();
  if (dialog?.kind !== 'copyMoves') throw new Error('it was not asked');
  expect(dialog.isChanged).toBe(false);
  actions.closeDialog();
  // Meanwhile the name went to an image that has another.
  taken = ['x:1', 'app:1'];
  await actions.copyTo(engine, [going.id], dialog.moves);
  const again = store.getState().dialog;
  expect(again?.kind === 'copyMoves' && again.isChanged && again.moves[0]?.isLast === false).toBe(true);
  expect(copies()).toHaveLength(1);
  // A question takes no open dialog's place.
  actions.openDialog({ kind: 'about' });
  await actions.copyTo(engine, [going.id]);
  expect(store.getState().dialog?.kind).toBe('about');
  expect(store.getState().notices.at(-1)?.tone).toBe('refused');
});
