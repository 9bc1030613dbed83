import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { pathPattern } from '../../../electron/cli/commands/find';
import { dockerArchive, noise, type ImageSpec } from '../../setup/imageBuilder';
import { findCommand, run } from '../../setup/run';
import { temporaryFile, temporaryFolder } from '../../setup/temporary';
import { fails, ok, place, root, stratigraph, useCommandLine } from './cliTools';

useCommandLine();

const secret = 'the key of the till\n';
const large = noise(400_000, 5);
const image: ImageSpec = {
  names: ['till:1'],
  layers: [
    {
      files: [
        { path: 'etc/key', content: secret, mode: 0o600 },
        { path: 'usr/bin/till', content: large, mode: 0o755 },
        { path: 'bin', type: 'symlink', linkTarget: 'usr/bin' },
      ],
      gzip: true,
    },
    {
      files: [
        { path: 'etc/.wh.key', content: '' },
        { path: 'etc/conf', content: 'a = 1\n' },
      ],
    },
  ],
};

describe('files of images', () => {
  beforeEach(async () => {
    await ok('load', '-q', '-i', await temporaryFile(dockerArchive([image])));
  });

  test('ls: the tree, one layer of it with its deletions, links on the way followed', async () => {
    expect(await ok('ls', 'till:1')).toBe('bin\netc\nusr\n');
    expect(await ok('ls', 'till:1', '/etc')).toBe('conf\n');
    expect(await ok('ls', 'till:1', '/bin')).toBe('till\n');
    expect(await ok('ls', '-R', 'till:1@1')).toBe('bin\netc\netc/key\nusr\nusr/bin\nusr/bin/till\n');
    expect(await ok('ls', '-l', 'till:1@2', '/etc')).toMatch(/^-\S+ .* conf\nD.* key \(deleted\)\n$/);
    const listed = JSON.parse(await ok('--json', 'ls', '-R', 'till:1')) as { path: string; size?: number }[];
    expect(listed.find(({ path }) => path === 'usr/bin/till')?.size).toBe(large.length);
    expect(await fails(1, 'ls', 'till:1', '/etc/key')).toContain('/etc/key');
    expect(await fails(1, 'ls', 'till:1@7')).toContain('7');
    expect((await stratigraph('ls')).code).toBe(2);
  });

  test('cat: the bytes, also of what a later layer deletes', async () => {
    expect(await ok('cat', 'till:1', '/etc/conf')).toBe('a = 1\n');
    expect(await ok('cat', 'till:1@1', '/etc/key')).toBe(secret);
    const file = join(await temporaryFolder(), 'till');
    const words = [
      join(root, 'scripts', 'stratigraph.mjs'),
      '--store',
      place.store,
      'cat',
      'till:1',
      '/bin/till',
    ];
    await writeFile(file, execFileSync(process.execPath, words, { maxBuffer: 1 << 20 }));
    expect(execFileSync('cmp', [file, await temporaryFile(large)]).length).toBe(0);
    expect(await fails(1, 'cat', 'till:1', '/etc/key')).toContain('/etc/key');
    expect(await fails(1, 'cat', 'till:1', '/etc')).toContain('/etc');
  });

  test('find: in every layer, whoever holds it', async () => {
    expect(await ok('find', 'etc/key')).toMatch(
      /^[0-9a-f]{12} {2}\/etc\/key {2}\(till:1\)\n[0-9a-f]{12} {2}\/etc\/key \(deleted here\) {2}\(till:1\)\n$/,
    );
    expect((await ok('find', '*.pem')).length).toBe(0);
    const found = JSON.parse(await ok('--json', 'find', 'till')) as { path: string; images: string[] }[];
    expect(found).toMatchObject([{ path: 'usr/bin/till', images: ['till:1'] }]);
  });

  test('bash completes commands, options and images, whose names hold colons', async () => {
    const script = await ok('completion', 'bash');
    const complete = async (line: string): Promise<string[]> => {
      // As bash parts a line at its usual ends of words.
      const words = line.split(/([\s:=])/).filter((word) => word !== '' && !/^\s$/.test(word));
      if (/\s$/.test(line)) words.push('');
      const program = `stratigraph() { ${process.execPath} ${join(root, 'scripts', 'stratigraph.mjs')} "$@"; }
${script}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; _stratigraph; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout, stderr } = await run('bash', ['--norc', '-c', program], {
        env: {
          STRATIGRAPH_STORE: place.store,
          STRATIGRAPH_WORKER: undefined,
          LC_ALL: 'C.UTF-8',
          HOME: dirname(place.store),
        },
      });
      expect(stderr).toBe('');
      return stdout.split('\n').filter((word) => word !== '');
    };
    expect(await complete('stratigraph fs')).toEqual(['fsck']);
    expect(await complete('stratigraph ls --r')).toEqual(['--recursive']);
    expect(await complete('stratigraph rmi ti')).toEqual(['till:1']);
    expect(await complete('stratigraph rmi till:')).toEqual(['1']);
    expect(await complete('stratigraph --json rmi ti')).toEqual(['till:1']);
    await ok('workspace', 'create', 'till:1', 'patch');
    const values: readonly [string, readonly string[]][] = [
      ['save --format oci-', ['oci-archive', 'oci-dir']],
      ['save --format=docker', ['docker-archive']],
      ['run --network h', ['host']],
      ['history --platform linux', ['linux/amd64']],
      ['images -f dangling=t', ['true']],
      ['load --limit document-b', ['document-bytes=']],
      ['workspace cr', ['create']],
      ['workspace create ti', ['till:1']],
      ['workspace rm pa', ['patch']],
      ['commit pa', ['patch']],
      ['export ', ['till:1', 'patch']],
      ['completion z', ['zsh']],
      [`load -i ${root}/package.j`, [`${root}/package.json`]],
      ['import -m ', []],
    ];
    for (const [line, found] of values) expect(await complete(`stratigraph ${line}`)).toEqual(found);
    for (const store of [place.store, `~/${basename(place.store)}`]) {
      expect(await complete(`stratigraph --store ${store} rmi ti`)).toEqual(['till:1']);
      expect(await complete(`stratigraph --store ${store} copy ti`)).toEqual(['till:1']);
    }
  });

  test('zsh completes commands, options, values, images and files', async () => {
    const script = await ok('completion', 'zsh');
    expect(script).toMatch(/^#compdef stratigraph\n/);
    expect((await stratigraph('completion', 'csh')).code).toBe(2);
    const zsh = findCommand('zsh');
    // `npm test` installs it where it may.
    if (zsh === null) return;
    const program = `stratigraph() { ${process.execPath} ${join(root, 'scripts', 'stratigraph.mjs')} "$@" }\n${script}`;
    const lines = [
      'fs',
      'ls --r',
      'save --format=oci-a',
      'workspace cr',
      'rmi ti',
      `load -i ${root}/package.j`,
      'sources r',
      'copy ti',
      `copy ${root}/package.j`,
      `--store ${place.store} rmi ti`,
      `--store=${place.store} rmi ti`,
      `--store ~/${basename(place.store)} rmi ti`,
    ];
    const words = lines.map((line) => `stratigraph ${line}`);
    const file = join(import.meta.dirname, '..', '..', 'setup', 'completeLines.zsh');
    const { stdout } = await run(
      zsh,
      ['-f', '-o', 'extendedglob', file, await temporaryFile(program), ...words],
      {
        env: {
          STRATIGRAPH_STORE: place.store,
          STRATIGRAPH_WORKER: undefined,
          LC_ALL: 'C.UTF-8',
          HOME: dirname(place.store),
        },
      },
    );
    const found = stdout.split('\n').filter((line) => line !== '');
    expect(found.map((line) => line.replace('stratigraph ', '').trimEnd())).toEqual([
      'fsck',
      'ls --recursive',
      'save --format=oci-archive',
      'workspace create',
      'rmi till:1',
      `load -i ${root}/package.json`,
      'sources rm',
      'copy till:1',
      `copy ${root}/package.json`,
      `--store ${place.store} rmi till:1`,
      `--store=${place.store} rmi till:1`,
      `--store ~/${basename(place.store)} rmi till:1`,
    ]);
  }, 60_000);
});

test('patterns', () => {
  const fits = (pattern: string, path: string): boolean => pathPattern(pattern)(path);
  expect([fits('*.pem', 'a/b.pem'), fits('a/*.pem', 'a/b.pem'), fits('*.pem', 'a/b.pem/c')]).toEqual([
    true,
    true,
    false,
  ]);
  expect([fits('/etc', 'etc/x'), fits('/etc', 'src/etc'), fits('etc/', 'src/etc')]).toEqual([
    true,
    false,
    true,
  ]);
});
