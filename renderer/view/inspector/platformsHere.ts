import type { ImageDetail } from '../../../shared/ipc/detail';

type Platforms = ImageDetail['platforms'];

/**
 * What an index offers, each platform once: an index may list one image by several manifests, packed in other ways. `absent`
 * are the platforms that are in no image here.
 */
export function platformsHere(platforms: Platforms): { readonly here: Platforms; readonly absent: number } {
  const byImage = new Map(
    platforms.filter((each) => each.image !== null).map((each) => [each.image, each] as const),
  );
  const here = [...byImage.values()];
  const known = new Set(here.map(({ platform }) => platform));
  const others = new Set(platforms.map(({ platform }) => platform).filter((each) => !known.has(each)));
  return { here, absent: others.size };
}
