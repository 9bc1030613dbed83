import { chmodSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, test } from 'vitest';
import { callCommand } from '../../setup/callCommand';
import { buildImage, noise, ociArchive, type ImageSpec } from '../../setup/imageBuilder';
import { temporaryFile, temporaryFolder } from '../../setup/temporary';

/** Who asks for an image of which a layer is damaged is told which layer of which image that is, by the blob's own digest. */

const image = (how: Partial<ImageSpec['layers'][number]>): ImageSpec => ({
  names: ['shop:1'],
  layers: [
    { files: [{ path: 'a', content: noise(2000) }] },
    { files: [{ path: 'b', content: noise(3000, 2) }], ...how },
  ],
});
const kinds = { plain: {}, gzip: { gzip: true }, zstd: { zstd: true } };
const harms: Readonly<Record<string, (path: string) => void>> = {
  cut: (path) => writeFileSync(path, 'cut'),
  'well formed and other': (path) => writeFileSync(path, gzipSync(Buffer.alloc(10_240))),
  gone: (path) => rmSync(path),
};
const mounting = process.getuid?.() === 0 ? [['mount', 'shop:1']] : [];

let folder = '';
beforeEach(async () => {
  folder = await temporaryFolder();
});

describe.each(Object.entries(kinds))('a layer that is stored as %s', (_kind, how) => {
  test.each(Object.entries(harms))('and %s is named with its image', async (_harm, harm) => {
    const spec = image(how);
    const sound = join(folder, 'sound');
    await callCommand(sound, ['load', '-q', '-i', await temporaryFile(ociArchive([spec]))]);
    const { digest = '' } = buildImage(spec).layers[1] ?? {};
    const out = join(folder, 'out');
    const { out: listed } = await callCommand(sound, ['--json', 'graph']);
    const chain = (JSON.parse(listed) as { images: { top: string }[] }).images[0]?.top ?? '';
    // Caches would answer without the blob.
    rmSync(join(sound, 'cache'), { recursive: true, force: true });
    for (const words of [
      ...['docker-archive', 'oci-archive', 'oci-dir'].map((format) => [
        'save',
        '--format',
        format,
        '-o',
        out,
        'shop:1',
      ]),
      ['save', '--compress', 'gzip', '-o', out, 'shop:1'],
      ['export', '-o', out, 'shop:1'],
      ['ls', 'shop:1'],
      ['cat', 'shop:1', '/b'],
      ['inspect', chain],
      ...mounting,
    ]) {
      const store = join(folder, 'store');
      rmSync(store, { recursive: true, force: true });
      cpSync(sound, store, { recursive: true });
      const blob = join(store, 'blobs', 'sha256', digest.slice(7));
      chmodSync(blob, 0o644);
      harm(blob);
      const { code, err } = await callCommand(store, words);
      expect(code, words.join(' ')).toBe(1);
      expect(err, words.join(' ')).toMatch(
        new RegExp(
          `^Layer 2 of 2 of shop:1 is (?:damaged|missing): ${digest.slice(0, 19)}: .* Run stratigraph fsck --repair`,
        ),
      );
    }
  });
});
