import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { commitWorkspace } from '../../../electron/actions/trees/commitWorkspace';
import type { Privileged } from '../../../electron/actions/ground/context';
import { fsck } from '../../../electron/actions/upkeep/fsck';
import { openStore, quietRun, type TestStore } from '../../setup/temporary';
import { openWorkspace } from './partialTools';

/** A commit beside somebody who mounts what it makes, from the moment that the image has its name. */

// As another process: it shares no state with the commit, and waits for none of what that makes.
vi.resetModules();
const { mountImage, unmountImage } = await import('../../../electron/actions/trees/mounts');
const { readStoreView } = await import('../../../electron/actions/images/storeView');

interface Watch {
  readonly before?: (name: string) => Promise<void>;
  readonly after?: (name: string) => Promise<void>;
}

/** A context whose jobs that need rights are told of by their names, before they begin and when they have ended. */
function watched(context: TestStore, { before, after }: Watch): TestStore {
  const privileged = async (): Promise<Privileged> => {
    const real = await context.privileged();
    const run = async (name: string, ...rest: unknown[]): Promise<unknown> => {
      await before?.(name);
      const result = await (real.pool.run as (...all: unknown[]) => Promise<unknown>)(name, ...rest);
      await after?.(name);
      return result;
    };
    const pool = new Proxy(real.pool, {
      get: (target, key) => (key === 'run' ? run : (Reflect.get(target, key, target) as unknown)),
    });
    return { ...real, pool };
  };
  return Object.assign(Object.create(context) as TestStore, { privileged });
}

/** Something that happens once. */
function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return { given, give: () => give() };
}

/** Mounts the image that was committed; gives where. */
async function mountNew(context: TestStore): Promise<string> {
  const { graph } = await readStoreView(context);
  const made = graph.images.find(({ names }) => names.some((name) => name.includes('shop:2')));
  if (!made) throw new Error('nothing was committed yet');
  return (await mountImage(context, { image: made.id, target: null, kept: false }, quietRun())).path;
}

// The steps from the workspace's moving on to its new mount.
test.each([0, 1, 2, 3, 4].flatMap((step) => [false, true].map((partial) => ({ step, partial }))))(
  'one who unpacks the layer after step $step of a commit (of a part: $partial) changes nothing of it',
  async ({ step, partial }) => {
    const { store, merged } = await openWorkspace({
      names: ['shop:1'],
      layers: [{ files: [{ path: 'srv/a', content: 'a' }] }],
    });
    writeFileSync(join(merged, 'srv/new'), 'new');
    writeFileSync(join(merged, 'srv/rest'), 'rest');
    const other = await openStore(store.directory);
    const [gate, begun] = [signal(), signal()];
    // Stands between having made room for the layer and putting it there.
    const unpacking = watched(other, {
      before: async (name) => {
        if (name !== 'unpack-layer' && name !== 'image-layer') return;
        begun.give();
        await gate.given;
      },
    });
    let beside: Promise<string> | null = null;
    let steps = -1;
    const committing = watched(store, {
      after: async (name) => {
        if (name === 'plain-marks') steps = 0;
        if (steps < 0 || steps++ !== step) return;
        const mounted = mountNew(unpacking);
        beside = mounted;
        await Promise.race([begun.given, mounted]);
      },
    });
    const paths = partial ? ['srv/new'] : null;
    const request = { workspace: 'own', reference: 'shop:2', author: '', message: '', changes: [], paths };
    await commitWorkspace(committing, request, quietRun()).finally(() => gate.give());
    const at = (await (beside as Promise<string> | null)) ?? '';
    expect(readFileSync(join(merged, 'srv/new'), 'utf8')).toBe('new');
    expect(readFileSync(join(merged, 'srv/rest'), 'utf8')).toBe('rest');
    expect(readFileSync(join(at, 'srv/new'), 'utf8')).toBe('new');
    await unmountImage(other, 'shop:2');
    expect(await fsck(store, { repair: false }, quietRun())).toMatchObject({ damage: [], staleCaches: [] });
  },
);
