import type { ChainId } from '../../../shared/image/digest';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import type { LayerNode } from '../../../shared/graph/imageGraph';
import { splitName } from '../../../shared/image/reference';

/** Degrees that the branches of a fork are shifted by, after the first; never more than 24 from the family's own. */
const shifts = [-24, 24, -12, 12];
const many = '\n';

/**
 * By layer, how far its hue lies from that of its family: where a fork parts repositories, each branch but the heaviest has
 * a hue of its own. Made from the whole store, so that a filter changes no colour. Linear.
 */
export function branchHues({ graph, children }: GraphIndex): ReadonlyMap<ChainId, number> {
  const repository = new Map<ChainId, string>();
  const order: LayerNode[] = [...(children.get(null) ?? [])];
  for (let i = 0; i < order.length; i++)
    for (const child of children.get(order[i]?.chainId ?? null) ?? []) order.push(child);
  const meet = (layer: ChainId, other: string | undefined): void => {
    if (other === undefined) return;
    const own = repository.get(layer);
    repository.set(layer, own === undefined || own === other ? other : many);
  };
  for (const { top, names } of graph.images) {
    const [name] = names;
    if (top !== null && name !== undefined) meet(top, splitName(name).repository);
  }
  for (let i = order.length - 1; i >= 0; i--) {
    const layer = order[i] as LayerNode;
    if (layer.parent !== null) meet(layer.parent, repository.get(layer.chainId));
  }
  const hues = new Map<ChainId, number>();
  for (const layer of order) {
    const own = hues.get(layer.chainId) ?? 0;
    const met = new Map<string, number>();
    let branch = 0;
    for (const child of children.get(layer.chainId) ?? []) {
      const name = repository.get(child.chainId);
      const known = name === undefined || name === many ? undefined : met.get(name);
      let hue = own;
      // What nobody named, and another branch of the same repository, tell nothing apart.
      if (known !== undefined) hue = known;
      else if (name !== undefined && branch++ > 0) {
        const others = shifts.filter((shift) => shift !== own);
        hue = others[(branch - 2) % others.length] ?? own;
      }
      if (name !== undefined && name !== many) met.set(name, hue);
      hues.set(child.chainId, hue);
    }
  }
  return hues;
}
