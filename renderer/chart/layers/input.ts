import type { ChainId, ImageId } from '../../../shared/image/digest';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import type { ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import type { InputLayer, LayersInput } from './layoutTypes';

/** The layout's input, and what its numbers stand for. */
export interface ChartInput {
  readonly input: LayersInput;
  readonly layers: readonly LayerNode[];
  readonly images: readonly ImageNode[];
}

/** What of the graph is in sight and how. */
export interface ChartOptions {
  readonly images: ReadonlySet<ImageId>;
  readonly onlyTagged: boolean;
  /** Shortest run that folds; null folds nothing. */
  readonly foldFrom: number | null;
  /** First layers of runs that the person unfolded. */
  readonly unfolded: ReadonlySet<ChainId>;
}

/** Sorts siblings by age; a step without a date comes first, like a base. */
const orderOf = (layer: LayerNode): number => (layer.created === null ? 0 : Date.parse(layer.created) || 0);

/**
 * Makes the layout's input: the images in sight, the layers that they need, families in the order of the sidebar, a
 * parent before its children. Linear in the graph.
 */
export function chartInput(index: GraphIndex, options: ChartOptions): ChartInput {
  const images = index.graph.images.filter(
    (image) => options.images.has(image.id) && !(options.onlyTagged && image.names.length === 0),
  );
  images.sort(byName);
  const needed = new Set<ChainId>();
  for (const image of images) {
    // From the top down, until a layer that another image brought in: each layer is met once.
    for (let i = image.layers.length - 1; i >= 0; i--) {
      const chainId = image.layers[i] as ChainId;
      if (needed.has(chainId)) break;
      needed.add(chainId);
    }
  }
  const layers: LayerNode[] = [];
  const place = new Map<ChainId, number>();
  const inputs: InputLayer[] = [];
  const pending: LayerNode[] = [];
  for (let i = index.families.length - 1; i >= 0; i--) {
    const base = index.layers.get(index.families[i]?.key as ChainId);
    if (base) pending.push(base);
  }
  for (let layer = pending.pop(); layer; layer = pending.pop()) {
    if (!needed.has(layer.chainId)) continue;
    place.set(layer.chainId, layers.length);
    const parent = layer.parent === null ? -1 : (place.get(layer.parent) ?? -1);
    inputs.push({ parent, size: layer.size, order: orderOf(layer) });
    layers.push(layer);
    pending.push(...(index.children.get(layer.chainId) ?? []));
  }
  return {
    layers,
    images,
    input: {
      layers: inputs,
      images: images.map(({ top }) => ({ top: top === null ? -1 : (place.get(top) ?? -1) })),
      foldFrom: options.foldFrom ?? Infinity,
      unfolded: [...options.unfolded].flatMap((chainId) => place.get(chainId) ?? []),
    },
  };
}

const collator = new Intl.Collator('en', { numeric: true });

/** Named images before dangling ones, names as people count: 1.9 before 1.10. */
function byName(a: ImageNode, b: ImageNode): number {
  const [x] = a.names;
  const [y] = b.names;
  if (x === undefined || y === undefined) {
    return Number(x === undefined) - Number(y === undefined) || (a.id < b.id ? -1 : 1);
  }
  return collator.compare(x, y) || (a.id < b.id ? -1 : 1);
}
