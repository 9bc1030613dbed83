import type { ChainId, ImageId } from '../../../shared/image/digest';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import type { ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import type { ChartInput } from './input';
import type { LayersLayout } from './layoutTypes';

/** Lengths of the drawing at 100 %, CSS pixels. */
export interface Metrics {
  readonly left: number;
  readonly top: number;
  readonly chipWidth: number;
  readonly chipHeight: number;
  readonly columnPitch: number;
  readonly rowPitch: number;
  readonly cardX: number;
  readonly cardWidth: number;
  /** Workspaces stand to the right of their image's card, one beside another. */
  readonly workspaceWidth: number;
  readonly workspaceGap: number;
  readonly width: number;
  readonly height: number;
}

const between = (low: number, value: number, high: number): number => Math.max(low, Math.min(value, high));

/**
 * Lengths that fill a view of `width` by `height` CSS pixels where the layout is small, and stay legible where it is not.
 * `workspaces`: the most that one image has.
 */
export function metricsFor(
  layout: Pick<LayersLayout, 'columns' | 'rows'>,
  width: number,
  height: number,
  workspaces = 0,
): Metrics {
  const wide = width > 1000;
  const workspaceWidth = wide ? 132 : 112;
  const workspaceGap = wide ? 24 : 16;
  const besides = workspaces * (workspaceWidth + workspaceGap);
  const left = wide ? 32 : 16;
  const right = wide ? 28 : 14;
  const top = wide ? 24 : 14;
  const gap = wide ? 40 : 18;
  const cardWidth = wide ? 196 : 158;
  const chipHeight = wide ? 40 : 34;
  const linkGap = wide ? 42 : 24;
  const columns = Math.max(1, layout.columns);
  const columnPitch = between(
    linkGap + 118,
    (width - left - right - cardWidth - gap - besides) / columns,
    linkGap + (wide ? 214 : 180),
  );
  // The foot of the view belongs to the overview map and the zoom control.
  const rowPitch = between(
    chipHeight + 4,
    (height - top - (wide ? 150 : 104)) / Math.max(1, layout.rows),
    chipHeight + 14,
  );
  const cardX = left + layout.columns * columnPitch - linkGap + gap + (layout.columns > 0 ? linkGap : 0);
  return {
    left,
    top,
    chipWidth: columnPitch - linkGap,
    chipHeight,
    columnPitch,
    rowPitch,
    cardX,
    cardWidth,
    workspaceWidth,
    workspaceGap,
    width: cardX + cardWidth + besides + right,
    height: top * 2 + layout.rows * rowPitch,
  };
}

/** A chip with its place in pixels; `x`, `y` are its middle left. */
export interface ChipItem {
  readonly kind: 'chip';
  readonly key: string;
  readonly place: number;
  readonly x: number;
  readonly y: number;
  readonly column: number;
  /** From the lowest up. */
  readonly run: readonly LayerNode[];
  /** The layer that the chip is named after: the largest of the run. */
  readonly main: LayerNode;
  readonly last: LayerNode;
  readonly parent: number;
  readonly kids: number[];
  readonly cards: number[];
  readonly size: number;
  readonly cumulative: number;
  readonly colour: number;
  readonly dashed: boolean;
  readonly depth: number;
}

/** An image's card with its place in pixels. */
export interface CardItem {
  readonly kind: 'card';
  readonly key: string;
  readonly place: number;
  readonly x: number;
  readonly y: number;
  readonly image: ImageNode;
  readonly chip: number;
  readonly colour: number;
}

/** A workspace as a child of its image's card. */
export interface WorkspaceItem {
  readonly kind: 'workspace';
  readonly key: string;
  readonly place: number;
  readonly x: number;
  readonly y: number;
  readonly name: string;
  /** Place of the card that it stands on. */
  readonly card: number;
}

export type Item = ChipItem | CardItem | WorkspaceItem;

/** Everything that is drawn. */
export interface Scene {
  readonly metrics: Metrics;
  readonly chips: readonly ChipItem[];
  readonly cards: readonly CardItem[];
  readonly workspaces: readonly WorkspaceItem[];
  readonly chipOf: ReadonlyMap<ChainId, ChipItem>;
  readonly cardOf: ReadonlyMap<ImageId, CardItem>;
}

/** Turns a layout into pixels. */
export function makeScene(
  { layers, images }: ChartInput,
  layout: LayersLayout,
  index: GraphIndex,
  metrics: Metrics,
  workspacesOf: ReadonlyMap<ImageId, readonly string[]> = new Map(),
): Scene {
  const y = (row: number): number => metrics.top + (row + 0.5) * metrics.rowPitch;
  const chipOf = new Map<ChainId, ChipItem>();
  const chips = layout.chips.map((chip, place): ChipItem => {
    const run = chip.run.map((layer) => layers[layer] as LayerNode);
    const last = run[run.length - 1] as LayerNode;
    const family = index.familyOfLayer.get(last.chainId);
    const item: ChipItem = {
      kind: 'chip',
      key: `${last.chainId}+${run.length}`,
      place,
      x: metrics.left + chip.column * metrics.columnPitch,
      y: y(chip.row),
      column: chip.column,
      run,
      main: run.reduce((most, layer) => (layer.size > most.size ? layer : most)),
      last,
      parent: chip.parent,
      kids: [],
      cards: [],
      size: chip.size,
      cumulative: chip.cumulative,
      colour: family?.colour ?? 12,
      dashed: family?.dashed ?? false,
      depth: index.depth.get(last.chainId) ?? 0,
    };
    for (const { chainId } of run) chipOf.set(chainId, item);
    return item;
  });
  for (const chip of chips) chips[chip.parent]?.kids.push(chip.place);
  const cardOf = new Map<ImageId, CardItem>();
  const cards = layout.cards.map((card, place): CardItem => {
    const image = images[card.image] as ImageNode;
    const item: CardItem = {
      kind: 'card',
      key: image.id,
      place,
      x: metrics.cardX,
      y: y(card.row),
      image,
      chip: card.chip,
      colour: index.familyOfImage.get(image.id)?.colour ?? 12,
    };
    chips[card.chip]?.cards.push(place);
    cardOf.set(image.id, item);
    return item;
  });
  const workspaces = cards.flatMap((card) =>
    (workspacesOf.get(card.image.id) ?? []).map((name, i): Omit<WorkspaceItem, 'place'> => ({
      kind: 'workspace',
      key: `workspace ${name}`,
      x:
        metrics.cardX +
        metrics.cardWidth +
        metrics.workspaceGap +
        i * (metrics.workspaceWidth + metrics.workspaceGap),
      y: card.y,
      name,
      card: card.place,
    })),
  );
  const placed = workspaces.map((item, place): WorkspaceItem => ({ ...item, place }));
  return { metrics, chips, cards, workspaces: placed, chipOf, cardOf };
}

/** Chips and cards that belong together. */
export interface Lineage {
  readonly chips: ReadonlySet<number>;
  readonly cards: ReadonlySet<number>;
}

/** No lineage. */
export const noLineage: Lineage = { chips: new Set(), cards: new Set() };

/** What stands below the items, and above those that are chips. */
export function lineageOf(scene: Scene, items: readonly Item[]): Lineage {
  const chips = new Set<number>();
  const cards = new Set<number>();
  const down = (from: number): void => {
    for (let at = from; at >= 0 && !chips.has(at); at = scene.chips[at]?.parent ?? -1) chips.add(at);
  };
  for (const each of items) {
    const item = each.kind === 'workspace' ? scene.cards[each.card] : each;
    if (!item) continue;
    if (item.kind === 'card') {
      cards.add(item.place);
      down(item.chip);
      continue;
    }
    down(item.parent);
    const pending = [item.place];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      const chip = scene.chips[at];
      if (!chip) continue;
      chips.add(at);
      chip.cards.forEach((card) => cards.add(card));
      pending.push(...chip.kids);
    }
  }
  return { chips, cards };
}
