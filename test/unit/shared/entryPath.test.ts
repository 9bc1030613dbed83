import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeName, encodeName, normalisePath } from '../../../shared/layer/entryPath';

const bytesOf = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('names are bytes that lose nothing', () => {
  test.each<[string, Uint8Array, string]>([
    ['nothing', bytesOf(), ''],
    ['ASCII', bytesOf(0x65, 0x74, 0x63), 'etc'],
    ['UTF-8 of two bytes', bytesOf(0xc3, 0xa4), 'ä'],
    ['UTF-8 of three bytes', bytesOf(0xe5, 0xb1, 0x82), '层'],
    ['UTF-8 of four bytes', bytesOf(0xf0, 0x9f, 0x90, 0xb3), '🐳'],
    ['a byte order mark', bytesOf(0xef, 0xbb, 0xbf, 0x61), '\ufeffa'],
    ['Latin-1', bytesOf(0x61, 0xe4, 0x62), 'a\udce4b'],
    ['Latin-1 beside UTF-8', bytesOf(0xc3, 0xa4, 0xff), 'ä\udcff'],
    ['a sequence that is cut off', bytesOf(0xe5, 0xb1), '\udce5\udcb1'],
    ['an overlong slash', bytesOf(0xc0, 0xaf), '\udcc0\udcaf'],
    ['a surrogate in UTF-8', bytesOf(0xed, 0xb2, 0x80), '\udced\udcb2\udc80'],
    ['a code point beyond the last', bytesOf(0xf4, 0x90, 0x80, 0x80), '\udcf4\udc90\udc80\udc80'],
    ['control characters', bytesOf(0x1b, 0x0a, 0x7f), '\u001b\n\u007f'],
  ])('%s', (_, bytes, name) => {
    expect(decodeName(bytes)).toBe(name);
    expect(encodeName(name)).toEqual(bytes);
  });

  test('any bytes come back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(encodeName(decodeName(bytes))).toEqual(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  test('two names are equal only if their bytes are', () => {
    const part = fc.array(fc.constantFrom(0x61, 0x80, 0xc3, 0xa4, 0xed, 0xb2, 0xf0, 0x9f), { maxLength: 5 });
    fc.assert(
      fc.property(part, part, (a, b) => {
        const same = decodeName(bytesOf(...a)) === decodeName(bytesOf(...b));
        expect(same).toBe(a.join() === b.join());
      }),
      { numRuns: 2000 },
    );
  });

  test('what is UTF-8 is read as UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = new TextEncoder().encode(text);
        expect(decodeName(bytes)).toBe(text);
      }),
    );
  });
});

describe('normalisePath', () => {
  test.each([
    ['', ''],
    ['.', ''],
    ['./', ''],
    ['/', ''],
    ['//', ''],
    ['/.', ''],
    ['etc', 'etc'],
    ['etc/', 'etc'],
    ['./etc/passwd', 'etc/passwd'],
    ['/etc/passwd', 'etc/passwd'],
    ['etc//passwd', 'etc/passwd'],
    ['etc/./passwd', 'etc/passwd'],
    ['etc/.', 'etc'],
    ['././a', 'a'],
    ['.hidden', '.hidden'],
    ['a/.hidden', 'a/.hidden'],
    ['..a', '..a'],
    ['a..', 'a..'],
    ['a../b', 'a../b'],
    ['a./b', 'a./b'],
    ['...', '...'],
    ['a/...', 'a/...'],
    ['a\\..\\b', 'a\\..\\b'],
    ['C:/x', 'C:/x'],
    [' ', ' '],
    ['a/\udcff', 'a/\udcff'],
  ])('%j is %j', (name, path) => {
    expect(normalisePath(name)).toBe(path);
  });

  test.each([
    '..',
    '../',
    '../a',
    'a/..',
    'a/../',
    'a/../b',
    '/..',
    './..',
    '//..',
    'a/./..',
    '../../etc/passwd',
  ])('%j leads upwards and is refused', (name) => {
    expect(normalisePath(name)).toBeNull();
  });

  const name = fc
    .array(fc.constantFrom('/', '.', 'a', 'b'), { maxLength: 10 })
    .map((parts) => parts.join(''));

  test('is the list of components without empty ones and dots, for any name', () => {
    fc.assert(
      fc.property(name, (text) => {
        const parts = text.split('/');
        const expected = parts.includes('..')
          ? null
          : parts.filter((part) => !['', '.'].includes(part)).join('/');
        expect(normalisePath(text)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });

  test('a normalised path stays as it is', () => {
    fc.assert(
      fc.property(name, (text) => {
        const path = normalisePath(text);
        if (path !== null) expect(normalisePath(path)).toBe(path);
      }),
    );
  });
});
