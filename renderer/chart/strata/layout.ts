import { blockWidth, findGroups, groupAbove, shutGroups, type Groups } from './groups';
import { imagesOf, makeForest, type Forest } from './forest';
import type { Group, StrataFamily, StrataInput, StrataLayout } from './layoutTypes';

/** Columns that a block is drawn with at most: more could not be told apart. */
const slotsAtMost = 64;

interface FamilyDraft {
  readonly base: number;
  /** From left to right without a break. */
  readonly images: readonly number[];
}

/** Images that stay together: one alone, or a group. */
interface Unit {
  readonly images: number[];
  /** Place of the group, -1 for none. */
  readonly group: number;
}

/**
 * Lays the strata out: an image a column, families side by side, a band from the first to the last of its images. In the
 * order of lineage no band is broken; the other orders break those that they must, and say so by pieces. Pure; n log n.
 */
export function layoutStrata(input: StrataInput): StrataLayout {
  const forest = makeForest(input);
  const drafts = orderFamilies(input, forest);
  const groups = findGroups(input, forest, drafts);
  const shut = shutGroups(input, groups, drafts);
  const columns = new Columns(groups);
  const families = drafts.map((draft): StrataFamily => {
    const from = columns.count;
    const whole = groups.ofFamily[draft.images[0] ?? -1] ?? -1;
    if (whole >= 0 && shut.has(whole)) columns.addBlock(whole, draft.images);
    else
      for (const unit of orderUnits(input, groups, shut, draft)) {
        if (unit.group >= 0 && shut.has(unit.group)) columns.addBlock(unit.group, unit.images);
        else columns.add(unit.images);
      }
    return { base: draft.base, from, to: columns.count - 1, images: draft.images.length };
  });
  const columnImage = Int32Array.from(columns.image);
  return {
    families,
    groups: columns.groupsShown(shut),
    sequence: Int32Array.from(columns.sequence),
    columnImage,
    columnBlock: Int32Array.from(columns.block),
    columnWidth: Float64Array.from(columns.width),
    ...piecesOf(input, columnImage),
    familyGroup: groups.ofFamily,
    repositoryGroup: groups.ofRepository,
  };
}

/** Families: those of most images first, or of most bytes, or the oldest; images without layers last. */
function orderFamilies({ images, order, layers }: StrataInput, forest: Forest): FamilyDraft[] {
  const drafts = forest.roots
    .map((base): FamilyDraft => ({ base, images: imagesOf(forest, base) }))
    .filter((draft) => draft.images.length > 0);
  const bytes = (a: FamilyDraft): number => forest.bytes[a.base] ?? 0;
  const users = (a: FamilyDraft): number => a.images.length;
  const oldest = new Map(
    drafts.map((a) => [
      a,
      a.images.reduce((least, i) => Math.min(least, images[i]?.made ?? Infinity), Infinity),
    ]),
  );
  const compare = {
    lineage: (a: FamilyDraft, b: FamilyDraft) => users(b) - users(a) || bytes(b) - bytes(a),
    size: (a: FamilyDraft, b: FamilyDraft) => bytes(b) - bytes(a) || users(b) - users(a),
    age: (a: FamilyDraft, b: FamilyDraft) => ascending(oldest.get(a), oldest.get(b)),
  }[order];
  drafts.sort(
    (a, b) => compare(a, b) || ascending(layers[a.base]?.made, layers[b.base]?.made) || a.base - b.base,
  );
  if (forest.bare.length > 0) drafts.push({ base: -1, images: forest.bare });
  return drafts;
}

function ascending(a = Infinity, b = Infinity): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 * A family from left to right. By size the largest come first, by age the oldest; what is equal stays in the order of
 * lineage, which keeps bands whole where that is possible. A group goes where its first image belongs.
 */
function orderUnits(
  { images, order, grouped }: StrataInput,
  groups: Groups,
  shut: ReadonlySet<number>,
  draft: FamilyDraft,
): Unit[] {
  const together = grouped && images.length > groupAbove;
  const units: Unit[] = [];
  const known = new Map<number, Unit>();
  for (const image of draft.images) {
    const own = groups.ofRepository[image] ?? -1;
    const group = together || shut.has(own) ? own : -1;
    const unit = group < 0 ? undefined : known.get(group);
    if (unit) unit.images.push(image);
    else {
      const made = { images: [image], group };
      units.push(made);
      if (group >= 0) known.set(group, made);
    }
  }
  if (order === 'lineage') return units;
  const key = (image: number): number =>
    order === 'size' ? -(images[image]?.size ?? 0) : (images[image]?.made ?? Infinity);
  for (const unit of units) unit.images.sort((a, b) => ascending(key(a), key(b)));
  return units.sort((a, b) => ascending(key(a.images[0] ?? -1), key(b.images[0] ?? -1)));
}

/** Columns while they are made. */
class Columns {
  readonly sequence: number[] = [];
  readonly image: number[] = [];
  readonly block: number[] = [];
  readonly width: number[] = [];
  private readonly span = new Map<number, { from: number; to: number }>();
  private readonly members = new Map<number, number[]>();

  constructor(private readonly groups: Groups) {}

  get count(): number {
    return this.image.length;
  }

  add(images: readonly number[]): void {
    for (const image of images) this.push(image, -1, 1);
    for (const image of images) this.sequence.push(image);
    this.note(images);
  }

  /** A block stands for all of its images; of very many it shows every so many-th. */
  addBlock(group: number, images: readonly number[]): void {
    const from = this.count;
    const slots = Math.min(images.length, slotsAtMost);
    const width = blockWidth(images.length) / slots;
    for (let i = 0; i < slots; i++) {
      const image = images[Math.floor(((i + 0.5) * images.length) / slots)] as number;
      this.push(image, group, width);
    }
    for (const image of images) this.sequence.push(image);
    this.note(images);
    this.span.set(group, { from, to: this.count - 1 });
  }

  groupsShown(shut: ReadonlySet<number>): Group[] {
    return this.groups.list.map(({ layer, repository, bytes }, i) => ({
      layer,
      repository,
      bytes,
      images: this.members.get(i) ?? [],
      shut: shut.has(i),
      from: this.span.get(i)?.from ?? 0,
      to: this.span.get(i)?.to ?? -1,
    }));
  }

  private push(image: number, block: number, width: number): void {
    const column = this.image.push(image) - 1;
    this.block.push(block);
    this.width.push(width);
    const family = this.groups.ofFamily[image] ?? -1;
    if (family !== block) this.stretch(family, column);
    if (block < 0) this.stretch(this.groups.ofRepository[image] ?? -1, column);
  }

  private note(images: readonly number[]): void {
    for (const image of images) {
      for (const of of [this.groups.ofFamily, this.groups.ofRepository]) {
        const group = of[image] ?? -1;
        if (group < 0) continue;
        const list = this.members.get(group);
        if (list) list.push(image);
        else this.members.set(group, [image]);
      }
    }
  }

  private stretch(group: number, column: number): void {
    if (group < 0) return;
    const span = this.span.get(group);
    if (!span) this.span.set(group, { from: column, to: column });
    else {
      span.from = Math.min(span.from, column);
      span.to = Math.max(span.to, column);
    }
  }
}

/**
 * Cuts every layer into runs of neighbouring columns whose images need it. From one column to the next only what is above
 * the last common layer ends or begins, so that the work is that of the pieces.
 */
function piecesOf(
  { layers, images }: StrataInput,
  columnImage: Int32Array,
): Pick<StrataLayout, 'pieceLayer' | 'pieceFrom' | 'pieceTo'> {
  const depth = new Int32Array(layers.length);
  layers.forEach(({ parent }, i) => (depth[i] = parent < 0 ? 0 : (depth[parent] ?? 0) + 1));
  const parentOf = (layer: number): number => layers[layer]?.parent ?? -1;
  const layer: number[] = [];
  const from: number[] = [];
  const to: number[] = [];
  const running = new Int32Array(layers.length).fill(-1);
  const begin = (top: number, above: number, column: number): void => {
    const fresh: number[] = [];
    for (let at = top; at !== above; at = parentOf(at)) fresh.push(at);
    for (const each of fresh.reverse()) {
      running[each] = layer.length;
      layer.push(each);
      from.push(column);
      to.push(column);
    }
  };
  const end = (top: number, above: number, column: number): void => {
    for (let at = top; at !== above; at = parentOf(at)) to[running[at] ?? -1] = column;
  };
  let before = -1;
  columnImage.forEach((image, column) => {
    const top = images[image]?.top ?? -1;
    const common = commonLayer(before, top, depth, parentOf);
    end(before, common, column - 1);
    begin(top, common, column);
    before = top;
  });
  end(before, -1, columnImage.length - 1);
  return {
    pieceLayer: Int32Array.from(layer),
    pieceFrom: Int32Array.from(from),
    pieceTo: Int32Array.from(to),
  };
}

/** The highest layer that stands below both, -1 where there is none. */
function commonLayer(a: number, b: number, depth: Int32Array, parentOf: (layer: number) => number): number {
  let [x, y] = [a, b];
  while (x !== y) {
    if (x < 0 || y < 0) return -1;
    const [dx, dy] = [depth[x] ?? 0, depth[y] ?? 0];
    if (dx >= dy) x = parentOf(x);
    if (dy >= dx) y = parentOf(y);
  }
  return x;
}
