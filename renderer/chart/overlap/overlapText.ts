import { shortDigest } from '../../../shared/image/digest';
import { splitName } from '../../../shared/image/reference';
import type { Translate } from '../../../shared/text/catalogue';
import { formatBytes, visibleText } from '../../../shared/text/format';
import type { OverlapItem } from './overlapItems';
import type { OverlapMatrix } from './overlapMatrix';

/** What cells are told in. */
export type OverlapUnit = 'bytes' | 'share';

/** What the matrix says in words. */
export interface OverlapText {
  name(item: OverlapItem): string;
  /** A dangling image is known by its ID, in the font of IDs. */
  mono(item: OverlapItem): boolean;
  /** What stands behind the name: how many images, and how many bytes where the cell has no room for them. */
  note(item: OverlapItem, bytes: number | null): string;
  value(matrix: OverlapMatrix, row: number, column: number): string;
  /** Read aloud. */
  cell(items: readonly OverlapItem[], matrix: OverlapMatrix, row: number, column: number): string;
}

/** A share as people read it: nothing is 0 %, and what is not all is not 100 %. */
export function percentText(share: number): string {
  const percent = share * 100;
  if (percent === 0) return '0 %';
  if (percent < 1) return '<1 %';
  if (percent > 99 && share < 1) return '>99 %';
  return `${Math.round(percent)} %`;
}

/** The texts in a language. */
export function overlapText(t: Translate, unit: OverlapUnit): OverlapText {
  const own = (item: OverlapItem, at: number): string => {
    const image = item.images[at];
    const [first] = image?.names ?? [];
    return first === undefined ? (image ? shortDigest(image.id) : '') : visibleText(first);
  };
  const name = (item: OverlapItem): string => {
    switch (item.kind) {
      case 'image':
        return own(item, 0);
      case 'rest':
        return t('overlap.rest', { count: item.images.length });
      case 'run': {
        const to = own(item, item.images.length - 1);
        return t('overlap.run', { from: own(item, 0), to: splitName(to).tag || to });
      }
      case 'repository':
      case 'family':
        return visibleText(item.name) || t('overlap.nameless');
    }
  };
  return {
    name,
    mono: (item) => item.kind === 'image' && item.images[0]?.names.length === 0,
    note: (item, bytes) => {
      const size = bytes === null ? '' : formatBytes(bytes);
      if (item.kind === 'image' || item.kind === 'rest') return size;
      const count = t('overlap.level.image', { count: item.images.length });
      return size === '' ? count : t('map.both', { first: count, second: size });
    },
    value: (matrix, row, column) =>
      unit === 'bytes'
        ? formatBytes(matrix.bytes(row, column))
        : percentText(matrix.share(row, column)).replace(' %', '%'),
    cell: (items, matrix, row, column) => {
      const bytes = formatBytes(matrix.bytes(row, column));
      const [a, b] = [items[row], items[column]];
      if (!a || !b) return '';
      if (row === column) return t('overlap.cell.own', { row: name(a), bytes });
      const percent = Math.round(matrix.share(row, column) * 100);
      return t('overlap.cell', { row: name(a), column: name(b), bytes, percent });
    },
  };
}
