import { isDigest, type Digest } from '../image/digest';
import { splitName } from '../image/reference';
import type { ImageNode } from './imageGraph';

/**
 * The digest that a name of an image stands for: of several platforms that of their index; in an engine the one by which a
 * registry knows it under this repository. Null for no digest.
 */
export function nameDigest(
  {
    nameRoots,
    manifests,
    roots,
    repoDigests,
  }: Pick<ImageNode, 'nameRoots' | 'manifests' | 'roots' | 'repoDigests'>,
  name: string | null,
): Digest | null {
  if (repoDigests) {
    const repository = name === null ? null : splitName(name).repository;
    const known = repoDigests.find((each) => splitRepoDigest(each).repository === repository);
    return known === undefined ? null : splitRepoDigest(known).digest;
  }
  if (name === null) return roots[0] ?? manifests[0] ?? null;
  return nameRoots?.[name] ?? manifests[0] ?? null;
}

/** The two parts of `REPOSITORY@DIGEST`; no digest where that is none. */
export function splitRepoDigest(text: string): {
  readonly repository: string;
  readonly digest: Digest | null;
} {
  const at = text.lastIndexOf('@');
  const digest = text.slice(at + 1);
  return { repository: text.slice(0, at), digest: isDigest(digest) ? digest : null };
}
