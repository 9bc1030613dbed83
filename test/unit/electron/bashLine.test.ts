import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bashReplacement, bashText, readBashLine } from '../../../electron/cli/bashLine';
import { decodeName, encodeName } from '../../../shared/layer/entryPath';
import { must } from '../../setup/run';
import { temporaryFolder } from '../../setup/temporary';

/** Lines of bash as bash itself reads them. */

const signs = ' \'"`$\\!~#*?[]{}()<>|&;:=@%^,+-.\n\t\u001b/ab07xuén'.split('');
const pieces = [...signs, '文', '\u202e', '\udce9', '\\x41', '\\351', '\\u00e9', '\\cA', "$'", "\\'"];
const text = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 8 }).map((all) => all.join(''));

/** The words that bash makes of each line: null where it cannot read it. */
async function wordsOf(lines: readonly string[]): Promise<readonly (readonly string[] | null)[]> {
  const folder = await temporaryFolder();
  const file = join(folder, 'lines');
  await writeFile(file, encodeName(lines.map((line) => `${line}\0`).join('')));
  const program = `say() { printf '%s\\0' "$@"; }
mapfile -d '' -t lines < ${file}
for line in "\${lines[@]}"; do eval "say $line" 2>/dev/null || printf 'BAD\\0'; printf 'END OF LINE\\0'; done > ${file}.out`;
  await must('bash', ['--norc', '-c', `set -f; ${program}`], { cwd: folder, env: { LC_ALL: 'C.UTF-8' } });
  const found: string[][] = [[]];
  for (const word of decodeName(await readFile(`${file}.out`))
    .split('\0')
    .slice(0, -1))
    if (word === 'END OF LINE') found.push([]);
    else found.at(-1)?.push(word);
  return found.slice(0, -1).map((words) => (words.includes('BAD') ? null : words));
}

const opening = { none: '', single: "'", double: '"', ansi: "$'" } as const;
const closing = { none: '', single: "'", double: '"', ansi: "'" } as const;
const kinds = ['none', 'single', 'double', 'ansi'] as const;

test('a text that is put on a line is one word of bash, and that text, within quotes and without', async () => {
  const texts = fc.sample(text, { numRuns: 300, seed: 20_261_130 });
  const lines = texts.flatMap((each) =>
    kinds.map((kind) => `${opening[kind]}${bashText(each, kind)}${closing[kind]}`),
  );
  const found = await wordsOf(lines);
  for (const [i, line] of lines.entries()) {
    const meant = texts[Math.floor(i / kinds.length)] ?? '';
    expect(found[i], line).toEqual([meant]);
    expect(
      readBashLine(line).words.map((word) => word.text),
      line,
    ).toEqual([meant]);
  }
});

test('a line is read as bash reads it, or not at all', async () => {
  // What runs something, or goes to a file, is not for bash here.
  const line = fc
    .array(fc.oneof(fc.constantFrom(' ', "'", '"', '\\', "$'", '\\n', '\\\n', '\\"', '\\$'), text), {
      maxLength: 9,
    })
    .map((all) => all.join(''))
    .filter((each) => !/[`()<>|&;#\n]|\$[^']|\$$|\{.*[,.].*\}|~/.test(each));
  const lines = fc.sample(line, { numRuns: 1500, seed: 20_261_130 });
  const found = await wordsOf(lines);
  let read = 0;
  for (const [i, each] of lines.entries()) {
    const words = found[i];
    const ours = readBashLine(each);
    // Bash refuses what is not closed: it is read to its end all the same.
    if (!words || ours.quotes !== 'none' || /(?:^|[^\\])(?:\\\\)*\\$/.test(each)) continue;
    read++;
    const told = ours.words.map((word) => word.text);
    expect(words, JSON.stringify(each)).toEqual(told.length === 0 ? [''] : told);
  }
  expect(read).toBeGreaterThan(300);
});

test('what a word is not known of has no text, and what follows a redirection is no word', () => {
  const texts = (line: string): readonly (string | null)[] =>
    readBashLine(line).words.map((word) => word.text);
  expect(texts('cat $IMG /a')).toEqual(['cat', null, '/a']);
  expect(texts('cat "$IMG" ~/x `id` $(id)')).toEqual(['cat', null, null, null, null]);
  expect(texts('cat a 2>/dev/null /b')).toEqual(['cat', 'a', '/b']);
  expect(readBashLine('cat a > x').isTarget).toBe(true);
  expect(readBashLine('cat a > x ').isTarget).toBe(false);
});

test('what readline replaces is the end of a word, behind an opening quote or a colon', () => {
  const put = (before: string, part: string, word: string): string | null =>
    bashReplacement(before, part)?.(word) ?? null;
  expect(put('cp i:1:/et', '/et', 'i:1:/etc x')).toBe('/etc\\ x');
  expect(put("cat i '/a b/c", '/a b/c', "/a b/c'd")).toBe("/a b/c'\\''d");
  expect(put('cat i "/a', '/a', '/a$b!')).toBe('/a\\$b"\'!\'"');
  expect(put('cat i ', '', '/etc/')).toBe('/etc/');
  expect(put('rewrite i --remove=/e', '/e', '--remove=/etc')).toBe('/etc');
  expect(put('cat i $X/e', '/e', '/etc')).toBeNull();
});
