/**
 * What the layout of the strata takes and gives. Both cross to a worker, so they are plain data; layers, images and
 * repositories are numbers, places in the lists that the input was made from.
 */
export interface StrataInput {
  /** A parent comes before its children. */
  readonly layers: readonly StrataLayer[];
  readonly images: readonly StrataImage[];
  readonly order: StrataOrder;
  /** Whether groups stand as one block each where there are many images. */
  readonly grouped: boolean;
  /** Groups that a person opened or shut; the rest is decided by how many there are. */
  readonly open: readonly GroupKey[];
  readonly shut: readonly GroupKey[];
}

/** How the columns of a family follow each other. */
export type StrataOrder = 'lineage' | 'size' | 'age';

/** A layer that images in sight need. */
export interface StrataLayer {
  /** Place of the parent in the list, -1 for a base. */
  readonly parent: number;
  /** Stored bytes. */
  readonly size: number;
  /** When it was made: milliseconds since 1970, `Infinity` where that is not recorded. */
  readonly made: number;
}

/** An image that is in sight. */
export interface StrataImage {
  /** Place of its top layer, -1 for an image without layers. */
  readonly top: number;
  readonly size: number;
  readonly made: number;
  /** Number of its repository, -1 for a dangling image. */
  readonly repository: number;
}

/** Images that can stand as one block: a family, or the images of a repository on one layer. */
export interface GroupKey {
  /** The family's base; for a repository the layer that it stands on, -1 where that is the ground. */
  readonly layer: number;
  /** -1 for a family. */
  readonly repository: number;
}

/** A group with its images. */
export interface Group extends GroupKey {
  /** All of its images, in the order of the columns. */
  readonly images: readonly number[];
  /** Stored bytes of the layers that only it holds. */
  readonly bytes: number;
  /** True while it stands as one block. */
  readonly shut: boolean;
  /** First and last column; `from > to` for a group within a block. */
  readonly from: number;
  readonly to: number;
}

/** The images on one base, side by side. */
export interface StrataFamily {
  /** Place of the base, -1 for the images without layers. */
  readonly base: number;
  /** First and last column. */
  readonly from: number;
  readonly to: number;
  readonly images: number;
}

/**
 * Where everything stands, in columns; heights come with the view's own (`heights.ts`). Pieces stand in the order of their
 * first columns, of those that begin together a parent comes before its children.
 */
export interface StrataLayout {
  readonly families: readonly StrataFamily[];
  readonly groups: readonly Group[];
  /** Every image in sight, also those in blocks, in the order of the columns. */
  readonly sequence: Int32Array;
  /** By column: the image, the block that it is a part of (-1: none), the width in whole columns. */
  readonly columnImage: Int32Array;
  readonly columnBlock: Int32Array;
  readonly columnWidth: Float64Array;
  /** By piece: the layer, its first and its last column. A layer has one piece unless the order breaks it. */
  readonly pieceLayer: Int32Array;
  readonly pieceFrom: Int32Array;
  readonly pieceTo: Int32Array;
  /** By image: the groups that it belongs to, -1 where there is none. */
  readonly familyGroup: Int32Array;
  readonly repositoryGroup: Int32Array;
}
