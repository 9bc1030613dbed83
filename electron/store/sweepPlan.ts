import type { Digest } from '../../shared/image/digest';
import type { OciDescriptor, UnfitEntry } from '../../shared/image/manifest';
import { isManifestType } from '../../shared/image/mediaType';
import { problem, problemOf } from '../../shared/image/problem';
import { digestsIn, digestsNamedIn, startOf, mayBeJson, readVerified, walkRoot } from './documents';
import { digestOfFileName } from './ingest';
import type { KeptBy, StayingRoot } from './keptBy';
import { fileInfo } from './ownPlaces';
import type { StorePaths } from './storePaths';

/**
 * What a sweep may free. The rule: a blob goes when nothing that stays needs it, and what everything that stays needs is known. Needs are
 * named by documents (indexes and manifests; configs and layers name none), so that one of them that was here and cannot be read
 * whole, as its digest has it, leaves it unknown: as long as its image stays nothing is freed at all, also not what was reached by
 * what goes, for any blob may be of both.
 *
 * An index may name platforms that were never here, and these keep nothing. A manifest that an index names and that is not there is
 * taken for one that was lost as soon as a document is here that nothing accounts for and that may be its config: with its manifest
 * gone, nothing names that any more. Of a platform whose manifest and config are both gone nobody can tell that it was here.
 */

/** A manifest or the like that a document names and that is not here; without a descriptor where a document names it that we refuse. */
interface Absent extends StayingRoot {
  readonly descriptor: OciDescriptor | null;
}

/** What roots need. */
export interface Marked {
  readonly reached: ReadonlySet<string>;
  /** Roots of which a document was here and cannot be read whole, so that nobody knows all of what they need. */
  readonly lacking: readonly KeptBy[];
  readonly absent: readonly Absent[];
}

/** A blob with its bytes as they lie there. */
interface Found {
  readonly digest: Digest;
  readonly size: number;
}

/** What goes, in the order in which it may, and the image because of which nothing does. */
export interface SweepPlan {
  readonly free: readonly Found[];
  /** Set where something would be freed else. */
  readonly keptFor: KeptBy | null;
}

/** What marking reads with. */
export interface MarkTools {
  readonly paths: StorePaths;
  readonly read: (digest: Digest) => Promise<Uint8Array>;
  readonly isBeingWritten: (document: OciDescriptor) => Promise<boolean>;
  /** Entries of the list that are no descriptors: what they need nobody knows. */
  readonly unfit: readonly UnfitEntry[];
}

/** Bits of the mode that no blob has which we put into a store. */
export const writeBits = 0o222;
/** How long what another tool has put there may wait for the list that names it, milliseconds. */
const foreignGrace = 3_600_000;

/** What both need. */
export const bothOf = (one: Marked, other: Marked): Marked => ({
  reached: new Set([...one.reached, ...other.reached]),
  lacking: [...one.lacking, ...other.lacking],
  absent: [...one.absent, ...other.absent],
});

/** Everything that roots need, beside what is held already. Throws `file-unreadable` where nobody can tell. */
export async function markRoots(
  roots: readonly StayingRoot[],
  held: Iterable<string>,
  { paths, read, isBeingWritten, unfit }: MarkTools,
): Promise<Marked> {
  const reached = new Set(held);
  const lacking: KeptBy[] = unfit.map(({ name }) => ({ root: null, keeper: 'entry', name }));
  const absent: Absent[] = [];
  const entered = new Set<Digest>();
  for (const staying of roots) {
    const { root } = staying;
    const lacks = (): number => lacking.push(staying);
    const isDamaged = (digest: Digest): Promise<boolean> =>
      read(digest).then(
        () => false,
        (thrown: unknown) => problemOf(thrown).code === 'blob-damaged',
      );
    await walkRoot(root, {
      read,
      see: ({ digest }) => reached.add(digest),
      unread: async (document) => {
        const { digest } = document;
        if (await isBeingWritten(document))
          throw problem('file-unreadable', { path: digest, reason: 'EBUSY' });
        if ((await fileInfo(paths.blob(digest))) === null)
          if (digest === root.digest) lacks();
          else absent.push({ ...staying, descriptor: document });
        else if (await isDamaged(digest)) lacks();
        const named = await digestsNamedIn(paths, digest, entered);
        for (const each of named.here) reached.add(each);
        if (named.damaged.size > 0) lacks();
        if (named.elsewhere) absent.push({ ...staying, descriptor: null });
      },
    });
  }
  return { reached, lacking, absent };
}

/** What a sweep frees beside `kept`. `before` is what was needed before: what it reached is nobody's new one. */
export async function planSweep(
  paths: StorePaths,
  kept: Marked,
  before: () => Promise<Marked>,
  names: readonly string[],
): Promise<SweepPlan> {
  let asked: Promise<Marked> | null = null;
  const isOfBefore = async (blob: Digest): Promise<boolean> => (await (asked ??= before())).reached.has(blob);
  const going: Found[] = [];
  for (const name of names) {
    const digest = digestOfFileName(name);
    if (digest === null || kept.reached.has(digest)) continue;
    const info = await fileInfo(paths.blob(digest));
    if (info === null) continue;
    // Another tool has put it there lately, and writes what lists it last, as skopeo and umoci do. Ours are known by their mode.
    const isForeign = (info.mode & writeBits) !== 0 && Math.abs(Date.now() - info.mtimeMs) <= foreignGrace;
    if (isForeign && !(await isOfBefore(digest))) continue;
    going.push({ digest, size: info.size });
  }
  if (going.length === 0) return { free: [], keptFor: null };
  const [lacking] = kept.lacking;
  if (lacking) return { free: [], keptFor: lacking };
  const documents = await documentsOf(paths, going);
  if (kept.absent.length > 0) {
    const unknown = new Map<Digest, Document>();
    for (const [digest, document] of documents)
      if (!(await isOfBefore(digest))) unknown.set(digest, document);
    const lost = lostOf(kept.absent, unknown);
    if (lost) return { free: [], keptFor: lost };
  }
  // Documents last, and those that name others after these: what a sweep leaves that was killed is still accounted for.
  const rank = ({ digest }: Found): number => documents.get(digest)?.rank ?? 0;
  return { free: going.sort((a, b) => rank(a) - rank(b)), keptFor: null };
}

/** A blob that begins as a document does: 1 a config or the like, 2 a manifest, 3 an index. */
interface Document {
  readonly rank: 1 | 2 | 3;
  /** Null where its bytes are not those of its digest: nobody knows what it said. */
  readonly text: string | null;
}

async function documentsOf(
  paths: StorePaths,
  blobs: readonly Found[],
): Promise<ReadonlyMap<Digest, Document>> {
  const found = new Map<Digest, Document>();
  for (const { digest } of blobs) {
    // What cannot be read is removed all the same where nothing needs it.
    if (!mayBeJson(await startOf(paths, digest).catch(() => Buffer.of()))) continue;
    const text = await readVerified(paths, digest).then(
      (bytes) => Buffer.from(bytes).toString('utf8'),
      () => null,
    );
    const has = (member: string): boolean =>
      text !== null && new RegExp(`"${member}"\\s*:\\s*\\[`).test(text);
    found.set(digest, { rank: has('manifests') ? 3 : has('layers') ? 2 : 1, text });
  }
  return found;
}

/** The root of a platform that was here: a document that nothing accounts for may be its. */
function lostOf(absent: readonly Absent[], documents: ReadonlyMap<Digest, Document>): StayingRoot | null {
  const named = new Set<Digest>();
  for (const [digest, { text }] of documents)
    for (const each of text === null ? [] : digestsIn(text)) if (each !== digest) named.add(each);
  const left = [...documents].flatMap(([digest, document]) => (named.has(digest) ? [] : [document]));
  return absent.find(({ descriptor }) => left.some((document) => mayBeOf(descriptor, document))) ?? null;
}

/** Whether a document may be what an absent one names: the config of a manifest, or whichever of an index. */
function mayBeOf(absent: OciDescriptor | null, { rank, text }: Document): boolean {
  if (absent === null || !isManifestType(absent.mediaType)) return true;
  if (rank > 1) return false;
  if (!absent.platform || text === null) return true;
  try {
    const { os, architecture } = JSON.parse(text) as { os?: unknown; architecture?: unknown };
    return os === absent.platform.os && architecture === absent.platform.architecture;
  } catch {
    return true;
  }
}
