import type { Digest } from '../image/digest';
import type { ImageNode } from './imageGraph';

/** The digest that a name of an image stands for: of several platforms that of their index. Null for no digest. */
export function nameDigest(
  { nameRoots, manifests, roots }: Pick<ImageNode, 'nameRoots' | 'manifests' | 'roots'>,
  name: string | null,
): Digest | null {
  if (name === null) return roots[0] ?? manifests[0] ?? null;
  return nameRoots?.[name] ?? manifests[0] ?? null;
}
