import type { ChainId } from '../image/digest';
import type { ImageGraph, ImageNode, LayerNode } from './imageGraph';

/**
 * A graph in pieces of text: what crosses to the window. A hundred thousand layers at once would hold both sides for
 * longer than a frame; so they go a few hundred at a time, layers first, and refer to one another by their places instead
 * of by digests. A piece is JSON; {@link GraphReader} puts them together again.
 */
export interface PiecedGraph {
  /** How many pieces there are. */
  readonly count: number;
  /** The nodes of a piece as they are, for whoever checks them before they go. */
  readonly nodes: (piece: number) => Pick<ImageGraph, 'images' | 'layers'>;
  readonly text: (piece: number) => string;
}

/** Layers or images in one piece. */
const perPiece = 400;

type WireLayer = Omit<LayerNode, 'parent'> & { readonly parent: number };
type WireImage = Omit<ImageNode, 'top' | 'layers'> & {
  readonly top: number;
  /** Left out where the chain is what the top layer stands on, which is how it should be. */
  readonly layers?: readonly (number | ChainId)[];
};

/** Cuts a graph into pieces; steps of about a millisecond. The graph is not copied. */
export function* cutGraph(graph: ImageGraph): Generator<undefined, PiecedGraph> {
  const { layers, images, ...head } = graph;
  const place = new Map<ChainId, number>();
  for (let i = 0; i < layers.length; i++) {
    if (i % 1000 === 0) yield;
    place.set((layers[i] as LayerNode).chainId, i);
  }
  const layerPieces = Math.ceil(layers.length / perPiece);
  const imagePieces = Math.ceil(images.length / perPiece);
  const of = <T>(list: readonly T[], piece: number): readonly T[] =>
    piece < 0 ? [] : list.slice(piece * perPiece, (piece + 1) * perPiece);
  const placeOf = (layer: ChainId | null): number => (layer === null ? -1 : (place.get(layer) ?? -1));
  const isChain = (image: ImageNode): boolean => {
    let at = image.top;
    for (let i = image.layers.length - 1; i >= 0; i--) {
      if (image.layers[i] !== at || at === null) return false;
      at = layers[placeOf(at)]?.parent ?? null;
    }
    return at === null;
  };
  const nodes = (piece: number): Pick<ImageGraph, 'images' | 'layers'> => ({
    layers: piece < layerPieces ? of(layers, piece) : [],
    images: of(images, piece - layerPieces),
  });
  return {
    count: Math.max(1, layerPieces + imagePieces),
    nodes,
    text: (piece) => {
      const found = nodes(piece);
      return JSON.stringify({
        ...(piece === 0 ? { head } : {}),
        layers: found.layers.map((layer): WireLayer => ({ ...layer, parent: placeOf(layer.parent) })),
        images: found.images.map(({ layers: chain, ...image }): WireImage => {
          const rest = { ...image, top: placeOf(image.top) };
          if (isChain({ ...image, layers: chain })) return rest;
          return { ...rest, layers: chain.map((layer) => place.get(layer) ?? layer) };
        }),
      });
    },
  };
}

/** Puts the pieces of a graph together, in their order. */
export class GraphReader {
  private head: Omit<ImageGraph, 'layers' | 'images'> | null = null;
  private readonly layers: LayerNode[] = [];
  private readonly images: ImageNode[] = [];
  /** Place of each layer's parent, -1 for a base. */
  private readonly parents: number[] = [];
  /** Layers whose parent is still to come. */
  private readonly late: number[] = [];
  private readonly chains = new Map<number, readonly ChainId[]>();

  /** Adds the next piece. Throws a `SyntaxError` for what is no piece. */
  add(text: string): void {
    const piece = JSON.parse(text) as {
      readonly head?: Omit<ImageGraph, 'layers' | 'images'>;
      readonly layers: readonly WireLayer[];
      readonly images: readonly WireImage[];
    };
    if (piece.head) this.head = piece.head;
    // What was just read belongs to nobody else: it is changed instead of copied.
    const from = this.layers.length;
    for (const layer of piece.layers) {
      this.parents.push(layer.parent);
      this.layers.push(layer as unknown as LayerNode);
    }
    for (let i = from; i < this.layers.length; i++) this.bind(i);
    // A parent may come in a later piece than its child.
    this.bindLate();
    for (const image of piece.images) {
      const { top } = image;
      const made = image as unknown as { -readonly [K in keyof ImageNode]: ImageNode[K] };
      made.layers =
        image.layers?.map((at) => (typeof at === 'number' ? (this.layers[at] as LayerNode).chainId : at)) ??
        this.chainOf(top);
      made.top = this.layers[top]?.chainId ?? null;
      this.images.push(made);
    }
  }

  /** The whole graph. Throws when its first piece is missing. */
  finish(): ImageGraph {
    if (!this.head) throw new Error('the graph has no head');
    return { ...this.head, layers: this.layers, images: this.images };
  }

  private bind(place: number): void {
    const parent = this.parents[place] as number;
    if (parent >= this.layers.length) {
      this.late.push(place);
      return;
    }
    const layer = this.layers[place] as { -readonly [K in keyof LayerNode]: LayerNode[K] };
    layer.parent = this.layers[parent]?.chainId ?? null;
  }

  private bindLate(): void {
    for (const place of this.late.splice(0)) this.bind(place);
  }

  private chainOf(top: number): readonly ChainId[] {
    if (top < 0) return [];
    const known = this.chains.get(top);
    if (known) return known;
    const chain: ChainId[] = [];
    for (let at = top; at >= 0; at = this.parents[at] ?? -1)
      chain.push((this.layers[at] as LayerNode).chainId);
    chain.reverse();
    this.chains.set(top, chain);
    return chain;
  }
}
