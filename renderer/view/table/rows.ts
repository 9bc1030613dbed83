import { displayName, baseOf } from '../../../shared/graph/sharing';
import { splitName } from '../../../shared/image/reference';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import type { ImageGraph, ImageNode } from '../../../shared/graph/imageGraph';
import type { Settings } from '../../../shared/ipc/settings';

/** A line of the table: the head of a group, or an image. */
export type TableRow =
  | {
      readonly kind: 'group';
      readonly key: string;
      readonly title: string;
      readonly colour: number;
      readonly images: readonly ImageNode[];
    }
  | {
      readonly kind: 'image';
      readonly key: string;
      readonly image: ImageNode;
      readonly repository: string;
      readonly tag: string;
    };

type ImageRow = Extract<TableRow, { kind: 'image' }>;
type Column = Settings['tableSort']['column'];

const collator = new Intl.Collator('en', { numeric: true });

const compare: Readonly<Record<Column, (a: ImageRow, b: ImageRow) => number>> = {
  repository: (a, b) => byRepository(a, b),
  tag: (a, b) => collator.compare(a.tag, b.tag),
  id: (a, b) => (a.image.id < b.image.id ? -1 : 1),
  created: (a, b) => timeOf(a.image) - timeOf(b.image),
  size: (a, b) => a.image.size - b.image.size,
  shared: (a, b) => a.image.shared - b.image.shared,
  unique: (a, b) => a.image.unique - b.image.unique,
};

/** Dangling images after all names, whichever way the names run. */
function byRepository(a: ImageRow, b: ImageRow): number {
  if (a.repository === '' || b.repository === '')
    return Number(a.repository === '') - Number(b.repository === '');
  return collator.compare(a.repository, b.repository) || collator.compare(a.tag, b.tag);
}

const timeOf = ({ created }: ImageNode): number => (created === null ? 0 : Date.parse(created) || 0);

/** The table's lines: sorted, and under group heads where the person asked for them. */
export function tableRows(
  images: readonly ImageNode[],
  index: GraphIndex,
  sort: Settings['tableSort'],
  group: Settings['tableGroup'],
): readonly TableRow[] {
  const rows = images.map((image): ImageRow => {
    const { repository, tag } =
      image.names[0] === undefined ? { repository: '', tag: '' } : splitName(image.names[0]);
    return { kind: 'image', key: image.id, image, repository, tag };
  });
  const sign = sort.descending ? -1 : 1;
  const order = compare[sort.column];
  // Equal ones stand by name, so that the order is the same each time.
  rows.sort((a, b) => sign * order(a, b) || byRepository(a, b) || (a.key < b.key ? -1 : 1));
  if (group === 'none') return rows;
  const groups = new Map<string, ImageRow[]>();
  for (const row of rows) {
    const key = group === 'repository' ? row.repository : (index.familyOfImage.get(row.image.id)?.key ?? '');
    const list = groups.get(key);
    if (list) list.push(row);
    else groups.set(key, [row]);
  }
  return [...groups].flatMap(([key, members]): TableRow[] => {
    const [first] = members;
    const family = first && index.familyOfImage.get(first.image.id);
    const title = group === 'repository' ? key : (family?.name ?? '');
    const head = { kind: 'group' as const, key: `group ${key}`, title, colour: family?.colour ?? 12 };
    return [{ ...head, images: members.map(({ image }) => image) }, ...members];
  });
}

/** What an image is built on, as people say it: name of the base image and how many layers above it. */
export function builtOn(
  graph: ImageGraph,
  image: ImageNode,
): { readonly name: string; readonly layers: number } | null {
  const base = baseOf(graph, image);
  return base && { name: displayName(base.image), layers: base.layersAbove };
}
