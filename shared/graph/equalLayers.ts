import type { DiffId } from '../image/digest';
import type { GraphIndex } from './graphIndex';
import type { LayerNode } from './imageGraph';

const known = new WeakMap<GraphIndex, ReadonlyMap<DiffId, readonly LayerNode[]>>();

/**
 * Layers of equal content under different parents, by their diff ID; a diff ID that only one layer has is left out.
 * Linear; made once a graph.
 */
export function equalLayers(index: GraphIndex): ReadonlyMap<DiffId, readonly LayerNode[]> {
  const ready = known.get(index);
  if (ready) return ready;
  const first = new Map<DiffId, LayerNode>();
  const equal = new Map<DiffId, LayerNode[]>();
  for (const layer of index.graph.layers) {
    const other = first.get(layer.diffId);
    if (!other) {
      first.set(layer.diffId, layer);
      continue;
    }
    const list = equal.get(layer.diffId);
    if (list) list.push(layer);
    else equal.set(layer.diffId, [other, layer]);
  }
  known.set(index, equal);
  return equal;
}
