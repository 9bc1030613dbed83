import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TableRow } from '../../../renderer/view/table/rows';
import { nameColumns } from '../../../renderer/view/table/columnRoom';

const letter = 7;
const row = (repository: string, tag: string): TableRow =>
  ({
    kind: 'image',
    key: tag,
    repository,
    tag,
    image: { names: [`${repository}:${tag}`] },
  }) as unknown as TableRow;

/** What two tracks `minmax(LEAST px, NEED fr)` get of a room, as a grid shares it out (CSS Grid 1, 12.7). */
function widths(tracks: readonly string[], room: number): readonly number[] {
  const [a, b] = tracks.map((track) => {
    const [, least, share] = /minmax\((\d+)px, (\d+)fr\)/.exec(track) ?? [];
    return { least: Number(least), share: Number(share) };
  });
  if (!a || !b) throw new Error('no tracks');
  const fair = (room * a.share) / (a.share + b.share);
  if (fair < a.least) return [a.least, Math.max(b.least, room - a.least)];
  if (room - fair < b.least) return [Math.max(a.least, room - b.least), b.least];
  return [fair, room - fair];
}

test('no name is cut in one column while the other has room to spare', () => {
  const word = fc.string({ minLength: 1, maxLength: 60, size: 'max', unit: fc.constantFrom('a', '-', '1') });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(word, word), { minLength: 1, maxLength: 20 }),
      fc.nat(900),
      (names, more) => {
        const rows = names.map(([repository, tag]) => row(repository, tag));
        const room = 224 + more;
        const [repository = 0, tag = 0] = widths(
          nameColumns(rows, (text) => text.length * letter),
          room,
        );
        const longest = (place: 0 | 1): number =>
          Math.max(...names.map((name) => name[place].length * letter));
        const needs = [longest(0) + 36, longest(1) + 16] as const;
        const cut = [repository < needs[0], tag < needs[1]];
        // Of the margins for what measuring is off by, some may be left.
        if (needs[0] + needs[1] + 30 <= room) expect(cut).toEqual([false, false]);
        if (cut[0] && !cut[1]) expect(tag - needs[1]).toBeLessThan(90);
        if (cut[1] && !cut[0]) expect(repository - needs[0]).toBeLessThan(90);
      },
    ),
    { numRuns: 3000 },
  );
});
