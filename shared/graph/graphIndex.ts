import type { ChainId, ImageId } from '../image/digest';
import type { DenseGraph } from './denseGraph';
import type { LayerBytes } from './layerBytes';
import type { ImageGraph, ImageNode, LayerNode } from './imageGraph';

/** A family: the images that stand on one base layer. */
export interface Family {
  /** Chain ID of the base layer; `''` for images without layers. */
  readonly key: string;
  /** Name of the smallest image that is the base itself, else the base's title. */
  readonly name: string;
  /** 1..12: the lineage colour; see `familyColours`. Families are in order of size (bytes stored), largest first. */
  readonly colour: number;
  /** All colours are taken by others: it shares one, with a dashed edge. */
  readonly dashed: boolean;
  readonly images: readonly ImageId[];
  readonly bytes: number;
}

/** Look-ups over a graph; made once per revision by `indexGraph`. */
export interface GraphIndex {
  readonly graph: ImageGraph;
  readonly images: ReadonlyMap<ImageId, ImageNode>;
  readonly layers: ReadonlyMap<ChainId, LayerNode>;
  readonly children: ReadonlyMap<ChainId | null, readonly LayerNode[]>;
  /** Images whose top layer this is. */
  readonly imagesAt: ReadonlyMap<ChainId, readonly ImageNode[]>;
  readonly families: readonly Family[];
  readonly familyOfImage: ReadonlyMap<ImageId, Family>;
  readonly familyOfLayer: ReadonlyMap<ChainId, Family>;
  /** Depth of a layer: 0 for a base. */
  readonly depth: ReadonlyMap<ChainId, number>;
  /** What all images take of layers. */
  readonly layerBytes: LayerBytes;
  /** The same graph in numbers. */
  readonly dense: DenseGraph;
}
