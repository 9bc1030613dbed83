import { beforeEach, describe, expect, test } from 'vitest';
import { groupDigits } from '../../../shared/text/format';
import { dockerArchive, noise, type ImageSpec } from '../../setup/imageBuilder';
import { temporaryFile } from '../../setup/temporary';
import { fails, ok, stratigraph, useCommandLine } from './cliTools';

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
