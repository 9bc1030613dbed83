import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { heldLabels } from '../../../shared/graph/heldLabels';
import { dockerArchive, type ImageSpec } from '../../setup/imageBuilder';
import { temporaryFolder } from '../../setup/temporary';
import { ok, useCommandLine } from './cliTools';

useCommandLine();

const layers = [{ files: [{ path: 'a', content: 'a' }] }];
const padded = 'x'.repeat(3_000_000);
const images: readonly ImageSpec[] = [
  { names: ['plain:1'], config: { Labels: { team: 'till' } }, layers },
  { names: ['padded:1'], config: { Labels: { note: padded, team: 'till' } }, layers },
  {
    names: ['many:1'],
    config: {
      Labels: {
        ...Object.fromEntries(Array.from({ length: 40_000 }, (_, i) => [`k${i}`, `v${i}`])),
        team: 'till',
      },
    },
    layers,
  },
];

test('labels of megabytes are shortened in lists, and filters go by all of them', async () => {
  const archive = join(await temporaryFolder(), 'labels.tar');
  await writeFile(archive, dockerArchive(images));
  await ok('load', '-q', '-i', archive);
  const named = async (filter: string): Promise<readonly string[]> =>
    (await ok('images', '-f', filter, '--format', '{{.Repository}}')).trim().split('\n').sort();
  expect(await named('label=team=till')).toEqual(['many', 'padded', 'plain']);
  expect(await named('label=k39999=v39999')).toEqual(['many']);
  expect(await named('label!=team')).toEqual(['']);
  expect((await ok('--json', 'images')).length).toBeLessThan(700_000);
  const preview = JSON.parse(await ok('--json', 'prune', '-a', '-n', '--filter', 'label!=k39999')) as {
    images: unknown[];
  };
  expect(preview.images).toHaveLength(2);
});

test('what is held of labels is bounded, and ordinary ones are held as they are', () => {
  const few = { a: 'b', long: 'y'.repeat(200_000) };
  expect(heldLabels(few)).toEqual({ labels: few, areCut: false });
  const { labels, areCut } = heldLabels({ a: padded, b: 'c' });
  expect([areCut, labels['a']?.length, labels['b']]).toEqual([true, 4096, 'c']);
});
