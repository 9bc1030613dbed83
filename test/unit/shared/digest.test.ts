import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  hexOf,
  isDigest,
  parseChainId,
  parseDiffId,
  parseDigest,
  parseImageId,
  shortDigest,
} from '../../../shared/image/digest';
import { ProblemError } from '../../../shared/image/problem';

const hex = '0123456789abcdef'.repeat(4);
const digest = `sha256:${hex}`;
const parsers = { parseDigest, parseDiffId, parseChainId, parseImageId };

const refused: readonly (readonly [string, unknown])[] = [
  ['nothing', ''],
  ['hex digits alone', hex],
  ['upper-case hex', `sha256:${hex.toUpperCase()}`],
  ['an upper-case algorithm', `SHA256:${hex}`],
  ['63 digits', digest.slice(0, -1)],
  ['65 digits', `${digest}0`],
  ['another algorithm', `sha512:${hex}${hex}`],
  ['a letter beyond f', `sha256:${'g'.repeat(64)}`],
  ['space before it', ` ${digest}`],
  ['a line feed behind it', `${digest}\n`],
  ['a second line', `${digest}\n${digest}`],
  ['a path', `sha256/${hex}`],
  ['a way upwards', `sha256:${'../'.repeat(21)}a`],
  ['full-width digits', `sha256:${'０'.repeat(64)}`],
  ['a number', 42],
  ['null', null],
  ['undefined', undefined],
  ['a list of one digest', [digest]],
  ['an object that says it is one', { toString: () => digest }],
];

describe.each(Object.entries(parsers))('%s', (_, parse) => {
  test('gives a digest in its only spelling back as it is', () => {
    expect(parse(digest)).toBe(digest);
  });

  test.each(refused)('refuses %s', (_name, value) => {
    expect(() => parse(value)).toThrow(ProblemError);
  });
});

describe('isDigest', () => {
  test.each(refused)('is false for %s', (_name, value) => {
    expect(isDigest(value)).toBe(false);
  });

  test('is true for every 32 bytes in lower-case hex', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
        expect(isDigest(`sha256:${Buffer.from(bytes).toString('hex')}`)).toBe(true);
      }),
    );
  });
});

describe('a refusal', () => {
  const factsOf = (value: unknown): unknown => {
    try {
      return parseDigest(value);
    } catch (thrown) {
      return thrown instanceof ProblemError ? thrown.problem : thrown;
    }
  };

  test('quotes the text', () => {
    expect(factsOf('md5:1')).toEqual({ code: 'digest-invalid', facts: { text: 'md5:1' } });
  });

  test('quotes no more than 120 characters of it', () => {
    expect(factsOf('x'.repeat(5000))).toEqual({ code: 'digest-invalid', facts: { text: 'x'.repeat(120) } });
  });

  test('names the type of what is no text', () => {
    expect(factsOf(42)).toEqual({ code: 'digest-invalid', facts: { text: 'number' } });
  });
});

test('hexOf gives the 64 digits, shortDigest the 12 that Docker shows', () => {
  const parsed = parseDigest(digest);
  expect(hexOf(parsed)).toBe(hex);
  expect(shortDigest(parsed)).toBe('0123456789ab');
});
