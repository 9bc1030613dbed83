import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Session } from '../../../electron/cli/command';
import { commandNames, loadCommand } from '../../../electron/cli/commands';
import { nearest } from '../../../electron/cli/nearest';
import { parseOptions } from '../../../electron/cli/parser';
import { splitWords } from '../../../shared/image/shellWords';
import { dockerArchive } from '../../setup/imageBuilder';
import { seeded, seedOf } from '../../setup/randomLayers';
import { run } from '../../setup/run';
import {
  load,
  openStore,
  quietRun,
  temporaryFile,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';
import { newShop, ok, oldImage, oldShop, place, root, stratigraph, useCommandLine } from './cliTools';

/** What holds of every command of the table: none can be added without it. */

useCommandLine();

type Name = (typeof commandNames)[number];

/** Words for each command that give JSON in a store with two images; in this order. Null: see the test below. */
const words: { readonly [N in Name]: readonly string[] | null } = {
  images: ['-a'],
  load: ['ARCHIVE'],
  save: ['-o', 'OUT', 'shop:1.0'],
  copy: ['shop:1.0', 'OUT'],
  tag: ['shop:1.0', 'shop:2'],
  history: ['shop:1.0'],
  inspect: ['shop:1.0'],
  manifest: ['shop:1.0'],
  config: ['shop:1.0'],
  blob: [oldImage.id],
  du: ['shop:1.0'],
  ls: ['-R', 'shop:1.0'],
  cp: ['shop:1.0:/etc/os', 'OUT'],
  cat: ['shop:1.0', '/etc/os', '/srv/shop'],
  find: ['shop'],
  diff: ['shop:1.0', 'shop:1.1'],
  analyze: ['shop:1.0'],
  secrets: ['shop:1.0'],
  duplicates: [],
  graph: [],
  tree: [],
  dot: [],
  short: [],
  sources: [],
  mount: [],
  umount: ['-a'],
  workspace: ['ls'],
  squash: ['shop:1.0', 'shop:flat'],
  rewrite: ['shop:1.0', '--remove', '/srv', 'shop:less'],
  sign: ['--key', 'KEY', 'shop:1.0'],
  verify: ['--key', 'PUBLIC', 'shop:1.0'],
  encrypt: ['--recipient', 'RSAPUBLIC', 'shop:1.0', 'shop:sealed'],
  decrypt: ['--key', 'RSAKEY', 'shop:sealed', 'shop:open'],
  import: ['FOLDER', 'made:1'],
  export: ['-o', 'OUT', 'shop:1.0'],
  completion: ['bash'],
  version: [],
  df: ['-v'],
  limits: [],
  fsck: [],
  untag: ['shop:2'],
  rmi: ['shop:1.1'],
  prune: [],
  gc: [],
  // Need a workspace: their JSON is looked at where workspaces are made.
  commit: null,
  run: null,
};

/** Runs a command in this process, as the command line does with --json, and gives what it prints. */
async function printed(store: TestStore, name: string, given: readonly string[]): Promise<string> {
  const command = await loadCommand(name);
  if (!command) throw new Error(name);
  let text = '';
  const session: Session = {
    json: true,
    language: 'en',
    context: () => Promise.resolve(store),
    look: () => Promise.reject(new Error('nothing is looked at here')),
    out: (more) => void (text += more),
    note: () => undefined,
    run: () => quietRun(),
    endProgress: () => undefined,
  };
  const parsed = parseOptions(given, command.options, command.optionsFirst);
  expect((await command.execute(session, parsed)) ?? 0, name).toBe(0);
  return text;
}

test('every command prints one JSON document with --json', async () => {
  const folder = await temporaryFolder();
  const archive = await temporaryFile(dockerArchive([oldShop, newShop]));
  await mkdir(join(folder, 'rootfs'));
  await writeFile(join(folder, 'rootfs', 'a'), 'a');
  const store = await openStore();
  await load(store, archive);
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const places: Readonly<Record<string, string>> = {
    ARCHIVE: archive,
    FOLDER: join(folder, 'rootfs'),
    KEY: join(folder, 'key.pem'),
    PUBLIC: join(folder, 'public.pem'),
    RSAKEY: join(folder, 'rsa.pem'),
    RSAPUBLIC: join(folder, 'rsa-public.pem'),
  };
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(join(folder, 'rsa.pem'), rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(join(folder, 'rsa-public.pem'), rsa.publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(join(folder, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(join(folder, 'public.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
  for (const [name, given] of Object.entries(words)) {
    if (given === null) continue;
    const out = join(folder, `${name}.tar`);
    const text = await printed(
      store,
      name,
      given.map((word) => (word === 'OUT' ? out : (places[word] ?? word))),
    );
    expect(() => JSON.parse(text) as unknown, name).not.toThrow();
  }
  await load(store, archive);
  expect(JSON.parse(await printed(store, 'cat', ['shop:1.0', '/etc/os']))).toMatchObject([
    { path: 'etc/os', size: 5, encoding: 'utf-8', contents: 'base\n' },
  ]);
});

describe('help', () => {
  test.each(commandNames)(
    'of %s has its usage, every option, and examples that can be typed',
    async (name) => {
      const command = await loadCommand(name);
      if (!command) throw new Error(name);
      expect(command.name).toBe(name);
      expect(command.usage.startsWith(name)).toBe(true);
      expect(command.examples.length).toBeGreaterThan(0);
      for (const { help } of command.options) expect(help.every((text) => text.length > 0)).toBe(true);
      for (const example of command.examples) {
        const own = example.slice(example.indexOf('stratigraph ')).split(/ [|<>&] |\)/)[0] ?? '';
        const typed = splitWords(own).filter((word) => word !== '--json');
        const called = await loadCommand(typed[1] ?? '');
        expect(called, example).not.toBeNull();
        expect(
          () => parseOptions(typed.slice(2), called?.options ?? [], called?.optionsFirst),
          example,
        ).not.toThrow();
      }
    },
  );

  test('is printed for every command in both languages', async () => {
    expect(await ok('--help')).toContain('Commands:');
    for (const name of ['analyze', 'rewrite'])
      expect(await ok(name, '--help')).toContain(`Usage: stratigraph ${name}`);
  });
});

test('a path with `..` names in every command what it names without', async () => {
  await ok('load', '-i', await temporaryFile(dockerArchive([oldShop])));
  const plain = '/srv/shop';
  const less = async (path: string): Promise<string> => {
    await ok('rewrite', 'shop:1.0', '--remove', path, 'shop:less');
    return ok('ls', '-R', 'shop:less');
  };
  const said: readonly ((path: string) => Promise<string>)[] = [
    (path) => ok('cat', 'shop:1.0', path),
    (path) => ok('ls', 'shop:1.0', path),
    (path) => ok('du', 'shop:1.0', path),
    (path) => ok('cp', `shop:1.0:${path}`, '-'),
    (path) => ok('find', path, 'shop:1.0'),
    less,
  ];
  // The paths stand in what a failure says; the seed gives all of them again.
  const seed = seedOf();
  const random = seeded(seed);
  const up = (): string => ['srv/..', 'none/..', '..', './x/y/../..'][random(4)] ?? '';
  for (const [i, say] of said.entries()) {
    const typed = `/${up()}/${up()}/srv/${['', './', 'a/../'][i % 3] ?? ''}shop`;
    expect(await say(typed), `${String(i)} ${typed}, STRATIGRAPH_SEED=${seed}`).toBe(await say(plain));
  }
  expect(await ok('find', 'srv/../srv/shop', 'shop:1.0')).toBe(await ok('find', 'srv/shop', 'shop:1.0'));
  expect((await stratigraph('rewrite', 'shop:1.0', '--remove', 'srv/../..', 'shop:none')).stderr).toContain(
    'a path below the root is needed',
  );
});

describe('wrong words', () => {
  test('name what was perhaps meant, in the language of the terminal, and leave with 2', async () => {
    expect((await stratigraph('imagse')).stderr).toBe(
      'stratigraph: there is no command imagse, did you mean images? See "stratigraph --help".\n',
    );
    expect((await stratigraph('images', '--no-trnc')).stderr).toBe(
      'stratigraph: unknown option --no-trnc, did you mean --no-trunc? See "stratigraph images --help".\n',
    );
    const chinese = await run(
      process.execPath,
      [join(root, 'scripts', 'stratigraph.mjs'), '--store', place.store, 'tag', 'x'],
      { env: { LC_ALL: 'zh_CN.UTF-8', STRATIGRAPH_WORKER: undefined } },
    );
    expect([chinese.code, chinese.stderr]).toEqual([
      2,
      'stratigraph: tag 需要镜像和名称。“stratigraph tag --help”显示用法。\n',
    ]);
    expect(JSON.parse((await stratigraph('--json', 'tag')).stderr)).toEqual({
      usage: 'tag needs IMG and REF',
    });
  });

  test('say of an option before the command where it goes, and take those that many commands have', async () => {
    const archive = await temporaryFile(dockerArchive([oldShop]), 'shop.tar');
    const last = await stratigraph('images', '--source', archive, '--limit', 'time=1min');
    for (const lead of [
      ['--source', archive, '--limit', 'time=1min'],
      [`--source=${archive}`, '--limit=time=1min', '--limit', 'names=9'],
    ])
      expect(await stratigraph(...lead, 'images')).toEqual(last);
    expect(last.stdout).toContain('shop');
    expect((await stratigraph('--source', archive, 'cat', 'shop:1.0', '/etc/os')).stdout).toBe('base\n');
    for (const [words, said] of [
      [['-q', 'images'], '-q goes behind the command: stratigraph COMMAND -q. See "stratigraph --help".'],
      [['--stor', 'x', 'images'], 'unknown option --stor, did you mean --store? See "stratigraph --help".'],
      [['--limit', 'time=1', 'tag', 'a', 'b'], 'unknown option --limit. See "stratigraph tag --help".'],
      [
        ['--source', archive, 'images', '--source', 'store'],
        '--source is given twice. See "stratigraph images --help".',
      ],
    ] as const) {
      const { code, stderr } = await stratigraph(...words);
      expect([code, stderr]).toEqual([2, `stratigraph: ${said}\n`]);
    }
  });

  test.each([
    ['imgaes', 'images'],
    ['dup', 'duplicates'],
    ['remove', null],
    ['squish', 'squash'],
    ['x', null],
  ])('%s: %s', (typed, meant) => {
    expect(nearest(typed, commandNames)).toBe(meant);
  });
});
