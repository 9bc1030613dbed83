import { readAddedSources } from '../../engine/addedSources';
import { ownSurroundings, type Surroundings } from '../../engine/discover';

/** What is done with a path that came onto the person's list, or went off it. */
export interface AddedPathWishes {
  /** What is not there now may come: that is the list's own concern. */
  list(path: string): void;
  leave(path: string): void;
}

/**
 * Has the archives and folders of the person's list among the places, and no longer when they are taken off it, whoever changes the list.
 * Gives back what ends it. `every`: milliseconds between two looks.
 */
export function followAddedPaths(
  wishes: AddedPathWishes,
  around: Surroundings = ownSurroundings(),
  every = 3000,
): () => void {
  const known = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let isOver = false;
  const look = async (): Promise<void> => {
    const now = new Set(
      (await readAddedSources(around)).flatMap((each) => ('path' in each ? [each.path] : [])),
    );
    if (isOver) return;
    for (const path of known) {
      if (now.has(path)) continue;
      known.delete(path);
      wishes.leave(path);
    }
    for (const path of now) {
      if (known.has(path)) continue;
      known.add(path);
      wishes.list(path);
    }
  };
  const again = (): void => {
    void look().finally(() => {
      if (isOver) return;
      timer = setTimeout(again, every);
      timer.unref();
    });
  };
  again();
  return () => {
    isOver = true;
    if (timer) clearTimeout(timer);
  };
}
