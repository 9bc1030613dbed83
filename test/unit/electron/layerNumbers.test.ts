import { expect, test } from 'vitest';
import type { ChainId } from '../../../shared/image/digest';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { callCommand } from '../../setup/callCommand';
import { dockerArchive, type ImageSpec } from '../../setup/imageBuilder';
import { load, openStore } from '../../setup/temporary';

/** Layers are counted from the base, 1 up, in every document that names one. */

const spec = (name: string, count: number): ImageSpec => ({
  names: [name],
  history: Array.from({ length: count }, (_, i) => ({ created_by: `RUN ${i}` })),
  layers: Array.from({ length: count }, (_, i) => ({
    files: [
      { path: `f${i}`, content: `${i}`.repeat(50) },
      // Covered by the next one.
      { path: 'same', content: `${i}`.repeat(100), mode: i % 2 === 0 ? 0o644 : 0o755 },
    ],
  })),
});

/** Every object of a document, at any depth, that has both members. */
function objectsWith(value: unknown, keys: readonly string[]): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap((each) => objectsWith(each, keys));
  return keys.every((key) => key in value) ? [value as Record<string, unknown>, ...inside] : inside;
}

test('documents of commands number layers from 1', async () => {
  const store = await openStore();
  await load(store, dockerArchive([spec('a:1', 4), spec('b:1', 2)]));
  const { graph } = await readStoreView(store);
  const numbers = new Map<ChainId, number>();
  for (const { layers } of graph.images) layers.forEach((chainId, i) => numbers.set(chainId, i + 1));
  const said = async (...words: string[]): Promise<unknown> => {
    const { code, out, err } = await callCommand(store.directory, ['--json', ...words]);
    expect(code, err).toBe(0);
    return JSON.parse(out);
  };
  const cases: readonly (readonly [words: string[], chain: string, number: string, atLeast: number])[] = [
    [['ls', '-R', 'a:1'], 'layer', 'number', 5],
    [['ls', 'a:1@3'], 'layer', 'number', 2],
    [['cat', 'a:1', 'f0', 'f2'], 'layer', 'number', 2],
    [['find', 'f'], 'layer', 'number', 4],
    [['history', 'a:1'], 'chainId', 'number', 4],
    [['inspect', 'a:1'], 'ChainId', 'Number', 4],
    [['inspect', 'a:1@3'], 'Id', 'Number', 1],
    [['diff', '--layers', 'a:1@3', 'a:1'], 'chainId', 'number', 4],
    [['graph'], 'chainId', 'number', 4],
    [['analyze', 'a:1'], 'chainId', 'number', 4],
  ];
  for (const [words, chain, number, atLeast] of cases) {
    const found = objectsWith(await said(...words), [chain, number]).filter((each) => each[chain] !== null);
    expect(found.length, words.join(' ')).toBeGreaterThanOrEqual(atLeast);
    for (const each of found) expect(each[number], words.join(' ')).toBe(numbers.get(each[chain] as ChainId));
  }
  const { waste } = (await said('analyze', 'a:1')) as { waste: unknown };
  expect(objectsWith(waste, ['layer', 'by']).map(({ layer, by }) => [layer, by])).toEqual([
    [1, 2],
    [2, 3],
    [3, 4],
  ]);
});

test('IMG@LAYER in words of diff, tag and export', async () => {
  const store = await openStore();
  await load(store, dockerArchive([spec('a:1', 4)]));
  const call = (...words: string[]) => callCommand(store.directory, words);
  expect((await call('diff', '--files', 'a:1@2', 'a:1@4')).out).toBe('A /f2\nA /f3\nC /same\n');
  expect((await call('tag', 'a:1@2', 'a:two')).code).toBe(0);
  expect((await call('diff', '--layers', '--files', 'a:two', 'a:1@2')).out).not.toMatch(/^[-+~ACD] /m);
  const { problem, err } = await call('tag', 'a:1@5', 'a:five');
  expect([problem, err]).toEqual([
    'layer-not-found',
    'a:1 has no layer 5: it has 4 layers, numbered from the base up, from 1.\n',
  ]);
});
