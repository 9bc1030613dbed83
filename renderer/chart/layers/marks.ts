import type { ChainId, ImageId } from '../../../shared/image/digest';
import { crossLinksOf } from './crossLinks';
import type { Frame } from './frame';
import type { Target } from './target';
import { lineageOf } from './lineage';
import type { Scene } from './scene';

/** What is selected, by ID. */
export interface ChartSelection {
  readonly images: ReadonlySet<ImageId>;
  readonly layer: ChainId | null;
}

/** What a frame marks. */
export type Marks = Pick<Frame, 'lit' | 'selected' | 'crossLinks'>;

/** What is marked when that is selected and the pointer rests there: hovering goes before the selection. */
export function marksOf(scene: Scene, { images, layer }: ChartSelection, hovered: Target | null): Marks {
  const cards = [...images].flatMap((id) => scene.cardOf(id) ?? []);
  const chip = layer === null ? null : scene.chipOf(layer);
  const chosen: Target[] = chip ? [chip] : cards;
  return {
    selected: { cards: new Set(cards.map(({ place }) => place)), chip: chip?.place ?? -1 },
    lit: lineageOf(scene, hovered ? [hovered] : chosen),
    crossLinks: crossLinksOf(scene, hovered ? [hovered, ...(chip ? [chip] : [])] : chosen),
  };
}
