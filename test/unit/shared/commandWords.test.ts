import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askedCommand, commandWords, quotedWords } from '../../../shared/text/commandWords';

test('quoted words are split into the same words', () => {
  const unit = fc.constantFrom('a', 'B', '0', ' ', "'", '"', '\\', '$', '|', ';', '-', '/', '\n', '镜');
  fc.assert(
    fc.property(fc.array(fc.string({ unit, maxLength: 8 }), { maxLength: 6 }), (words) => {
      expect(commandWords(quotedWords(words))).toEqual(words);
    }),
  );
  expect(quotedWords(['curl', 'a b', '', "it's"])).toBe("curl 'a b' '' 'it'\\''s'");
});

test('a question shows a command whole, or says how much of it is missing', () => {
  expect(askedCommand(['sh', '-c', 'a;\u202e\nb'])).toEqual({
    text: "sh -c 'a;\\u{202e}\\u{a}b'",
    hidden: 0,
  });
  const { text, hidden } = askedCommand(['sh', '-c', 'x'.repeat(50_000), 'end']);
  expect(text.length).toBe(1401);
  expect(text).toMatch(/^sh -c x+…x+ end$/);
  expect(hidden).toBe('sh -c  end'.length + 50_000 - 1400);
});
