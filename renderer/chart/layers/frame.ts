import type { Selection } from 'd3';
import type { ChartText } from './chartText';
import type { Item, Lineage, Scene } from './scene';

/** Everything that drawing one frame needs. */
export interface Frame {
  readonly scene: Scene;
  readonly text: ChartText;
  readonly lit: Lineage;
  readonly selected: { readonly cards: ReadonlySet<number>; readonly chip: number };
  readonly hovered: Item | null;
  readonly focused: Item | null;
  readonly emptySteps: boolean;
  /** Whether an item's box meets what is in sight. */
  readonly sees: (x: number, y: number, width: number, height: number) => boolean;
  readonly animate: boolean;
}

/** A group of the drawing. */
export type Group = Selection<SVGGElement, unknown, null, undefined>;

/** ID of the element that draws an item. */
export function domId(item: Item): string {
  if (item.kind === 'workspace') return `workspace-${item.name}`;
  const id = item.kind === 'card' ? item.image.id : item.last.chainId;
  return `${item.kind}-${id.slice(id.indexOf(':') + 1)}`;
}
