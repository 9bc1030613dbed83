import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../../shared/graph/buildGraph';
import { filterGraph, type GraphFilter } from '../../../shared/graph/filterGraph';
import { indexGraph } from '../../../shared/graph/indexGraph';
import { displayName } from '../../../shared/graph/sharing';
import { chainIdOf, digestOf, diffIdOf, imageIdOf, step, storeOf } from './graphFixtures';

const index = indexGraph(
  buildGraph(
    storeOf({
      images: [
        {
          layers: ['debian', 'nginx'],
          history: [step('ADD rootfs.tar /'), step('RUN apt-get install -y nginx')],
          labels: { 'org.opencontainers.image.vendor': 'Rig' },
        },
        { layers: ['debian', 'api'], history: [step('ADD rootfs.tar /'), step('COPY api /usr/bin/')] },
        { layers: ['alpine'], history: [step('ADD alpine.tar.gz /')], architecture: 'arm64' },
        { layers: [], labels: { team: 'shop' } },
      ],
      roots: [
        { name: 'shop/web:1.0', images: [0] },
        { name: 'shop/api:2.0', images: [1] },
        { name: null, images: [2] },
        { name: 'scratch:1', images: [3] },
      ],
    }),
  ),
);
const everything: GraphFilter = { text: '', hiddenFamilies: new Set(), showDangling: true };
const filter = (change: Partial<GraphFilter>) => filterGraph(index, { ...everything, ...change });
const shown = (change: Partial<GraphFilter>): string[] => filter(change).images.map(displayName);
const dangling = digestOf('image 2').slice(7, 19);
const all = ['scratch:1', 'shop/api:2.0', 'shop/web:1.0', dangling];

describe('without a text', () => {
  test('everything is in sight and no layer is marked', () => {
    expect(shown({})).toEqual(all);
    expect(filter({}).layers.size).toBe(0);
  });

  test('a text of spaces is none', () => {
    expect(shown({ text: ' \t ' })).toEqual(all);
    expect(filter({ text: ' \t ' }).layers.size).toBe(0);
  });

  test('dangling images can be hidden', () => {
    expect(shown({ showDangling: false })).toEqual(all.slice(0, 3));
  });

  test('a hidden family takes its images away, and no others', () => {
    expect(shown({ hiddenFamilies: new Set([chainIdOf('debian')]) })).toEqual(['scratch:1', dangling]);
  });

  test('images without layers are a family that can be hidden, too', () => {
    expect(shown({ hiddenFamilies: new Set(['']) })).toEqual(all.slice(1));
  });

  test('a family that is not there hides nothing', () => {
    expect(shown({ hiddenFamilies: new Set(['gone']) })).toEqual(all);
  });
});

describe('a text matches', () => {
  test.each<[string, string, string[]]>([
    ['part of a name', 'api', ['shop/api:2.0']],
    ['a tag', ':1.0', ['shop/web:1.0']],
    ['a name in any case', 'SHOP/WEB', ['shop/web:1.0']],
    ['two words that both match', 'shop 2.0', ['shop/api:2.0']],
    ['words in any order', 'web shop', ['shop/web:1.0']],
    ['no image when one of the words does not', 'shop zebra', []],
    ['an image ID with its algorithm', imageIdOf('image 1'), ['shop/api:2.0']],
    ['the beginning of an image ID', imageIdOf('image 1').slice(7, 19), ['shop/api:2.0']],
    ['no middle of an image ID', imageIdOf('image 1').slice(9, 21), []],
    ['the digest of a manifest', digestOf('manifest 0').slice(7, 15), ['shop/web:1.0']],
    ['a platform', 'linux/arm64', [dangling]],
    ['the value of a label', 'vendor=rig', ['shop/web:1.0']],
    ['the key of a label', 'team', ['scratch:1']],
    ['the command of a layer', 'apt-get', ['shop/web:1.0']],
    ['the command of a shared layer', 'rootfs.tar', ['shop/api:2.0', 'shop/web:1.0']],
    ['the chain ID of a layer', chainIdOf('debian', 'nginx').slice(7, 19), ['shop/web:1.0']],
    ['the diff ID of a layer', diffIdOf('api'), ['shop/api:2.0']],
    ['the digest of a blob', digestOf('blob alpine').slice(7, 19), [dangling]],
    ['no pattern: a dot is a dot', 'shop.web', []],
    ['no pattern: a bracket breaks nothing', '(', []],
  ])('%s', (_, text, expected) => {
    expect(shown({ text })).toEqual(expected);
  });

  test('one or two letters are not looked for in commands', () => {
    expect(filter({ text: 'dd' }).layers.size).toBe(0);
    expect(filter({ text: 'add' }).layers.size).toBe(2);
  });

  test('a single hex digit is no ID', () => {
    const digit = imageIdOf('image 1').slice(7, 8);
    const ids = filter({ text: digit }).images.filter(({ names }) => !names.join().includes(digit));
    expect(
      ids.every(({ labels, os, architecture }) => JSON.stringify([labels, os, architecture]).includes(digit)),
    ).toBe(true);
  });

  test('layers whose own command matches, and no others', () => {
    expect([...filter({ text: 'rootfs.tar' }).layers]).toEqual([chainIdOf('debian')]);
    expect([...filter({ text: 'usr/bin zebra' }).layers]).toEqual([]);
    expect([...filter({ text: 'usr/bin copy' }).layers]).toEqual([chainIdOf('debian', 'api')]);
  });
});

test('the text, hidden families and dangling images count together', () => {
  expect(
    shown({ text: 'linux', showDangling: false, hiddenFamilies: new Set([chainIdOf('debian')]) }),
  ).toEqual(['scratch:1']);
});

test('ids are those of the images in sight', () => {
  const { ids, images } = filter({ text: 'shop/' });
  expect([...ids]).toEqual(images.map(({ id }) => id));
});

describe('a layer that two images tell of in other words', () => {
  const told = (first: string, second: string): readonly [string[], number] => {
    const twice = indexGraph(
      buildGraph(
        storeOf({
          images: [
            { layers: ['a'], history: [step('RUN make honest')], labels: { n: '1' } },
            { layers: ['a'], history: [step('RUN make liar')], labels: { n: '2' } },
          ],
          roots: [
            { name: `${first}:1`, images: [first === 'honest' ? 0 : 1] },
            { name: `${second}:1`, images: [second === 'honest' ? 0 : 1] },
          ],
        }),
      ),
    );
    const found = filterGraph(twice, { ...everything, text: 'make honest' });
    return [found.images.map(displayName), found.layers.size];
  };

  test('is found by the words of both, each for its own image, whichever came first', () => {
    expect(told('honest', 'liar')).toEqual([['honest:1'], 1]);
    expect(told('liar', 'honest')).toEqual([['honest:1'], 1]);
  });
});
