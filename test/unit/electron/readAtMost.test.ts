import { execFileSync, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPrivateKey, readPublicKey, signingKinds } from '../../../electron/actions/trust/keyFiles';
import { passphraseOf } from '../../../electron/cli/keyOptions';
import { readAtMost } from '../../../electron/system/readAtMost';
import { problemFacts, temporaryFolder } from '../../setup/temporary';

/** Small files that a person names are read as far as they may be long, whatever they are. */

test('a file up to the bound, a pipe, and of more nothing', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'file');
  await writeFile(file, 'x'.repeat(100_000));
  expect((await readAtMost(file, 100_000))?.length).toBe(100_000);
  expect(await readAtMost(file, 99_999)).toBeNull();
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  spawn('sh', ['-c', 'printf words > "$1"', 'sh', pipe]);
  expect((await readAtMost(pipe, 100))?.toString()).toBe('words');
});

test('a key and a passphrase without end are none', async () => {
  const reads = [
    () => readPrivateKey('/dev/zero', null, signingKinds),
    () => readPublicKey('/dev/zero', signingKinds),
  ];
  for (const read of reads)
    expect(await problemFacts(read(), 'key-unusable')).toMatchObject({ reason: 'not-pem' });
  const values = new Map([['passphrase-file', ['/dev/zero']]]);
  await problemFacts(passphraseOf({ values }, new AbortController().signal), 'file-unreadable');
});
