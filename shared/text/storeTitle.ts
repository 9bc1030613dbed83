/** A folder that is called this by everybody says nothing without the one that it is in. */
const generic = new Set(['store', 'stores', 'stratigraph']);

/**
 * What people call a store by: the last folder of its path, with as many before it as tell it apart from `others` and say more than
 * "store". Takes paths of folders; gives a text that a line can show once it is made visible.
 */
export function storeTitle(path: string, others: readonly string[] = []): string {
  const parts = partsOf(path);
  const rest = others.map(partsOf).filter((other) => other.join('/') !== parts.join('/'));
  const tail = (of: readonly string[], count: number): string => of.slice(-count).join('/');
  let count = 1;
  while (
    count < parts.length &&
    ((generic.has((parts.at(-count) ?? '').toLowerCase()) && count === 1) ||
      rest.some((other) => tail(other, count) === tail(parts, count)))
  )
    count++;
  return tail(parts, count) || path;
}

const partsOf = (path: string): readonly string[] => path.split(/[/\\]/).filter((part) => part !== '');
