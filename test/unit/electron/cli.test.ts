import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dockerArchive, noise, ociArchive } from '../../setup/imageBuilder';
import { run } from '../../setup/run';
import { temporaryFile, temporaryFolder } from '../../setup/temporary';
import { changeTests } from './cliChanges';
import {
  fails,
  loadAll,
  makeStore,
  namelessImage,
  newImage,
  newShop,
  nameless,
  ok,
  oldImage,
  oldShop,
  place,
  root,
  short,
  stratigraph,
  useCommandLine,
} from './cliTools';

/** The command line as people call it: its own process, the built bundles. */

useCommandLine();

describe('load', () => {
  test('says what it loaded, as docker load does, and what is new', async () => {
    const { code, stdout, stderr } = await stratigraph(
      'load',
      '-i',
      await temporaryFile(dockerArchive([oldShop, newShop, nameless])),
    );
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        'Loaded image: shop:1.0',
        'Loaded image: shop:1.1',
        'Loaded image: registry.lan:5000/shop:1.1',
        `Loaded image ID: ${namelessImage.id}`,
        '',
      ].join('\n'),
    );
    expect(stderr).toMatch(/added, 4 of 4 layers were new\.\n$/);
  });

  test('with -q says the names alone, as docker load does', async () => {
    const file = await temporaryFile(dockerArchive([oldShop]));
    expect(await stratigraph('load', '-q', '-i', file)).toEqual({
      code: 0,
      stdout: 'Loaded image: shop:1.0\n',
      stderr: '',
    });
  });

  test.each([['load', '-i', '-'], ['load']])('reads standard input: %s %s %s', async (...args) => {
    const result = await run(
      process.execPath,
      [join(root, 'scripts', 'stratigraph.mjs'), '--store', place.store, ...args],
      { env: { LC_ALL: 'C.UTF-8', STRATIGRAPH_WORKER: undefined }, input: ociArchive([oldShop]) },
    );
    expect(result.stdout).toBe('Loaded image: shop:1.0\n');
  });

  test('takes several files and gives JSON', async () => {
    const files = [await temporaryFile(dockerArchive([oldShop])), await temporaryFile(ociArchive([newShop]))];
    const results = JSON.parse(await ok('--json', 'load', ...files)) as {
      file: string;
      images: { id: string }[];
    }[];
    expect(results.map(({ file, images }) => [file, images[0]?.id])).toEqual([
      [files[0], oldImage.id],
      [files[1], newImage.id],
    ]);
  });

  test('says when a name moves', async () => {
    await loadAll();
    const taker = await temporaryFile(dockerArchive([{ ...newShop, names: ['shop:1.0'] }]));
    expect((await stratigraph('load', '-i', taker)).stderr).toContain('shop:1.0 named another image before');
  });

  test('of a damaged file names the file, what is wrong and the layer', async () => {
    await loadAll();
    const archive = dockerArchive([
      { ...oldShop, layers: [{ files: [{ path: 'y', content: noise(3000) }] }] },
    ]);
    const at = archive.indexOf(noise(3000));
    archive[at] = (archive[at] ?? 0) ^ 1;
    const sentence = await fails(1, 'load', '-i', await temporaryFile(archive, 'shop.tar'));
    expect(sentence).toContain('shop.tar');
    expect(sentence).toMatch(/layer 1 of 1/i);
  });

  test.each([
    ['a text', 'Dear Sir,\n'.repeat(100)],
    ['half an archive', dockerArchive([oldShop]).subarray(0, 3000)],
  ])('of %s fails with a sentence', async (_what, bytes) => {
    await loadAll();
    expect(await fails(1, 'load', '-i', await temporaryFile(bytes, 'x.tar'))).toContain('x.tar');
  });

  test('of a file that is not there fails; with --json the problem is data', async () => {
    await loadAll();
    expect(await fails(1, 'load', '-i', '/no/such/file.tar')).toContain('file.tar');
    const { code, stderr } = await stratigraph('--json', 'load', '/no/such/file.tar');
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({
      problem: {
        code: 'file-not-found',
        facts: { path: '/no/such/file.tar' },
        sentence: expect.any(String) as string,
      },
    });
  });
});

describe('images', () => {
  test('lists one row a name, newest first, with columns', async () => {
    await loadAll();
    const rows = (await ok('images'))
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {3,}/));
    expect(rows[0]).toEqual(['REPOSITORY', 'TAG', 'IMAGE ID', 'CREATED', 'SIZE', 'SHARED']);
    expect(rows.slice(1).map((row) => row.slice(0, 3))).toEqual([
      ['shop', '1.1', short(newImage.id)],
      ['registry.lan:5000/shop', '1.1', short(newImage.id)],
      ['shop', '1.0', short(oldImage.id)],
      ['<none>', '<none>', short(namelessImage.id)],
    ]);
  });

  test('-q prints an ID for each row as Docker does, --no-trunc whole, -a is taken', async () => {
    await loadAll();
    expect(await ok('images', '-q')).toBe(
      [newImage, newImage, oldImage, namelessImage].map(({ id }) => `${short(id)}\n`).join(''),
    );
    expect(await ok('images', '-aq', '--no-trunc')).toBe(
      [newImage, newImage, oldImage, namelessImage].map(({ id }) => `${id}\n`).join(''),
    );
  });

  test('--digests prints manifest digests', async () => {
    await ok('load', '-q', await temporaryFile(ociArchive([oldShop])));
    const [head = '', row = ''] = (await ok('images', '--digests')).split('\n');
    expect(head.split(/ {3,}/)).toContain('DIGEST');
    expect(row).toContain(oldImage.manifestDigest);
  });

  test.each([
    [['-f', 'dangling=true'], [namelessImage]],
    [
      ['-f', 'dangling=false'],
      [newImage, oldImage],
    ],
    [['-f', 'label=team'], [oldImage]],
    [['-f', 'label=team=till'], [oldImage]],
    [['-f', 'label=team=other'], []],
    [
      ['-f', 'reference=shop:1.*'],
      [newImage, oldImage],
    ],
    [['-f', 'reference=shop:1.0'], [oldImage]],
    [
      ['-f', 'before=shop:1.1'],
      [oldImage, namelessImage],
    ],
    [['-f', 'since=shop:1.0'], [newImage]],
    [['-f', 'label=team', '-f', 'dangling=true'], []],
    // Of several references one must fit, of all else everything; keys may have capitals and blanks.
    [
      ['-f', 'reference=shop:1.0', '-f', 'reference=*:1.1'],
      [newImage, oldImage],
    ],
    [['-f', 'reference=shop:1.0', '-f', 'reference=*:1.1', '-f', ' Label = stage=old'], [oldImage]],
    [['shop'], [newImage, oldImage]],
    [['shop:1.0'], [oldImage]],
    [['docker.io/library/shop:1.0'], [oldImage]],
    [['gone'], []],
  ])('%j keeps the images that Docker would', async (args, expected) => {
    await loadAll();
    const ids = (await ok('images', '-q', '--no-trunc', ...args)).split('\n').filter((id) => id !== '');
    expect([...new Set(ids)]).toEqual(expected.map(({ id }) => id));
  });

  test.each(['[', 'shop[', '[]a]', '[a-]', '[^]', '[a-b-c]', 'a\\'])(
    '%j is no pattern, and refused',
    async (text) => {
      await loadAll();
      const sentence = `stratigraph: ${text} is no pattern: a bracket is not closed or empty, or a backslash ends it`;
      expect(await fails(2, 'images', `--filter=reference=${text}`)).toContain(sentence);
      expect(await fails(2, 'prune', '-f', '--filter', `reference=${text}`)).toContain(sentence);
      if (text.includes('[')) expect(await fails(2, 'images', text)).toContain(sentence);
    },
  );

  test('patterns of Go that look odd are taken', async () => {
    await loadAll();
    for (const text of ['[[]', '[\\]]', 'a]', '[^a-b]', '\\s', '[z-a]'])
      expect(await ok('images', '-q', '-f', `reference=${text}`)).toBe('');
    expect(await ok('images', '-q', 's[g-i]op:1.0')).toBe(`${short(oldImage.id)}\n`);
  });

  test('--format raw is Docker’s', async () => {
    await loadAll();
    const text = await ok('images', '--format', 'raw', 'shop:1.0');
    expect(text).toMatch(
      /^repository: shop\ntag: 1\.0\nimage_id: [0-9a-f]{12}\ncreated_at: 2023-01-01 .*\nvirtual_size: [\d.]+kB\n\n$/,
    );
    expect(await ok('images', '--format', 'raw', '-q', 'shop:1.0')).toBe(`image_id: ${short(oldImage.id)}\n`);
  });

  test('--json gives sizes in bytes', async () => {
    await loadAll();
    const rows = JSON.parse(await ok('images', '--json')) as Record<string, unknown>[];
    expect(rows).toHaveLength(4);
    for (const row of rows) {
      expect(row['size']).toBe((row['shared'] as number) + (row['unique'] as number));
      expect(row).toMatchObject({ platform: 'linux/amd64' });
    }
  });

  test('of a folder in which there is no store says so, as every command does but those that fill one, and makes none', async () => {
    for (const words of [['images'], ['df'], ['gc'], ['rmi', 'shop:1.0'], ['save', 'shop:1.0'], ['mount']]) {
      const { code, stderr } = await stratigraph(...words);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining('there is none') as string,
      });
    }
    expect(existsSync(place.store)).toBe(false);
    await mkdir(place.store);
    await fails(1, 'images');
    expect(await readdir(place.store)).toEqual([]);
  });

  test('of an empty store is a head alone', async () => {
    await makeStore();
    expect((await ok('images')).trimEnd().split('\n')).toHaveLength(1);
    expect(await ok('images', '-q')).toBe('');
    expect(JSON.parse(await ok('images', '--json'))).toEqual([]);
  });

  test('a filter that is none is wrong usage', async () => {
    await loadAll();
    await fails(2, 'images', '-f', 'colour=red');
    await fails(2, 'images', '-f', 'dangling');
  });
});

describe('help and usage', () => {
  const commands = ['load', 'save', 'images', 'tag', 'untag', 'rmi', 'prune', 'inspect', 'history', 'graph'];

  test('--help names every command and touches no store', async () => {
    const text = await ok('--help');
    for (const command of commands) expect(text).toContain(`  ${command} `);
    await expect(readFile(join(place.store, 'index.json'))).rejects.toThrow('ENOENT');
  });

  test.each(commands)('%s --help shows usage and an example', async (command) => {
    const text = await ok(command, '--help');
    expect(text).toContain(`Usage: stratigraph ${command}`);
    expect(text).toContain('Examples:\n  ');
  });

  test('in Chinese, for a Chinese terminal', async () => {
    const result = await run(process.execPath, [join(root, 'scripts', 'stratigraph.mjs'), '--help'], {
      env: { LC_ALL: 'zh_CN.UTF-8' },
    });
    expect(result.stdout).toContain('用法');
  });

  test('wrong words give exit code 2 and one line', async () => {
    await loadAll();
    expect(await fails(2, 'fly')).toContain('fly');
    expect(await fails(2, 'images', '--colour')).toContain('--colour');
    await fails(2, 'images', '-x');
    await fails(2, 'prune', 'shop:1.0');
  });

  test('no command at all prints the help on standard error', async () => {
    const { code, stdout, stderr } = await stratigraph();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage:');
  });

  test('--version prints a version', async () => {
    const result = await run(process.execPath, [join(root, 'scripts', 'stratigraph.mjs'), '--version']);
    expect(result.stdout).toMatch(/^stratigraph \d+\.\d+\.\d+/);
  });

  test('a store among other files is refused', async () => {
    place.store = await temporaryFolder();
    await writeFile(join(place.store, 'letter.txt'), 'mine');
    expect(await fails(1, 'images')).toContain('store');
  });
});

// In one file with the rest, for all of them build and run the same bundles.
changeTests();
