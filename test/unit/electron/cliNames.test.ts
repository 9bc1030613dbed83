import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dockerArchive, noise } from '../../setup/imageBuilder';
import { temporaryFile, temporaryFolder } from '../../setup/temporary';
import { ok, stratigraph, useCommandLine } from './cliTools';

/** What an image is called where a person typed one of its names: that name, and no other one. */

useCommandLine();

const key = 'AKIAQ3EGRJX7LMNVTZKD';
const other = 'a.example/first:1';
const archive = dockerArchive([
  {
    names: [other, 'till:1', 'till:latest'],
    layers: [
      { files: [{ path: 'etc/creds', content: `id=${key}\n` }] },
      { files: [{ path: 'srv/run.sh', content: noise(900) }] },
    ],
  },
  { names: ['b.example/first:1', 'till:2'], layers: [{ files: [{ path: 'x', content: noise(800, 2) }] }] },
]);

test('sentences, lists and advice say the name that was typed', async () => {
  await ok('load', '-q', '-i', await temporaryFile(archive));
  const out = join(await temporaryFolder(), 'out.tar');
  const commands: readonly (readonly [names: readonly string[], words: readonly string[]])[] = [
    [
      ['till:1', 'till:2'],
      ['diff', '--layers', 'till:1', 'till:2'],
    ],
    [
      ['only in till:1', 'only in till:latest'],
      ['diff', '--layers', 'till:1', 'till'],
    ],
    [['rewrite till:1 '], ['secrets', 'till:1']],
    [['rewrite till:latest '], ['secrets', 'till', 'docker.io/library/till:2']],
    [['(till:1)'], ['find', '*.sh', 'till:1']],
    [['(till:1)'], ['find', '*.sh', 'till:1@2']],
    [['till:1'], ['squash', '--from', '2', 'till:1', 'flat:1']],
    [['till:1'], ['rewrite', 'till:1', '--remove', '/none', 'less:1']],
    [[], ['export', '-o', out, 'till:1']],
    [['till'], ['workspace', 'create', 'till:1']],
    [['till:1'], ['workspace', 'ls']],
  ];
  for (const [names, words] of commands) {
    const { stdout, stderr } = await stratigraph(...words);
    const said = stdout + stderr;
    for (const name of names) expect(said, words.join(' ')).toContain(name);
    expect(said, words.join(' ')).not.toContain('.example/first');
  }
});
