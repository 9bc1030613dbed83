interface Where {
  /** Place in the list; null while it is shut. */
  readonly at: number | null;
  /** Place of what is chosen, -1 for nothing. */
  readonly chosen: number;
  /** Letters that were typed just before. */
  readonly before: string;
  readonly labels: readonly string[];
}

/**
 * Where a key goes in a list to choose from (WAI-ARIA select-only combobox): the first of a shut list opens it where it
 * stands, letters look for what begins with them, one letter again and again goes on. Null where the key means nothing.
 */
export function optionByKey(key: string, { at, chosen, before, labels }: Where): number | null {
  const last = labels.length - 1;
  if (last < 0) return null;
  const here = Math.max(0, chosen);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  if (key === 'ArrowDown') return at === null ? here : Math.min(last, at + 1);
  if (key === 'ArrowUp') return at === null ? here : Math.max(0, at - 1);
  if (at === null && (key === 'Enter' || key === ' ')) return here;
  if (key.length !== 1 || key === ' ') return null;
  const text = (before + key).toLowerCase();
  const same = [...text].every((letter) => letter === text[0]);
  const wanted = same ? (text[0] ?? '') : text;
  const from = same ? (at ?? here) + (at === null && before === '' ? 0 : 1) : (at ?? here);
  for (let i = 0; i <= last; i++) {
    const place = (from + i) % labels.length;
    if (labels[place]?.toLowerCase().startsWith(wanted)) return place;
  }
  return at;
}
