import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { sweepWork } from '../../../electron/actions/upkeep/sweepWork';
import {
  createWorkspace,
  listWorkspaces,
  mountWorkspace,
  removeWorkspace,
  renameWorkspace,
  unmountWorkspace,
  workspaceChanges,
} from '../../../electron/actions/trees/workspaces';
import { newOwner } from '../../../electron/store/owner';
import { places } from '../../../electron/store/places';
import { problemOf } from '../../../shared/image/problem';
import { ociArchive } from '../../setup/imageBuilder';
import { seeded, seedOf } from '../../setup/randomLayers';
import { openStore, quietRun, storeOf, temporaryFolder, type TestStore } from '../../setup/temporary';

/** A workspace's name becomes another's, and its folder moves, while it is mounted, looked at and unmounted. */

const run = quietRun();
const archive = (): Buffer =>
  ociArchive([{ names: ['shop:1'], layers: [{ files: [{ path: 'a', content: 'one' }] }] }]);

const mountedIn = (directory: string): string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const target = line.split(' ')[4] ?? '';
      return target.startsWith(directory) ? [target.slice(directory.length + 1)] : [];
    });

const only = async (context: TestStore): Promise<string> => {
  const [image] = (await readStoreView(context)).graph.images;
  if (!image) throw new Error('no image');
  return image.id;
};

/** What another's act at the same moment may be refused with. */
const allowed = new Set([
  'workspace-not-found',
  'workspace-exists',
  'workspace-busy',
  'shown-changed',
  // Somebody looks at it in the moment of the removal: the next sweep takes it.
  'workspace-remains',
]);

describe.runIf(process.geteuid?.() === 0)('a workspace under way', () => {
  const seed = seedOf();
  test(`is one or the other for whoever mounts, looks, renames or removes, and nothing stays mounted (seed ${seed})`, async () => {
    const first = await storeOf(archive());
    const { directory } = first;
    const second = await openStore(directory);
    const image = (await only(first)) as Parameters<typeof createWorkspace>[1]['image'];
    const names = ['w0', 'w1', 'w2', 'w3'];
    const untrue: string[] = [];
    const done = new Map<string, number>();
    let said = 0;
    const acts: Record<string, (context: TestStore, either: () => string) => Promise<unknown>> = {
      create: async (context, either) => {
        const { name } = await createWorkspace(context, { image, name: either() }, run);
        // What one says of itself tells whose changes they are.
        const { merged } = await mountWorkspace(context, name, false, run);
        writeFileSync(join(merged, `mine-${said++}`), 'x');
      },
      mount: (context, either) => mountWorkspace(context, either(), false, run),
      look: async (context, either) => {
        const found = await workspaceChanges(context, either(), run);
        // The image's file is seen below, or what was read is no workspace's.
        for (const { path, kind } of found?.changes ?? [])
          if (!(/^mine-\d+$/.test(path) && kind === 'added') && path !== '') untrue.push(`${kind} ${path}`);
      },
      unmount: (context, either) => unmountWorkspace(context, either()),
      rename: (context, either) => renameWorkspace(context, either(), either()),
      remove: (context, either) => removeWorkspace(context, either()),
    };
    const end = performance.now() + 8_000;
    const loop = async (kind: string, context: TestStore, turn: number): Promise<void> => {
      // A sequence of its own for each: which of them comes first is the machine's.
      const random = seeded(seed + turn);
      const either = (): string => names[random(names.length)] ?? '';
      while (performance.now() < end)
        try {
          // Names have to be free at times.
          if (kind === 'create') await sleep(50);
          await acts[kind]?.(context, either);
          done.set(kind, (done.get(kind) ?? 0) + 1);
        } catch (thrown) {
          const { code } = problemOf(thrown);
          // A file is written where somebody has unmounted meanwhile: no act of ours.
          if (kind === 'create' && !('problem' in (thrown as object))) continue;
          if (!allowed.has(code)) untrue.push(`${kind}: ${code} ${String((thrown as Error).stack)}`);
        }
    };
    await Promise.all([
      ...['create', 'mount', 'look', 'look', 'rename', 'rename', 'remove'].map((kind, i) =>
        loop(kind, first, i),
      ),
      ...['create', 'look', 'unmount', 'rename'].map((kind, i) => loop(kind, second, 100 + i)),
    ]);
    expect(untrue).toEqual([]);
    for (const kind of Object.keys(acts)) expect(done.get(kind) ?? 0, kind).toBeGreaterThan(3);
    // Each mount is of a workspace that is there, and once.
    const at = mountedIn(directory);
    expect(new Set(at).size).toBe(at.length);
    for (const { name } of await listWorkspaces(first)) await removeWorkspace(first, name);
    await sweepWork(first);
    expect(mountedIn(directory)).toEqual([]);
    expect(readdirSync(places.workspaces(directory)).filter((name) => !name.startsWith('.lock'))).toEqual([]);
  }, 60_000);

  test('what was left mounted of a removed one goes with the next sweep, one mount over another, too', async () => {
    const context = await storeOf(archive());
    const image = (await only(context)) as Parameters<typeof createWorkspace>[1]['image'];
    await createWorkspace(context, { image, name: 'w' }, run);
    const { merged, record } = await mountWorkspace(context, 'w', true, run);
    const source = `stratigraph:workspace-${record.id}`;
    const lower = [await temporaryFolder(), await temporaryFolder()];
    execFileSync('mount', ['-t', 'overlay', '-o', `lowerdir=${lower.join(':')}`, source, merged]);
    const old = `.old-${newOwner().token}`;
    renameSync(places.workspace(context.directory, 'w'), join(places.workspaces(context.directory), old));
    expect(mountedIn(context.directory)).toHaveLength(3);
    await sweepWork(context);
    expect(mountedIn(context.directory)).toEqual([]);
    expect(readdirSync(places.workspaces(context.directory))).not.toContain(old);
  });
});
