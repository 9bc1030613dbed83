import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shellWord } from '../../../electron/cli/shellWord';
import { replaceHidden } from '../../../shared/image/hiddenText';
import { patternReadings } from '../../../shared/layer/patternReadings';
import { literalPattern, pathRemoval } from '../../../shared/layer/removePaths';

/** What `secrets` says to take out, given to a real shell and to the reader of patterns, is that file and no other. */

const odd = [
  '*',
  '?',
  '[',
  ']',
  '\\',
  "'",
  '"',
  '$',
  '`',
  '%',
  '\n',
  '\u202e',
  '\u001b',
  ' ',
  'é',
  '文',
  'a',
  'u{202e}',
];
const name = fc.array(fc.constantFrom(...odd), { minLength: 1, maxLength: 8 }).map((all) => all.join(''));
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((all) => all.join('/'));

test('a real shell and the reader of patterns take it for the path that it was', () => {
  const paths = fc.sample(path, { numRuns: 400, seed: 20_261_129 });
  const words = paths.map((each) => shellWord(literalPattern(each)));
  for (const word of words) expect(replaceHidden(word, () => '')).toBe(word);
  const told = execFileSync('sh', ['-c', `printf '%s\\0' ${words.join(' ')}`])
    .toString()
    .split('\0');
  for (const [at, each] of paths.entries()) {
    // The first reading of which there is something.
    const meant = patternReadings(told[at] ?? '').map(({ pattern }) => pathRemoval([pattern]));
    const removal = meant.find((read) => paths.some((other) => read?.has(other)));
    expect(removal?.has(each), JSON.stringify(each)).toBe(true);
    for (const other of paths)
      if (other !== each && !other.startsWith(`${each}/`)) expect(removal?.has(other)).toBe(false);
  }
});

test('bytes that are not UTF-8 come through a shell', () => {
  const told = execFileSync('sh', ['-c', `printf %s ${shellWord('/a\udcff\udce9b')}`]);
  expect(told).toEqual(Buffer.from('/a\xff\xe9b', 'latin1'));
});
