import type { ChainId, ImageId } from '../../../shared/image/digest';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import type { ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import { layersInSight } from '../../../shared/graph/layersInSight';
import { splitName } from '../../../shared/image/reference';
import type { GroupKey, StrataImage, StrataInput, StrataLayer, StrataOrder } from './layoutTypes';

/** The layout's input, and what its numbers stand for. */
export interface ChartInput {
  readonly input: StrataInput;
  /** With what the images in sight have of them. */
  readonly layers: readonly LayerNode[];
  readonly images: readonly ImageNode[];
  readonly repositories: readonly string[];
  readonly placeOfLayer: ReadonlyMap<ChainId, number>;
}

/** A group as it is remembered while images come and go: the layer that it stands on, and its repository or null. */
export interface GroupName {
  /** `''`: the ground. */
  readonly layer: ChainId | '';
  readonly repository: string | null;
}

/** What of the graph is in sight and how. */
export interface ChartOptions {
  readonly images: ReadonlySet<ImageId>;
  readonly order: StrataOrder;
  readonly grouped: boolean;
  readonly open: readonly GroupName[];
  readonly shut: readonly GroupName[];
}

/** Milliseconds of a recorded date; `Infinity` where there is none. */
const timeOf = (created: string | null): number => {
  const time = created === null ? NaN : Date.parse(created);
  return Number.isNaN(time) || time <= 0 ? Infinity : time;
};

/** Makes the layout's input: the images in sight and the layers that they need, a parent before its children. Linear. */
export function chartInput(index: GraphIndex, options: ChartOptions): ChartInput {
  const images = index.graph.images.filter(({ id }) => options.images.has(id));
  const needed = new Set<ChainId>();
  for (const image of images) {
    // From the top down, until a layer that another image brought in: each layer is met once.
    for (let i = image.layers.length - 1; i >= 0; i--) {
      const chainId = image.layers[i] as ChainId;
      if (needed.has(chainId)) break;
      needed.add(chainId);
    }
  }
  const sight = layersInSight(index, images);
  const layers: LayerNode[] = [];
  const inputs: StrataLayer[] = [];
  const placeOfLayer = new Map<ChainId, number>();
  const pending = [...(index.children.get(null) ?? [])].reverse();
  for (let layer = pending.pop(); layer; layer = pending.pop()) {
    if (!needed.has(layer.chainId)) continue;
    placeOfLayer.set(layer.chainId, layers.length);
    const parent = layer.parent === null ? -1 : (placeOfLayer.get(layer.parent) ?? -1);
    const shown = sight.get(layer.chainId)?.layer ?? layer;
    inputs.push({ parent, size: shown.size, made: timeOf(layer.created) });
    layers.push(shown);
    for (const child of index.children.get(layer.chainId) ?? []) pending.push(child);
  }
  const repositories: string[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (name: string | undefined): number => {
    if (name === undefined) return -1;
    const { repository } = splitName(name);
    let number = numbers.get(repository);
    if (number === undefined) numbers.set(repository, (number = repositories.push(repository) - 1));
    return number;
  };
  const imageInputs = images.map((image): StrataImage => ({
    top: image.top === null ? -1 : (placeOfLayer.get(image.top) ?? -1),
    size: image.size,
    made: timeOf(image.created),
    repository: numberOf(image.names[0]),
  }));
  const keys = (names: readonly GroupName[]): GroupKey[] =>
    names.flatMap(({ layer, repository }) => {
      const place = layer === '' ? -1 : placeOfLayer.get(layer);
      const number = repository === null ? -1 : numbers.get(repository);
      return place === undefined || number === undefined ? [] : [{ layer: place, repository: number }];
    });
  const { order, grouped } = options;
  return {
    layers,
    images,
    repositories,
    placeOfLayer,
    input: {
      layers: inputs,
      images: imageInputs,
      order,
      grouped,
      open: keys(options.open),
      shut: keys(options.shut),
    },
  };
}
