import type { Selection } from 'd3';
import type { ChartText } from './chartText';
import type { CrossLink } from './crossLinks';
import type { ItemText } from './itemText';
import type { Lineage } from './lineage';
import type { Pin } from './pin';
import type { CardItem, ChipItem, GroupItem, Item, Scene } from './scene';
import type { Area } from './spatialIndex';
import type { Target } from './target';

/** Everything that drawing one frame needs. */
export interface Frame {
  readonly scene: Scene;
  readonly text: ChartText;
  readonly words: ItemText;
  readonly lit: Lineage;
  readonly selected: { readonly cards: ReadonlySet<number>; readonly chip: number };
  readonly hovered: Target | null;
  readonly focused: Item | null;
  /** Whether the keyboard's place is to be marked. */
  readonly focusShown: boolean;
  readonly emptySteps: boolean;
  /** The part of the drawing that is in sight, with a margin; `width`, `height`: CSS pixels of the element. */
  readonly area: Area & { readonly width: number; readonly height: number };
  /** Where the column of cards stands. */
  readonly pin: Pin;
  /** Chips and cards in sight. */
  readonly chips: readonly ChipItem[];
  readonly cards: readonly (CardItem | GroupItem)[];
  /** Lines between chips that hold the same blob, for what is hovered or selected. */
  readonly crossLinks: readonly CrossLink[];
  readonly animate: boolean;
}

/** A group of the drawing. */
export type Group = Selection<SVGGElement, unknown, null, undefined>;

/** ID of the element that draws an item. */
export function domId(item: Item): string {
  if (item.kind === 'workspace') return `workspace-${item.name}`;
  if (item.kind === 'group') return item.key.replace(/[ :]/g, '-');
  const id = item.kind === 'card' ? item.image.id : item.last.chainId;
  return `${item.kind}-${id.slice(id.indexOf(':') + 1)}`;
}

/** What a screen reader says of an item. */
export function labelOf(item: Item, text: ChartText): string {
  if (item.kind === 'chip') return text.chipLabel(item);
  if (item.kind === 'workspace') return text.workspaceLabel(item.name);
  return text.cardLabel(item);
}
