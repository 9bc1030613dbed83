import { readAddedSources } from '../../engine/addedSources';
import { ownSurroundings, type Surroundings } from '../../engine/discover';

/** What is done with a path that came onto the person's list, or went off it. */
export interface AddedPathWishes {
  /** What is not there now may come: that is the list's own concern. */
  list(path: string): void;
  leave(path: string): void;
}

/** What follows the list. */
export interface FollowedPaths {
  /** Looks at the list now; resolves when what it names is listed. */
  look(): Promise<void>;
  stop(this: void): void;
}

/**
 * Has the archives and folders of the person's list among the places, and no longer when they are taken off it, whoever changes the list.
 * `every`: milliseconds between two looks.
 */
export function followAddedPaths(
  wishes: AddedPathWishes,
  around: Surroundings = ownSurroundings(),
  every = 3000,
): FollowedPaths {
  const known = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let isOver = false;
  // One after the other: what was read first is not acted upon last.
  let looking: Promise<void> = Promise.resolve();
  const look = (): Promise<void> => (looking = looking.then(lookOnce));
  const lookOnce = async (): Promise<void> => {
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
  return {
    look,
    stop: () => {
      isOver = true;
      if (timer) clearTimeout(timer);
    },
  };
}
