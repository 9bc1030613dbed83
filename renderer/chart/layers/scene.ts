import type { ChainId, ImageId } from '../../../shared/image/digest';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import type { ImageNode, LayerNode } from '../../../shared/graph/imageGraph';
import type { ChartInput } from './input';
import type { LayersLayout } from './layoutTypes';
import type { Metrics } from './metrics';
import { SpatialIndex } from './spatialIndex';

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

/** The card of a collapsed subtree: the images that stand there. */
export interface GroupItem {
  readonly kind: 'group';
  readonly key: string;
  /** Among the cards. */
  readonly place: number;
  readonly x: number;
  readonly y: number;
  readonly images: readonly ImageNode[];
  /** The collapsed layer. */
  readonly collapsed: ChainId;
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

export type Item = ChipItem | CardItem | GroupItem | WorkspaceItem;

/**
 * A layout in pixels. Geometry is numbers; the items, with what they stand for, are made when one is asked for: of a
 * hundred thousand only those in sight ever are.
 */
export class Scene {
  readonly chipCount: number;
  readonly cardCount: number;
  readonly workspaces: readonly WorkspaceItem[];
  readonly space: SpatialIndex;
  private readonly colours: Uint8Array;
  private readonly chipItems: ChipItem[] = [];
  private readonly cardItems: (CardItem | GroupItem)[] = [];
  /** Chip of each layer in sight, by its place in the input. */
  private readonly chipOfLayer: Int32Array;
  /** Card of each image in sight, by its place in the graph; -1 for none. */
  private readonly cardOfImage: Int32Array;

  constructor(
    private readonly input: ChartInput,
    readonly layout: LayersLayout,
    readonly index: GraphIndex,
    readonly metrics: Metrics,
    workspacesOf: ReadonlyMap<ImageId, readonly string[]>,
  ) {
    this.chipCount = layout.column.length;
    this.cardCount = layout.cardRow.length;
    this.chipOfLayer = new Int32Array(input.layers.length).fill(-1);
    for (let chip = 0; chip < this.chipCount; chip++) {
      const to = layout.runStart[chip + 1] as number;
      for (let i = layout.runStart[chip] as number; i < to; i++) {
        this.chipOfLayer[layout.runs[i] as number] = chip;
      }
    }
    this.cardOfImage = new Int32Array(index.graph.images.length).fill(-1);
    for (let card = 0; card < this.cardCount; card++) {
      const to = layout.cardStart[card + 1] as number;
      for (let i = layout.cardStart[card] as number; i < to; i++) {
        const image = input.images[layout.cardImages[i] as number];
        if (image) this.cardOfImage[this.index.dense.imagePlace.get(image.id) ?? -1] = card;
      }
    }
    this.space = new SpatialIndex(layout, metrics);
    this.colours = this.coloursOfChips();
    this.workspaces = this.placeWorkspaces(workspacesOf);
  }

  /** Left edge of a chip. */
  chipX(place: number): number {
    return this.metrics.left + (this.layout.column[place] as number) * this.metrics.columnPitch;
  }

  /** Middle of a chip. */
  chipY(place: number): number {
    return this.y(this.layout.row[place] as number);
  }

  /** Middle of a card. */
  cardY(place: number): number {
    return this.y(this.layout.cardRow[place] as number);
  }

  /** Chip that a chip stands on, -1 for a base. */
  parentOf(chip: number): number {
    return this.layout.parent[chip] ?? -1;
  }

  /** Chips that stand on a chip, oldest first. */
  kidsOf(chip: number): number[] {
    const { end } = this.layout;
    const kids: number[] = [];
    for (let at = chip + 1; at < (end[chip] as number); at = end[at] as number) kids.push(at);
    return kids;
  }

  /** Cards on a chip itself, not on one above. */
  cardsOn(chip: number): number[] {
    const { cardFrom, cardTo, cardChip } = this.layout;
    const cards: number[] = [];
    for (let at = cardFrom[chip] as number; at < (cardTo[chip] as number); at++) {
      // The cards of a chip come before those of what stands on it.
      if (cardChip[at] !== chip) break;
      cards.push(at);
    }
    return cards;
  }

  /** Number of images in sight on a chip and above it. */
  imagesAbove(chip: number): number {
    const { cardFrom, cardTo, cardStart } = this.layout;
    const from = cardFrom[chip] as number;
    const to = cardTo[chip] as number;
    return to > from ? (cardStart[to] as number) - (cardStart[from] as number) : 0;
  }

  /** Number of images that run through a chip, in the whole store. */
  through(chip: number): number {
    return this.layer(this.layout.runStart[chip] as number).imageCount;
  }

  /** Whether a chip stands for several layers. */
  folded(chip: number): boolean {
    const { runStart } = this.layout;
    return (runStart[chip + 1] as number) - (runStart[chip] as number) > 1;
  }

  /** Lineage colour of a chip, 1 to 12. */
  colourOf(chip: number): number {
    return this.colours[chip] as number;
  }

  /** A chip with what it stands for. */
  chip(place: number): ChipItem {
    return (this.chipItems[place] ??= this.makeChip(place));
  }

  /** An image's card, or that of a group, with what it stands for. */
  card(place: number): CardItem | GroupItem {
    return (this.cardItems[place] ??= this.makeCard(place));
  }

  /** All chips: for small scenes. */
  get chips(): readonly ChipItem[] {
    return Array.from({ length: this.chipCount }, (_, place) => this.chip(place));
  }

  /** All cards: for small scenes. */
  get cards(): readonly (CardItem | GroupItem)[] {
    return Array.from({ length: this.cardCount }, (_, place) => this.card(place));
  }

  /** Images of a card: one, or those of a collapsed subtree. */
  imagesOf(card: number): readonly ImageNode[] {
    const { cardStart, cardImages } = this.layout;
    return Array.from(
      cardImages.subarray(cardStart[card], cardStart[card + 1]),
      (image) => this.input.images[image] as ImageNode,
    );
  }

  /** Layers with what the images in sight have of them; those that are not in sight are left out. */
  layersOf(chain: readonly ChainId[]): readonly LayerNode[] {
    return chain.flatMap((layer) => this.input.layers[this.input.placeOf(layer)] ?? []);
  }

  /** The chip that holds a layer; null where none in sight does. */
  chipOf(layer: ChainId): ChipItem | null {
    const place = this.input.placeOf(layer);
    const chip = place < 0 ? -1 : (this.chipOfLayer[place] ?? -1);
    return chip < 0 ? null : this.chip(chip);
  }

  /** The card of an image, or of the group that it is in; null where it is not in sight. */
  cardOf(image: ImageId): CardItem | GroupItem | null {
    const card = this.cardOfImage[this.index.dense.imagePlace.get(image) ?? -1] ?? -1;
    return card < 0 ? null : this.card(card);
  }

  /** Images in the order of their rows. */
  order(): ImageId[] {
    return Array.from(this.layout.cardImages, (image) => (this.input.images[image] as ImageNode).id);
  }

  private coloursOfChips(): Uint8Array {
    const { end, runStart } = this.layout;
    const colours = new Uint8Array(this.chipCount);
    // A family is a base with the chips that come right after it.
    for (let base = 0; base < this.chipCount; base = end[base] as number) {
      const { chainId } = this.layer(runStart[base] as number);
      colours.fill(this.index.familyOfLayer.get(chainId)?.colour ?? 12, base, end[base]);
    }
    return colours;
  }

  private y(row: number): number {
    return this.metrics.top + (row + 0.5) * this.metrics.rowPitch;
  }

  private layer(at: number): LayerNode {
    return this.input.layers[this.layout.runs[at] as number] as LayerNode;
  }

  private makeChip(place: number): ChipItem {
    const { runStart, column, size, cumulative } = this.layout;
    const run: LayerNode[] = [];
    for (let i = runStart[place] as number; i < (runStart[place + 1] as number); i++) run.push(this.layer(i));
    const last = run[run.length - 1] as LayerNode;
    const family = this.index.familyOfLayer.get(last.chainId);
    return {
      kind: 'chip',
      key: `${last.chainId}+${run.length}`,
      place,
      x: this.chipX(place),
      y: this.chipY(place),
      column: column[place] as number,
      run,
      main: run.reduce((most, layer) => (layer.size > most.size ? layer : most)),
      last,
      parent: this.parentOf(place),
      size: size[place] as number,
      cumulative: cumulative[place] as number,
      colour: family?.colour ?? 12,
      dashed: family?.dashed ?? false,
      depth: this.index.depth.get(last.chainId) ?? 0,
    };
  }

  private makeCard(place: number): CardItem | GroupItem {
    const images = this.imagesOf(place);
    const image = images[0] as ImageNode;
    const common = {
      place,
      x: this.metrics.cardX,
      y: this.cardY(place),
      chip: this.layout.cardChip[place] as number,
      colour: this.index.familyOfImage.get(image.id)?.colour ?? 12,
    };
    if (this.layout.cardGroup[place] === 0) return { kind: 'card', key: image.id, image, ...common };
    const collapsed = this.chip(common.chip).last.chainId;
    return { kind: 'group', key: `group ${collapsed}`, images, collapsed, ...common };
  }

  private placeWorkspaces(workspacesOf: ReadonlyMap<ImageId, readonly string[]>): readonly WorkspaceItem[] {
    const { cardX, cardWidth, workspaceGap: gap, workspaceWidth: width } = this.metrics;
    const items: WorkspaceItem[] = [];
    for (const [image, names] of workspacesOf) {
      const card = this.cardOf(image);
      if (card?.kind !== 'card') continue;
      names.forEach((name, i) =>
        items.push({
          kind: 'workspace',
          key: `workspace ${name}`,
          place: items.length,
          x: cardX + cardWidth + gap + i * (width + gap),
          y: card.y,
          name,
          card: card.place,
        }),
      );
    }
    return items;
  }
}

/** Turns a layout into pixels. */
export function makeScene(
  input: ChartInput,
  layout: LayersLayout,
  index: GraphIndex,
  metrics: Metrics,
  workspacesOf: ReadonlyMap<ImageId, readonly string[]> = new Map(),
): Scene {
  return new Scene(input, layout, index, metrics, workspacesOf);
}
