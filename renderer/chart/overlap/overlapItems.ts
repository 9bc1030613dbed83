import type { ImageId } from '../../../shared/image/digest';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import type { ImageOrder } from '../../../shared/graph/imageOrder';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { splitName } from '../../../shared/image/reference';

/** Most rows of the matrix: more stand together, and are gone into. */
export const itemLimit = 60;

/** A row of the matrix and the column of the same place: an image, or several as one. */
export interface OverlapItem {
  readonly key: string;
  readonly kind: 'image' | 'repository' | 'family' | 'run' | 'rest';
  /** In the order of lineage; never empty. */
  readonly images: readonly ImageNode[];
  /** Repository or family; `''` where there is none (no name, no layers). */
  readonly name: string;
  /** Key of the family that all images are of; null where they are of several. */
  readonly family: string | null;
  /** 1..12; 0 where the images are of several families. */
  readonly colour: number;
}

/** The rows of a matrix. */
export interface OverlapItems {
  readonly level: 'image' | 'repository' | 'family' | 'run';
  readonly items: readonly OverlapItem[];
  /**
   * How many repositories, families, runs or images there are: neither what is of none of them nor the row of the others, in
   * which several stand together, is one.
   */
  readonly count: number;
}

const repositoryOf = ({ names: [name] }: ImageNode): string =>
  name === undefined ? '' : splitName(name).repository;

/** Puts images together by a key, in the order in which the keys come first. */
function groupBy(
  images: readonly ImageNode[],
  keyOf: (image: ImageNode) => string,
): ReadonlyMap<string, readonly ImageNode[]> {
  const groups = new Map<string, ImageNode[]>();
  for (const image of images) {
    const key = keyOf(image);
    const group = groups.get(key);
    if (group) group.push(image);
    else groups.set(key, [image]);
  }
  return groups;
}

/**
 * The rows for some images (in the order of lineage): each image while there are at most {@link itemLimit}; else their
 * repositories, else their families; of more groups than that the largest, and the others as one. What is of several
 * families comes last. Images of one group alone are divided into runs of neighbours. Every image is in one row.
 */
export function overlapItems(index: GraphIndex, images: readonly ImageNode[]): OverlapItems {
  const familyOf = (image: ImageNode): { key: string; colour: number; name: string } =>
    index.familyOfImage.get(image.id) ?? { key: '', colour: 12, name: '' };
  const item = (
    kind: OverlapItem['kind'],
    key: string,
    members: readonly ImageNode[],
    name: string,
  ): OverlapItem => {
    const { key: first, colour } = familyOf(members[0] as ImageNode);
    const one = members.every((image) => familyOf(image).key === first);
    const row = { key: `${kind} ${key}`, kind, images: members, name };
    return one ? { ...row, family: first, colour } : { ...row, family: null, colour: 0 };
  };
  if (images.length <= itemLimit)
    return {
      level: 'image',
      items: images.map((image) => item('image', image.id, [image], '')),
      count: images.length,
    };
  const repositories = groupBy(images, repositoryOf);
  const families = groupBy(images, (image) => familyOf(image).key);
  const ofRepositories = repositories.size > 1 && (repositories.size <= itemLimit || families.size < 2);
  if (ofRepositories || families.size > 1) {
    const kind = ofRepositories ? 'repository' : 'family';
    const groups = [...(ofRepositories ? repositories : families)];
    const count = groups.filter(([key]) => key !== '').length;
    const nameOf = (key: string, members: readonly ImageNode[]): string =>
      ofRepositories ? key : familyOf(members[0] as ImageNode).name;
    if (groups.length <= itemLimit) {
      return {
        level: kind,
        items: mixedLast(groups.map(([key, members]) => item(kind, key, members, nameOf(key, members)))),
        count,
      };
    }
    const most = new Set(
      [...groups]
        .sort(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1))
        .slice(0, itemLimit - 1)
        .map(([key]) => key),
    );
    const others = images.filter(
      (image) => !most.has(ofRepositories ? repositoryOf(image) : familyOf(image).key),
    );
    return {
      level: kind,
      items: [
        ...mixedLast(
          groups
            .filter(([key]) => most.has(key))
            .map(([key, members]) => item(kind, key, members, nameOf(key, members))),
        ),
        item('rest', `${others.length} ${others[0]?.id}`, others, ''),
      ],
      count,
    };
  }
  const items: OverlapItem[] = [];
  const length = Math.ceil(images.length / itemLimit);
  for (let at = 0; at < images.length; at += length) {
    const members = images.slice(at, at + length);
    items.push(item('run', members[0]?.id ?? '', members, repositoryOf(members[0] as ImageNode)));
  }
  return { level: 'run', items, count: items.length };
}

const mixedLast = (items: readonly OverlapItem[]): readonly OverlapItem[] => [
  ...items.filter(({ family }) => family !== null),
  ...items.filter(({ family }) => family === null),
];

/** The images in sight in the order of lineage. */
export const inOrder = ({ images }: ImageOrder, shown: ReadonlySet<ImageId>): readonly ImageNode[] =>
  images.filter(({ id }) => shown.has(id));

/** The rows in which an image of `selected` is, also one among others: what is selected is to be found in groups, too. */
export function rowsHolding(
  items: readonly OverlapItem[],
  selected: readonly ImageId[],
): ReadonlySet<number> {
  const chosen = new Set(selected);
  return new Set(items.flatMap(({ images }, row) => (images.some(({ id }) => chosen.has(id)) ? [row] : [])));
}
