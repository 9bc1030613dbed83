import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { ChainId } from '../../../shared/image/digest';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { callCommand } from '../../setup/callCommand';
import { dockerArchive } from '../../setup/imageBuilder';
import { load, openStore, temporaryFolder, type TestStore } from '../../setup/temporary';
import type { Called } from '../../setup/performCommand';

/** `IMG@LAYER` means a layer by its number, chain ID, diff ID or the beginning of one, wherever a layer can be meant. */

const steps = [
  { created_by: 'RUN 1' },
  { created_by: 'ENV 1', empty_layer: true },
  { created_by: 'RUN 2 --token=Zk3Vb8Qy5Rw1Nc7Tj0Lp4Xe9' },
  { created_by: 'ENV 2', empty_layer: true },
  { created_by: 'RUN 3' },
];
/** Steps that history has up to each layer. */
const stepsUpTo = [2, 4, 5];
const same = { path: 'same', content: 'as it is everywhere'.repeat(20) };
const archive = dockerArchive([
  {
    names: ['a:1', 'a:2'],
    history: steps,
    layers: [1, 2, 3].map((n) => ({
      files: [
        { path: `app/${n}.env`, content: `API_KEY=g7Tq2v9XkLm4Rb8ZsW1y${n}\n` },
        { path: `f${n}` },
        same,
      ],
    })),
  },
]);

let store: TestStore;
let chain: readonly ChainId[];
let words: readonly (readonly string[])[];
const call = (...line: string[]): Promise<Called> => callCommand(store.directory, line);
const json = async (...line: string[]): Promise<unknown> => {
  const { code, out, err } = await call('--json', ...line);
  expect(code, err).toBe(0);
  return JSON.parse(out);
};

beforeEach(async () => {
  store = await openStore();
  await load(store, archive);
  const { graph } = await readStoreView(store);
  chain = graph.images[0]?.layers ?? [];
  words = chain.map((chainId, i) => {
    const diffId = graph.layers.find((layer) => layer.chainId === chainId)?.diffId ?? '';
    return [String(i + 1), chainId, chainId.slice(7, 19), diffId, diffId.slice(7, 19)].map((w) => `a:1@${w}`);
  });
});

test('history tells the steps up to it', async () => {
  for (const [i, spellings] of words.entries())
    for (const word of spellings) {
      const told = (await json('history', word)) as readonly { createdBy: string }[];
      const expected = steps.slice(0, stepsUpTo[i]).map((step) => step.created_by);
      expect(told.map(({ createdBy }) => createdBy).reverse()).toEqual(expected);
    }
});

test('secrets looks at it alone, and at the step that made it', async () => {
  for (const [i, spellings] of words.entries())
    for (const word of spellings) {
      const [found] = (await json('secrets', word)) as readonly {
        files: readonly { path: string; layer: number }[];
        config: readonly { field: string; key: string }[];
      }[];
      expect(found?.files.map(({ path, layer }) => [path, layer])).toEqual([[`app/${i + 1}.env`, i + 1]]);
      expect(found?.config.map(({ field, key }) => [field, key])).toEqual(i === 1 ? [['history', '3']] : []);
    }
});

test('duplicates compares it alone, and its document has chain IDs and numbers', async () => {
  const found = (await json('duplicates', 'a:1@1', words[2]?.[2] ?? '')) as {
    files: readonly { copies: readonly object[] }[];
    layers: readonly { places: readonly object[] }[];
  };
  const places = [0, 2].map((i) => ({ chainId: chain[i], number: i + 1 }));
  expect(found.files.map(({ copies }) => copies)).toEqual([
    places.map((each) => ({ ...each, path: 'same' })),
  ]);
  expect(found.layers.map((layer) => layer.places)).toEqual(places.map((each) => [each]));
  expect(await json('duplicates', 'a:1@2')).toMatchObject({ files: [] });
});

test('save writes the image that tag would make, whatever the form, and leaves the store as it is', async () => {
  const index = join(store.directory, 'index.json');
  const before = await readFile(index, 'utf8');
  const saved = new Map<string, string[]>();
  const forms = [
    ['docker-archive', 'none'],
    ['docker-archive', 'gzip'],
    ['oci-archive', 'none'],
    ['oci-archive', 'zstd'],
  ] as const;
  for (const [i, [, , word = '']] of words.entries())
    for (const [format, packed] of forms) {
      const file = join(await temporaryFolder(), 'cut.tar');
      const line = ['--format', format, '--compress', packed, '-o', file, i === 2 ? 'a:1@3' : word];
      const { code, err } = await call('save', ...line);
      expect(code, err).toBe(0);
      const other = await openStore();
      await load(other, await readFile(file));
      const [image, ...more] = (await readStoreView(other)).graph.images;
      expect(more).toEqual([]);
      expect(image?.layers).toEqual(chain.slice(0, i + 1));
      expect(image?.names).toEqual(i === 2 ? ['a:1'] : []);
      saved.set(word, [...(saved.get(word) ?? []), image?.id ?? '']);
    }
  expect(await readFile(index, 'utf8')).toBe(before);
  for (const [word, ids] of saved) {
    const { id } = (await json('tag', word, 'cut:1')) as { id: string };
    expect(new Set(ids)).toEqual(new Set([id]));
  }
});

test('save --except leaves out the layers up to it', async () => {
  const plan = (await json('save', '-n', '--except', 'a:1@2', 'a:1')) as { layers: number; leftOut: object };
  expect(plan).toMatchObject({ layers: 1, leftOut: { layers: 2 } });
});

test('where whole images are meant a sentence says so, and nothing goes', async () => {
  const before = await readFile(join(store.directory, 'index.json'), 'utf8');
  for (const line of [
    ['rmi', 'a:1@2'],
    ['rmi', '-n', words[1]?.[1] ?? ''],
    ['rmi', '-f', 'a:1@3'],
    ['manifest', 'a:1@2'],
    ['config', 'a:1@2'],
    ['rewrite', 'a:1@2', '--remove', '/same'],
    ['tree', 'a:1@2'],
    ['images', '-f', 'since=a:1@2'],
  ]) {
    const { problem, err } = await call(...line);
    expect(problem, line.join(' ')).toBe('layer-not-image');
    expect(err).toContain(`${line.find((word) => word.includes('@'))} is a layer`.replace('since=', ''));
  }
  expect(await call('rmi', 'a:1@9')).toMatchObject({ problem: 'layer-not-found' });
  expect(await call('rmi', 'b:1@2')).toMatchObject({ problem: 'image-not-found' });
  expect(await readFile(join(store.directory, 'index.json'), 'utf8')).toBe(before);
});
