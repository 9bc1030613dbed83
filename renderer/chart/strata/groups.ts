import { manyRepositories, noRepository, type Forest } from './forest';
import type { GroupKey, StrataInput } from './layoutTypes';

/** Fewer images are never one block. */
export const groupFrom = 3;
/** Up to so many images everything stands by itself. */
export const groupAbove = 50;
/** So many columns are to be seen at first, more or less. */
const columnsWanted = 60;

/** A group before its columns are known. */
export interface GroupDraft extends GroupKey {
  /** In the order of their lineage. */
  readonly images: number[];
  readonly bytes: number;
  /** Its family, -1 for one. */
  readonly family: number;
}

/** All groups of the images in sight, shut or not. */
export interface Groups {
  readonly list: readonly GroupDraft[];
  /** By image, -1 where there is none. */
  readonly ofFamily: Int32Array;
  readonly ofRepository: Int32Array;
}

const keyOf = ({ layer, repository }: GroupKey): string => `${layer} ${repository}`;

/** Width of a block of so many images, in columns: enough for its name, a little more where it holds more. */
export function blockWidth(images: number): number {
  return Math.min(images, 1.5 + 0.12 * Math.log2(Math.max(1, images / groupFrom)));
}

/**
 * Finds the groups: every family, and within it the images of a repository that stand on one layer, with all the layers
 * that only they hold. `families` are the images by family, in the order of their lineage.
 */
export function findGroups(
  input: StrataInput,
  forest: Forest,
  families: readonly { readonly base: number; readonly images: readonly number[] }[],
): Groups {
  const { layers, images } = input;
  const ofFamily = new Int32Array(images.length).fill(-1);
  const ofRepository = new Int32Array(images.length).fill(-1);
  const list: GroupDraft[] = [];
  // By layer: the lowest layer on the way down that still belongs to one repository alone; -1 where none does.
  const lowest = new Int32Array(layers.length).fill(-1);
  layers.forEach(({ parent }, i) => {
    if (forest.repository[i] === manyRepositories) return;
    const below = parent < 0 ? -1 : (lowest[parent] ?? -1);
    lowest[i] = below >= 0 ? below : i;
  });
  for (const family of families) {
    const own = list.length;
    if (family.images.length >= groupFrom) {
      for (const image of family.images) ofFamily[image] = own;
      list.push({
        layer: family.base,
        repository: -1,
        images: [...family.images],
        bytes: family.base < 0 ? 0 : (forest.bytes[family.base] ?? 0),
        family: -1,
      });
    }
    const parts = new Map<string, { key: GroupKey; images: number[]; firsts: Set<number> }>();
    for (const image of family.images) {
      const first = lowest[images[image]?.top ?? -1] ?? -1;
      const repository = first < 0 ? noRepository : (forest.repository[first] ?? noRepository);
      if (repository < 0) continue;
      const key = { layer: layers[first]?.parent ?? -1, repository };
      const part = parts.get(keyOf(key));
      if (part) {
        part.images.push(image);
        part.firsts.add(first);
      } else parts.set(keyOf(key), { key, images: [image], firsts: new Set([first]) });
    }
    for (const { key, images: members, firsts } of parts.values()) {
      // A repository that is the whole family is that family's block already.
      if (members.length < groupFrom || members.length === family.images.length) continue;
      for (const image of members) ofRepository[image] = list.length;
      const bytes = [...firsts].reduce((sum, layer) => sum + (forest.bytes[layer] ?? 0), 0);
      list.push({ ...key, images: members, bytes, family: own });
    }
  }
  return { list, ofFamily, ofRepository };
}

/**
 * Which groups stand as blocks. Where there are many images those of a repository do, then whole families, the widest
 * first, until what is left can be looked at; after that it is as the person opened and shut them.
 */
export function shutGroups(
  input: StrataInput,
  { list, ofFamily, ofRepository }: Groups,
  families: readonly { readonly images: readonly number[] }[],
): ReadonlySet<number> {
  const shut = new Set<number>();
  const open = new Set(input.open.map(keyOf));
  const closed = new Set(input.shut.map(keyOf));
  if (!input.grouped) return shut;
  if (input.images.length > groupAbove) {
    list.forEach(({ repository }, i) => repository >= 0 && shut.add(i));
    const widths = families.map(({ images }) => {
      const met = new Set<number>();
      return images.reduce((sum, image) => {
        const group = ofRepository[image] ?? -1;
        if (group < 0) return sum + 1;
        if (met.has(group)) return sum;
        met.add(group);
        return sum + blockWidth(list[group]?.images.length ?? 1);
      }, 0);
    });
    let columns = widths.reduce((sum, width) => sum + width, 0);
    const widest = families.map((_, i) => i).sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0));
    for (const family of widest) {
      const group = ofFamily[families[family]?.images[0] ?? -1] ?? -1;
      if (columns <= columnsWanted || group < 0) break;
      shut.add(group);
      columns += blockWidth(list[group]?.images.length ?? 1) - (widths[family] ?? 0);
    }
  }
  list.forEach((group, i) => {
    if (open.has(keyOf(group))) shut.delete(i);
    else if (closed.has(keyOf(group))) shut.add(i);
  });
  return shut;
}
