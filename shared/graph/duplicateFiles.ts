import { addBytes } from '../image/bytes';

/** A layer in which equal files are looked for. */
export interface LayerShare {
  /** Bytes of the blob and of the tar that it stores: an estimate of what a file takes on disk is made of their ratio. */
  readonly storedBytes: number;
  readonly tarBytes: number;
}

/** One file that lies in several layers with the same contents. */
export interface DuplicateFile {
  /** SHA-256 of the contents, hex. */
  readonly contents: string;
  /** Bytes of one copy. */
  readonly size: number;
  /** Exact bytes, unpacked, that every copy but one takes. */
  readonly waste: number;
  /** About what that is on disk, where layers are compressed: never more than what one could save. */
  readonly stored: number;
  /** Layers that hold it. */
  readonly copyCount: number;
  /** Where it lies: a layer, as the caller counts them, with the first path in it; in their order, at most 100. */
  readonly copies: readonly { readonly layer: number; readonly path: string }[];
}

/** Equal files in different layers. */
export interface DuplicateFiles {
  /** Most waste first; at most as many as asked for. */
  readonly files: readonly DuplicateFile[];
  /** Files of this kind in all, and exact sums over all of them. */
  readonly count: number;
  readonly waste: number;
  readonly stored: number;
}

/** Places of one file that are listed at the most. */
const copiesListed = 100;

interface Group {
  readonly size: number;
  readonly copies: Map<number, string>;
}

/**
 * Collects files by their contents. A layer counts once for each content, whatever the number of its names in it: what lies
 * twice in one layer is not looked for.
 */
export class DuplicateFinder {
  private readonly groups = new Map<string, Group>();

  /** A file of a layer; `contents` is the hash. Empty files waste nothing and are passed over. */
  add(
    layer: number,
    file: { readonly path: string; readonly size: number; readonly contents: string },
  ): void {
    if (file.size === 0) return;
    let group = this.groups.get(file.contents);
    if (!group) this.groups.set(file.contents, (group = { size: file.size, copies: new Map() }));
    if (!group.copies.has(layer)) group.copies.set(layer, file.path);
  }

  /** What lies in two layers or more. `limit` bounds the list, never the sums. */
  result(layers: readonly LayerShare[], limit: number): DuplicateFiles {
    const files: DuplicateFile[] = [];
    let waste = 0;
    let stored = 0;
    for (const [contents, { size, copies }] of this.groups) {
      if (copies.size < 2) continue;
      const onDisk = [...copies.keys()].map((layer) => {
        const share = layers[layer];
        return share && share.tarBytes > 0 ? size * Math.min(1, share.storedBytes / share.tarBytes) : size;
      });
      // The copy that costs most is the one that is kept: the rest is the least that can be saved.
      const least = Math.round(
        onDisk.reduce((sum, bytes) => addBytes(sum, bytes), 0) -
          onDisk.reduce((most, bytes) => Math.max(most, bytes), 0),
      );
      const wasted = addBytes(size * (copies.size - 1), 0);
      waste = addBytes(waste, wasted);
      stored = addBytes(stored, least);
      files.push({
        contents,
        size,
        waste: wasted,
        stored: least,
        copyCount: copies.size,
        copies: [...copies]
          .sort(([a], [b]) => a - b)
          .slice(0, copiesListed)
          .map(([layer, path]) => ({ layer, path })),
      });
    }
    files.sort((a, b) => b.waste - a.waste || (a.contents < b.contents ? -1 : 1));
    return { files: files.slice(0, limit), count: files.length, waste, stored };
  }
}

/** Tells layers apart whose files may have equals elsewhere: by sizes alone, so that the others are never read. */
export class SizeSieve {
  /** The first layer with a size, -1 once there is a second. */
  private readonly layerOf = new Map<number, number>();

  /** A file of a layer. */
  add(layer: number, size: number): void {
    const first = this.layerOf.get(size);
    if (first === undefined) this.layerOf.set(size, layer);
    else if (first !== layer) this.layerOf.set(size, -1);
  }

  /** Whether files of this size lie in two layers or more; empty ones do not count. */
  isCandidate(size: number): boolean {
    return size > 0 && this.layerOf.get(size) === -1;
  }
}
