import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { groupDigits } from '../../../shared/text/format';
import { dockerArchive, noise, type ImageSpec } from '../../setup/imageBuilder';
import { snapshotDirectory, temporaryFile } from '../../setup/temporary';
import { fails, ok, place, stratigraph, useCommandLine } from './cliTools';

useCommandLine();

const program = noise(3000, 5);
const image: ImageSpec = {
  names: ['till:1'],
  history: [{ created_by: 'ADD root' }, { created_by: 'RUN chmod' }, { created_by: 'RUN rm' }],
  layers: [
    {
      files: [
        { path: 'usr/bin/till', content: program },
        { path: 'var/cache/a', content: noise(1000, 6) },
        { path: 'var/cache/b', content: noise(1000, 7) },
      ],
      gzip: true,
    },
    { files: [{ path: 'usr/bin/till', content: program, mode: 0o755 }] },
    { files: [{ path: 'var/.wh.cache' }, { path: 'etc/conf', content: 'a = 1\n' }] },
  ],
};

beforeEach(async () => {
  await ok('load', '-q', '-i', await temporaryFile(dockerArchive([image])));
});

describe('analyze', () => {
  test('says the score, what each layer adds and hides, and what is wasted why', async () => {
    const lines = (await ok('analyze', 'till:1')).split('\n').map((line) => line.split(/ {3,}/));
    expect(lines[0]).toEqual([
      `Score 37.5 %: 3.01 kB of 8.01 kB are visible, 5.00 kB (${groupDigits(5000)} bytes) are not.`,
    ]);
    expect(lines.slice(3, 6)).toEqual([
      ['1', '5.00 kB', '5.00 kB', '0 B', '0 B', '0 B', '5.00 kB', 'ADD root'],
      ['2', '3.00 kB', '0 B', '3.00 kB', '3.00 kB', '0 B', '0 B', 'RUN chmod'],
      ['3', '6 B', '6 B', '0 B', '0 B', '2.00 kB', '0 B', 'RUN rm'],
    ]);
    expect(lines.slice(8, 10)).toEqual([
      ['3.00 kB', '1 → 2', 'copied only to change its mode', '/usr/bin/till'],
      ['2.00 kB', '1 → 3', 'deleted with its directory (2 files)', '/var/cache/'],
    ]);
    expect(await ok('analyze', 'till:1@1')).toContain('Score 100.0 %');
    const found = JSON.parse(await ok('--json', 'analyze', 'till:1')) as Record<string, unknown>;
    expect(found).toMatchObject({ score: 3006 / 8006, wastedBytes: 5000, unread: [], omitted: 0 });
  });

  test('--fail-below is for scripts: code 1 with a sentence, the report all the same', async () => {
    const below = await stratigraph('analyze', '--fail-below', '37.6', 'till:1');
    expect([below.code, below.stderr]).toEqual([1, 'The score 37.5 is below 37.6.\n']);
    expect(below.stdout).toContain('WASTED');
    expect((await stratigraph('analyze', '--fail-below', '37.5', 'till:1')).code).toBe(0);
    await fails(2, 'analyze', '--fail-below', '101', 'till:1');
  });
});

describe('secrets', () => {
  const key = `-----BEGIN RSA PRIVATE KEY-----\n${`${noise(48, 8).toString('base64')}\n`.repeat(8)}-----END RSA PRIVATE KEY-----\n`;
  const leaky: ImageSpec = {
    names: ['leaky:1'],
    config: { Env: [`API_TOKEN=${noise(24, 9).toString('hex')}`, 'PATH=/bin'] },
    history: [
      { created_by: 'COPY key' },
      { created_by: 'RUN rm' },
      { created_by: 'COPY .env' },
      { created_by: 'COPY .env' },
    ],
    layers: [
      {
        files: [
          { path: 'root/id_rsa', content: key },
          { path: 'etc/ssl/cert.pem', content: key.replace(/RSA PRIVATE KEY/g, 'CERTIFICATE') },
        ],
        gzip: true,
      },
      { files: [{ path: 'root/.wh.id_rsa' }] },
      { files: [{ path: 'app/.env', content: `A=1\nDB_PASSWORD=${noise(24, 10).toString('hex')}\n` }] },
      { files: [{ path: 'app/.env', content: 'A=1\n' }] },
    ],
  };

  test('finds what later layers delete and cover, says by which, and shows none; rewrite takes it away', async () => {
    await ok('load', '-q', '-i', await temporaryFile(dockerArchive([leaky])));
    const { code, stdout, stderr } = await stratigraph('secrets', 'leaky:1');
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.split(/ {3,}/).slice(0, 4))).toEqual([
      ['KIND', 'WHERE', 'LAYER', 'STATE'],
      ['private key', '/root/id_rsa:1', '1', 'deleted by layer 2'],
      ['random value of a secret’s name', '/app/.env:2', '3', 'covered by layer 4'],
      expect.arrayContaining(['random value of a secret’s name', 'Env API_TOKEN']) as string[],
      [''],
    ]);
    const hidden = [
      noise(24, 9).toString('hex'),
      noise(24, 10).toString('hex'),
      noise(48, 8).toString('base64'),
    ];
    for (const secret of hidden) expect(stdout + stderr).not.toContain(secret.slice(0, 6));
    expect(stderr).toContain('stratigraph rewrite leaky:1 --remove /root/id_rsa --remove /app/.env');
    expect((await stratigraph('secrets', '--exit-code', '3', 'leaky:1')).code).toBe(3);
    expect((await stratigraph('secrets', '--exit-code', '3', 'till:1')).code).toBe(0);
    await ok('rewrite', 'leaky:1', '--remove', '/root/id_rsa', '/app/.env', 'leaky:2');
    const [after] = JSON.parse(await ok('--json', 'secrets', 'leaky:2')) as [
      { files: unknown[]; config: unknown[] },
    ];
    expect([after.files, after.config.length]).toEqual([[], 1]);
    // Found once, kept by the digest of the layer, and never whole.
    const kept = await snapshotDirectory(join(place.store, 'cache', 'secrets', 'sha256'));
    expect(kept.size).toBeGreaterThan(3);
    await ok('rmi', 'leaky:1', 'leaky:2');
    expect(await snapshotDirectory(join(place.store, 'cache', 'secrets', 'sha256'))).not.toEqual(kept);
  });
});
