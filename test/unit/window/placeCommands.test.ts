import { expect, test } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { createApp } from '../../../renderer/store/appStore';
import { provideApp } from '../../../renderer/store/hooks';
import type { AppState } from '../../../renderer/store/state';
import { commandsFor } from '../../../renderer/view/commands/commands';
import type { SourceId } from '../../../shared/ipc/source';

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

test('Esc steps out of a selection first, then out of the place, and of neither while a page is open', () => {
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
});

test('what a place cannot do says why, and what it can is offered', () => {
  const commands = commandsIn({ source: opened });
  for (const id of ['cleanup', 'prune']) expect(commands.get(id)?.disabledReason, id).not.toBe(null);
  for (const id of ['duplicates', 'look', 'place.close'])
    expect(commands.get(id)?.disabledReason, id).toBe(null);
  expect(commandsIn({}).get('duplicates')?.disabledReason).toBe(null);
});
