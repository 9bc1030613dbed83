import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import { dockerArchive } from '../../setup/imageBuilder';
import { temporaryFile, temporaryFolder } from '../../setup/temporary';

/** What cannot be removed of a workspace that is gone says so once, and keeps no other command from its work. */

const asRoot = process.geteuid?.() === 0;
let folder = '';
let store = '';
let undo: () => void = () => undefined;
const stratigraph = (...words: string[]): ReturnType<typeof callCommand> => callCommand(store, words);
const ok = async (...words: string[]): Promise<string> => {
  const { code, out, err } = await stratigraph(...words);
  expect(code, `${words.join(' ')}: ${err}`).toBe(0);
  return out;
};
beforeEach(async () => {
  folder = await temporaryFolder();
  store = join(folder, 'store');
  const archive = await temporaryFile(
    dockerArchive([{ names: ['base:1'], layers: [{ files: [{ path: 'a', content: 'a' }] }] }]),
  );
  await ok('load', '-q', '-i', archive);
  await ok('workspace', 'create', 'base:1', 'ws');
});
afterEach(async () => {
  undo();
  undo = () => undefined;
  await stratigraph('umount', '-a');
});

const hindrances: readonly (readonly [string, () => void])[] = [
  [
    'a file marked immutable',
    () => {
      const file = join(store, 'workspaces/ws/merged/new');
      writeFileSync(file, 'new');
      execFileSync('chattr', ['+i', file]);
      undo = () => execFileSync('chattr', ['-R', '-i', join(store, 'workspaces')]);
    },
  ],
  [
    'something mounted in its upper',
    () => {
      const [upper = ''] = readdirSync(join(store, 'workspaces/ws')).filter((name) =>
        name.startsWith('upper'),
      );
      const place = join(store, 'workspaces/ws', upper, 'sub');
      mkdirSync(join(folder, 'canary'));
      writeFileSync(join(folder, 'canary/x'), 'alive');
      mkdirSync(place);
      execFileSync('mount', ['--bind', join(folder, 'canary'), place]);
      undo = () => {
        for (const name of readdirSync(join(store, 'workspaces')))
          if (existsSync(join(store, 'workspaces', name, upper, 'sub/x')))
            execFileSync('umount', [join(store, 'workspaces', name, upper, 'sub')]);
      };
    },
  ],
];

test.runIf(asRoot).each(hindrances)('with %s', async (what, make) => {
  make();
  const { code, err } = await stratigraph('workspace', 'rm', 'ws');
  expect(code).toBe(1);
  if (/not all of its files/.test(err)) {
    expect(err).toContain('The workspace ws is removed, but not all of its files could be deleted');
    expect(await ok('workspace', 'ls')).not.toContain('ws');
  } else {
    // Refused before anything went: then it is still there.
    expect(await ok('workspace', 'ls'), what).toContain('ws');
  }
  if (existsSync(join(folder, 'canary'))) expect(existsSync(join(folder, 'canary/x'))).toBe(true);
  for (const words of [
    ['workspace', 'create', 'base:1', 'other'],
    ['workspace', 'path', 'other'],
    ['commit', 'other', 'made:1'],
    ['workspace', 'rm', 'other'],
    ['mount', 'base:1'],
    ['umount', '-a'],
    ['gc'],
    ['fsck'],
  ])
    await ok(...words);
  undo();
  if (!(await ok('workspace', 'ls')).includes('ws')) {
    await ok('gc');
    expect(readdirSync(join(store, 'workspaces')).filter((name) => name.startsWith('.old-'))).toEqual([]);
  } else await ok('workspace', 'rm', 'ws');
});
