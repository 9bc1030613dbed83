import { isWithin } from './entryPath';
import type { Stacked } from './stackLayers';

/** A part of a tree: what stands at `path` and below, under the name `as`; `''` as its root. */
export interface TreePart {
  readonly path: string;
  readonly as: string;
}

/** What of a stack is a part of its tree, by the names that it has there. Nothing lies below a part, so it has no marks. */
export function partOf<T>(stacked: Stacked<T>, { path, as }: TreePart): Stacked<T> {
  const named = (whole: string): string | null => {
    if (!isWithin(whole, path)) return null;
    const rest = path === '' ? whole : whole.slice(path.length + 1);
    return as === '' ? rest : rest === '' ? as : `${as}/${rest}`;
  };
  const nodes = new Map<T, readonly string[]>();
  for (const [data, names] of stacked.nodes) {
    const within = names.map(named).filter((name) => name !== null);
    if (within.length > 0) nodes.set(data, within);
  }
  const directories = stacked.directories.flatMap((directory) => {
    const name = named(directory.path);
    return name === null ? [] : [{ ...directory, path: name }];
  });
  return { ...stacked, directories, nodes, whiteouts: [], opaques: [], bare: [] };
}
