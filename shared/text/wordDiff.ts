/** A piece of two texts: in both, only in the first, only in the second. */
export interface DiffPiece {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
}

/** Words of each text that are compared one by one; the product bounds the work. */
const wordsCompared = 800;

/** Words, with the space that follows each. */
const wordsOf = (text: string): readonly string[] => text.match(/\s*\S+|\s+$/g) ?? [];

/** Parts of a value: words, and what stands between the signs that part lists (`PATH`, options). */
const partsOf = (text: string): readonly string[] =>
  text.match(/\s*[^\s:,;=]+[:,;=]*|\s*[:,;=]+|\s+$/g) ?? [];

/**
 * Compares two commands word by word (longest common subsequence). Words beyond a bound are not compared: they count as
 * gone and new. The pieces that are not new give the first text, those that are not gone the second. With `value` the
 * elements of lists (`/usr/bin:/bin`) are words of their own.
 */
export function wordDiff(first: string, second: string, value = false): readonly DiffPiece[] {
  const split = value ? partsOf : wordsOf;
  const a = split(first);
  const b = split(second);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end++;
  const middle = compare(a.slice(start, a.length - end), b.slice(start, b.length - end));
  return join([
    ...a.slice(0, start).map((text): DiffPiece => ({ kind: 'same', text })),
    ...middle,
    ...a.slice(a.length - end).map((text): DiffPiece => ({ kind: 'same', text })),
  ]);
}

function compare(a: readonly string[], b: readonly string[]): readonly DiffPiece[] {
  const gone = (text: string): DiffPiece => ({ kind: 'gone', text });
  const fresh = (text: string): DiffPiece => ({ kind: 'new', text });
  const [n, m] = [a.length, b.length];
  if (n > wordsCompared || m > wordsCompared || n === 0 || m === 0) return [...a.map(gone), ...b.map(fresh)];
  const width = m + 1;
  const longest = new Uint16Array((n + 1) * width);
  const at = (i: number, k: number): number => longest[i * width + k] ?? 0;
  for (let i = n - 1; i >= 0; i--) {
    for (let k = m - 1; k >= 0; k--) {
      longest[i * width + k] = a[i] === b[k] ? at(i + 1, k + 1) + 1 : Math.max(at(i + 1, k), at(i, k + 1));
    }
  }
  const pieces: DiffPiece[] = [];
  let i = 0;
  let k = 0;
  while (i < n && k < m) {
    if (a[i] === b[k]) {
      pieces.push({ kind: 'same', text: a[i] as string });
      i++;
      k++;
    } else if (at(i + 1, k) >= at(i, k + 1)) pieces.push(gone(a[i++] as string));
    else pieces.push(fresh(b[k++] as string));
  }
  return [...pieces, ...a.slice(i).map(gone), ...b.slice(k).map(fresh)];
}

/** Puts neighbours of one kind together. */
function join(pieces: readonly DiffPiece[]): readonly DiffPiece[] {
  const joined: DiffPiece[] = [];
  for (const piece of pieces) {
    const last = joined[joined.length - 1];
    if (last?.kind === piece.kind)
      joined[joined.length - 1] = { kind: last.kind, text: last.text + piece.text };
    else joined.push(piece);
  }
  return joined;
}
