import { existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diskBytes } from '../../../electron/actions/ground/diskBytes';
import { importRootfs } from '../../../electron/actions/copy/importRootfs';
import { mountImage, unmountImage } from '../../../electron/actions/trees/mounts';
import { removeWorkspace, workspaceChanges } from '../../../electron/actions/trees/workspaces';
import { copyOut } from '../../../electron/mount/browseTree';
import { withTree } from '../../../electron/system/beneath';
import { parseImageId } from '../../../shared/image/digest';
import { dockerArchive, tarOf } from '../../setup/imageBuilder';
import { deepTree } from '../../setup/deepTree';
import { load, openStore, problemFacts, quietRun, temporaryFolder } from '../../setup/temporary';
import { commitPaths, mergedOf, openWorkspace } from './partialTools';

/** Directories in one another, thousands deep: whatever walks them ends, and whoever made them, they can be removed. */

const linux = process.platform === 'linux';
const root = linux && process.getuid?.() === 0;
const run = quietRun();
const spec = { names: ['rig/deep:1'], layers: [{ files: [{ path: 'f', content: 'x' }] }] };
const chain = (depth: number, name = 'a'): string => Array.from({ length: depth }, () => name).join('/');
const bottom = (depth: number, name: string) => (fd: number, at: number) => {
  if (at === depth) writeFileSync(`/proc/self/fd/${fd}/${name}`, 'deep');
};

describe.runIf(root)('a layer with a path longer than any that can be opened', () => {
  test.each([
    ['files', 1200],
    ['image', 2000],
  ] as const)(
    'is mounted as %s, with all of its %i directories, and swept',
    async (form, depth) => {
      process.env['STRATIGRAPH_LAYERS'] = form;
      try {
        const store = await openStore();
        const path = `${chain(depth, 'abc')}/f`;
        const files = [
          { path, content: 'deep' },
          { path: 'again', type: 'hardlink' as const, linkTarget: path },
        ];
        const { images } = await load(store, dockerArchive([{ ...spec, layers: [{ tar: tarOf(files) }] }]));
        const image = parseImageId(images[0]?.id ?? '');
        const { id, path: at } = await mountImage(store, { image, target: null, kept: false }, run);
        withTree(at, (tree) => {
          expect(tree.look(path)?.size).toBe(4n);
          expect(tree.look('again')?.size).toBe(4n);
          expect(tree.names(chain(depth - 1, 'abc'))).toEqual(['abc']);
        });
        const target = join(await temporaryFolder(), 'copy');
        copyOut({ root: at, path: 'abc', target, label: 'abc' }, { tick: () => undefined });
        withTree(target, (tree) => expect(tree.look(`${chain(depth - 1, 'abc')}/f`)?.size).toBe(4n));
        await unmountImage(store, id);
      } finally {
        delete process.env['STRATIGRAPH_LAYERS'];
      }
    },
    60_000,
  );
});

describe.runIf(root)('a workspace in which a container went down and down', () => {
  test('within what a layer holds is shown, committed whole and in part, and removed', async () => {
    const { store, merged } = await openWorkspace(spec);
    // As a path longer than any that can be opened.
    const depth = 450;
    deepTree(merged, depth, 'downwards', bottom(depth, 'leaf'));
    mkdirSync(join(merged, 'other'));
    const leaf = `${chain(depth, 'downwards')}/leaf`;
    const changes = (await workspaceChanges(store, 'own', run))?.changes ?? [];
    expect(changes.length).toBe(depth + 2);
    await commitPaths(store, ['other']);
    withTree(await mergedOf(store), (tree) => expect(tree.look(leaf)?.size).toBe(4n));
    const { id } = await commitPaths(store, null);
    const mounted = await mountImage(store, { image: id, target: null, kept: false }, run);
    withTree(mounted.path, (tree) => expect(tree.look(leaf)?.size).toBe(4n));
    await unmountImage(store, mounted.id);
    await removeWorkspace(store, 'own');
  }, 60_000);

  test('beyond that is refused in a sentence, counted, and removed', async () => {
    const { store, merged } = await openWorkspace(spec);
    // Many times what a path holds, and deeper than removal goes down by descriptors.
    deepTree(merged, 400, 'n'.repeat(200));
    await problemFacts(workspaceChanges(store, 'own', run), 'tree-too-deep');
    await problemFacts(commitPaths(store, null), 'tree-too-deep');
    const folder = join(store.store.directory, 'workspaces');
    expect(await diskBytes(folder)).toBeGreaterThan(0);
    await removeWorkspace(store, 'own');
    expect(readdirSync(folder).filter((name) => !name.startsWith('.lock'))).toEqual([]);
  }, 60_000);
});

describe.runIf(linux)('a folder that is deeper than any path', () => {
  test('is imported as far as a layer goes, and refused beyond', async () => {
    const store = await openStore();
    const request = { reference: null, message: '', changes: [] };
    const folder = await temporaryFolder();
    for (const [name, depth] of [
      ['within', 650],
      ['beyond', 2100],
    ] as const) {
      const path = join(folder, name);
      mkdirSync(path);
      deepTree(path, depth, 'folder', bottom(depth, 'leaf'));
      const imported = importRootfs(store, { ...request, path }, run);
      if (name === 'within') expect((await imported).entries).toBeGreaterThan(depth);
      else await problemFacts(imported, 'tree-too-deep');
    }
  }, 60_000);

  test('is counted whole', async () => {
    const folder = await temporaryFolder();
    deepTree(folder, 800, 'folder', (fd, at) => {
      if (at % 200 === 0) writeFileSync(`/proc/self/fd/${fd}/file`, Buffer.alloc(4096));
    });
    const one = lstatSync(join(folder, 'file')).blocks * 512;
    expect(existsSync(join(folder, 'folder'))).toBe(true);
    expect(await diskBytes(folder)).toBe(5 * one);
  });
});
