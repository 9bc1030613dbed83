import { equalLayers } from '../../../shared/graph/equalLayers';
import type { Metrics } from './metrics';
import type { Target } from './target';
import type { Scene } from './scene';
import type { Point } from './shapes';

/** Two chips that hold a layer of the same content. */
export interface CrossLink {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

/** So many are drawn of one chip: more would hide what they cross. */
const most = 40;

/** Cross links of some items: from each chip to the chips that hold the same blob in another chain, nearest first. */
export function crossLinksOf(scene: Scene, items: readonly Target[]): readonly CrossLink[] {
  const equal = equalLayers(scene.index);
  const links = new Map<string, CrossLink>();
  for (const item of items) {
    if (item.kind !== 'chip') continue;
    const others = new Set<number>();
    for (const layer of item.run) {
      for (const twin of equal.get(layer.diffId) ?? []) {
        const chip = twin.chainId === layer.chainId ? null : scene.chipOf(twin.chainId);
        if (chip && chip.place !== item.place) others.add(chip.place);
      }
    }
    const away = (chip: number): number => Math.abs(scene.chipY(chip) - item.y);
    for (const other of [...others].sort((a, b) => away(a) - away(b)).slice(0, most)) {
      const [from, to] = item.place < other ? [item.place, other] : [other, item.place];
      const key = `${from} ${to}`;
      links.set(key, { key, from, to });
    }
  }
  return [...links.values()];
}

/** A cross link's curve, as the points of a cubic: out of the right edges, round to the right. */
export function crossCurve(from: Point, to: Point, { chipWidth }: Metrics): readonly number[] {
  const x0 = from.x + chipWidth;
  const x1 = to.x + chipWidth;
  const out = Math.max(x0, x1) + Math.min(60, 18 + Math.abs(to.y - from.y) * 0.08);
  return [x0, from.y, out, from.y, out, to.y, x1, to.y];
}

/** {@link crossCurve} as a path. */
export function crossPath(from: Point, to: Point, metrics: Metrics): string {
  const [x0, y0, a, b, c, d, x1, y1] = crossCurve(from, to, metrics);
  return `M${x0} ${y0}C${a} ${b} ${c} ${d} ${x1} ${y1}`;
}
