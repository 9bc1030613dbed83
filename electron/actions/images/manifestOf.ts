import type { Digest } from '../../../shared/image/digest';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { nameDigest } from '../../../shared/graph/nameDigest';
import { idPart, resolveImage } from './resolveImage';
import type { StoreView } from './storeView';

/**
 * The manifest that a person's word stands for: of a digest that document, of an ID the image's own, of a name what it leads to, which
 * of several platforms is their index; with `platform` the manifest of that one. Throws as `resolveImage` does.
 */
export function manifestOf(
  { graph, closures }: Pick<StoreView, 'graph' | 'closures'>,
  word: string,
  platform: string | null,
): { readonly image: ImageNode; readonly digest: Digest } {
  const { image, name } = resolveImage(graph, word, platform);
  const hex = idPart(word.slice(word.indexOf('@') + 1));
  const typed =
    name === null && hex !== null
      ? [...image.roots, ...image.manifests].find((digest) => digest.startsWith(hex, 'sha256:'.length))
      : undefined;
  const root = typed ?? nameDigest(image, name);
  const own = image.manifests.find(
    (digest) => digest === root || (root !== null && closures.get(root)?.has(digest)),
  );
  // An ID is that of one platform.
  const isId = name === null && typed === undefined;
  const named = platform === null && !isId ? root : own;
  return { image, digest: named ?? own ?? (image.manifests[0] as Digest) };
}
