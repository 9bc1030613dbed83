import type { ChainId, ImageId } from '../../../shared/image/digest';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import type { ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import { addBytes } from '../../../shared/image/bytes';
import { layersInSight } from '../../../shared/graph/layersInSight';
import type { LayersInput } from './layoutTypes';

/** The layout's input, and what its numbers stand for. */
export interface ChartInput {
  readonly input: LayersInput;
  /** With what the images in sight have of them. */
  readonly layers: readonly LayerNode[];
  readonly images: readonly ImageNode[];
  /** Place of a layer in `layers`, -1 where it is not in sight. */
  readonly placeOf: (layer: ChainId) => number;
}

/** What of the graph is in sight and how. */
export interface ChartOptions {
  readonly images: ReadonlySet<ImageId>;
  readonly onlyTagged: boolean;
  /** Shortest run that folds; null folds nothing. */
  readonly foldFrom: number | null;
  /** First layers of runs that the person unfolded. */
  readonly unfolded: ReadonlySet<ChainId>;
  /** Layers whose subtree the person collapsed. */
  readonly collapsed?: ReadonlySet<ChainId>;
  /** Base layers in the order in which their families were first shown; those that are not named come after them. */
  readonly familyOrder?: readonly string[];
}

/**
 * Makes the layout's input: the images in sight, the layers that they need, a parent before its children, families in
 * the order of the sidebar. Linear in the graph.
 */
export function chartInput(index: GraphIndex, options: ChartOptions): ChartInput {
  const { dense, graph } = index;
  const images: ImageNode[] = [];
  const tops: number[] = [];
  const needed = new Uint8Array(graph.layers.length);
  for (const place of dense.byName) {
    const image = graph.images[place] as ImageNode;
    if (!options.images.has(image.id) || (options.onlyTagged && image.names.length === 0)) continue;
    images.push(image);
    const top = dense.top[place] as number;
    tops.push(top);
    // From the top down, until a layer that another image brought in: each layer is met once.
    for (let at = top; at >= 0 && needed[at] === 0; at = dense.parent[at] as number) needed[at] = 1;
  }
  const sight = layersInSight(index, images);
  const isAll = images.length === graph.images.length;
  const places = new Int32Array(graph.layers.length).fill(-1);
  const layers: LayerNode[] = [];
  const parent = new Int32Array(graph.layers.length);
  const size = new Float64Array(graph.layers.length);
  const chain = new Float64Array(graph.layers.length);
  const order = new Float64Array(graph.layers.length);
  for (const layer of dense.upwards) {
    if (needed[layer] === 0) continue;
    const place = layers.length;
    const under = dense.parent[layer] as number;
    places[layer] = place;
    parent[place] = under < 0 ? -1 : (places[under] as number);
    const node = graph.layers[layer] as LayerNode;
    const own = sight.get(node.chainId);
    size[place] = own?.layer.size ?? (dense.size[layer] as number);
    // Where an image out of sight speaks for the whole graph, those in sight have another word.
    const beneath = under < 0 ? 0 : (chain[parent[place]] as number);
    chain[place] = isAll ? (dense.chain[layer] as number) : (own?.chain ?? addBytes(beneath, size[place]));
    order[place] = dense.made[layer] as number;
    layers.push(own?.layer ?? node);
  }
  const below = (layer: number): number => (layer < 0 ? -1 : (places[layer] as number));
  const placeOf = (layer: ChainId): number => below(dense.place.get(layer) ?? -1);
  const placesOf = (layers: Iterable<ChainId>): Int32Array =>
    Int32Array.from([...layers].map(placeOf).filter((place) => place >= 0));
  return {
    layers,
    images,
    placeOf,
    input: {
      parent: parent.slice(0, layers.length),
      size: size.slice(0, layers.length),
      chain: chain.slice(0, layers.length),
      order: order.slice(0, layers.length),
      bases: placesOf(familiesInOrder(index, options.familyOrder) as readonly ChainId[]),
      top: Int32Array.from(tops, below),
      foldFrom: options.foldFrom ?? Infinity,
      unfolded: placesOf(options.unfolded),
      collapsed: placesOf(options.collapsed ?? []),
    },
  };
}

/**
 * Keys of the families: those that were shown before keep their order among themselves, a new one comes after the one
 * that it follows in the sidebar. So a new image never makes families change places.
 */
export function familiesInOrder(index: GraphIndex, before: readonly string[] = []): readonly string[] {
  const keys = index.families.map(({ key }) => key);
  const now = new Set(keys);
  const order = before.filter((key) => now.has(key));
  const placed = new Set(order);
  keys.forEach((key, i) => {
    if (placed.has(key)) return;
    const previous = keys[i - 1];
    order.splice(previous === undefined ? 0 : order.indexOf(previous) + 1, 0, key);
    placed.add(key);
  });
  return order;
}
