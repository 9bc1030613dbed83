import { expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { createApp } from '../../../renderer/store/appStore';
import { provideApp } from '../../../renderer/store/hooks';
import { noSelection } from '../../../renderer/store/selection';
import type { AppState, Selection } from '../../../renderer/store/state';
import { whyNotByKey } from '../../../renderer/view/commands/command';
import { commandsFor } from '../../../renderer/view/commands/commands';
import { problem } from '../../../shared/image/problem';
import { placeCan } from '../../../shared/ipc/placeKinds';
import type { SourceId, SourceInfo } from '../../../shared/ipc/source';
import { defaultSettings } from '../../../shared/ipc/defaultSettings';
import { describeProblem } from '../../../shared/text/problemText';
import { fakeIndex } from '../chart/fakeIndex';

/** What can be done with a place that was opened without being loaded, and by which key. */

const opened: SourceId = `opened-${'0'.repeat(16)}`;
const image = `sha256:${'1'.repeat(64)}` as never;

/** The commands in a state, by their IDs. */
function commandsIn(change: Partial<AppState>): ReadonlyMap<string, ReturnType<typeof commandsFor>[number]> {
  const { store } = createApp({} as never);
  const state = { ...store.getState(), ...change };
  provideApp({ store: createStore(() => state), actions: {} as never, bridge: {} as never });
  return new Map(commandsFor().map((command) => [command.id, command]));
}

test('a key says why it does nothing where something is selected, and about nothing else', () => {
  const refused = { group: 'selection', disabledReason: 'Docker is not running' } as const;
  const one: Selection = { images: [image], layer: null };
  expect(whyNotByKey(refused, one)).toBe('Docker is not running');
  expect(whyNotByKey(refused, noSelection)).toBeNull();
  expect(whyNotByKey({ ...refused, group: 'view' }, one)).toBeNull();
  expect(whyNotByKey({ ...refused, disabledReason: null }, one)).toBeNull();
});

test('Esc steps out of a message first, then a selection, then out of the place, and of neither while a page is open', () => {
  const keyOf = (change: Partial<AppState>, id: string): string | undefined =>
    commandsIn({ source: opened, ...change }).get(id)?.chord?.key;
  expect(keyOf({}, 'place.close')).toBe('Escape');
  expect(keyOf({}, 'clearSelection')).toBe(undefined);
  const chosen = { selection: { images: [image], layer: `sha256:${'2'.repeat(64)}` as never } };
  expect(keyOf(chosen, 'place.close')).toBe(undefined);
  expect(keyOf(chosen, 'clearSelection')).toBe('Escape');
  const page = { page: { kind: 'compare', first: image, second: image } } as const;
  expect(keyOf(page, 'place.close')).toBe(undefined);
  expect(commandsIn({}).has('place.close')).toBe(false);
  // A message of trouble lies over both: neither goes with a press that was meant for it.
  const trouble = { tone: 'trouble', problem: null, operation: null, say: null, undo: null } as const;
  const notices = { notices: [1, 2].map((id) => ({ ...trouble, id })) };
  for (const source of [opened, 'store'] as const) {
    expect(keyOf({ source, ...notices }, 'notice.dismiss')).toBe('Escape');
    expect(keyOf({ source, ...notices }, 'place.close')).toBe(undefined);
    expect(keyOf({ source, ...notices }, 'clearSelection')).toBe(undefined);
    expect(keyOf({ source, ...notices, ...chosen }, 'notice.dismiss')).toBe('Escape');
    expect(keyOf({ source, ...notices, ...chosen }, 'clearSelection')).toBe(undefined);
    const news = { notices: [{ ...trouble, tone: 'done' as const, id: 1 }] };
    expect(keyOf({ source, ...news }, 'notice.dismiss')).toBe(undefined);
  }
});

test('Esc takes exactly one step, of the page and the lineage in sight alone', () => {
  const stepsOf = (change: Partial<AppState>): readonly string[] =>
    [...commandsIn({ source: opened, ...change }).values()].flatMap(({ id, chord }) =>
      chord?.key === 'Escape' ? [id] : [],
    );
  const chosen = { selection: { images: [image], layer: null } };
  const trouble = { id: 1, tone: 'trouble', problem: null, operation: null, say: null, undo: null } as const;
  const notices = [trouble];
  const compare = { page: { kind: 'compare', first: image, second: image } } as const;
  const lineage = { image, direction: 'both' } as const;
  const view = (name: 'graph' | 'table') => ({ settings: { ...defaultSettings, view: name } });
  expect(stepsOf({ ...chosen, notices, lineage })).toEqual(['notice.dismiss']);
  expect(stepsOf({ ...chosen, lineage })).toEqual(['clearSelection']);
  expect(stepsOf({ notices, lineage })).toEqual(['notice.dismiss']);
  expect(stepsOf({ lineage, ...view('graph') })).toEqual(['lineage.leave']);
  expect(stepsOf({ lineage, ...view('table') })).toEqual(['place.close']);
  // A page: its message, then the page; not the selection that it does not show, nor the place beneath it.
  expect(stepsOf({ ...compare, ...chosen, notices })).toEqual(['notice.dismiss']);
  expect(stepsOf({ ...compare, ...chosen })).toEqual(['page.leave']);
  expect(stepsOf({ page: { kind: 'duplicates' } })).toEqual(['page.leave']);
  for (const page of [{ kind: 'guide' }, { kind: 'workspace', name: 'w' }] as const)
    expect(stepsOf({ page })).toEqual([]);
});

test('a first start has no sidebar to hide and no image to select', () => {
  const graph = { ...fakeIndex().graph, images: [] };
  const reasonOf = (change: Partial<AppState>, id: string): string | null | undefined =>
    commandsIn(change).get(id)?.disabledReason;
  for (const id of ['sidebar', 'selectAll']) expect(reasonOf({ graph }, id), id).not.toBe(null);
  for (const id of ['sidebar', 'selectAll'])
    expect(reasonOf({ graph: fakeIndex().graph }, id), id).toBe(null);
  // What was opened beside it has a row there; the guided page has none.
  const sources = [place('store'), place(opened)];
  expect(reasonOf({ graph, sources }, 'sidebar')).toBe(null);
  expect(reasonOf({ graph: fakeIndex().graph, page: { kind: 'guide' } }, 'sidebar')).not.toBe(null);
});

test('what a place cannot do says why, and what it can is offered', () => {
  const commands = commandsIn({ source: opened });
  for (const id of ['cleanup', 'prune']) expect(commands.get(id)?.disabledReason, id).not.toBe(null);
  for (const id of ['duplicates', 'look', 'place.close'])
    expect(commands.get(id)?.disabledReason, id).toBe(null);
  expect(commandsIn({}).get('duplicates')?.disabledReason).toBe(null);
});

/** Commands that need nothing of a place but what the window has read. */
const withoutAsking = /^(copyId|copyCommand|lineage|layer\.|graph\.)/;
const engine: SourceId = `engine-${'0'.repeat(16)}`;
const place = (id: SourceId, change: Partial<SourceInfo> = {}): SourceInfo => ({
  id,
  kind: id === opened ? 'archive' : id === engine ? 'podman' : 'store',
  name: id === opened ? 's1.tar' : id === engine ? 'Podman' : '',
  word: id,
  address: '',
  state: 'ready',
  problem: null,
  version: null,
  images: 2,
  ...change,
});

test.each([
  [engine, problem('engine-lost', { engine: 'Podman' }).problem, 'not-running'],
  [opened, problem('place-changed', { path: 's1.tar' }).problem, 'refused'],
] as const)('%s while it does not answer: what needs it says why, beforehand', (id, why, state) => {
  const index = fakeIndex();
  const { graph } = index;
  const [one, two] = graph.images.map((each) => each.id);
  const inIt = (images: readonly (typeof one)[], change: Partial<SourceInfo>) => {
    const sources = [place('store'), place(id, change)];
    const selection = { images: images.flatMap((each) => each ?? []), layer: null };
    return commandsIn({ source: id, sources, graph, index, selection });
  };
  const { title } = describeProblem(why, 'en');
  for (const images of [[one], [one, two]]) {
    const before = inIt(images, {});
    const then = inIt(images, { state, problem: why });
    for (const [name, { group, disabledReason }] of then) {
      const could = before.get(name)?.disabledReason === null;
      if (group === 'selection' && could && !withoutAsking.test(name))
        expect([name, disabledReason]).toEqual([name, title]);
    }
    for (const name of ['save', 'copyIn', ...(placeCan(id, 'write') ? ['remove'] : [])])
      expect([name, then.get(name)?.disabledReason]).toEqual([name, title]);
    // It is not known yet how it is: it has not answered.
    expect(inIt(images, { state: 'connecting' }).get('save')?.disabledReason).toContain(place(id).name);
    // Another that is stopped changes nothing here.
    const store = commandsIn({ sources: [place('store'), place(id, { state, problem: why })], graph, index });
    expect(store.get('duplicates')?.disabledReason).toBe(null);
  }
});
