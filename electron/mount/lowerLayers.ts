import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { inOwnMounts } from '../system/apartMounts';
import { inDirectory, mount, mountFlags } from '../system/syscalls';
import type { LowerLayer } from '../worker/jobs';

const guarded = mountFlags.readOnly | mountFlags.noSuid | mountFlags.noDev;

/**
 * Runs `work` with every layer under a name of its own in the directory `place` of ours, which is the current one meanwhile: a
 * link where the layer is a directory, a mount where it is an image. All this is in a mount namespace of the calling
 * thread, on a file system in memory that covers `place` there. An overlay that `work` makes keeps the images for itself;
 * nobody else ever sees the mounts that it is made from, and a crash leaves none.
 */
export function withLowerLayers<T>(
  place: string,
  layers: readonly LowerLayer[],
  work: (names: readonly string[]) => T,
): T {
  return inOwnMounts(() => {
    mount('stratigraph', place, 'tmpfs', mountFlags.noSuid | mountFlags.noDev, 'mode=700');
    return inDirectory(place, () => {
      const names = layers.map((layer, i) => {
        const name = i.toString(36);
        if (typeof layer === 'string') symlinkSync(layer, join(place, name));
        else {
          // A path may hold the commas that separate mount options; the name of a link does not.
          const device = `${name}.tar`;
          symlinkSync(layer.tar, join(place, device));
          mkdirSync(join(place, name));
          mount(layer.image, join(place, name), 'erofs', guarded, `device=${device}`);
        }
        return name;
      });
      return work(names);
    });
  });
}
