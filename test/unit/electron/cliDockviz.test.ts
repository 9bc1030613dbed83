import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildImage, dockerArchive } from '../../setup/imageBuilder';
import { run } from '../../setup/run';
import { sharedDir } from '../../setup/shared';
import { temporaryFile } from '../../setup/temporary';
import { fails, newShop, ok, oldShop, place, root, stratigraph, useCommandLine } from './cliTools';

useCommandLine();

const withInput = (input: string, ...args: string[]): ReturnType<typeof run> =>
  run(process.execPath, [join(root, 'scripts', 'stratigraph.mjs'), '--store', place.store, ...args], {
    env: { LC_ALL: 'C.UTF-8', STRATIGRAPH_WORKER: undefined },
    input,
  });

describe('images as dockviz prints them', () => {
  test('of the store: layers by chain ID, names where images end', async () => {
    await ok('load', '-q', '-i', await temporaryFile(dockerArchive([oldShop, newShop])));
    const lines = (await ok('tree')).split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^└─[0-9a-f]{12} Virtual Size: \d\.\d KB$/);
    expect(lines.slice(1, 3).join('\n')).toMatch(/Tags: registry\.lan:5000\/shop:1\.1, shop:1\.1/);
    expect(lines[2]).toMatch(/^ {2}└─/);
    expect(await ok('short')).toBe('registry.lan:5000/shop: 1.1\nshop: 1.0, 1.1\n');
    expect(await ok('tree', '-i', 'shop:1.0')).toMatch(/^└─\S{12} Size: \S+ KB Tags: shop:1\.0\n$/);
    expect(await ok('dot', '-l')).toMatch(/^digraph docker \{\n base -> "[0-9a-f]{12}"/);
    expect(await fails(1, 'tree', 'gone')).toContain('gone');
    for (const word of ['docker.io/library/shop:1.0', buildImage(oldShop).id])
      expect(await ok('tree', '-i', word)).toBe(await ok('tree', '-i', 'shop:1.0'));
  });

  test('what `graph --json --dockviz` writes draws the same tree, and comes back equal', async () => {
    await ok('load', '-q', '-i', await temporaryFile(dockerArchive([oldShop, newShop])));
    const list = await ok('graph', '--json', '--dockviz');
    for (const words of [['tree'], ['tree', '-l'], ['tree', '-n', '-c', '-i'], ['dot'], ['short']])
      expect((await withInput(list, ...words, '--stdin')).stdout).toBe(await ok(...words));
    expect((await withInput(list, 'graph', '--json', '--dockviz', '--stdin')).stdout).toBe(list);
  });

  test('a list that cannot be read is refused in a sentence; wrong words are wrong usage', async () => {
    const { code, stdout, stderr } = await withInput('{"Id": 1}', 'tree', '--stdin');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^stratigraph: The list of images on standard input cannot be read/);
    for (const words of [
      ['tree', 'a', 'b'],
      ['short', 'a'],
      ['graph', '--json', '--stdin'],
    ])
      expect((await stratigraph(...words)).code).toBe(2);
  });
});

const samples = sharedDir() === null ? null : join(sharedDir() ?? '', 'vectors', 'dockviz');

describe.runIf(samples !== null)('dockviz’s own sample, byte for byte', () => {
  const read = (name: string): string => readFileSync(join(samples ?? '', name), 'utf8');
  test.each([
    ['tree.txt', ['tree']],
    ['tree-l.txt', ['tree', '-l']],
    ['tree-i.txt', ['tree', '-i']],
    ['tree-n-c.txt', ['tree', '-nc']],
    ['tree-from-redis.txt', ['tree', 'redis:latest']],
    ['dot.txt', ['dot']],
    ['dot-l.txt', ['dot', '-l']],
    ['short.txt', ['short']],
  ])('%s', async (name, words) => {
    const { stdout, stderr } = await withInput(read('images.json'), ...words, '--stdin');
    expect(stderr).toBe('');
    expect(stdout).toBe(read(name));
  });

  test('images.json comes out as it went in', async () => {
    const { stdout } = await withInput(read('images.json'), 'graph', '--json', '--dockviz', '--stdin');
    expect(JSON.parse(stdout)).toEqual(JSON.parse(read('images.json')));
  });
});
