import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ProblemError } from '../../../shared/image/problem';
import {
  buildImage,
  dockerArchive,
  dockerMembers,
  gzip,
  noise,
  ociArchive,
  replaceMember,
  tarOf,
  zstd,
  type ImageSpec,
} from '../../setup/imageBuilder';
import { expectSoundStore, load, openStore, snapshotDirectory, temporaryFile } from '../../setup/temporary';

/** Bad loads cost nothing that lasts: no descriptor (CVE-2026-114236), no memory, no file. */

const loads = Number(process.env['STRATIGRAPH_BAD_LOADS'] ?? 500);
/** Most that memory may grow over all of them, bytes: what a garbage collector may have left lying. */
const growth = 192 << 20;

const spec: ImageSpec = {
  names: ['bad:1'],
  layers: [{ files: [{ path: 'fine', content: noise(3000) }] }, { files: [{ path: 'more' }], gzip: true }],
};
const built = buildImage(spec);
const whole = dockerArchive([spec]);
const withLayer = (tar: Uint8Array, packed = false): Buffer =>
  dockerArchive([{ names: ['bad:1'], layers: [...spec.layers, { tar, gzip: packed }] }]);
const layerName = `${built.layers[0]?.digest.slice(7) ?? ''}/layer.tar`;
const bad: readonly Uint8Array[] = [
  noise(5000),
  whole.subarray(0, 3000),
  gzip(whole).subarray(0, 2000),
  zstd(whole).subarray(0, 2000),
  Buffer.from('a text, and no archive\n'),
  withLayer(Buffer.from('no tar at all'.repeat(100))),
  withLayer(noise(2000), true),
  gzip(withLayer(Buffer.from('no tar at all'.repeat(100)))),
  tarOf(replaceMember(dockerMembers([built]), layerName, noise(3000))),
  tarOf(replaceMember(dockerMembers([built]), 'manifest.json', '[{"Config":"gone.json"}]')),
  tarOf(replaceMember(dockerMembers([built]), 'manifest.json', '[[[[')),
  ociArchive([spec]).subarray(0, 6000),
];

test(`of ${loads} bad loads nothing stays, and a good one works after each kind`, async () => {
  const context = await openStore();
  const good = { names: ['good:1'], layers: [{ files: [{ path: 'good' }] }] };
  const goodPath = await temporaryFile(dockerArchive([good]));
  const paths = await Promise.all(bad.map((bytes) => temporaryFile(bytes)));
  const refuse = async (path: string): Promise<void> => {
    const thrown: unknown = await load(context, path).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(thrown).toBeInstanceOf(ProblemError);
    expect((thrown as ProblemError).problem.code).not.toBe('internal');
  };
  for (const path of paths) {
    await refuse(path);
    expect((await load(context, goodPath)).images).toHaveLength(1);
  }
  const before = await snapshotDirectory(context.directory);
  const descriptors = readdirSync('/proc/self/fd').length;
  const memory = process.memoryUsage.rss();
  for (let i = 0; i < loads; i++) await refuse(paths[i % paths.length] ?? '');
  // The list itself is read through a descriptor; the rest may be a few of threads that came and went.
  expect(readdirSync('/proc/self/fd').length - descriptors).toBeLessThan(16);
  expect(process.memoryUsage.rss() - memory).toBeLessThan(growth);
  expect(await snapshotDirectory(context.directory)).toEqual(before);
  await expectSoundStore(context.directory);
});
