import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { analyzeImage } from '../../../electron/actions/inside/analyzeImage';
import { compareFiles } from '../../../electron/actions/inside/compareFiles';
import { findDuplicateFiles } from '../../../electron/actions/inside/duplicateFiles';
import { findSecrets } from '../../../electron/actions/inside/findSecrets';
import { fsck, type FsckReport } from '../../../electron/actions/upkeep/fsck';
import { fileTree, findPaths, readTreeFile } from '../../../electron/actions/inside/imageFiles';
import { readImageList } from '../../../electron/actions/images/imageList';
import { inspectImageDocument } from '../../../electron/actions/images/inspectImage';
import { resolveImage } from '../../../electron/actions/images/resolveImage';
import { readStoreView } from '../../../electron/actions/images/storeView';
import {
  BlockChecker,
  BlockTagger,
  fromSealedJson,
  taggedBlock,
  toSealedJson,
} from '../../../electron/store/seal';
import { sealKey } from '../../../electron/store/sealKey';
import { buildImage, dockerArchive, noise, type ImageSpec } from '../../setup/imageBuilder';
import { run } from '../../setup/run';
import {
  load,
  openStore,
  quietRun,
  temporaryFile,
  temporaryFolder,
  type TestStore,
} from '../../setup/temporary';
import { root } from './cliTools';

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzKEYX';
const shop: ImageSpec = {
  names: ['x:1'],
  layers: [
    {
      files: [
        { path: 'a', content: 'AAAA-contents\n' },
        { path: 'b', content: 'BBBB-contents\n' },
        { path: 'key.env', content: `AWS_SECRET_ACCESS_KEY=${secret}\n` },
        { path: 'l', type: 'symlink', linkTarget: 'a' },
        { path: 'large', content: noise(3000) },
      ],
    },
    { files: [{ path: 'b', content: 'BBBB-contents\n' }], gzip: true },
  ],
};
const many: ImageSpec[] = Array.from({ length: 55 }, (_, i) => ({
  names: [`m${i}:1`],
  layers: [{ files: [{ path: `m${i}`, content: `${i}` }] }],
}));
const hex = buildImage(shop).layers[0]?.digest.slice(7) ?? '';

let store = '';
let fresh = '';
let large = '';
let base = '';
const cacheFile = (...parts: string[]): string => join(store, 'cache', ...parts);

/** What use cases say that rest on caches, each as another process would say it. */
const questions: Readonly<Record<string, (context: TestStore) => Promise<unknown>>> = {
  tree: async (context) => {
    const view = await readStoreView(context);
    const image = view.graph.images.find(({ names }) => names.includes('x:1'));
    if (!image) return null;
    const tree = await fileTree(context, view, image, null);
    const found: unknown[] = [];
    for (const file of tree.inside('')) {
      const pieces: Uint8Array[] = [];
      if (file.entry?.kind === 'file')
        for await (const piece of readTreeFile(context, file)) pieces.push(piece);
      found.push(file.entry, Buffer.concat(pieces).toString('latin1'));
    }
    const hits: unknown[] = [];
    for await (const { path } of findPaths(context, view, { fits: (each) => each.includes('b'), part: 'b' }))
      hits.push(path);
    return [found, hits];
  },
  inspect: async (context) => {
    const { id } = resolveImage((await readStoreView(context)).graph, 'x:1').image;
    return inspectImageDocument(context, id);
  },
  secrets: async (context) => {
    const { id } = resolveImage((await readStoreView(context)).graph, 'x:1').image;
    return findSecrets(context, [id], quietRun());
  },
  hashes: async (context) => {
    const { graph } = await readStoreView(context);
    const [first, second] = ['x:1', 'm1:1'].map((name) => resolveImage(graph, name).image.id);
    if (first === undefined || second === undefined) return null;
    return [
      await findDuplicateFiles(context, null, quietRun()),
      await compareFiles(context, { first, second, contents: true }, quietRun()),
      await analyzeImage(context, { image: first, upTo: null }, quietRun()),
    ];
  },
  images: async (context) => (await readImageList(context)).graph.images,
};
/** All but the list of images, which is kept of large stores alone. */
const all = Object.keys(questions).filter((name) => name !== 'images');
const answers = async (asked = all): Promise<Record<string, unknown>> => {
  const found: Record<string, unknown> = {};
  for (const name of asked) found[name] = await questions[name]?.(await openStore(store));
  return found;
};
let right: Record<string, unknown> = {};
let others: Record<string, unknown> = {};

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'stratigraph-sealed-'));
  large = join(base, 'large');
  store = large;
  await load(await openStore(store), dockerArchive([shop, ...many]));
  const images = await answers(['images']);
  expect(existsSync(cacheFile('images.json'))).toBe(true);
  fresh = join(base, 'store');
  store = fresh;
  await load(await openStore(store), dockerArchive([shop, ...many.slice(0, 2)]));
  others = await answers();
  right = { ...others, ...images };
  expect(JSON.stringify(right)).toContain('AAAA-contents');
});
afterAll(() => rmSync(base, { recursive: true, force: true }));
/** A copy of a store, as somebody would bring it along. */
async function copy(of: string): Promise<void> {
  store = join(await temporaryFolder(), 'store');
  execFileSync('cp', ['-a', of, store]);
}
beforeEach(() => copy(fresh));

/** Changes one byte. */
function flip(bytes: Buffer, at: number, bits: number): void {
  bytes.writeUInt8(bytes.readUInt8(at) ^ bits, at);
}

/** Every cache file of the store that is a file of its own, below the store's cache. */
const cacheFiles = (): string[] =>
  ['index', 'contents', 'secrets'].flatMap((kind) =>
    readdirSync(cacheFile(kind, 'sha256')).map((name) => join(kind, 'sha256', name)),
  );

describe('a cache that lies', () => {
  const index = (): string => cacheFile('index', 'sha256', `${hex}.jsonl`);
  const lines = (change: (lines: string[]) => string[]): void =>
    writeFileSync(index(), change(readFileSync(index(), 'utf8').split('\n')).join('\n'));
  const each = (from: RegExp, to: string) => (): void =>
    lines(([head = '', ...rest]) => [head, ...rest.map((line) => line.replace(from, to))]);
  const json = (name: string, change: (value: Record<string, unknown>) => void) => (): void => {
    const value = JSON.parse(readFileSync(cacheFile(name), 'utf8')) as Record<string, unknown>;
    change(value);
    writeFileSync(cacheFile(name), JSON.stringify(value));
  };
  const lies: readonly (readonly [string, () => void])[] = [
    ['another offset', each(/,14,512]/, ',14,1536]')],
    ['an offset beyond the blob', each(/,14,512]/, ',14,1000000000000000]')],
    ['an enormous size', each(/,14,512]/, ',9007199254740991,512]')],
    ['negative numbers', each(/,14,512]/, ',-5,-7]')],
    ['a path that leads up', each(/"a"/, '"../../../etc/passwd"')],
    ['a path of control characters', each(/"a"/, '"\\u001b[31mx"')],
    ['a hidden file', () => lines((all) => all.filter((line) => !line.includes('key.env')))],
    ['broken lines', () => lines(([head = '']) => [head, '["f","a"', 'null', '["f","b",1,0,0,1e400,1,1]'])],
    [
      'a head without a member',
      () => lines(([head = '', ...rest]) => [head.replace('tarSize', 'tarSizf'), ...rest]),
    ],
    [
      'a head of another digest',
      () => lines(([head = '', ...rest]) => [head.replaceAll(hex, '0'.repeat(64)), ...rest]),
    ],
    ['a head that is cut', () => lines(([, ...rest]) => [`{${' '.repeat(1022)}`, ...rest])],
    [
      'the index of another layer',
      () => {
        const other = readdirSync(cacheFile('index', 'sha256')).find((name) => !name.startsWith(hex)) ?? '';
        copyFileSync(cacheFile('index', 'sha256', other), index());
      },
    ],
    [
      'names and sizes of images',
      json('images.json', (value) => {
        for (const image of value['images'] as { names: string[]; size: number }[])
          Object.assign(image, { names: ['LIE:1'], size: 1e15 });
      }),
    ],
    ['images of another form', json('images.json', (value) => (value['images'] = [{ names: 5 }]))],
    ['no images', json('images.json', (value) => (value['images'] = []))],
    ['no secrets', json(`secrets/sha256/${hex}`, (value) => (value['files'] = []))],
    ['secrets of another form', json(`secrets/sha256/${hex}`, (value) => (value['files'] = 5))],
    [
      'hashes that call different files equal',
      () => {
        for (const name of readdirSync(cacheFile('contents', 'sha256'))) {
          const path = cacheFile('contents', 'sha256', name);
          const bytes = readFileSync(path);
          writeFileSync(path, bytes.fill(7, 256));
        }
      },
    ],
  ];

  /** What a lie would change. */
  const about = (what: string): string[] =>
    /image/.test(what)
      ? ['images']
      : /secrets/.test(what)
        ? ['secrets']
        : /hashes/.test(what)
          ? ['hashes']
          : ['tree', 'inspect'];

  test.each(lies)('is passed over, named by fsck and made again: %s', async (what, lie) => {
    const asked = about(what);
    if (asked.includes('images')) await copy(large);
    const expected = Object.fromEntries(asked.map((name) => [name, right[name]]));
    lie();
    expect(await answers(asked)).toEqual(expected);
    lie();
    const check = async (): Promise<FsckReport> => fsck(await openStore(store), { repair: true }, quietRun());
    const { damage, staleIndexes, staleCaches } = await check();
    expect(damage).toEqual([]);
    expect(staleIndexes + staleCaches.length).toBeGreaterThan(0);
    expect(await check()).toMatchObject({ staleIndexes: 0, staleCaches: [] });
    expect(await answers(asked)).toEqual(expected);
  });

  test('is no link to a file of the host, no pipe and no folder', async () => {
    const canary = await temporaryFile('canary', 'canary');
    for (const put of [
      (path: string): void => symlinkSync(canary, path),
      (path: string): void => void execFileSync('mkfifo', [path]),
      (path: string): void => void mkdirSync(path),
    ]) {
      for (const name of cacheFiles().filter((each) => each.includes(hex))) {
        rmSync(cacheFile(name), { recursive: true });
        put(cacheFile(name));
      }
      expect(await answers()).toEqual(others);
    }
    expect(readFileSync(canary, 'utf8')).toBe('canary');
  });

  test('whatever single byte of it is another, nobody is told anything wrong', async () => {
    let state = 20261128;
    const next = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return (state >>> 8) % below;
    };
    const own = cacheFiles();
    for (let round = 0; round < 6; round++) {
      for (const name of own) {
        const bytes = readFileSync(cacheFile(name));
        flip(bytes, next(bytes.length), 1 << next(8));
        writeFileSync(cacheFile(name), bytes);
      }
      expect(await answers(), `round ${round}`).toEqual(others);
    }
  });
});

describe('by the command line', () => {
  let data = '';
  beforeEach(async () => {
    data = await temporaryFolder();
  });
  const ls = async (): Promise<string> => {
    const { stdout, stderr } = await run(
      process.execPath,
      [join(root, 'scripts', 'stratigraph.mjs'), '--store', store, 'ls', 'x:1'],
      { env: { ...process.env, XDG_DATA_HOME: data, XDG_CACHE_HOME: join(data, 'cache'), LC_ALL: 'C' } },
    );
    expect(stderr.toString()).toBe('');
    return stdout.toString();
  };
  const index = (): string => cacheFile('index', 'sha256', `${hex}.jsonl`);

  test('caches of a store that came from elsewhere are made again, silently', async () => {
    const before = readFileSync(index());
    expect(await ls()).toContain('key.env');
    const own = readFileSync(index());
    expect(own.equals(before)).toBe(false);
    expect(statSync(join(data, 'stratigraph', 'cache-key')).mode & 0o777).toBe(0o600);
    expect(await ls()).toContain('key.env');
    expect(readFileSync(index()).equals(own)).toBe(true);
  });

  test('where the key cannot be kept, or others could have read it, the answer is the same', async () => {
    data = join(await temporaryFile('no folder'), 'below');
    expect(await ls()).toContain('key.env');
    data = await temporaryFolder();
    const key = join(data, 'stratigraph', 'cache-key');
    mkdirSync(join(data, 'stratigraph'));
    for (const spoil of [
      (): void => writeFileSync(key, Buffer.alloc(32), { mode: 0o644 }),
      (): void => writeFileSync(key, 'short', { mode: 0o600 }),
      (): void => symlinkSync('/dev/zero', key),
    ]) {
      rmSync(key, { force: true });
      spoil();
      expect(await ls()).toContain('key.env');
      const made = readFileSync(key);
      expect([made.length, made.equals(Buffer.alloc(32))]).toEqual([32, false]);
    }
  });

  test('where something is in the way of a cache it is kept beside, in our own folder', async () => {
    rmSync(index());
    mkdirSync(join(index(), 'in-the-way'), { recursive: true });
    expect(await ls()).toContain('key.env');
    const [folder = ''] = readdirSync(join(data, 'cache', 'stratigraph'));
    const beside = join(data, 'cache', 'stratigraph', folder, 'index', `${hex}.jsonl`);
    const made = readFileSync(beside);
    expect(await ls()).toContain('key.env');
    expect(readFileSync(beside).equals(made)).toBe(true);
    expect(existsSync(join(index(), 'in-the-way'))).toBe(true);
  });
});

describe('seals', () => {
  test('hold for one purpose and one text', () => {
    const text = toSealedJson('uses', { a: 1, seal: 'x' });
    expect(fromSealedJson('uses', text)).toEqual({ a: 1, seal: 'x' });
    expect(fromSealedJson('images', text)).toBeNull();
    expect(fromSealedJson('uses', text.replace('1', '2'))).toBeNull();
    expect(fromSealedJson('uses', '{"a":1}')).toBeNull();
  });

  test('of blocks find every change, whatever the pieces that the stream came in', () => {
    const bytes = noise(taggedBlock * 2 + 777);
    const tagsOf = (piece: number): Buffer => {
      const tagger = new BlockTagger('tar', 'salt');
      for (let at = 0; at < bytes.length; at += piece) tagger.feed(bytes.subarray(at, at + piece));
      return tagger.finish();
    };
    const tags = tagsOf(bytes.length);
    for (const piece of [1000, 65_536, taggedBlock, taggedBlock + 1]) expect(tagsOf(piece)).toEqual(tags);
    const checker = new BlockChecker('tar', 'salt', tags);
    for (const number of [0, 1, 2]) {
      const block = Buffer.from(bytes.subarray(number * taggedBlock, (number + 1) * taggedBlock));
      expect(checker.isBlock(number, block)).toBe(true);
      expect(checker.isBlock(number === 0 ? 1 : 0, block)).toBe(false);
      expect(new BlockChecker('lines', 'salt', tags).isBlock(number, block)).toBe(false);
      expect(checker.isBlock(number, block.subarray(1))).toBe(false);
      for (const at of [0, 500, block.length - 1]) {
        flip(block, at, 4);
        expect(checker.isBlock(number, block)).toBe(false);
        flip(block, at, 4);
      }
    }
    expect(checker.isBlock(3, Buffer.alloc(0))).toBe(false);
  });

  test('are made with a key that nobody else can read', async () => {
    const home = await temporaryFolder();
    const key = sealKey({ XDG_DATA_HOME: home });
    expect(key).toHaveLength(32);
    expect(readFileSync(join(home, 'stratigraph', 'cache-key')).equals(key)).toBe(true);
    chmodSync(join(home, 'stratigraph', 'cache-key'), 0o600);
    expect(statSync(join(home, 'stratigraph')).mode & 0o077).toBe(0);
  });
});
