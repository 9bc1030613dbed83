import { addBytes } from '../image/bytes';
import type { ImageNode, LayerNode } from './imageGraph';
import { plainCommand } from './layerTitle';
import { ownLayers } from './ownLayer';
import { partOf, sharesBlob, type PairLayers, type Parted } from './pairOf';

/**
 * How two layers that stand beside each other belong together. `equal`: the same content (diff ID) on other parents;
 * `command`: the same command with another result; `different`: they only have the same place; `alone`: nothing stands
 * beside it.
 */
export type RowKind = 'equal' | 'command' | 'different' | 'alone';

/** Layers above the trunk, one of each image at the most, that stand side by side. */
export interface ComparedRow {
  readonly kind: RowKind;
  readonly first: LayerNode | null;
  readonly second: LayerNode | null;
  /** For `equal`: both are one blob in the store; else the content is stored twice. */
  readonly sameBlob: boolean;
}

/** Bytes of an image's layers, in the forms that its own manifest names: together what its layers take. */
export interface SideBytes {
  /** Of layers whose content (diff ID) the other image has, too, in whatever form. */
  readonly both: number;
  /** Of all others. */
  readonly only: number;
}

/** Two images side by side, layer by layer. */
export interface Comparison extends Parted {
  /** What has the same content in both and what has not. `both` differs where a layer is stored in another form on the other side. */
  readonly bytes: { readonly first: SideBytes; readonly second: SideBytes };
  /** What lies above the trunk, from the base up; each layer of either image stands in one row. */
  readonly rows: readonly ComparedRow[];
}

/** Pairs of layers that are looked at to set them side by side; beyond that they are listed one after the other. */
const pairsLookedAt = 1_000_000;

/**
 * Sets two images side by side: the trunk, and above it the layers in two columns, in which equal contents, then equal
 * commands stand beside each other (the most of them that keeps the order of both). Costs the product of the two heights
 * above the trunk.
 */
export function compareImages(index: PairLayers, a: ImageNode, b: ImageNode): Comparison {
  const parted = partOf(index, a, b);
  const depth = parted.trunk.length;
  const [first, second] = [ownLayers(a, index.layers), ownLayers(b, index.layers)];
  return {
    ...parted,
    bytes: { first: sideBytes(first, second), second: sideBytes(second, first) },
    rows: alignLayers(first.slice(depth), second.slice(depth)),
  };
}

function sideBytes(own: readonly LayerNode[], others: readonly LayerNode[]): SideBytes {
  const there = new Set(others.map(({ diffId }) => diffId));
  let [both, only] = [0, 0];
  for (const { diffId, size } of own)
    if (there.has(diffId)) both = addBytes(both, size);
    else only = addBytes(only, size);
  return { both, only };
}

function alignLayers(a: readonly LayerNode[], b: readonly LayerNode[]): readonly ComparedRow[] {
  const rows: ComparedRow[] = [];
  let [i, k] = [0, 0];
  /** Everything below the next anchor: by place, as far as there is something on both sides. */
  const fill = (toFirst: number, toSecond: number): void => {
    while (i < toFirst || k < toSecond) {
      const first = i < toFirst ? (a[i++] ?? null) : null;
      const second = k < toSecond ? (b[k++] ?? null) : null;
      rows.push({ kind: first && second ? 'different' : 'alone', first, second, sameBlob: false });
    }
  };
  for (const [atFirst, atSecond] of anchors(a, b)) {
    fill(atFirst, atSecond);
    const [first, second] = [a[i++] as LayerNode, b[k++] as LayerNode];
    const equal = first.diffId === second.diffId;
    const sameBlob = equal && sharesBlob(first, second);
    rows.push({ kind: equal ? 'equal' : 'command', first, second, sameBlob });
  }
  fill(a.length, b.length);
  return rows;
}

/** Places in both that belong together, in order: the most equal contents, and of those the most equal commands. */
function anchors(
  a: readonly LayerNode[],
  b: readonly LayerNode[],
): readonly (readonly [first: number, second: number])[] {
  const [n, m] = [a.length, b.length];
  if (n * m > pairsLookedAt) return [];
  const words = new Map([...a, ...b].map((layer) => [layer, plainCommand(layer.createdBy)]));
  const worth = (i: number, k: number): number => {
    const [first, second] = [a[i] as LayerNode, b[k] as LayerNode];
    // One equal content outweighs any number of equal commands.
    if (first.diffId === second.diffId) return n + m;
    const command = words.get(first) ?? '';
    return command !== '' && command === words.get(second) ? 1 : 0;
  };
  const width = m + 1;
  const best = new Float64Array((n + 1) * width);
  const at = (i: number, k: number): number => best[i * width + k] ?? 0;
  for (let i = n - 1; i >= 0; i--)
    for (let k = m - 1; k >= 0; k--) {
      const together = worth(i, k);
      const both = together > 0 ? together + at(i + 1, k + 1) : 0;
      best[i * width + k] = Math.max(at(i + 1, k), at(i, k + 1), both);
    }
  const found: (readonly [number, number])[] = [];
  for (let i = 0, k = 0; i < n && k < m;) {
    const together = worth(i, k);
    if (together > 0 && at(i, k) === together + at(i + 1, k + 1)) found.push([i++, k++]);
    else if (at(i + 1, k) >= at(i, k + 1)) i++;
    else k++;
  }
  return found;
}
