import { pieceAt, type BandItem, type GroupItem, type Item, type Scene } from './scene';

/** What belongs together: a chain downwards, and all that stands on its end. */
export interface Lineage {
  /** Places of the layers from the item down to the base. */
  readonly chain: ReadonlySet<number>;
  /** All columns with this layer belong to it, -1 for none. */
  readonly through: number;
  /** All of this block does, -1 for none. */
  readonly block: number;
  /** This column does, -1 for none. */
  readonly column: number;
}

/** What an item stands on, and what stands on it. */
export function lineageOf(scene: Scene, item: Item): Lineage {
  const chain = new Set<number>();
  const start =
    item.kind === 'band' ? item.place : item.kind === 'head' ? (scene.topOf[item.column] ?? -1) : item.below;
  for (let at = start; at >= 0; at = scene.input.input.layers[at]?.parent ?? -1) chain.add(at);
  return {
    chain,
    through: item.kind === 'band' ? item.place : -1,
    block: item.kind === 'group' ? item.place : -1,
    column: item.kind === 'head' ? item.column : -1,
  };
}

/** Whether a band belongs to a lineage. */
export function isLit(scene: Scene, { chain, through, block }: Lineage, band: BandItem): boolean {
  if (chain.has(band.place)) return true;
  if (through >= 0 && pieceAt(scene, through, band.from) >= 0) return true;
  return block >= 0 && withinGroup(scene.groups[block], band);
}

/** Whether a column's head does. */
export function isColumnLit(scene: Scene, { through, block, column }: Lineage, at: number): boolean {
  if (at === column || (through >= 0 && pieceAt(scene, through, at) >= 0)) return true;
  const group = scene.groups[block];
  return group !== undefined && group.from <= at && at <= group.to;
}

/** Bands of an open group have columns of their own; those of a block know it. */
function withinGroup(group: GroupItem | undefined, band: BandItem): boolean {
  if (!group) return false;
  if (group.shut) return band.block === group.place;
  return group.from <= band.from && band.to <= group.to;
}
