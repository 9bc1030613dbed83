import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitApart, ShownTexts } from '../../../renderer/chart/layers/fitApart';
import { fitNamed } from '../../../renderer/chart/layers/textFit';
import { splitName } from '../../../shared/image/reference';

/** Names that are shown beside each other in little room are told apart. A letter is as wide as any other here. */

const tailOf = (name: string): string => name.slice(splitName(name).repository.length);
const fitsIn = (room: number) => (text: string) => [...text].length <= room;
const shownIn = (names: readonly string[], room: number): (string | null)[] => {
  const among = new ShownTexts(() => names);
  const fits = fitsIn(room);
  return names.map((name) => fitApart(name, among, { cut: fitNamed, tailOf, fits }));
};

test('what differs is shown, and the tag with it', () => {
  const names = ['alpha', 'beta', 'gamma'].map(
    (word) => `registry.example.com/department/the-service-${word}-of-the-shop:1.0`,
  );
  for (const room of [16, 20, 26]) {
    const shown = shownIn(names, room);
    expect(new Set(shown).size).toBe(3);
    for (const [i, text] of shown.entries()) {
      expect(text).toMatch(/:1\.0$/);
      expect(text).toContain(['a', 'b', 'g'][i]);
    }
  }
  expect(shownIn(names, 24)).toEqual([
    '…service-alpha-of-…:1.0',
    '…service-beta-of-t…:1.0',
    '…service-gamma-of-…:1.0',
  ]);
});

/** Letters by which a text is told from others, with ellipses between them: the least that can be shown of it. */
const least = (name: string, others: readonly string[]): number => {
  const places = new Set<number>();
  for (const other of others) {
    let same = 0;
    while (same < name.length && same < other.length && name[same] === other[same]) same++;
    places.add(same);
  }
  return 2 * places.size + 1;
};

test('of random names that begin and end alike no two are shown alike where there is room for what they differ in', () => {
  const word = fc.constantFrom(
    'api',
    'web',
    'service',
    'gateway',
    'of-the-shop',
    'alpha',
    'beta',
    'x',
    'y1',
    'y2',
  );
  const segment = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join('-'));
  const stem = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const tag = fc.constantFrom('1.0', '1.1', 'latest', '2024-11-29-nightly-amd64', '2024-11-29-nightly-arm64');
  const name = fc
    .tuple(fc.constantFrom('', 'registry.example.com/', 'localhost:5000/'), stem, tag)
    .map(([host, path, version]) => `${host}${path}:${version}`);
  // Names of which each differs from a common one in a letter or two.
  const near = fc
    .tuple(name, fc.array(fc.tuple(fc.nat(60), fc.constantFrom(...'abcz9')), { maxLength: 12 }))
    .map(([base, changes]) => [
      base,
      ...changes.map(([at, letter]) =>
        at % base.length < base.lastIndexOf(':') && /[a-z]/.test(base[at % base.length] ?? '')
          ? base.slice(0, at % base.length) + letter + base.slice((at % base.length) + 1)
          : base,
      ),
    ]);
  const view = fc
    .tuple(fc.uniqueArray(name, { maxLength: 12 }), near)
    .map(([one, other]) => [...new Set([...one, ...other])]);
  let cut = 0;
  fc.assert(
    fc.property(view, fc.integer({ min: 12, max: 50 }), (names, room) => {
      const shown = shownIn(names, room);
      for (const text of shown) if (text !== null) expect([...text].length).toBeLessThanOrEqual(room);
      const by = new Map<string, string[]>();
      names.forEach((each, i) => by.set(shown[i] ?? '', [...(by.get(shown[i] ?? '') ?? []), each]));
      cut += shown.filter((text, i) => text !== names[i]).length;
      const same = [...by].filter(([, all]) => all.length > 1);
      for (const [, all] of same)
        expect([
          all,
          all.filter(
            (each) =>
              least(
                each,
                names.filter((other) => other !== each),
              ) <= room,
          ),
        ]).toEqual([all, []]);
    }),
    { numRuns: 3000 },
  );
  expect(cut).toBeGreaterThan(1000);
});
