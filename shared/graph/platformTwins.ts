import { platformText } from '../image/platform';
import type { ImageId } from '../image/digest';
import type { ImageNode } from './imageGraph';
import { imagesByName } from './imagesByName';

const known = new WeakMap<readonly ImageNode[], ReadonlyMap<ImageId, string>>();

/**
 * Images that a name alone does not tell apart, since it stands for several platforms: each with the platform as it is
 * said beside the name, without the system where all of them have one (`arm64/v8`, not `linux/arm64/v8`).
 */
export function platformTwins(images: readonly ImageNode[]): ReadonlyMap<ImageId, string> {
  let twins = known.get(images);
  if (!twins) known.set(images, (twins = findTwins(images)));
  return twins;
}

function findTwins(images: readonly ImageNode[]): ReadonlyMap<ImageId, string> {
  const twins = new Map<ImageId, string>();
  for (const several of imagesByName(images).values()) {
    if (several.length < 2) continue;
    const [first] = several;
    const sameSystem = several.every(({ os }) => os === first?.os);
    for (const image of several) {
      const text = platformText(sameSystem ? { ...image, os: '' } : image);
      if (text !== '') twins.set(image.id, text);
    }
  }
  return twins;
}
