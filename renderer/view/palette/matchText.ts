/** How well a text matches, and where. */
export interface Match {
  /** Higher is better. */
  readonly score: number;
  /** Parts of the text, as [start, end), in order and apart from each other. */
  readonly marks: readonly (readonly [number, number])[];
}

/**
 * Matches a query of words against a text, without regard to case: every word must occur. A word's beginning counts
 * more than its middle, an earlier place more than a later one, and of texts that are alike in this the one that is more of
 * what was typed: a name itself before a command with that name. Null when a word is missing.
 */
export function matchText(text: string, query: string): Match | null {
  const lower = text.toLowerCase();
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const marks: [number, number][] = [];
  let score = 0;
  for (const word of words) {
    let at = lower.indexOf(word);
    if (at < 0) return null;
    for (let next = at; next >= 0; next = lower.indexOf(word, next + 1)) {
      if (startsWord(lower, next)) {
        at = next;
        break;
      }
    }
    score += (startsWord(lower, at) ? 10 : 2) + Math.max(0, 4 - at / 8);
    marks.push([at, at + word.length]);
  }
  marks.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const apart: [number, number][] = [];
  for (const mark of marks) {
    const last = apart[apart.length - 1];
    if (last && mark[0] < last[1]) last[1] = Math.max(last[1], mark[1]);
    else apart.push(mark);
  }
  const met = apart.reduce((sum, [from, to]) => sum + to - from, 0);
  return { score: score + (lower === '' ? 0 : (2 * met) / lower.length), marks: apart };
}

/** The name of several that a query matches best, with its match; null where it matches none. Of equal ones the first. */
export function bestName(
  names: readonly string[],
  query: string,
): { readonly name: string; readonly match: Match } | null {
  let best: { readonly name: string; readonly match: Match } | null = null;
  for (const name of names) {
    const match = matchText(name, query);
    if (match && (!best || match.score > best.match.score)) best = { name, match };
  }
  return best;
}

/**
 * Place of the option that Enter runs before anybody has chosen one: the best. -1, none, where that takes something away: it has
 * to be gone to.
 */
export function chosenAtFirst(
  options: readonly { readonly takesAway: boolean; readonly disabledReason: string | null }[],
): number {
  const [first] = options;
  return first === undefined || first.takesAway || first.disabledReason !== null ? -1 : 0;
}

/** Options of a group, the best first; what cannot be done now comes after all that can, since Enter is for that. */
export function inOrder<T extends Ranked>(group: readonly T[]): readonly T[] {
  return [...group].sort((a, b) => cannot(a) - cannot(b) || b.match.score - a.match.score);
}

interface Ranked {
  readonly match: Pick<Match, 'score'>;
  readonly disabledReason: string | null;
}

const cannot = ({ disabledReason }: Ranked): number => (disabledReason === null ? 0 : 1);

function startsWord(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '');
}

/**
 * Groups by their best options, which lead each: who types the name of an image means that, and not a command that has the name among its
 * words. Those that match alike stay in order, and those of which nothing can be done now come last.
 */
export function bestFirst<T extends Ranked>(groups: readonly (readonly T[])[]): readonly (readonly T[])[] {
  const best = (group: readonly T[]): number => group[0]?.match.score ?? 0;
  /** Whether nothing of a group can be done. */
  const idle = ([first]: readonly T[]): number => (first ? cannot(first) : 1);
  return [...groups].sort((a, b) => idle(a) - idle(b) || best(b) - best(a));
}
