import type { Digest } from '../../../shared/image/digest';
import { storedOrigin } from '../../../shared/image/jsonDocument';
import {
  isImageManifest,
  parseIndex,
  parseManifest,
  type OciDescriptor,
} from '../../../shared/image/manifest';
import { isIndexType, isManifestType } from '../../../shared/image/mediaType';
import { ProblemError } from '../../../shared/image/problem';
import type { BlobReader } from '../../store/contentStore';

/**
 * Referrers: roots of index.json that are artifacts and name in `subject` what they are about (OCI image-spec 1.1), as a
 * signature names an image's manifest. They belong to the roots that reach their subject.
 */

/** What a root is about; null for an image, and for what says nothing or cannot be read. */
export async function subjectOf(store: BlobReader, root: OciDescriptor): Promise<Digest | null> {
  const { digest, mediaType } = root;
  try {
    if (isIndexType(mediaType))
      return parseIndex(await store.readDocument(digest), storedOrigin(digest)).subject?.digest ?? null;
    if (!isManifestType(mediaType)) return null;
    const manifest = parseManifest(await store.readDocument(digest), storedOrigin(digest));
    return isImageManifest(manifest, root) ? null : (manifest.subject?.digest ?? null);
  } catch (thrown) {
    if (thrown instanceof ProblemError) return null;
    throw thrown;
  }
}

/** A root that is no image, with what it is about and what it needs. */
export interface ReferrerRoot {
  readonly descriptor: OciDescriptor;
  readonly subject: Digest;
  readonly blobs: ReadonlyMap<Digest, number>;
}

/** Referrers by the root of the image that they are about, straight or through another referrer. */
export function referrersByRoot(
  roots: ReadonlyMap<Digest, ReadonlyMap<Digest, number>>,
  referrers: readonly ReferrerRoot[],
): ReadonlyMap<Digest, readonly ReferrerRoot[]> {
  const found = new Map<Digest, ReferrerRoot[]>();
  if (referrers.length === 0) return found;
  const bySubject = new Map<Digest, ReferrerRoot[]>();
  for (const referrer of referrers) {
    const about = bySubject.get(referrer.subject);
    if (about) about.push(referrer);
    else bySubject.set(referrer.subject, [referrer]);
  }
  for (const [root, blobs] of roots) {
    const own = new Set<ReferrerRoot>();
    // What speaks of what speaks of an image may go on for as long as somebody likes.
    const stack = [blobs.keys() as Iterator<Digest>];
    for (let digests = stack.at(-1); digests; digests = stack.at(-1)) {
      const next = digests.next();
      if (next.done === true) {
        stack.pop();
        continue;
      }
      const fresh: Digest[] = [];
      for (const referrer of bySubject.get(next.value) ?? []) {
        if (own.has(referrer)) continue;
        own.add(referrer);
        fresh.push(referrer.descriptor.digest);
      }
      if (fresh.length > 0) stack.push(fresh.values());
    }
    if (own.size > 0) found.set(root, [...own]);
  }
  return found;
}

/** Roots that go, with the referrers that no other root's image has. */
export function withReferrers(
  { referrers }: { readonly referrers: ReadonlyMap<Digest, readonly OciDescriptor[]> },
  going: ReadonlySet<Digest>,
): ReadonlySet<Digest> {
  const staying = new Set<Digest>();
  for (const [root, own] of referrers)
    if (!going.has(root)) for (const { digest } of own) staying.add(digest);
  const all = new Set(going);
  for (const root of going)
    for (const { digest } of referrers.get(root) ?? []) if (!staying.has(digest)) all.add(digest);
  return all;
}
