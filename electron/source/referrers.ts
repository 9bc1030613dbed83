import type { Digest } from '../../shared/image/digest';
import { isIndexType, isManifestType } from '../../shared/image/mediaType';
import { isImageManifest, parseIndex, parseManifest, type OciDescriptor } from '../../shared/image/manifest';
import type { ArchiveFiles } from './archiveFiles';
import { blobName, type LayoutWalk } from './layoutWalk';

/** An artifact that says what it is about. */
interface Candidate {
  readonly descriptor: OciDescriptor;
  readonly subject: Digest;
}

/** Artifacts to list, and how many are about a document that was written anew: it has another digest now. */
export interface FoundReferrers {
  readonly referrers: readonly OciDescriptor[];
  readonly lostReferrers: number;
}

/**
 * Artifacts of a layout whose `subject` is one of the images that were walked, or another such artifact (OCI image-spec
 * 1.1, manifest.md "subject"); gathers their blobs for staging. They are looked for among the roots, and in indexes of none
 * but artifacts, which is where the referrers tag schema of the distribution-spec lists them. One whose blobs are not all
 * there is left out, as a platform is. Throws what the walk throws for a document that is not what its descriptor says.
 */
export async function findReferrers(
  walk: LayoutWalk,
  files: ArchiveFiles,
  roots: readonly OciDescriptor[],
): Promise<FoundReferrers> {
  const waiting = await findCandidates(walk, files, roots);
  const bySubject = new Map<Digest, OciDescriptor[]>();
  let next: OciDescriptor[] = [];
  for (const { descriptor, subject } of waiting) {
    const about = bySubject.get(subject);
    if (walk.documents.has(subject)) next.push(descriptor);
    else if (about) about.push(descriptor);
    else bySubject.set(subject, [descriptor]);
  }
  const found: OciDescriptor[] = [];
  // Round by round: what speaks of an image stands before what speaks of that.
  while (next.length > 0) {
    const round = next;
    next = [];
    for (const descriptor of round) {
      const before = walk.missing.length;
      const forget = walk.mark();
      await walk.root(descriptor, descriptor.digest, 1);
      if (walk.missing.length > before && !walk.documents.has(descriptor.digest)) {
        forget();
        continue;
      }
      found.push(descriptor);
      for (const each of bySubject.get(descriptor.digest) ?? []) next.push(each);
    }
  }
  const lostReferrers = waiting.filter(({ subject }) => walk.replaced.has(subject)).length;
  return { referrers: found, lostReferrers };
}

async function findCandidates(
  walk: LayoutWalk,
  files: ArchiveFiles,
  roots: readonly OciDescriptor[],
): Promise<readonly Candidate[]> {
  const found = new Map<Digest, Candidate>();
  const look = async (listed: OciDescriptor, top: boolean): Promise<void> => {
    if (walk.documents.has(listed.digest) || found.has(listed.digest)) return;
    if (!files.has(blobName(listed.digest))) return;
    const forget = walk.mark();
    try {
      const { mediaType, digest, size } = top ? await walk.typed(listed) : listed;
      const origin = { file: files.label, entry: blobName(digest), limits: files.limits };
      const isIndex = isIndexType(mediaType);
      if (!isIndex && !isManifestType(mediaType)) return;
      const bytes = await walk.document(listed, isIndex ? 'index' : 'manifest');
      const document = isIndex ? parseIndex(bytes, origin) : parseManifest(bytes, origin);
      if ('config' in document && isImageManifest(document, listed)) return;
      const artifactType =
        'config' in document ? (document.artifactType ?? document.config.mediaType) : listed.artifactType;
      const descriptor = { mediaType, digest, size, ...(artifactType ? { artifactType } : {}) };
      if (document.subject) found.set(digest, { descriptor, subject: document.subject.digest });
      else if (top && 'manifests' in document)
        for (const child of document.manifests) await look(child, false);
    } finally {
      forget();
    }
  };
  for (const root of roots) await look(root, true);
  return [...found.values()];
}
