import { addBytes } from '../image/bytes';
import type { FileDifference } from './compareTrees';

/** A difference as a row of a list in which a directory that came or went as a whole is one. */
export interface FoldedDifference extends FileDifference {
  /** How many such directories it lies in. */
  readonly depth: number;
  /** What came or went with the directory: paths below it, and bytes of the files among them; null where nothing did. */
  readonly below: { readonly paths: number; readonly bytes: number } | null;
}

/** Whether everything below a path differs because it does: it is a directory on one side alone. */
const isWhole = ({ before, after }: FileDifference): boolean =>
  (before?.type === 'directory') !== (after?.type === 'directory');

/** Before all other signs of a name, so that what lies in a directory follows it at once. */
const inOrder = (path: string): string => path.replaceAll('/', '\0');

/**
 * The rows of differences, directory by directory. A directory that is there on one side alone is one row, with what lies in it counted;
 * where `open` has its path its own members follow it. `differences` are of one comparison, each path once.
 */
export function foldDifferences(
  differences: readonly FileDifference[],
  open: { has(path: string): boolean },
): readonly FoldedDifference[] {
  const keyed = differences.map((difference) => ({ key: inOrder(difference.path), difference }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  const rows: (FileDifference & { depth: number; below: { paths: number; bytes: number } | null })[] = [];
  /** The directories that the path at hand lies in, outermost first, with their rows where they are shown. */
  const above: {
    readonly within: string;
    readonly row: (typeof rows)[number] | null;
    readonly shows: boolean;
  }[] = [];
  for (const { key, difference } of keyed) {
    while (above.length > 0 && !key.startsWith((above.at(-1) as { within: string }).within)) above.pop();
    const isShown = above.at(-1)?.shows ?? true;
    const size = (difference.after ?? difference.before)?.size ?? 0;
    for (const { row } of above) {
      if (row === null) continue;
      const { paths, bytes } = row.below ?? { paths: 0, bytes: 0 };
      row.below = { paths: paths + 1, bytes: addBytes(bytes, size) };
    }
    const row = isShown ? { ...difference, depth: above.length, below: null } : null;
    if (row) rows.push(row);
    if (isWhole(difference))
      above.push({ within: `${key}\0`, row, shows: isShown && open.has(difference.path) });
  }
  return rows;
}
