import type { LayersInput, LayersLayout } from './layoutTypes';

/** Rows between two families. */
const familyGap = 0.35;

/** Lists of numbers by owner, packed: those of owner `i` are `items[start[i]]` to `items[start[i + 1] - 1]`. */
interface Packed {
  readonly start: Int32Array;
  readonly items: Int32Array;
}

/** Groups places by their owner, in the order of the places; an owner of -1 owns nothing. Linear. */
function pack(owners: Int32Array, count: number): Packed {
  const start = new Int32Array(count + 1);
  let held = 0;
  for (const owner of owners) {
    if (owner < 0) continue;
    start[owner + 1] = (start[owner + 1] as number) + 1;
    held++;
  }
  for (let i = 0; i < count; i++) start[i + 1] = (start[i + 1] as number) + (start[i] as number);
  const next = start.slice(0, count);
  const items = new Int32Array(held);
  owners.forEach((owner, place) => {
    if (owner < 0) return;
    const at = next[owner] as number;
    items[at] = place;
    next[owner] = at + 1;
  });
  return { start, items };
}

const marked = (places: Int32Array, count: number): Uint8Array => {
  const marks = new Uint8Array(count);
  for (const place of places) marks[place] = 1;
  return marks;
};

/**
 * Lays the layer graph out: time runs left to right, every image owns a row, a chip stands in the middle of what stands
 * on it. Linear but for sorting siblings; no recursion, so that a chain of any length is fine. Pure: the same input
 * gives the same layout, and an image more or less moves nothing but rows.
 */
export function layoutLayers(input: LayersInput): LayersLayout {
  const { parent: below, size, chain, order, top, foldFrom } = input;
  const layers = below.length;
  const children = pack(below, layers);
  for (let i = 0; i < layers; i++) {
    const from = children.start[i] as number;
    const to = children.start[i + 1] as number;
    if (to - from < 2) continue;
    children.items.subarray(from, to).sort((a, b) => (order[a] as number) - (order[b] as number) || a - b);
  }
  const ends = pack(top, layers);
  const unfolded = marked(input.unfolded, layers);
  const collapsed = marked(input.collapsed, layers);
  const kidsOf = (layer: number): number =>
    (children.start[layer + 1] as number) - (children.start[layer] as number);
  const endsOf = (layer: number): number => (ends.start[layer + 1] as number) - (ends.start[layer] as number);

  const runStart = new Int32Array(layers + 1);
  const runs = new Int32Array(layers);
  const column = new Int32Array(layers);
  const parent = new Int32Array(layers);
  const chipSize = new Float64Array(layers);
  const cumulative = new Float64Array(layers);
  let chips = 0;
  let drawn = 0;
  let columns = 0;

  const images = top.length;
  // A layer that nothing in sight stands on takes a row without a card; it is known by having no image.
  const cardRow: number[] = [];
  const cardChip: number[] = [];
  const cardGroup: number[] = [];
  const cardStart: number[] = [0];
  const cardImages = new Int32Array(images);
  let carded = 0;
  let row = 0;
  const addCard = (chip: number, group: boolean): void => {
    cardRow.push(row++);
    cardChip.push(chip);
    cardGroup.push(group ? 1 : 0);
    cardStart.push(carded);
  };

  const run = new Int32Array(layers);
  let last = 0;
  /** Adds the run that starts at a layer, folded or not; gives its last chip, and in `last` its last layer. */
  const addRun = (first: number, under: number): number => {
    let length = 0;
    for (last = first; ;) {
      run[length++] = last;
      if (collapsed[last] === 1 || kidsOf(last) !== 1 || endsOf(last) > 0) break;
      last = children.items[children.start[last] as number] as number;
    }
    const folds = length >= foldFrom && unfolded[first] === 0;
    let chip = under;
    for (let i = 0; i < length; i++) {
      const layer = run[i] as number;
      if (i === 0 || !folds) {
        parent[chips] = chip;
        const at = chip < 0 ? 0 : (column[chip] as number) + 1;
        column[chips] = at;
        columns = Math.max(columns, at + 1);
        runStart[chips] = drawn;
        chip = chips++;
      }
      runs[drawn++] = layer;
      chipSize[chip] = (chipSize[chip] as number) + (size[layer] as number);
      cumulative[chip] = chain[layer] as number;
    }
    return chip;
  };

  const pendingLayer: number[] = [];
  const pendingChip: number[] = [];
  /** Puts all images that stand above a layer, not on it, on one card; whether there are any. */
  const addGroup = (layer: number, chip: number): boolean => {
    const before = carded;
    const hidden = [...children.items.subarray(children.start[layer], children.start[layer + 1])].reverse();
    for (let at = hidden.pop(); at !== undefined; at = hidden.pop()) {
      for (let i = ends.start[at] as number; i < (ends.start[at + 1] as number); i++) {
        cardImages[carded++] = ends.items[i] as number;
      }
      for (let i = (children.start[at + 1] as number) - 1; i >= (children.start[at] as number); i--) {
        hidden.push(children.items[i] as number);
      }
    }
    if (carded === before) return false;
    addCard(chip, true);
    return true;
  };

  for (const base of input.bases) {
    if (row > 0) row += familyGap;
    // Depth first: rows are given out in the order that the eye reads, an image before what was built on it.
    pendingLayer.push(base);
    pendingChip.push(-1);
    for (let next = pendingLayer.pop(); next !== undefined; next = pendingLayer.pop()) {
      const chip = addRun(next, pendingChip.pop() as number);
      const own = endsOf(last);
      for (let i = 0; i < own; i++) {
        cardImages[carded++] = ends.items[(ends.start[last] as number) + i] as number;
        addCard(chip, false);
      }
      if (collapsed[last] === 1 && kidsOf(last) > 0) {
        if (!addGroup(last, chip) && own === 0) addCard(chip, false);
        continue;
      }
      for (let i = (children.start[last + 1] as number) - 1; i >= (children.start[last] as number); i--) {
        pendingLayer.push(children.items[i] as number);
        pendingChip.push(chip);
      }
      // A layer that nothing in sight stands on keeps a row of its own: it must not lie on another.
      if (kidsOf(last) === 0 && own === 0) addCard(chip, false);
    }
  }
  runStart[chips] = drawn;
  let bare = false;
  top.forEach((layer, image) => {
    if (layer >= 0) return;
    if (!bare && row > 0) row += familyGap;
    bare = true;
    cardImages[carded++] = image;
    addCard(-1, false);
  });

  const places = placeChips(parent.subarray(0, chips), cardRow, cardChip);
  const layout = {
    runStart: runStart.slice(0, chips + 1),
    runs: runs.slice(0, drawn),
    column: column.slice(0, chips),
    parent: parent.slice(0, chips),
    size: chipSize.slice(0, chips),
    cumulative: cumulative.slice(0, chips),
    ...places,
    cardRow: Float64Array.from(cardRow),
    cardChip: Int32Array.from(cardChip),
    cardGroup: Uint8Array.from(cardGroup),
    cardStart: Int32Array.from(cardStart),
    cardImages,
    columns,
    rows: row,
  };
  return withoutBareRows(layout);
}

/** Puts every chip in the middle of the rows above it, from the leaves down; says which chips and cards are above it. */
function placeChips(
  parent: Int32Array,
  cardRow: readonly number[],
  cardChip: readonly number[],
): Pick<LayersLayout, 'row' | 'end' | 'cardFrom' | 'cardTo'> {
  const chips = parent.length;
  const row = new Float64Array(chips);
  const low = new Float64Array(chips).fill(Infinity);
  const high = new Float64Array(chips).fill(-Infinity);
  const end = Int32Array.from({ length: chips }, (_, i) => i + 1);
  const cardFrom = new Int32Array(chips).fill(cardRow.length);
  const cardTo = new Int32Array(chips);
  cardChip.forEach((chip, card) => {
    if (chip < 0) return;
    const at = cardRow[card] as number;
    low[chip] = Math.min(low[chip] as number, at);
    high[chip] = Math.max(high[chip] as number, at);
    cardFrom[chip] = Math.min(cardFrom[chip] as number, card);
    cardTo[chip] = Math.max(cardTo[chip] as number, card + 1);
  });
  for (let i = chips - 1; i >= 0; i--) {
    const at = ((low[i] as number) + (high[i] as number)) / 2;
    row[i] = at;
    const under = parent[i] as number;
    if (under < 0) continue;
    low[under] = Math.min(low[under] as number, at);
    high[under] = Math.max(high[under] as number, at);
    end[under] = Math.max(end[under] as number, end[i] as number);
    cardFrom[under] = Math.min(cardFrom[under] as number, cardFrom[i] as number);
    cardTo[under] = Math.max(cardTo[under] as number, cardTo[i] as number);
  }
  return { row, end, cardFrom, cardTo };
}

/** Takes away the cards without an image: their rows stay empty. */
function withoutBareRows(layout: LayersLayout): LayersLayout {
  const { cardStart, cardRow, cardChip, cardGroup } = layout;
  const count = cardRow.length;
  const kept = new Int32Array(count + 1);
  for (let i = 0; i < count; i++) {
    const held = (cardStart[i + 1] as number) > (cardStart[i] as number) ? 1 : 0;
    kept[i + 1] = (kept[i] as number) + held;
  }
  if (kept[count] === count) return layout;
  const left = (_: unknown, i: number): boolean => (kept[i + 1] as number) > (kept[i] as number);
  return {
    ...layout,
    cardRow: cardRow.filter(left),
    cardChip: cardChip.filter(left),
    cardGroup: cardGroup.filter(left),
    cardStart: Int32Array.from([0, ...cardStart.subarray(1).filter(left)]),
    cardFrom: layout.cardFrom.map((card) => kept[card] as number),
    cardTo: layout.cardTo.map((card) => kept[card] as number),
  };
}
