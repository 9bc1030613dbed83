import type { ImageId } from '../image/digest';
import { splitName } from '../image/reference';
import type { ImageGraph, ImageNode } from './imageGraph';
import { displayName } from './sharing';

/** Why an image may go; one each, the strongest. */
export type CleanUpReason = 'dangling' | 'duplicate' | 'superseded' | 'unused';

/** An image that may go, and what speaks for it. */
export interface CleanUpCandidate {
  readonly id: ImageId;
  readonly reason: CleanUpReason;
  /** A named image with the same layers, or the newer one of its repository; null where there is none. */
  readonly other: ImageId | null;
  /** Milliseconds since 1970; null where it is not known. */
  readonly lastUsed: number | null;
  /** Whether the page ticks it for the person: nothing is lost that has a name or a newer form. */
  readonly suggested: boolean;
}

/** Bounds of what is called unused. */
export interface CleanUpBounds {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Milliseconds without a use. */
  readonly unusedFor: number;
  /** Bytes that deleting it alone frees. */
  readonly largeFrom: number;
}

const timeOf = ({ created }: ImageNode): number => (created === null ? 0 : Date.parse(created) || 0);

/** What makes two images the same to those who use them: platform and layers. */
const contentKey = (image: ImageNode): string =>
  `${image.top ?? ''} ${image.os}/${image.architecture}/${image.variant}`;

/**
 * Images that may go, those that free most first: dangling ones; images whose layers another, newer image has too;
 * tags with a newer tag in their repository (`latest`-like tags and the newest stay); large ones that nobody has used for
 * long. Images in `held` (workspaces, mounts) are left out. Pure; n log n in images.
 */
export function cleanUpCandidates(
  graph: ImageGraph,
  lastUses: ReadonlyMap<ImageId, number>,
  held: ReadonlySet<ImageId>,
  bounds: CleanUpBounds,
): readonly CleanUpCandidate[] {
  const newest = new Map<string, ImageNode>();
  const sameContent = new Map<string, ImageNode>();
  for (const image of graph.images) {
    for (const repository of repositoriesOf(image)) {
      const known = newest.get(repository);
      if (!known || timeOf(image) > timeOf(known)) newest.set(repository, image);
    }
    if (image.top === null) continue;
    const key = contentKey(image);
    const known = sameContent.get(key);
    if (!known || better(image, known)) sameContent.set(key, image);
  }
  const built = parentsOfImages(graph);
  const found: CleanUpCandidate[] = [];
  for (const image of graph.images) {
    if (held.has(image.id)) continue;
    const lastUsed = lastUses.get(image.id) ?? null;
    const add = (reason: CleanUpReason, other: ImageNode | null, suggested: boolean): void => {
      found.push({ id: image.id, reason, other: other?.id ?? null, lastUsed, suggested });
    };
    const same = image.top === null ? undefined : sameContent.get(contentKey(image));
    const twin = same && same !== image && same.names.length > 0 ? same : null;
    if (image.names.length === 0) {
      // Which name it had is recorded nowhere, and sharing layers proves none: no image is said to have taken its place.
      add('dangling', twin, true);
      continue;
    }
    if (twin) {
      add('duplicate', twin, false);
      continue;
    }
    const later = repositoriesOf(image).map((repository) => newest.get(repository));
    const [first] = later;
    // Every name has a newer image beside it, and nothing else is built on this one.
    const old = later.every(
      (other) => other !== undefined && other !== image && timeOf(other) > timeOf(image),
    );
    const stale = lastUsed === null || bounds.now - lastUsed >= bounds.unusedFor;
    if (old && first && !built.has(image.id)) add('superseded', first, stale);
    else if (stale && image.unique >= bounds.largeFrom) add('unused', null, false);
  }
  const uniqueOf = new Map(graph.images.map(({ id, unique }) => [id, unique]));
  const rank: Readonly<Record<CleanUpReason, number>> = {
    dangling: 0,
    duplicate: 1,
    superseded: 2,
    unused: 3,
  };
  return found.sort(
    (a, b) =>
      Number(b.suggested) - Number(a.suggested) ||
      rank[a.reason] - rank[b.reason] ||
      (uniqueOf.get(b.id) ?? 0) - (uniqueOf.get(a.id) ?? 0) ||
      (a.id < b.id ? -1 : 1),
  );
}

/** Of two images with the same layers the one to keep: named before dangling, then the newer. */
function better(a: ImageNode, b: ImageNode): boolean {
  if (a.names.length > 0 !== b.names.length > 0) return a.names.length > 0;
  return timeOf(a) > timeOf(b) || (timeOf(a) === timeOf(b) && displayName(a) < displayName(b));
}

const repositoriesOf = (image: ImageNode): readonly string[] => [
  ...new Set(image.names.map((name) => splitName(name).repository)),
];

/** Images on whose top layer another image goes on. */
function parentsOfImages(graph: ImageGraph): ReadonlySet<ImageId> {
  const tops = new Map<string, ImageId[]>();
  for (const { id, top } of graph.images) if (top !== null) tops.set(top, [...(tops.get(top) ?? []), id]);
  const found = new Set<ImageId>();
  for (const { layers } of graph.images)
    for (const chainId of layers.slice(0, -1)) for (const id of tops.get(chainId) ?? []) found.add(id);
  return found;
}
