import type { Card, Chip, LayersInput, LayersLayout } from './layoutTypes';

/** Rows between two families. */
const familyGap = 0.35;

type Draft = { -readonly [K in keyof Chip]: Chip[K] };

/**
 * Lays the layer graph out: time runs left to right, every image owns a row, a chip stands in the middle of what stands
 * on it. Linear but for sorting siblings; no recursion, so that a chain of any length is fine. Pure: the same input
 * gives the same layout, and an image more or less moves nothing but rows.
 */
export function layoutLayers(input: LayersInput): LayersLayout {
  const { layers, images, foldFrom } = input;
  const children: number[][] = layers.map(() => []);
  const roots: number[] = [];
  layers.forEach(({ parent }, i) => (parent < 0 ? roots : (children[parent] ?? roots)).push(i));
  const older = (a: number, b: number): number => (layers[a]?.order ?? 0) - (layers[b]?.order ?? 0) || a - b;
  for (const list of children) if (list.length > 1) list.sort(older);
  const ends: number[][] = layers.map(() => []);
  const bare: number[] = [];
  images.forEach(({ top }, i) => (ends[top] ?? bare).push(i));

  const unfolded = new Set(input.unfolded);
  const chips: Draft[] = [];
  const cards: Card[] = [];
  const chipKids: number[][] = [];
  let row = 0;
  let columns = 0;

  /** Adds the run that starts at a layer, folded or not; gives its last chip and layer. */
  const addRun = (first: number, parent: number): { chip: number; last: number } => {
    const run = [first];
    let last = first;
    for (;;) {
      const [only, second] = children[last] ?? [];
      if (only === undefined || second !== undefined || (ends[last]?.length ?? 0) > 0) break;
      run.push((last = only));
    }
    const parts = run.length >= foldFrom && !unfolded.has(first) ? [run] : run.map((layer) => [layer]);
    let below = parent;
    for (const part of parts) {
      const under = chips[below];
      const size = part.reduce((sum, layer) => sum + (layers[layer]?.size ?? 0), 0);
      const column = under ? under.column + 1 : 0;
      chips.push({
        run: part,
        column,
        row: 0,
        parent: below,
        size,
        cumulative: size + (under?.cumulative ?? 0),
      });
      chipKids.push([]);
      const chip = chips.length - 1;
      chipKids[below]?.push(chip);
      columns = Math.max(columns, column + 1);
      below = chip;
    }
    return { chip: below, last };
  };

  for (const root of roots) {
    if (row > 0) row += familyGap;
    // Depth first: rows are given out in the order that the eye reads, an image before what was built on it.
    const pending: { layer: number; parent: number }[] = [{ layer: root, parent: -1 }];
    for (let next = pending.pop(); next; next = pending.pop()) {
      const { chip, last } = addRun(next.layer, next.parent);
      for (const image of ends[last] ?? []) cards.push({ image, row: row++, chip });
      const kids = children[last] ?? [];
      for (let i = kids.length - 1; i >= 0; i--) pending.push({ layer: kids[i] as number, parent: chip });
      // A layer that nothing in sight stands on keeps a row of its own: it must not lie on another.
      if (kids.length === 0 && (ends[last]?.length ?? 0) === 0) cards.push({ image: -1, row: row++, chip });
    }
  }
  if (bare.length > 0 && row > 0) row += familyGap;
  for (const image of bare) cards.push({ image, row: row++, chip: -1 });

  placeChips(chips, chipKids, cards);
  return { chips, cards: cards.filter(({ image }) => image >= 0), columns, rows: row };
}

/** Puts every chip in the middle of the rows above it, from the leaves down. */
function placeChips(chips: Draft[], chipKids: readonly (readonly number[])[], cards: readonly Card[]): void {
  const low = chips.map(() => Infinity);
  const high = chips.map(() => -Infinity);
  for (const { chip, row } of cards) {
    if (chip < 0) continue;
    low[chip] = Math.min(low[chip] ?? Infinity, row);
    high[chip] = Math.max(high[chip] ?? -Infinity, row);
  }
  for (let i = chips.length - 1; i >= 0; i--) {
    for (const kid of chipKids[i] ?? []) {
      const { row } = chips[kid] as Draft;
      low[i] = Math.min(low[i] ?? Infinity, row);
      high[i] = Math.max(high[i] ?? -Infinity, row);
    }
    (chips[i] as Draft).row = ((low[i] ?? 0) + (high[i] ?? 0)) / 2;
  }
}
