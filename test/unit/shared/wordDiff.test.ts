import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wordDiff, type DiffPiece } from '../../../shared/text/wordDiff';

const textOf = (pieces: readonly DiffPiece[], without: DiffPiece['kind']): string =>
  pieces
    .filter(({ kind }) => kind !== without)
    .map(({ text }) => text)
    .join('');

describe('comparing commands word by word', () => {
  test('marks what is another', () => {
    expect(wordDiff('apt-get install -y nginx=1.26 curl', 'apt-get install -y nginx=1.27 curl git')).toEqual([
      { kind: 'same', text: 'apt-get install -y' },
      { kind: 'gone', text: ' nginx=1.26' },
      { kind: 'new', text: ' nginx=1.27' },
      { kind: 'same', text: ' curl' },
      { kind: 'new', text: ' git' },
    ]);
  });

  test('equal texts are one piece, and nothing is none', () => {
    expect(wordDiff('COPY . .', 'COPY . .')).toEqual([{ kind: 'same', text: 'COPY . .' }]);
    expect(wordDiff('', '')).toEqual([]);
    expect(wordDiff('', 'a')).toEqual([{ kind: 'new', text: 'a' }]);
  });

  test('loses no letter of either text, and equal neighbours are one piece', () => {
    const words = fc
      .array(fc.constantFrom('a', 'b', 'c', '&&', ' ', '\n', '  '), { maxLength: 40 })
      .map((w) => w.join(' '));
    fc.assert(
      fc.property(words, words, (a, b) => {
        const pieces = wordDiff(a, b);
        expect(textOf(pieces, 'new')).toBe(a);
        expect(textOf(pieces, 'gone')).toBe(b);
        pieces.forEach((piece, i) => expect(piece.kind).not.toBe(pieces[i - 1]?.kind));
      }),
    );
  });

  test('very long texts are not compared word by word, and still whole', () => {
    const long = Array.from({ length: 3000 }, (_, i) => `w${i}`).join(' ');
    const other = Array.from({ length: 3000 }, (_, i) => `v${i}`).join(' ');
    const pieces = wordDiff(`start ${long}`, `start ${other}`);
    expect(textOf(pieces, 'new')).toBe(`start ${long}`);
    expect(textOf(pieces, 'gone')).toBe(`start ${other}`);
    expect(pieces[0]).toEqual({ kind: 'same', text: 'start' });
  });
});

describe('values', () => {
  test('are compared by the elements of their lists', () => {
    expect(wordDiff('/usr/bin:/bin', '/usr/bin:/bin:/srv/bin', true)).toEqual([
      { kind: 'same', text: '/usr/bin:' },
      { kind: 'gone', text: '/bin' },
      { kind: 'new', text: '/bin:/srv/bin' },
    ]);
  });

  test('come back whole from their pieces', () => {
    const value = fc.stringMatching(/^[ab:,;= \n]{0,30}$/);
    fc.assert(
      fc.property(value, value, (a, b) => {
        const pieces = wordDiff(a, b, true);
        const side = (other: string): string =>
          pieces.flatMap(({ kind, text }) => (kind === other ? [] : text)).join('');
        expect([side('new'), side('gone')]).toEqual([a, b]);
      }),
    );
  });
});
