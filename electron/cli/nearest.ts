/** How many letters must be put in, taken out, changed or swapped with the next to make one word of another. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(change, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The word that was perhaps meant: one that begins with what was typed, or the nearest within a third of it; else null. */
export function nearest(typed: string, words: readonly string[]): string | null {
  const short = typed.toLowerCase().slice(0, 40);
  const begins = words.filter((word) => short.replace(/^-+/, '').length >= 2 && word.startsWith(short));
  if (begins.length === 1) return begins[0] ?? null;
  let best: string | null = null;
  let least = Math.floor(Math.max(short.replace(/^-+/, '').length, 3) / 3) + 1;
  for (const word of words) {
    const far = distance(short, word);
    if (far < least) [best, least] = [word, far];
  }
  return best;
}
