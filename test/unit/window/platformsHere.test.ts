import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Digest, ImageId } from '../../../shared/image/digest';
import { platformsHere } from '../../../renderer/view/inspector/platformsHere';

/** What the inspector lists of an index, which may name one image by several manifests. */

const digest = (n: number): Digest & ImageId => `sha256:${String(n).padStart(64, '0')}` as Digest & ImageId;
const one = fc.record({
  image: fc.option(fc.integer({ min: 1, max: 4 }), { freq: 2 }),
  absent: fc.integer({ min: 1, max: 4 }),
});

test('every image is listed once, and platforms that no image here is of are counted once', () => {
  fc.assert(
    fc.property(fc.array(one, { maxLength: 12 }), (listed) => {
      const platforms = listed.map(({ image, absent }, i) => ({
        manifest: digest(i + 100),
        platform: `linux/p${image ?? absent}`,
        image: image === null ? null : digest(image),
      }));
      const { here, absent } = platformsHere(platforms);
      const images = here.map(({ image }) => image);
      const expected = new Set(listed.flatMap(({ image }) => image ?? []));
      expect([...images].sort()).toEqual([...expected].map(digest).sort());
      const missing = listed.filter((each) => each.image === null && !expected.has(each.absent));
      expect(absent).toBe(new Set(missing.map((each) => each.absent)).size);
    }),
  );
});
