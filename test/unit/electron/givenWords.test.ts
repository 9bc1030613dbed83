import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shellWord } from '../../../electron/cli/shellWord';
import { fromShown, shown } from '../../../shared/image/hiddenText';
import { decodeName, encodeName } from '../../../shared/layer/entryPath';
import { visibleText } from '../../../shared/text/format';
import { commandLine } from './scripts';

/** Names are bytes: what a person types, or copies from a list, is the very file, and never another that looks alike. */

const pieces: readonly Buffer[] = [
  ...['a', 'é', '文', '\u202e', '\u001b', '\ufffd', '\\', 'u{', 'u{202e}', '}', "'", ' ', '%', '*', '\n'].map(
    (text) => Buffer.from(text),
  ),
  ...[[0xe9], [0xff], [0xc3], [0xed, 0xa0, 0x80], [0xf0, 0x9f]].map((bytes) => Buffer.from(bytes)),
];
const bytesName = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 })
  .map((all) => Buffer.concat(all));
const names = [
  ...new Map(
    fc
      .sample(bytesName, { numRuns: 60, seed: 20_261_129 })
      .map((bytes) => [bytes.toString('latin1'), bytes] as const),
  ).values(),
];
const texts = names.map(decodeName);

test('a text that is shown is told from every other, and read back from what is shown', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), bytesName.map(decodeName)), (text) => {
      expect(fromShown(shown(text))).toBe(text);
      // What has been made visible is safe to make visible again.
      expect(visibleText(shown(text))).toBe(shown(text));
    }),
    { numRuns: 2000 },
  );
  expect(shown('\\u{202e}')).not.toBe(shown('\u202e'));
  expect(fromShown('\\u{ffffff}')).toBe('\\u{ffffff}');
});

let folder = '';
let store = '';
/** Runs the command line behind a shell, words as that reads them. */
const call = async (words: string): Promise<{ code: number; out: Buffer; err: string }> =>
  new Promise((resolve) => {
    const line = `exec ${shellWord(process.execPath)} ${shellWord(commandLine)} --store ${shellWord(store)} ${words}`;
    execFile(
      'sh',
      ['-c', line],
      { cwd: folder, encoding: 'buffer', env: { ...process.env, LC_ALL: 'C.UTF-8' } },
      (thrown, out, err) =>
        resolve({ code: typeof thrown?.code === 'number' ? thrown.code : 0, out, err: err.toString() }),
    );
  });
/** A word in quotes, as it stands there. */
const quoted = (text: string): string => `'${text.replace(/'/g, `'\\''`)}'`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stratigraph-words-'));
  store = join(folder, 'store');
  await mkdir(join(folder, 'tree'));
  for (const [at, name] of names.entries())
    await writeFile(Buffer.concat([Buffer.from(join(folder, 'tree') + '/'), name]), `${at}\n`);
  expect((await call('import tree all:1')).code).toBe(0);
  // A file whose name is what Node makes of the names that are refused.
  await writeFile(join(folder, 'x\ufffd'), 'precious');
});
afterAll(() => rm(folder, { recursive: true, force: true }));
const all = names.map((_, at) => `${at}\n`).join('');

test('files are read by their bytes, and by what ls prints of them', async () => {
  const raw = await call(`cat all:1 ${texts.map((text) => shellWord(`/${text}`)).join(' ')}`);
  expect(raw.err).toBe('');
  expect(raw.out.toString()).toBe(all);
  const listed = (await call('ls all:1')).out.toString().split('\n').slice(0, -1);
  expect([...listed].sort()).toEqual(texts.map(shown).sort());
  const copied = await call(`cat all:1 ${texts.map((text) => quoted(`/${shown(text)}`)).join(' ')}`);
  expect(copied.out.toString()).toBe(all);
});

test('ls, du, find and rewrite take both as well', async () => {
  const [name = ''] = texts.filter((text) => /^[^*?[\n]*\p{Cs}[^*?[\n]*$/u.test(text) && text.length > 2);
  const shownName = shown(name);
  for (const word of [shellWord(`/${name}`), quoted(`/${shownName}`)]) {
    for (const command of ['ls', 'du']) {
      const { code, out, err } = await call(`${command} all:1 ${word}`);
      expect(code, err).toBe(0);
      expect(out.toString()).toContain(shownName);
    }
    expect((await call(`find ${word} all:1`)).out.toString()).toContain(`/${shownName}`);
    expect((await call(`rewrite all:1 --remove ${word} less:1`)).code).toBe(0);
    const left = (await call('ls less:1')).out.toString().split('\n');
    expect(left).not.toContain(shownName);
    expect(left).toHaveLength(names.length);
  }
});

test('a name with a twin that is spelled as the list shows it is what the list shows, and no pattern takes its place', async () => {
  const twins = ['caf\udce9', 'caf\\u{dce9}', '[id].js', 'i.js', 'q?', 'qx', '\\[id].js'];
  await mkdir(join(folder, 'twins'));
  for (const name of twins)
    await writeFile(Buffer.concat([Buffer.from(join(folder, 'twins') + '/'), encodeName(name)]), name);
  expect((await call('import twins twins:1')).code).toBe(0);
  const listed = (await call('ls twins:1')).out.toString().split('\n').slice(0, -1);
  expect([...listed].sort()).toEqual(twins.map(shown).sort());
  for (const name of twins) {
    const word = quoted(`/${shown(name)}`);
    const contents = Buffer.from(name);
    expect((await call(`cat twins:1 ${word}`)).out).toEqual(contents);
    expect((await call(`cp twins:1:${word} copied`)).code).toBe(0);
    expect(await readFile(join(folder, 'copied'))).toEqual(contents);
    const found = (await call(`find ${word} twins:1`)).out.toString().split('\n').slice(0, -1);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`  /${shown(name)}  `);
    const { code, err } = await call(`rewrite twins:1 --remove ${word} less:1`);
    expect(code, err).toBe(0);
    if (/[*?[]/.test(name)) expect(err).toContain('not as a pattern: 1 path');
    const left = (await call('ls less:1')).out.toString().split('\n').slice(0, -1);
    expect(left).toEqual(listed.filter((each) => each !== shown(name)));
  }
  const raw = await call(`cp twins:1:${shellWord('/caf\udce9')} copied`);
  expect(raw.err).toContain('copied');
  expect(raw.code).toBe(0);
  // What is escaped is the character, and a pattern says what it took.
  expect((await call(`rewrite twins:1 --remove '/[q]?' less:1`)).err).toContain(
    '/[q]? was taken as a pattern: 2 paths (/q?, /qx)',
  );
  expect((await call(`find '/q\\?' twins:1`)).out.toString()).toContain('  /q?  ');
});

test('a name of bytes for anything else is refused, and no file is taken for it', async () => {
  const word = shellWord(decodeName(Buffer.from([0x78, 0xe9])));
  const before = await readdir(folder);
  for (const line of [
    `save -o ${word} all:1`,
    `export -o ${word} all:1`,
    `cp all:1:/ ${word}`,
    `import ${word} other:1`,
    `load ${word}`,
    `tag all:1 ${word}`,
    `mount all:1 ${word}`,
    `run all:1 ${word}`,
    `--store ${word} images`,
  ]) {
    const { code, err } = await call(line);
    expect(code, line).toBe(2);
    expect(err).toContain('x\\u{dce9} is not UTF-8');
  }
  expect(await readdir(folder)).toEqual(before);
});

test('a word with a real U+FFFD is that', async () => {
  expect((await call(`import ${quoted('x\ufffd')} other:1`)).err).not.toContain('not UTF-8');
  expect(encodeName('x\ufffd')).toEqual(new TextEncoder().encode('x\ufffd'));
});
