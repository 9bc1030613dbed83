import { accessSync, constants } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commitWorkspace } from '../../../electron/actions/trees/commitWorkspace';
import { exportRootfs } from '../../../electron/actions/copy/exportRootfs';
import { mountImage, unmountImage } from '../../../electron/actions/trees/mounts';
import { readStoreView } from '../../../electron/actions/images/storeView';
import {
  createWorkspace,
  mountWorkspace,
  unmountWorkspace,
  workspaceChanges,
} from '../../../electron/actions/trees/workspaces';
import { dockerArchive, type ImageSpec } from '../../setup/imageBuilder';
import { findCommand } from '../../setup/run';
import { load, openStore, quietRun, temporaryFolder } from '../../setup/temporary';
import { factsOfTar } from '../../setup/treeFacts';

/** fuse-overlayfs in the kernel's place, as it is used where user namespaces are forbidden. */

function canOpenFuse(): boolean {
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK);
    return findCommand('fuse-overlayfs') !== null;
  } catch {
    return false;
  }
}

const image: ImageSpec = {
  names: ['rig/fuse:1'],
  layers: [
    {
      files: [
        { path: 'etc/cover', content: 'below' },
        { path: 'etc/gone', content: 'x' },
        { path: 'dir/a', content: 'a' },
      ],
    },
    {
      files: [
        { path: 'etc/cover', content: 'above' },
        { path: 'etc/.wh.gone', content: '' },
      ],
    },
  ],
};

const before = process.env['STRATIGRAPH_OVERLAY'];
beforeEach(() => {
  process.env['STRATIGRAPH_OVERLAY'] = 'fuse';
});
afterEach(() => {
  if (before === undefined) delete process.env['STRATIGRAPH_OVERLAY'];
  else process.env['STRATIGRAPH_OVERLAY'] = before;
});

const run = quietRun();

test.runIf(canOpenFuse())('an image is mounted, a workspace changed and committed through FUSE', async () => {
  const context = await openStore();
  await load(context, dockerArchive([image]));
  const [node] = (await readStoreView(context)).graph.images;
  if (!node) throw new Error('no image');
  expect((await context.privileged()).mode).toBe('fuse');

  const mounted = await mountImage(context, { image: node.id, target: null, kept: false }, run);
  expect(await readFile(join(mounted.path, 'etc', 'cover'), 'utf8')).toBe('above');
  await expect(readFile(join(mounted.path, 'etc', 'gone'))).rejects.toThrow('ENOENT');
  await expect(writeFile(join(mounted.path, 'etc', 'new'), '')).rejects.toThrow(/EROFS|EACCES/);
  await unmountImage(context, mounted.id, false);

  await createWorkspace(context, { image: node.id, name: 'own' }, run);
  const { merged } = await mountWorkspace(context, 'own', false, run);
  await writeFile(join(merged, 'etc', 'cover'), 'changed');
  await writeFile(join(merged, 'added'), 'new');
  await rm(join(merged, 'dir', 'a'));
  await rm(join(merged, 'etc'), { recursive: true });
  await mkdir(join(merged, 'etc'));
  await writeFile(join(merged, 'etc', 'other'), 'opaque');
  const set = await workspaceChanges(context, 'own', run);
  expect(set?.changes.map(({ kind, path }) => `${kind} ${path}`).sort()).toEqual(
    [
      'added added',
      'added etc/other',
      'changed dir',
      'removed dir/a',
      'removed etc/cover',
      'changed etc',
    ].sort(),
  );
  const request = {
    workspace: 'own',
    reference: 'rig/fuse:2',
    author: '',
    message: '',
    changes: [],
    paths: null,
  };
  await commitWorkspace(context, request, run);
  await unmountWorkspace(context, 'own');

  const made = (await readStoreView(context)).graph.images.find(({ names }) => names.includes('rig/fuse:2'));
  if (!made) throw new Error('no commit');
  const tar = join(await temporaryFolder(), 'rootfs.tar');
  await exportRootfs(context, { image: made.id }, tar, run);
  expect([...(await factsOfTar(tar)).keys()].filter((path) => path !== '')).toEqual([
    'added',
    'dir',
    'etc',
    'etc/other',
  ]);
});
