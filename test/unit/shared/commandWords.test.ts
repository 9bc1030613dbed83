import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askedCommand, commandWords, mostAsked, quotedWords } from '../../../shared/text/commandWords';

test('quoted words are split into the same words', () => {
  const unit = fc.constantFrom('a', 'B', '0', ' ', "'", '"', '\\', '$', '|', ';', '-', '/', '\n', '镜');
  fc.assert(
    fc.property(fc.array(fc.string({ unit, maxLength: 8 }), { maxLength: 6 }), (words) => {
      expect(commandWords(quotedWords(words))).toEqual(words);
    }),
  );
  expect(quotedWords(['curl', 'a b', '', "it's"])).toBe("curl 'a b' '' 'it'\\''s'");
});

test('a question shows a command whole, to the last character, or not at all', () => {
  expect(askedCommand(['sh', '-c', 'a;\u202e\nb'])).toBe("sh -c 'a;\\u{202e}\\u{a}b'");
  expect(askedCommand(['x'.repeat(mostAsked)])).toBe('x'.repeat(mostAsked));
  for (const words of [
    ['x'.repeat(mostAsked + 1)],
    ['\u202e'.repeat(mostAsked / 4)],
    Array<string>(500_000).fill(''),
  ])
    expect(askedCommand(words)).toBeNull();
});
