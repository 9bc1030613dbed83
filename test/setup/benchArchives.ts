import { randomFillSync } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { buildImage, dockerMembers, noise, tarMember, type ImageSpec } from './imageBuilder';

/** Archives for benches: their bytes do not compress better than those of real images would, files are of all sizes. */

/** The image that {@link writeLargeArchive} writes. */
export const largeImage = 'bench/large:1';

/** Writes a docker-archive of some 650 MB: five layers, each of 5,000 files and one of 110 MB. */
export function writeLargeArchive(path: string): void {
  const layers = Array.from({ length: 5 }, (_, layer) => ({
    files: [
      { path: `opt/large-${layer}.bin`, content: randomFillSync(Buffer.alloc(110 << 20)) },
      ...Array.from({ length: 5000 }, (_, i) => ({
        path: `usr/lib/part-${layer}/folder-${i % 100}/file-${i}.js`,
        content: noise(1500 + (i % 4000), layer * 5000 + i),
      })),
    ],
  }));
  write(path, [{ names: [largeImage], created: '2026-11-01T00:00:00Z', layers }]);
}

/** Name of the `i`th image that {@link writeManyImages} writes. */
export const manyImage = (i: number): string => `bench/many:${i}`;

/** Writes a docker-archive of 1,000 images over the same five layers; each has a label of its own. */
export function writeManyImages(path: string, count = 1000): void {
  const layers = Array.from({ length: 5 }, (_, layer) => ({
    files: [{ path: `part-${layer}`, content: noise(200_000, layer) }],
  }));
  const images = Array.from({ length: count }, (_, i) => ({
    names: [manyImage(i)],
    created: '2026-11-01T00:00:00Z',
    config: { Labels: { number: String(i) } },
    layers,
  }));
  write(path, images);
}

/** Member by member: no buffer could hold a large archive's whole. */
function write(path: string, specs: readonly ImageSpec[]): void {
  const fd = openSync(path, 'w');
  try {
    for (const member of dockerMembers(specs.map(buildImage))) writeSync(fd, tarMember(member));
    writeSync(fd, Buffer.alloc(1024));
  } finally {
    closeSync(fd);
  }
}
