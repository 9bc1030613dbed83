import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { dockerArchive, noise } from '../../setup/imageBuilder';
import { run, type RunResult } from '../../setup/run';
import { temporaryFile, temporaryFolder } from '../../setup/temporary';
import { commandNames, loadCommand } from '../../../electron/cli/commands';
import { root } from './cliTools';

/** The working directory was deleted: what names no relative path works, and the rest is told in a sentence; see `startWorker.ts`. */

let store = '';
let folder = '';
let archive = '';

/** Runs the command line in a directory that is deleted by then. */
async function inGone(...args: string[]): Promise<RunResult> {
  const gone = join(await temporaryFolder(), 'gone');
  await mkdir(gone);
  const words = [process.execPath, join(root, 'scripts', 'stratigraph.mjs'), '--store', store, ...args];
  return run('sh', ['-c', 'cd "$0" && rmdir "$0" && exec "$@"', gone, ...words], {
    env: { LC_ALL: 'C.UTF-8', STRATIGRAPH_WORKER: undefined },
  });
}

beforeAll(async () => {
  folder = await temporaryFolder();
  store = join(folder, 'store');
  await mkdir(store);
  await mkdir(join(folder, 'tree'));
  await writeFile(join(folder, 'tree', 'a'), 'a\n');
  // Large enough for threads.
  archive = await temporaryFile(
    dockerArchive([
      { names: ['shop:1'], layers: [{ files: [{ path: 'srv/shop', content: noise(3_000_000) }] }] },
    ]),
  );
});

test('commands that name whole paths work in a deleted working directory', async () => {
  const there = (name: string): string => join(folder, name);
  for (const args of [
    ['load', '-i', archive],
    ['import', there('tree'), 'tree:1'],
    ['images'],
    ['export', '-o', there('shop.tar'), 'shop:1'],
    ['save', '--compress', 'gzip', '-o', there('saved.tar'), 'shop:1'],
    ['cp', 'shop:1:/srv/shop', there('shop')],
    ['ls', '-R', 'shop:1'],
    ['secrets', 'shop:1'],
    ['fsck'],
    ['umount', '-a'],
  ]) {
    const { code, stderr } = await inGone(...args);
    expect(code, `${args.join(' ')}: ${stderr}`).toBe(0);
  }
});

test('a relative path in a deleted working directory is told in a sentence, by every command', async () => {
  for (const name of commandNames) {
    const command = await loadCommand(name);
    const options = (command?.options ?? []).filter(({ value }) => /FILE|DIR/.test(value ?? ''));
    const uses = [
      [name, 'shop:1', './y'],
      ...options.map(({ long }) => [name, `--${long}`, './y', 'shop:1']),
    ];
    const said = await Promise.all(uses.map(async (args) => ({ args, ...(await inGone(...args)) })));
    for (const { args, stderr } of said)
      expect(stderr, args.join(' ')).not.toMatch(/bug|uv_cwd|getcwd|ENOENT/);
  }
  expect((await inGone('import', '.', 'x:1')).stderr).toMatch(
    /^stratigraph: The working directory is not there any more/,
  );
});
