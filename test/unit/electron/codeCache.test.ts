import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { must } from '../../setup/run';
import { temporaryFolder } from '../../setup/temporary';

const library = join(import.meta.dirname, '..', '..', '..', 'scripts', 'lib', 'codeCache.mjs');
const source = (word: string): string =>
  `const { join } = require('node:path');
   process.once('exit', () => process.stdout.write(join('said', '${word}') + '\\n'));`;

let bundle: string;
const call = (name: string): Promise<string> =>
  must(process.execPath, [
    '--eval',
    `void import(${JSON.stringify(library)}).then((it) => console.log(it.${name}(${JSON.stringify(bundle)})));`,
  ]);

beforeEach(async () => {
  bundle = join(await temporaryFolder(), 'it.cjs');
  writeFileSync(bundle, source('one'));
  await call('runAndKeepCode');
});

test('a bundle runs with what was kept of it', async () => {
  expect(await call('runBundle')).toBe('true\nsaid/one\n');
});

test('another bundle of the same length is compiled itself', async () => {
  writeFileSync(bundle, source('two'));
  expect(await call('runBundle')).toBe('false\nsaid/two\n');
});

test('no changed byte of a cache counts', async () => {
  const code = bundle.replace(/\.cjs$/, '.code');
  const whole = readFileSync(code);
  for (const at of [0, 40, whole.length >> 1, whole.length - 1]) {
    const changed = Buffer.from(whole);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    writeFileSync(code, changed);
    expect(await call('runBundle')).toBe('false\nsaid/one\n');
  }
  writeFileSync(code, whole.subarray(0, 10));
  expect(await call('runBundle')).toBe('false\nsaid/one\n');
});

test('the command line runs from its cache', async () => {
  bundle = join(import.meta.dirname, '..', '..', '..', 'dist', 'cli.cjs');
  const words = [
    '--eval',
    `void import(${JSON.stringify(library)}).then((it) => console.log(it.runBundle(${JSON.stringify(bundle)})));`,
  ];
  expect(await must(process.execPath, [...words, '--', 'x', '--version'])).toMatch(/^true$/m);
});
