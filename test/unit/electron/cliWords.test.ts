import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { spelledOut } from '../../../electron/cli/synonyms';
import { dockerArchive, type TarMember } from '../../setup/imageBuilder';
import { findCommand, run } from '../../setup/run';
import { temporaryFile } from '../../setup/temporary';
import { ok, oldShop, place, root, stratigraph, useCommandLine } from './cliTools';

/** Words that people bring from docker, podman, ls and their shells. */

useCommandLine();

const loadShop = async (more: Partial<typeof oldShop> = {}): Promise<unknown> =>
  ok('load', '-q', '-i', await temporaryFile(dockerArchive([{ ...oldShop, ...more }])));

describe('synonyms', () => {
  test.each([
    ['image ls -a', 'images -a'],
    ['image list', 'images'],
    ['image rm -f a b', 'rmi -f a b'],
    ['image prune -f', 'prune -f'],
    ['system df -v', 'df -v'],
    ['unmount -a', 'umount -a'],
    ['images image', 'images image'],
    ['image', 'image'],
  ])('%s is %s', (typed, own) => {
    expect(spelledOut(typed.split(' ')).join(' ')).toBe(own);
  });

  test('do what the command does, and say what they take', async () => {
    await loadShop();
    expect(await ok('image', 'ls')).toBe(await ok('images'));
    expect(await ok('system', 'df')).toBe(await ok('df'));
    expect(await ok('image', 'prune', '-f')).toBe('');
    expect(await ok('image', 'rm', 'shop:1.0')).toContain('Untagged: shop:1.0');
    for (const [group, verb] of [
      ['image', 'rm'],
      ['system', 'df'],
    ] as const) {
      const bare = await stratigraph(group);
      expect([bare.code, bare.stderr.includes(`${group} needs one of `), bare.stderr.includes(verb)]).toEqual(
        [2, true, true],
      );
    }
    const wrong = await stratigraph('image', 'lss');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('did you mean image ls?')]);
  });

  test('-h is help, but where a command has it for something else', async () => {
    expect(await ok('load', '-h')).toBe(await ok('load', '--help'));
    expect(await ok('image', 'ls', '-h')).toBe(await ok('images', '--help'));
    expect(await ok('run', '-h')).toBe(await ok('run', '--help'));
    await loadShop();
    expect(await ok('ls', '-lah', 'shop:1.0', 'srv')).toMatch(/ 3\.00 kB .* shop\n$/);
    expect(await ok('ls', '-la', 'shop:1.0', 'srv')).toMatch(/ 3000 .* shop\n$/);
  });
});

test('ls sorts within each directory, and shows the time 0', async () => {
  const files: readonly TarMember[] = [
    { path: 'd', type: 'directory', mtime: 0 },
    { path: 'd/a', content: 'xx', mtime: 5 },
    { path: 'd/b', content: 'xxxx', mtime: 0 },
    { path: 'd/c', content: 'x', mtime: 86_400 },
  ];
  await loadShop({ layers: [{ files }] });
  const sorted = (key: string): Promise<string> => ok('ls', '--sort', key, 'shop:1.0', 'd');
  expect([await sorted('name'), await sorted('size'), await sorted('time')]).toEqual([
    'a\nb\nc\n',
    'b\na\nc\n',
    'c\na\nb\n',
  ]);
  expect(await ok('ls', '-l', 'shop:1.0', 'd')).toContain('1970-01-01 00:00');
  expect((await stratigraph('ls', '--sort', 'owner', 'shop:1.0')).code).toBe(2);
});

test('history --no-trunc keeps line feeds, and nothing else that a terminal obeys', async () => {
  const created_by = 'RUN <<EOF\nset -e\n\tmake \u001b[31m\nEOF';
  await loadShop({ layers: [{ files: [] }], history: [{ created_by, created: '1970-01-01T00:00:00Z' }] });
  const whole = await ok('history', '--no-trunc', 'shop:1.0');
  expect(whole).toContain('RUN <<EOF\nset -e\n\tmake \\u{1b}[31m\nEOF');
  expect(whole).toMatch(/ {3}\d+ years ago {3}RUN/);
  expect((await ok('history', 'shop:1.0')).split('\n')).toHaveLength(3);
});

test('a date that is not recorded is left out, 1970 is one', async () => {
  const inspected = async (name: string): Promise<unknown> => {
    const [document] = JSON.parse(await ok('inspect', name)) as Record<string, unknown>[];
    return document?.['Created'];
  };
  await loadShop({ names: ['none:1'], created: '0001-01-01T00:00:00Z' });
  await loadShop({ names: ['zero:1'], created: '1970-01-01T00:00:00Z' });
  expect([await inspected('none:1'), await inspected('zero:1')]).toEqual([undefined, '1970-01-01T00:00:00Z']);
  const rows = (await ok('images')).split('\n');
  expect(rows.find((row) => row.startsWith('none'))).toContain('N/A');
  expect(rows.find((row) => row.startsWith('zero'))).toMatch(/\d\d years ago/);
});

test('analyze --fail-below tells a part of one from a part of a hundred', async () => {
  await loadShop();
  for (const text of ['0.9', '1.0', '0.95']) {
    const { code, stderr } = await stratigraph('analyze', '--fail-below', text, 'shop:1.0');
    expect([code, stderr]).toEqual([2, expect.stringContaining('counts to 100')]);
  }
  for (const text of ['90', '0', '1', '99.5', '0.9%', '90%'])
    await ok('analyze', '--fail-below', text, 'shop:1.0');
  for (const text of ['101', '-1', '9e1', '%', '200%'])
    expect((await stratigraph('analyze', `--fail-below=${text}`, 'shop:1.0')).code).toBe(2);
});

test('fish completes commands, options, values and names', async () => {
  const script = await ok('completion', 'fish');
  const fish = findCommand('fish');
  // The others are tried in their shells, too, where these are installed.
  if (fish === null) return;
  await loadShop({ names: ['till:1'] });
  await ok('workspace', 'create', 'till:1', 'patch');
  const program = `function stratigraph; ${process.execPath} ${join(root, 'scripts', 'stratigraph.mjs')} $argv; end
source ${await temporaryFile(Buffer.from(script))}
`;
  const lines: readonly [string, readonly string[]][] = [
    ['fs', ['fsck']],
    ['ls --rec', ['--recursive']],
    ['save --format oci-a', ['oci-archive']],
    ['save --format=oci-a', ['--format=oci-archive']],
    ['ls --sort s', ['size']],
    ['workspace cr', ['create']],
    ['workspace create ti', ['till:1']],
    ['workspace rm pa', ['patch']],
    ['rmi ti', ['till:1']],
    ['workspace rm ti', []],
    ['sources r', ['rm']],
    [`sources add ${root}/package.j`, [`${root}/package.json`]],
    ['copy ti', ['till:1']],
    [`copy ${root}/package.j`, [`${root}/package.json`]],
    [`--store ${place.store} rmi ti`, ['till:1']],
    [`--store=${place.store} rmi ti`, ['till:1']],
    [`--store ~/${basename(place.store)} rmi ti`, ['till:1']],
    ['completion f', ['fish']],
    [`load -i ${root}/package.j`, [`${root}/package.json`]],
    [`load ${root}/package.j`, [`${root}/package.json`]],
  ];
  const asked = lines.map(([line]) => `complete -C 'stratigraph ${line}'; echo ---\n`).join('');
  const { stdout, stderr } = await run(fish, ['--no-config', '-c', program + asked], {
    env: {
      STRATIGRAPH_STORE: place.store,
      STRATIGRAPH_WORKER: undefined,
      LC_ALL: 'C.UTF-8',
      HOME: dirname(place.store),
    },
  });
  expect(stderr).toBe('');
  const found = stdout.split('---\n').slice(0, -1);
  expect(found.map((each) => each.split('\n').flatMap((line) => line.split('\t')[0] || []))).toEqual(
    lines.map(([, words]) => words),
  );
});
