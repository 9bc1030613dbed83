import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { unmountWorkspace } from '../../../electron/actions/trees/workspaces';
import { commitPaths, imageTree, mergedOf, openWorkspace, unpackedTree } from './partialTools';

/** A socket is in no layer: an image that a commit has made has none here either, where the workspace's own tree had one. */

const places = [
  ['in the place of a file', 'etc/f1'],
  ['where nothing was', 'etc/new'],
  ['in a new folder', 'fresh/socket'],
] as const;

test.each(places)('a socket %s is in no tree of the image', async (_, path) => {
  const { store } = await openWorkspace({
    names: ['shop:1'],
    layers: [{ files: [{ path: 'etc/f1', content: 'one' }] }],
  });
  const merged = await mergedOf(store);
  const script = `
import os, socket, sys
path = sys.argv[1]
os.makedirs(os.path.dirname(path), exist_ok=True)
if os.path.exists(path): os.remove(path)
socket.socket(socket.AF_UNIX).bind(path)
open('etc/beside', 'w').write('beside')
`;
  execFileSync('python3', ['-c', script, path], { cwd: merged });
  const { id } = await commitPaths(store, null);
  await unmountWorkspace(store, 'own');
  const seen = await imageTree(store, id);
  expect(seen).toEqual(await unpackedTree(store, id));
  expect([...seen.values()].join('\n')).not.toContain('socket');
  expect([...seen.keys()]).toContain('etc/beside');
});
