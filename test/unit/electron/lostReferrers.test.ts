import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import { noise, ociArchive } from '../../setup/imageBuilder';
import { load, openStore, temporaryFile, temporaryFolder } from '../../setup/temporary';

/**
 * A thin archive of a signed image where the store has the base in other bytes: the manifest has to be written anew, and what was
 * signed is another one. That is said; where the bytes are the same the signature comes along.
 */

const base = { files: [{ path: 'base', content: noise(3000) }] };
const images = (gzip: boolean) => [
  { names: ['base:1'], layers: [{ ...base, gzip }] },
  {
    names: ['app:1'],
    layers: [
      { ...base, gzip },
      { files: [{ path: 'app', content: 'app' }], gzip },
    ],
  },
];

test.each([
  [true, 0],
  [false, 1],
])('a base that the store has in the same bytes: %s', async (isSame, lost) => {
  const from = await openStore();
  await load(from, ociArchive(images(true)));
  const folder = await temporaryFolder();
  const [key, publicKey, thin] = ['key', 'public', 'thin.tar'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const pair = generateKeyPairSync('ed25519');
  await writeFile(key, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await writeFile(publicKey, pair.publicKey.export({ type: 'spki', format: 'pem' }));
  for (const words of [
    ['sign', '--key', key, 'app:1'],
    ['save', '--format', 'oci-archive', '--except', 'base:1', '-o', thin, 'app:1'],
  ])
    expect(await callCommand(from.directory, words)).toMatchObject({ code: 0 });
  const to = join(await temporaryFolder(), 'store');
  const whole = await temporaryFile(ociArchive(images(isSame).slice(0, 1)));
  expect(await callCommand(to, ['load', '-i', whole])).toMatchObject({ code: 0 });
  const { code, out } = await callCommand(to, ['--json', 'load', '-i', thin]);
  expect(code).toBe(0);
  const [result] = JSON.parse(out) as { lostReferrers?: number }[];
  expect(result?.lostReferrers ?? 0).toBe(lost);
  expect((await callCommand(to, ['verify', '--key', publicKey, 'app:1'])).code).toBe(lost === 0 ? 0 : 1);
  const { err } = await callCommand(to, ['load', '-i', thin]);
  expect(err.includes('1 signature or other artifact was left out')).toBe(lost === 1);
});
