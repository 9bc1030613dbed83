import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { resolveImage } from '../../../electron/actions/images/resolveImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { createWorkspace, mountWorkspace } from '../../../electron/actions/trees/workspaces';
import { commandLine } from '../electron/scripts';
import { dockerArchive, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { run as runProgram } from '../../setup/run';
import { load, openStore, quietRun, snapshotDirectory, storeOf, temporaryFile } from '../../setup/temporary';

/** Paths for shells to complete: of workspaces, of what lies elsewhere, and where nothing can be read. */

const spec: ImageSpec = {
  names: ['shop:1.6'],
  layers: [
    {
      files: [
        { path: 'etc/conf', content: 'one\n' },
        { path: 'etc/gone', content: 'two\n' },
        { path: 'srv/whole/old', content: 'three\n' },
      ],
    },
  ],
};

/** What a shell is offered for the last word, and what else was said. */
async function offered(store: string, ...words: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await runProgram(
    process.execPath,
    [
      commandLine,
      '--store',
      store,
      'completion',
      'paths',
      '--',
      String(words.length),
      'stratigraph',
      ...words,
    ],
    { env: { LC_ALL: 'C.UTF-8', STRATIGRAPH_WORKER: undefined } },
  );
  expect([code, stderr]).toEqual([0, '']);
  return stdout.split('\0').slice(0, -1);
}

const isRoot = process.getuid?.() === 0;

test.runIf(isRoot)('of a workspace a commit is offered what changed, and a copy what is there', async () => {
  const store = await openStore();
  await load(store, dockerArchive([spec]));
  const { image } = resolveImage((await readStoreView(store)).graph, 'shop:1.6');
  await createWorkspace(store, { image: image.id, name: 'fix' }, quietRun());
  const { merged } = await mountWorkspace(store, 'fix', false, quietRun());
  writeFileSync(join(merged, 'etc/new one'), 'n');
  rmSync(join(merged, 'etc/gone'));
  rmSync(join(merged, 'srv/whole'), { recursive: true });
  mkdirSync(join(merged, 'srv/whole'));
  writeFileSync(join(merged, 'srv/whole/new'), 'n');
  const at = store.directory;
  expect(await offered(at, 'commit', 'fix', '-p', '/')).toEqual(['paths', '/etc/', '/srv/']);
  expect(await offered(at, 'commit', '-p', '/etc/')).toEqual(['paths', '/etc/gone', '/etc/new one']);
  expect(await offered(at, 'commit', '--path=/etc/n')).toEqual(['paths', '/etc/new one']);
  expect(await offered(at, 'commit', '-p/etc/n')).toEqual(['paths', '/etc/new one']);
  expect(await offered(at, 'commit', 'other', '-p', '/')).toEqual(['paths']);
  expect(await offered(at, 'cp', 'fix:/etc/')).toEqual(['paths', 'fix:/etc/conf', 'fix:/etc/new one']);
  expect(await offered(at, 'cp', 'fix:/srv/whole/')).toEqual(['paths', 'fix:/srv/whole/new']);
  expect(await offered(at, 'cp', 'f')).toEqual(['beginnings', 'fix:']);
  expect(await offered(at, 'cp', 'fix:/etc/conf', '')).toEqual(['files']);
  await store.close();
});

test('what --source names is looked at where it lies, and nothing is written', async () => {
  const archive = await temporaryFile(ociArchive([spec]));
  const store = `${archive}.store`;
  expect(await offered(store, 'cat', '--source', archive, 'shop:1.6', '/etc/')).toEqual([
    'paths',
    '/etc/conf',
    '/etc/gone',
  ]);
  expect(await offered(store, 'cat', '--source', `${archive}.none`, 'shop:1.6', '/etc/')).toEqual(['paths']);
  await expect(readdir(store)).rejects.toThrow('ENOENT');
});

test('what cannot be read is nothing to choose from, and is not said', async () => {
  const store = await storeOf(dockerArchive([spec]));
  const at = store.directory;
  const [layer] = (await readStoreView(store)).graph.layers;
  const digest = layer?.blobs[0]?.digest ?? '';
  const blob = store.store.fileOf({
    digest: layer?.blobs[0]?.digest as never,
    size: layer?.blobs[0]?.size ?? 0,
  });
  const index = store.store.indexPathOf(digest as never);
  await store.close();
  // Made again as it is for any command that reads.
  rmSync(index);
  expect(await offered(at, 'ls', 'shop:1.6', '/e')).toEqual(['paths', '/etc/']);
  const before = await snapshotDirectory(at);
  expect(await offered(at, 'ls', 'shop:1.6', '/e')).toEqual(['paths', '/etc/']);
  expect(await offered(at, 'ls', 'shop:1.6@7', '/e')).toEqual(['paths']);
  expect(await offered(at, 'ls', 'nobody:1', '/e')).toEqual(['paths']);
  expect(await offered(at, 'ls', '--platform', 'x/y/z/..', 'shop:1.6', '/e')).toEqual(['paths']);
  expect(await snapshotDirectory(at)).toEqual(before);
  rmSync(index);
  rmSync(blob as string, { force: true });
  expect(await offered(at, 'ls', 'shop:1.6', '/e')).toEqual(['paths']);
  expect(await offered(`${at}/none`, 'ls', 'shop:1.6', '/e')).toEqual(['paths']);
  expect(await offered(at, 'ls', '-l')).toEqual(['other']);
  expect(await offered(at, 'ls', '--nothing', 'shop:1.6', '/e')).toEqual(['other']);
});
