import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openDefaultStore } from '../../../electron/actions/ground/openStore';
import { commandNames } from '../../../electron/cli/commands';
import { run } from '../../setup/run';
import { temporaryFile, temporaryFolder } from '../../setup/temporary';

const cli = join(import.meta.dirname, '..', '..', '..', 'dist', 'cli.cjs');
/** Has whatever asks for a file by a promise wait for ever, with nothing in the process that could still answer. */
const lost = `
const { promises } = require('node:fs');
for (const name of Object.keys(promises))
  if (typeof promises[name] === 'function') promises[name] = () => new Promise(() => undefined);
require('node:module').syncBuiltinESMExports();
`;
/** Words that let a command get as far as the store, where it takes any. */
const words: Record<string, readonly string[]> = {
  blob: [`sha256:${'a'.repeat(64)}`],
  cat: ['a', '/a'],
  commit: ['a', 'b'],
  copy: ['a', 'x'],
  cp: ['a:/a', '.'],
  diff: ['a', 'b'],
  encrypt: ['--recipient', 'jwe:key', 'a'],
  export: ['-o', 'x', 'a'],
  decrypt: ['--key', 'key', 'a'],
  find: ['a'],
  graph: ['--json'],
  import: ['x.tar'],
  load: ['-i', 'x.tar'],
  ls: ['a'],
  rewrite: ['--remove', '/a', 'a'],
  run: ['a'],
  save: ['-o', 'x', 'a'],
  sign: ['--key', 'key', 'a'],
  squash: ['a'],
  tag: ['a', 'b'],
  verify: ['--key', 'key', 'a'],
  workspace: ['ls'],
};
for (const name of ['df', 'fsck', 'gc', 'images', 'prune', 'short', 'sources']) words[name] = [];
/** Commands that ask for no file. */
const needsNothing = new Set(['completion', 'limits', 'version']);

describe('a command that waits for what will not come', () => {
  test.each(commandNames.filter((name) => !needsNothing.has(name)))('%s', async (name) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'x.tar'), '');
    const store = join(folder, 'store');
    await openDefaultStore(store);
    const preload = await temporaryFile(new TextEncoder().encode(lost), 'lost.cjs');
    for (const json of [false, true]) {
      const given = [...(json ? ['--json'] : []), name, ...(words[name] ?? ['a'])];
      const args = ['--require', preload, cli, '--store', store, ...given];
      const result = await run(process.execPath, args, { cwd: folder, env: { LC_ALL: 'C.UTF-8' } });
      expect(result.stdout).toBe('');
      expect(result.stderr).toContain('The command ended before it was done');
      expect(result.stderr.trimEnd()).not.toContain(json || name === 'graph' ? 'stratigraph:' : '\n');
      expect(result.code).toBe(name === 'run' ? 125 : 1);
    }
  });
});
