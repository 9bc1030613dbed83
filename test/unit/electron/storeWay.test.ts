import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import { buildImage, dockerArchive } from '../../setup/imageBuilder';
import { temporaryFile, temporaryFolder } from '../../setup/temporary';

/**
 * A store is gone to by its path, again and again: who can put another folder in its place would have a writer of ours write and
 * delete there. Reading goes on.
 */

const stranger = 4242;
const spec = {
  names: ['img:1'],
  layers: [{ files: [{ path: 'a', content: 'one' }] }, { files: [{ path: 'c', content: 'three' }] }],
};
const other = { names: ['other:1'], layers: [{ files: [{ path: 'b', content: 'two' }] }] };
let folder = '';
let store = '';
beforeEach(async () => {
  folder = await temporaryFolder();
  mkdirSync(join(folder, 'home/of'), { recursive: true });
  store = join(folder, 'home/of/store');
});

/** Ways on which a stranger can give and take names, and some on which nobody can. */
const ways: readonly (readonly [string, 'refused' | 'taken', () => void])[] = [
  ['of our own folders', 'taken', () => undefined],
  ['in a folder for all, with a sticky bit', 'taken', () => chmodSync(join(folder, 'home/of'), 0o1777)],
  ['in a folder of another user', 'refused', () => chownSync(join(folder, 'home/of'), stranger, stranger)],
  ['below one', 'refused', () => chownSync(join(folder, 'home'), stranger, stranger)],
  ['in a folder for all', 'refused', () => chmodSync(join(folder, 'home'), 0o777)],
  [
    'in a folder of another group',
    'refused',
    () => {
      chownSync(join(folder, 'home'), 0, stranger);
      chmodSync(join(folder, 'home'), 0o775);
    },
  ],
  [
    'by a link of another user',
    'refused',
    () => {
      mkdirSync(join(folder, 'theirs'));
      symlinkSync(join(folder, 'home/of'), join(folder, 'theirs/link'));
      chownSync(join(folder, 'theirs'), stranger, stranger);
      store = join(folder, 'theirs/link/store');
    },
  ],
];

describe.runIf(process.geteuid?.() === 0).each(ways)('a store %s is %s', (_, expected, make) => {
  const writers: readonly (readonly string[])[] = [
    ['tag', 'img:1', 'img:2'],
    ['rmi', 'other:1'],
    ['prune', '-a', '-f'],
    ['gc'],
    ['commit', 'ws', 'img:3'],
    ['workspace', 'create', 'img:1', 'other'],
    ['workspace', 'rm', 'ws'],
    ['squash', 'img:1', 'img:4'],
    ['fsck', '--repair'],
    ['run', 'img:1', 'true'],
    ['mount', 'img:1'],
  ];

  test('by what writes', async () => {
    const archive = await temporaryFile(dockerArchive([spec, other]));
    const real = store;
    expect((await callCommand(store, ['load', '-q', '-i', archive])).code).toBe(0);
    expect((await callCommand(store, ['workspace', 'create', 'img:1', 'ws'])).code).toBe(0);
    make();
    const before = readdirSync(store).sort();
    for (const words of writers) {
      const { err } = await callCommand(store, words);
      if (expected === 'taken') expect(err).not.toContain('another one in its place');
      else expect(err, words.join(' ')).toContain('in which another user can put another one in its place');
    }
    if (expected === 'refused') {
      expect(readdirSync(store).sort()).toEqual(before);
      const { code, err } = await callCommand(store, ['load', '-q', '-i', archive]);
      expect(code).toBe(1);
      expect(err).toContain('use another folder as the store (in a terminal: --store)');
      expect(existsSync(join(store, 'workspaces/ws/workspace.json'))).toBe(true);
      for (const each of ['home', 'home/of']) {
        chownSync(join(folder, each), 0, 0);
        chmodSync(join(folder, each), 0o755);
      }
      const ended = await callCommand(real, ['workspace', 'rm', 'ws']);
      expect(ended.code, ended.err).toBe(0);
    }
    await callCommand(real, ['umount', '-a']);
  });

  test('not by what reads', async () => {
    const archive = await temporaryFile(dockerArchive([spec, other]));
    expect((await callCommand(store, ['load', '-q', '-i', archive])).code).toBe(0);
    make();
    const { id } = buildImage(spec);
    for (const words of [
      ['images', '-q', '--no-trunc'],
      ['inspect', 'img:1'],
      ['fsck'],
      ['export', 'img:1'],
    ]) {
      const { code, err, out } = await callCommand(store, words);
      expect(code, `${words.join(' ')} ${err}`).toBe(0);
      if (words[0] === 'images') expect(out).toContain(id);
    }
  });

  test('before it is made', async () => {
    make();
    const archive = await temporaryFile(dockerArchive([spec, other]));
    const { code, err } = await callCommand(store, ['load', '-q', '-i', archive]);
    expect(code, err).toBe(expected === 'taken' ? 0 : 1);
    expect(existsSync(store)).toBe(expected === 'taken');
  });
});
