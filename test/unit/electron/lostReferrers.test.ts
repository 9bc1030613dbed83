import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import { noise, ociArchive } from '../../setup/imageBuilder';
import { indexedLayout } from '../../setup/indexBuilder';
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

test('a save that cannot take signatures along says so, in its preview too', async () => {
  const store = await openStore();
  await load(store, ociArchive(images(true)));
  const { archive } = indexedLayout('multi:1', [
    { os: 'linux', architecture: 'amd64', layers: [{ files: [{ path: 'p', content: 'amd64' }] }] },
    { os: 'linux', architecture: 'arm64', layers: [{ files: [{ path: 'p', content: 'arm64' }] }] },
  ]);
  await load(store, archive);
  const folder = await temporaryFolder();
  const key = join(folder, 'key');
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeFile(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  for (const name of ['app:1', 'multi:1'])
    expect(await callCommand(store.directory, ['sign', '--key', key, name])).toMatchObject({ code: 0 });
  const saved = async (...words: string[]): Promise<number[]> => {
    const found: number[] = [];
    for (const more of [['-n'], []]) {
      const form = words.includes('--format') ? [] : ['--format', 'oci-archive'];
      const all = ['save', ...form, '-o', join(folder, 'out.tar'), ...more, ...words];
      const { code, out, err } = await callCommand(store.directory, ['--json', ...all]);
      expect(code, err).toBe(0);
      const count = (JSON.parse(out) as { lostReferrers?: number }).lostReferrers ?? 0;
      expect(err.includes('signature')).toBe(count > 0);
      found.push(count);
    }
    return found;
  };
  const asFolder = ['save', '--format', 'oci-dir', '--compress', 'zstd', '-o', join(folder, 'dir'), 'app:1'];
  expect((await callCommand(store.directory, asFolder)).err).toContain(
    '1 signature or other artifact is not in it',
  );
  expect(await saved('app:1')).toEqual([0, 0]);
  // A docker-archive has no room for any, from wherever it is written.
  expect(await saved('--format', 'docker-archive', 'app:1', 'multi:1')).toEqual([2, 2]);
  const signed = join(folder, 'signed.tar');
  for (const [lost, words] of [
    [0, ['save', '--format', 'oci-archive', '-o', signed, 'app:1']],
    [1, ['copy', 'app:1', join(folder, 'copied.tar')]],
    [1, ['copy', signed, join(folder, 'again.tar')]],
    [1, ['copy', '--source', signed, 'app:1', join(folder, 'once.tar')]],
  ] as const) {
    const { code, err } = await callCommand(store.directory, words);
    expect([words, code, err.includes(`1 signature or other artifact was left out`)]).toEqual([
      words,
      0,
      lost > 0,
    ]);
  }
  expect(await saved('--compress', 'zstd', 'app:1')).toEqual([1, 1]);
  expect(await saved('multi:1')).toEqual([0, 0]);
  expect(await saved('--platform', 'linux/arm64', 'multi:1')).toEqual([1, 1]);
  expect(await saved('app:1', 'multi:1', '--compress', 'zstd')).toEqual([2, 2]);
});
