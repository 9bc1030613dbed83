import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { filterGraph } from '../../../shared/graph/filterGraph';
import { globTest, parseAge, parseFilter, parseSize, withToken } from '../../../shared/graph/filterQuery';
import { indexGraph } from '../../../shared/graph/indexGraph';
import { randomGraph, randomNow } from '../../setup/randomGraph';

const day = 86_400_000;

describe('a filter as it is typed', () => {
  test('is words and tokens', () => {
    expect(parseFilter('  Shop repo:shop-* -label:team=web size:>100MB "two words" ')).toEqual({
      words: ['shop', 'two words'],
      tokens: [
        { kind: 'repo', value: 'shop-*', negated: false },
        { kind: 'label', value: 'team=web', negated: true },
        { kind: 'size', value: '>100MB', negated: false },
      ],
      unclear: [],
    });
  });

  test('keeps names with a colon as words, and quotes keep spaces', () => {
    expect(parseFilter('shop:1.4').words).toEqual(['shop:1.4']);
    expect(parseFilter('label:"note=two words"').tokens).toEqual([
      { kind: 'label', value: 'note=two words', negated: false },
    ]);
  });

  test('says what it could not understand', () => {
    expect(parseFilter('size:100MB age:<30 dangling:maybe repo: label:x').unclear).toEqual([
      'size:100MB',
      'age:<30',
      'dangling:maybe',
      'repo:',
    ]);
  });

  test('reads sizes and ages', () => {
    expect(parseSize('>1.5GB')).toEqual({ sign: '>', amount: 1.5e9 });
    expect(parseSize('<10MiB')).toEqual({ sign: '<', amount: 10 * 1024 * 1024 });
    expect(parseSize('<300')).toEqual({ sign: '<', amount: 300 });
    expect(parseAge('<30d')).toEqual({ sign: '<', amount: 30 * day });
    expect(parseAge('>1y')?.amount).toBeGreaterThan(364 * day);
    expect([parseSize('big'), parseAge('>x'), parseAge('30d')]).toEqual([null, null, null]);
  });

  test('changes one token and leaves the rest', () => {
    expect(withToken('web age:<30d', 'size', '>1GB')).toBe('web age:<30d size:>1GB');
    expect(withToken('age:<30d web age:>1y', 'age', '<7d')).toBe('age:<7d web');
    expect(withToken('age:<30d web', 'age', null)).toBe('web');
    expect(withToken('-age:<30d', 'age', '<7d')).toBe('-age:<30d age:<7d');
    expect(withToken('', 'label', 'note=two words')).toBe('label:"note=two words"');
  });

  test('never throws, and a changed token is the one that is read', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('<1d', '>7d'), (text, age) => {
        const query = parseFilter(withToken(text, 'age', age));
        const ages = query.tokens.filter(({ kind, negated }) => kind === 'age' && !negated);
        // An open quote takes in all that follows.
        if ((text.split('"').length - 1) % 2 === 0) expect(ages.map(({ value }) => value)).toContain(age);
      }),
    );
  });

  test('compares with patterns to the letter but for * and ?', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), (text) => {
        const plain = text.replaceAll(/[*?]/g, '');
        expect(globTest(plain)(plain)).toBe(true);
        expect(globTest('*')(text)).toBe(true);
        expect(globTest(`${plain}?`)(`${plain}x`)).toBe(true);
        expect(globTest(`${plain}?`)(plain)).toBe(false);
      }),
    );
  });
});

describe('a filter on a store', () => {
  const graph = randomGraph({ images: 200, layers: 700, seed: 9 });
  const index = indexGraph(graph);
  const found = (text: string, showDangling = true) =>
    filterGraph(index, { text, hiddenFamilies: new Set(), showDangling, now: randomNow }).images;

  test('by repository, with or without its registry', () => {
    const [name = ''] =
      graph.images.find(({ names: [each] }) => each?.startsWith('registry.lan') === true)?.names ?? [];
    const repository = name.slice(0, name.lastIndexOf(':'));
    const expected = graph.images.filter(({ names }) =>
      names.some((each) => each.startsWith(`${repository}:`)),
    );
    expect(found(`repo:${repository}`)).toEqual(expected);
    const short = repository.slice(repository.lastIndexOf('/') + 1);
    expect(found(`repo:${short}`)).toEqual(
      graph.images.filter(({ names }) =>
        names.some((each) => each.startsWith(`${short}:`) || each.includes(`/${short}:`)),
      ),
    );
    expect(found('repo:*').length).toBe(graph.images.filter(({ names }) => names.length > 0).length);
  });

  test('by label, size, age and name, each as its own definition says', () => {
    expect(found('label:team=web')).toEqual(graph.images.filter(({ labels }) => labels['team'] === 'web'));
    expect(found('label:team')).toEqual(graph.images.filter(({ labels }) => 'team' in labels));
    expect(found('size:>300MB')).toEqual(graph.images.filter(({ size }) => size > 3e8));
    expect(found('age:<30d')).toEqual(
      graph.images.filter(({ created }) => randomNow - Date.parse(created ?? '') < 30 * day),
    );
    expect(found('dangling:true')).toEqual(graph.images.filter(({ names }) => names.length === 0));
    expect(found('dangling:true', false).length).toBe(found('dangling:true').length);
    expect(found('').length).toBe(200);
  });

  test('by several at once, and turned round', () => {
    const both = found('label:team=web size:<300MB');
    expect(both.length).toBeGreaterThan(0);
    expect(both).toEqual(found('label:team=web').filter(({ size }) => size < 3e8));
    expect(found('-label:team=web').length).toBe(200 - found('label:team=web').length);
  });
});
