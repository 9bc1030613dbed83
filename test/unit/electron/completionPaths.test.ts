import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { wordReadings } from '../../../shared/image/hiddenText';
import { encodeName } from '../../../shared/layer/entryPath';

import {
  buildImage,
  dockerArchive,
  headerBlock,
  inBlocks,
  ociArchive,
  ociMembers,
  writeMembers,
  type ImageSpec,
} from '../../setup/imageBuilder';
import { findCommand, must } from '../../setup/run';
import { typeLines, type ShellName, type TypedLine } from '../../setup/shellTerminal';
import { load, openStore, temporaryFolder } from '../../setup/temporary';
import { commandLine } from './scripts';

/** Paths inside of images, completed in terminals of the shells: what stands on the line then names that file and no other. */

/** What may stand in a name, of one or several bytes. */
const pieces = [
  ...' \'"`$\\!~#*?[]{}()<>|&;:=@%^,+-.\n\t\u001b\u007f'.split(''),
  ...[
    'a',
    'b',
    'é',
    '文',
    '\u202e',
    '\u00a0',
    '\udce9',
    '\udcff',
    '\\u{a}',
    '\\u{5c}',
    '\\n',
    '$(touch ran)',
    '`touch ran`',
  ],
  ...['$HOME', '${HOME}', '--', ';touch ran;', '!!', '\\\\', '" "', "' '", '/.'].filter(
    (piece) => piece !== '/.',
  ),
];
const oddName = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 7 })
  .map((all) => all.join(''))
  .filter((name) => encodeName(name).length < 70);

/** A tar of files with these names, each what is in it. */
const tarOfNames = (paths: readonly string[]): Buffer =>
  Buffer.concat([
    ...paths.flatMap((path) => {
      const body = Buffer.from(`of ${JSON.stringify(path)}`);
      return [headerBlock({ name: encodeName(path), flag: '0', size: body.length }), inBlocks(body)];
    }),
    Buffer.alloc(1024),
  ]);

const image = (paths: readonly string[], more: Partial<ImageSpec> = {}): ImageSpec => ({
  names: ['shop:1.6'],
  layers: [{ tar: tarOfNames(paths) }],
  ...more,
});

const shells: readonly ShellName[] = ['bash', 'zsh', 'fish'];
const scripts = new Map<ShellName, string>();
beforeAll(async () => {
  for (const shell of shells)
    scripts.set(shell, await must(process.execPath, [commandLine, 'completion', shell]));
});

async function storeOf(spec: ImageSpec): Promise<string> {
  const store = await openStore();
  await load(store, ociArchive([spec]));
  await store.close();
  return store.directory;
}

const complete = (shell: ShellName, store: string, lines: readonly string[]): Promise<readonly TypedLine[]> =>
  typeLines(
    shell,
    {
      program: `'${process.execPath}' '${commandLine}'`,
      script: scripts.get(shell) ?? '',
      env: { STRATIGRAPH_STORE: store },
    },
    lines.map((line) => `stratigraph ${line}`),
  );

/** What a word of a command names first. */
const meant = (word: string | undefined): string => wordReadings(word ?? '')[0] ?? '';

describe.each(shells)('%s', (shell) => {
  // `npm test` installs them where it may.
  const isThere = findCommand(shell) !== null;

  test('names of every kind, directories first', async () => {
    if (!isThere) return;
    const names = fc.sample(oddName, { numRuns: 24, seed: 20_261_130 });
    const quotes = shell === 'fish' ? ['', "'", '"'] : ['', "'", '"', "$'"];
    const typed = names.map((_, i) => `cat shop:1.6 ${quotes[i % quotes.length] ?? ''}/d${i}_\t\t`);
    // In such quotes zsh has a backslash before an exclamation mark, which it takes away only from what is typed.
    const isTold = (i: number): boolean => shell === 'zsh' && i % quotes.length > 1;
    const told = names.map((name, i) => (isTold(i) ? name.replaceAll('!', '') : name));
    const paths = told.map((name, i) => `d${i}_${name}/f${i}_${name}`);
    const store = await storeOf(image(paths));
    const found = await complete(shell, store, typed);
    for (const [i, { line, words }] of found.entries()) {
      expect(words, line).toHaveLength(3);
      expect(meant(words[2]), line).toBe(`/${paths[i] ?? ''}`);
    }
    expect(existsSync(join(store, 'ran'))).toBe(false);
  });

  test('every command that takes paths, and the part of a line that it takes them in', async () => {
    if (!isThere) return;
    const store = await storeOf({
      names: ['shop:1.6', 'registry.lan:5000/shop:2'],
      layers: [
        { tar: tarOfNames(['etc/conf', 'etc/old key', 'usr/lib/one', '-dash/x', 'a:b/c']) },
        { files: [{ path: 'etc/.wh.old key' }, { path: 'lib', type: 'symlink', linkTarget: 'usr/lib' }] },
      ],
    });
    const cases: readonly (readonly [typed: string, words: readonly string[]])[] = [
      ['cat shop:1.6 /us\t\t\t', ['/usr/lib/one']],
      ['cat shop:1.6 etc/co\t', ['etc/conf']],
      ['cat shop:1.6 /lib/\t', ['/lib/one']],
      ['cat shop:1.6 /lib\t\t', ['/lib/one']],
      ['cat shop:1.6 /etc/../us\t\t\t', ['/etc/../usr/lib/one']],
      ['cat shop:1.6 /a\t\t', ['/a:b/c']],
      ['cat shop:1.6 -- -d\t\t', ['-dash/x']],
      ['cat shop:1.6@1 /etc/ol\t', ['/etc/old key']],
      ['cat shop:1.6 /etc/ol\t', ['/etc/ol']],
      ['cat registry.lan:5000/shop:2 /etc/c\t', ['/etc/conf']],
      ['ls -l shop:1.6 /us\t', ['/usr/']],
      ['du -d 2 shop:1.6 /usr/\t', ['/usr/lib/']],
      ['find /etc/ol\t', ['/etc/old key']],
      ['cp shop:1.6:/etc/c\t', ['shop:1.6:/etc/conf']],
      ['cp shop:1.6:/a\t\t', ['shop:1.6:/a:b/c']],
      ['cp registry.lan:5000/shop:2:us\t\t\t', ['registry.lan:5000/shop:2:usr/lib/one']],
      ['cp registry\t/etc/c\t', ['registry.lan:5000/shop:2:/etc/conf']],
      ['rewrite shop:1.6 --remove /etc/ol\t', ['/etc/old key']],
      ['rewrite shop:1.6 --remove=/etc/ol\t', ['--remove=/etc/old key']],
      ['rewrite shop:1.6 --remove /x /etc/ol\t', ['/etc/old key']],
      ['cat shop:1.6 /nothing/\t', ['/nothing/']],
      ['cat nobody:1 /us\t', ['/us']],
    ];
    const found = await complete(
      shell,
      store,
      cases.map(([typed]) => typed),
    );
    for (const [i, [typed, ends]] of cases.entries())
      expect(found[i]?.words.slice(-ends.length), typed).toEqual(ends);
  });

  test('names and digests in the place that --source names, not those of the store', async () => {
    if (!isThere) return;
    const store = await storeOf(image(['etc/conf'], { names: ['shop:1.6', 'shop:own'] }));
    const folder = await temporaryFolder();
    const inPlace = image(['usr/x'], { names: ['place/app:1', 'place/$(touch ran):2'] });
    const archive = join(folder, 'my place.tar');
    await writeFile(archive, dockerArchive([{ ...inPlace, names: ['place/app:1', 'other:2'] }]));
    const packed = join(folder, 'packed.tgz');
    await writeFile(packed, gzipSync(ociArchive([inPlace])));
    const layout = join(folder, 'layout');
    await mkdir(layout);
    await writeMembers(layout, ociMembers([buildImage({ ...inPlace, names: ['5.36', 'my-base'] })]));
    const digest = buildImage(inPlace).id;
    const own = buildImage(image(['etc/conf'])).id;
    const quoted = `'${archive}'`;
    const cases: readonly (readonly [typed: string, words: readonly string[]])[] = [
      [`inspect --source ${quoted} pl\t`, ['place/app:1']],
      [`inspect --source=${quoted} pl\t`, ['place/app:1']],
      [`--source ${quoted} --limit time=1min inspect pl\t`, ['place/app:1']],
      [`--source ${quoted} cat other:2 /us\t\t`, ['other:2', '/usr/x']],
      [`history --source ${quoted} o\t`, ['other:2']],
      [`cat --source ${quoted} o\t /us\t\t`, ['other:2', '/usr/x']],
      [`copy --source ${quoted} o\t sto\t`, ['other:2', 'store']],
      [`inspect --source ${layout} my\t`, ['my-base']],
      [`save --source ${layout} 5\t`, ['5.36']],
      // What would have to be read as a whole, is not there, or is in the store alone is not offered.
      [`inspect --source ${packed} pl\t`, ['pl']],
      [`inspect --source ${folder}/none.tar pl\t`, ['pl']],
      [`inspect --source ${quoted} sh\t`, ['sh']],
      [`inspect --source $PLACE sh\t`, ['sh']],
      ['inspect shop:1\t', ['shop:1.6']],
      ['inspect --source store shop:1\t', ['shop:1.6']],
      [`blob --source ${layout} ${digest.slice(7, 15)}\t`, [digest.slice(7)]],
      [`blob --source ${layout} ${digest.slice(0, 15)}\t`, [digest]],
      [`blob ${own.slice(0, 15)}\t`, [own]],
    ];
    const found = await complete(
      shell,
      store,
      cases.map(([typed]) => typed),
    );
    for (const [i, [typed, ends]] of cases.entries())
      expect(found[i]?.words.slice(-ends.length), typed).toEqual(ends);
    expect(existsSync(join(store, 'ran'))).toBe(false);
  });
});
