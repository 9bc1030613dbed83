import type { ChainId, ImageId } from '../image/digest';
import { denseSteps } from './denseGraph';
import { familyColours, paletteColours, type FamilyColour } from './familyColours';
import type { Family, GraphIndex } from './graphIndex';
import type { ImageGraph, ImageNode, LayerNode } from './imageGraph';
import { layerBytes } from './layerBytes';
import { layerName } from './layerTitle';
import { displayName } from './sharing';

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** Layers or images that are handled between two steps. */
const stride = 500;

/** Makes the look-ups of a graph. Linear; the graph is not touched. `colours`: those that families had before, which they keep. */
export function indexGraph(graph: ImageGraph, colours?: ReadonlyMap<string, FamilyColour>): GraphIndex {
  const steps = indexSteps(graph, colours);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** {@link indexGraph} in steps of about a millisecond, for whoever has a window to draw in between. */
export function* indexSteps(
  graph: ImageGraph,
  colours?: ReadonlyMap<string, FamilyColour>,
): Generator<undefined, GraphIndex> {
  let count = 0;
  const images = new Map<ImageId, ImageNode>();
  for (const image of graph.images) {
    if (++count % stride === 0) yield;
    images.set(image.id, image);
  }
  const layers = new Map<ChainId, LayerNode>();
  const children = new Map<ChainId | null, LayerNode[]>();
  for (const layer of graph.layers) {
    if (++count % stride === 0) yield;
    layers.set(layer.chainId, layer);
    push(children, layer.parent, layer);
  }
  // The heaviest child first: it is where the keyboard goes and what the eye follows.
  for (const list of children.values()) {
    if (++count % stride === 0) yield;
    if (list.length < 2) continue;
    list.sort((a, b) => b.imageCount - a.imageCount || b.size - a.size || (a.chainId < b.chainId ? -1 : 1));
  }
  const imagesAt = new Map<ChainId, ImageNode[]>();
  const baseOfImage = new Map<ImageId, string>();
  const groups = new Map<string, ImageNode[]>();
  for (const image of graph.images) {
    if (++count % stride === 0) yield;
    if (image.top !== null) push(imagesAt, image.top, image);
    const base = image.layers[0] ?? '';
    baseOfImage.set(image.id, base);
    push(groups, base, image);
  }
  const depth = new Map<ChainId, number>();
  const baseOfLayer = new Map<ChainId, ChainId>();
  const pending: LayerNode[] = [...(children.get(null) ?? [])];
  for (let layer = pending.pop(); layer; layer = pending.pop()) {
    if (++count % stride === 0) yield;
    depth.set(layer.chainId, layer.parent === null ? 0 : (depth.get(layer.parent) ?? 0) + 1);
    const base = layer.parent === null ? layer.chainId : (baseOfLayer.get(layer.parent) ?? layer.chainId);
    baseOfLayer.set(layer.chainId, base);
    for (const child of children.get(layer.chainId) ?? []) pending.push(child);
  }
  // Each blob once: a family may have one in two places.
  const bytes = new Map<string, number>();
  for (const [key, members] of groups) {
    if (++count % stride === 0) yield;
    bytes.set(key, layerBytes(members, layers).stored);
  }
  const ordered = [...groups].sort(
    ([a, x], [b, y]) => (bytes.get(b) ?? 0) - (bytes.get(a) ?? 0) || y.length - x.length || (a < b ? -1 : 1),
  );
  const colourOf = familyColours(
    ordered.map(([key]) => key),
    colours,
  );
  const families: Family[] = ordered.map(([key, members]) => ({
    key,
    name: familyName(key, members, layers),
    colour: colourOf.get(key)?.colour ?? paletteColours,
    dashed: colourOf.get(key)?.dashed ?? true,
    images: members.map(({ id }) => id),
    bytes: bytes.get(key) ?? 0,
  }));
  const byKey = new Map(families.map((family) => [family.key, family]));
  const familyOfImage = new Map<ImageId, Family>();
  for (const [id, base] of baseOfImage) {
    if (++count % stride === 0) yield;
    const family = byKey.get(base);
    if (family) familyOfImage.set(id, family);
  }
  const familyOfLayer = new Map<ChainId, Family>();
  for (const [chainId, base] of baseOfLayer) {
    if (++count % stride === 0) yield;
    const family = byKey.get(base);
    if (family) familyOfLayer.set(chainId, family);
  }
  const dense = yield* denseSteps(graph);
  yield;
  return {
    graph,
    images,
    layers,
    children,
    imagesAt,
    families,
    familyOfImage,
    familyOfLayer,
    depth,
    layerBytes: layerBytes(graph.images, layers),
    dense,
  };
}

/** The name of the image that is the base itself, else of the family's smallest, else the base's step. */
function familyName(
  key: string,
  members: readonly ImageNode[],
  layers: ReadonlyMap<ChainId, LayerNode>,
): string {
  const named = members.filter(({ names }) => names.length > 0);
  const smallest = [...named].sort((a, b) => a.layers.length - b.layers.length || a.size - b.size)[0];
  if (smallest) return displayName(smallest);
  const base = layers.get(key as ChainId);
  const title = base ? layerName(base) : '';
  const first = members[0];
  return title !== '' ? title : first ? displayName(first) : '';
}
