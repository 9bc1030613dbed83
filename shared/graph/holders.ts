import { addBytes } from '../image/bytes';
import type { Digest } from '../image/digest';

/** Blobs that each root needs, with stored bytes. */
export type Closures = ReadonlyMap<Digest, ReadonlyMap<Digest, number>>;

/** Of so many roots each is asked for a blob; of more it is counted once what they have. */
const few = 4;

/** Some roots, and what would stay of them if they went. */
export interface Going {
  /** All that they need, each blob once, with its bytes. */
  readonly blobs: ReadonlyMap<Digest, number>;
  /** Whether a blob is needed by a root that is none of them. */
  readonly stays: (digest: Digest) => boolean;
  /** Bytes of what no other root needs. */
  readonly freed: number;
}

/**
 * How many roots need each blob, each root once whatever its names: what a removal frees, what an image has alone and what images
 * take together all follow from this, and from nothing else.
 */
export class Holders {
  private readonly counts = new Map<Digest, number>();
  private readonly closures = new Map<Digest, ReadonlyMap<Digest, number>>();

  /** Those of all roots of a store. */
  static of(closures: Closures): Holders {
    const holders = new Holders();
    for (const [root, blobs] of closures) holders.add(root, blobs);
    return holders;
  }

  /** Counts a root with what it needs; one that is known changes nothing. */
  add(root: Digest, blobs: ReadonlyMap<Digest, number>): void {
    if (this.closures.has(root)) return;
    this.closures.set(root, blobs);
    for (const digest of blobs.keys()) this.counts.set(digest, (this.counts.get(digest) ?? 0) + 1);
  }

  /** What roots need and what of it stays without them; roots that are not counted here need nothing. Linear in what they reach. */
  without(roots: Iterable<Digest>): Going {
    const going = [...new Set(roots)].flatMap((root) => this.closures.get(root) ?? []);
    let own: Map<Digest, number> | null = null;
    const ownCount = (digest: Digest): number => {
      if (going.length <= few) return going.filter((blobs) => blobs.has(digest)).length;
      if (own === null) {
        own = new Map();
        for (const blobs of going) for (const each of blobs.keys()) own.set(each, (own.get(each) ?? 0) + 1);
      }
      return own.get(digest) ?? 0;
    };
    const stays = (digest: Digest): boolean => (this.counts.get(digest) ?? 0) > ownCount(digest);
    return {
      get blobs() {
        const [first, ...others] = going;
        if (first && others.length === 0) return first;
        return new Map(going.flatMap((blobs) => [...blobs]));
      },
      stays,
      get freed() {
        let freed = 0;
        for (const [digest, size] of this.blobs) if (!stays(digest)) freed = addBytes(freed, size);
        return freed;
      },
    };
  }
}
