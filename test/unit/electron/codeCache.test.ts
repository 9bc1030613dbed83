import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { build, type Plugin } from 'esbuild';
import { beforeEach, expect, test } from 'vitest';
import { must, run } from '../../setup/run';
import { temporaryFolder } from '../../setup/temporary';

const commandLine = join(import.meta.dirname, '..', '..', '..', 'dist', 'cli.cjs');
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
  bundle = commandLine;
  const words = [
    '--eval',
    `void import(${JSON.stringify(library)}).then((it) => console.log(it.runBundle(${JSON.stringify(bundle)})));`,
  ];
  expect(await must(process.execPath, [...words, '--', 'x', '--version'])).toMatch(/^true$/m);
});

test('the command line is ASCII alone, so that V8 keeps a byte a character', () => {
  const foreign = /[^\p{ASCII}]+/u.exec(readFileSync(commandLine, 'latin1'));
  // In a regular expression esbuild leaves a sign as it is: write \uXXXX.
  expect(foreign && foreign.input.slice(foreign.index - 40, foreign.index + 10)).toBeNull();
});

/** What a call of the command line has loaded of Node when it ends, and whether it put the catalogue together. */
async function loadedBy(...words: string[]): Promise<readonly string[]> {
  const said = `process.on('exit', () => process.stderr.write(process.moduleLoadList.join('\\n')));
    process.argv.splice(1, 0, 'stratigraph'); require(${JSON.stringify(commandLine)});`;
  const { stderr } = await run(process.execPath, ['--eval', said, '--', ...words]);
  return stderr.split('\n').map((line) => line.replace('NativeModule ', ''));
}

test('a command loads no part of Node that it may not need', async () => {
  const loaded = await loadedBy('--version');
  expect(loaded).toContain('fs');
  expect(loaded).not.toContain('child_process');
  expect(loaded).not.toContain('worker_threads');
});

/** What stands late in the bundle is all there when it is wanted: a getter for each name that such a file exports. */
test.each(['shared/text/messages/all.ts', 'shared/text/messages/problem.ts'])(
  'all of %s comes late',
  async (file) => {
    const root = join(import.meta.dirname, '..', '..', '..');
    const { late } = (await import(join(root, 'scripts', 'lib', 'late.mjs'))) as {
      late: (root: string) => Plugin;
    };
    const contents = `import * as it from ${JSON.stringify(`./shared/text/../text/messages/${file.split('/').at(-1)?.slice(0, -3) ?? ''}`)};
    const had = Object.keys(it).sort(); globalThis.kept = had.map((name) => [name, typeof it[name]]);`;
    const bundled = await build({
      stdin: { contents, resolveDir: root },
      absWorkingDir: root,
      bundle: true,
      write: false,
      platform: 'node',
      format: 'cjs',
      plugins: [late(root)],
    });
    const sandbox: { kept?: unknown; require: NodeJS.Require } = { require: createRequire(import.meta.url) };
    runInNewContext(bundled.outputFiles[0]?.text ?? '', { ...sandbox, module: {}, globalThis: sandbox });
    const whole = (await import(join(root, file))) as Record<string, unknown>;
    expect(sandbox.kept).toEqual(
      Object.keys(whole)
        .sort()
        .map((name) => [name, typeof whole[name]]),
    );
  },
);
