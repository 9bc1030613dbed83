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

/** Text of made-up words, which packs as well as programs' text does; the same each time. */
function text(size: number): Buffer {
  let state = 20261129;
  const draw = (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  const words = Array.from({ length: 4096 }, () =>
    Array.from({ length: 2 + draw(9) }, () => String.fromCharCode(97 + draw(26))).join(''),
  );
  const out = Buffer.alloc(size);
  // Common words are more common than others.
  for (let at = 0; at < size;)
    at += out.write(`${words[draw(1 + draw(4096))] ?? ''}${draw(9) ? ' ' : '\n'}`, at);
  return out;
}

/** Writes a docker-archive of some 500 MB of text: five layers, each of 5,000 files. */
export function writeTextArchive(path: string): void {
  const all = text(32 << 20);
  const layers = Array.from({ length: 5 }, (_, layer) => ({
    files: Array.from({ length: 5000 }, (_, i) => {
      const from = ((layer * 5000 + i) * 7919 * 131) % (all.length - 40_000);
      return {
        path: `usr/lib/part-${layer}/folder-${i % 100}/file-${i}.js`,
        content: all.subarray(from, from + 1000 + ((i * 7919) % 38_000)),
      };
    }),
  }));
  write(path, [{ names: [largeImage], created: '2026-11-01T00:00:00Z', layers }]);
}

/** The image that {@link writeWideArchive} writes. */
export const wideImage = 'bench/wide:1';

/** Writes a docker-archive of some 70,000 files, as a desktop distribution has, beside a few large ones. */
export function writeWideArchive(path: string): void {
  const layers = Array.from({ length: 5 }, (_, layer) => ({
    files: [
      { path: `opt/large-${layer}.bin`, content: randomFillSync(Buffer.alloc(60 << 20)) },
      ...Array.from({ length: 14_000 }, (_, i) => ({
        path: `usr/lib/part-${layer}/folder-${i % 280}/file-${i}.js`,
        content: noise(1500 + (i % 4000), layer * 14_000 + i),
      })),
    ],
  }));
  write(path, [{ names: [wideImage], layers }]);
}

/** The image that {@link writeMillionPaths} writes. */
export const millionImage = 'bench/million:1';

/** Writes a docker-archive of a million empty files in four layers. */
export function writeMillionPaths(path: string): void {
  const layers = Array.from({ length: 4 }, (_, layer) => ({
    files: Array.from({ length: 247_500 }, (_, i) => ({
      path: `srv/part-${layer}/folder-${i % 2500}/file-${i}.js`,
      content: '',
    })),
  }));
  write(path, [{ names: [millionImage], layers }]);
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
