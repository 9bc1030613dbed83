/** A line of two texts: in both, only in the first, only in the second; with its numbers there, counted from 1. */
export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
  readonly first: number | null;
  readonly second: number | null;
}

/** Steps that a comparison takes at the most; what is left then counts as gone and new. */
const mostSteps = 20_000_000;
/** Lines that two texts may not have in common until the rest counts as another text. */
const mostApart = 2000;

/** The lines of a text, each with what ends it; a carriage return belongs to its line. */
export const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/**
 * Compares two texts line by line, with as few lines gone and new as can be (Myers, An O(ND) Difference Algorithm, 1986), within
 * bounds. The lines that are not new give the first text, those that are not gone the second.
 */
export function lineDiff(first: string, second: string): readonly DiffLine[] {
  const [a, b] = [linesOf(first), linesOf(second)];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end])
    end++;
  const kinds = middle(a.slice(start, a.length - end), b.slice(start, b.length - end));
  const lines: DiffLine[] = [];
  let [i, k] = [0, 0];
  const put = (kind: DiffLine['kind']): void => {
    lines.push({
      kind,
      text: (kind === 'new' ? b[k] : a[i]) ?? '',
      first: kind === 'new' ? null : ++i,
      second: kind === 'gone' ? null : ++k,
    });
  };
  for (let n = 0; n < start; n++) put('same');
  for (const kind of kinds) put(kind);
  for (let n = 0; n < end; n++) put('same');
  return lines;
}

function middle(a: readonly string[], b: readonly string[]): readonly DiffLine['kind'][] {
  const apart = [...a.map(() => 'gone' as const), ...b.map(() => 'new' as const)];
  if (a.length === 0 || b.length === 0) return apart;
  /** How far each diagonal has come with so many differences: one array a number of differences. */
  const trace: Int32Array[] = [];
  let steps = 0;
  for (let d = 0; d <= Math.min(a.length + b.length, mostApart); d++) {
    const before = trace.at(-1);
    const now = new Int32Array(2 * d + 1);
    for (let k = -d; k <= d; k += 2) {
      let x = before ? furthest(before, d - 1, k) : 0;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) {
        x++;
        steps++;
      }
      now[k + d] = x;
      if (x >= a.length && x - k >= b.length) return walkBack([...trace, now], a.length, b.length);
    }
    steps += d;
    if (steps > mostSteps) return apart;
    trace.push(now);
  }
  return apart;
}

/** Where a diagonal begins, by those beside it with one difference less: down (a new line) or to the right (one that is gone). */
function furthest(before: Int32Array, d: number, k: number): number {
  const down = k + 1 <= d ? (before[k + 1 + d] ?? 0) : -1;
  const right = k - 1 >= -d ? (before[k - 1 + d] ?? 0) + 1 : -1;
  return Math.max(down, right);
}

function walkBack(trace: readonly Int32Array[], endX: number, endY: number): readonly DiffLine['kind'][] {
  const kinds: DiffLine['kind'][] = [];
  let [x, y] = [endX, endY];
  for (let d = trace.length - 1; d >= 0; d--) {
    const k = x - y;
    const before = trace[d - 1];
    const from = before ? furthest(before, d - 1, k) : 0;
    while (x > from && y > from - k) {
      kinds.push('same');
      [x, y] = [x - 1, y - 1];
    }
    if (!before) break;
    const isDown = k + 1 <= d - 1 && (before[k + 1 + d - 1] ?? 0) === x;
    kinds.push(isDown ? 'new' : 'gone');
    if (isDown) y--;
    else x--;
  }
  return kinds.reverse();
}

/** Lines around what differs; what is left out between them is told by how many lines of the first text it is. */
export type DiffRow = DiffLine | { readonly kind: 'skipped'; readonly count: number };

/** The lines of a comparison that differ, each with `context` lines of both texts before and after it. */
export function diffRows(lines: readonly DiffLine[], context = 3): readonly DiffRow[] {
  const near = new Uint8Array(lines.length);
  lines.forEach(({ kind }, i) => {
    if (kind !== 'same') near.fill(1, Math.max(0, i - context), Math.min(lines.length, i + context + 1));
  });
  const rows: DiffRow[] = [];
  let skipped = 0;
  const close = (): void => {
    if (skipped > 0) rows.push({ kind: 'skipped', count: skipped });
    skipped = 0;
  };
  lines.forEach((line, i) => {
    if (near[i] === 1) {
      close();
      rows.push(line);
    } else skipped++;
  });
  close();
  return rows;
}
