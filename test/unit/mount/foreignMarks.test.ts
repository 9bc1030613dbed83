import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unmountWorkspace } from '../../../electron/actions/trees/workspaces';
import type { ImageSpec } from '../../setup/imageBuilder';
import { commitPaths, imageTree, mergedOf, openWorkspace, unpackedTree } from './partialTools';

/** A workspace that came with a store may have attributes of overlayfs that no mount of ours makes. */

const spec: ImageSpec = {
  names: ['shop:1'],
  layers: [
    {
      files: [
        { path: 'etc/f1', content: 'one' },
        { path: 'etc/f2', content: 'two' },
        { path: 'bin/tool', content: 'tool' },
      ],
    },
  ],
};
const prefix = process.getuid?.() === 0 ? 'trusted' : 'user';

/** Sets an attribute as whoever unpacked the store did. */
function mark(path: string, name: string, value: string): void {
  const script = 'import os, sys; os.setxattr(sys.argv[1], sys.argv[2], sys.argv[3].encode())';
  execFileSync('python3', ['-c', script, path, `${prefix}.overlay.${name}`, value]);
}

/** What is marked how: path, attribute, value. */
type Marks = readonly (readonly [path: string, name: string, value: string])[];

const cases: readonly (readonly [string, Marks])[] = [
  [
    'a whiteout as an attribute',
    [
      ['etc', 'opaque', 'x'],
      ['etc/f2', 'whiteout', 'y'],
    ],
  ],
  ['a folder that is said to be another', [['bin', 'redirect', '/etc']]],
  ['contents that are said to lie below', [['etc/f2', 'metacopy', '']]],
];

test.each(cases)('%s is no part of what a commit makes', async (_, marks) => {
  const { store } = await openWorkspace(spec);
  await unmountWorkspace(store, 'own');
  const upper = join(store.store.directory, 'workspaces', 'own', 'upper-1');
  for (const folder of ['etc', 'bin']) mkdirSync(join(upper, folder), { recursive: true });
  writeFileSync(join(upper, 'etc/f2'), 'changed');
  writeFileSync(join(upper, 'etc/new'), 'new');
  for (const [path, name, value] of marks) mark(join(upper, path), name, value);
  await mergedOf(store);
  const { id } = await commitPaths(store, null);
  await unmountWorkspace(store, 'own');
  const seen = await imageTree(store, id);
  expect(seen).toEqual(await unpackedTree(store, id));
  expect([...seen.keys()]).toEqual(expect.arrayContaining(['etc/f2', 'etc/new']));
});
