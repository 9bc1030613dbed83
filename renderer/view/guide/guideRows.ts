import type { GuideEntry, GuideState } from '../../../shared/ipc/guide';

/** A directory of the building as a row of the picture, from the top of the stack down. */
export interface GuideRow {
  readonly name: 'merge' | 'next' | 'build' | 'material2' | 'material';
  readonly role: 'merge' | 'upper' | 'lower';
  /** For lower layers: counted from the bottom. */
  readonly count: number;
  readonly entries: ReadonlyMap<string, GuideEntry>;
}

const byName = (entries: readonly GuideEntry[]): ReadonlyMap<string, GuideEntry> =>
  new Map(entries.map((entry) => [entry.path, entry]));

/** Rows that are there at this step. */
export function guideRows(state: GuideState): readonly GuideRow[] {
  const row = (
    name: GuideRow['name'],
    role: GuideRow['role'],
    entries: readonly GuideEntry[],
    count = 0,
  ): GuideRow => ({
    name,
    role,
    count,
    entries: byName(entries),
  });
  const lower = [row('material2', 'lower', state.material2, 2), row('material', 'lower', state.material, 1)];
  if (!state.mounted) return lower;
  return [
    row('merge', 'merge', state.merge),
    ...(state.next ? [row('next', 'upper', state.next)] : []),
    state.next ? row('build', 'lower', state.build, 3) : row('build', 'upper', state.build),
    ...lower,
  ];
}

/** All names that occur, in a fixed order of the story. */
export function guideNames(rows: readonly GuideRow[]): readonly string[] {
  const order = ['concrete', 'rebar', 'marble', 'frame'];
  const found = new Set(rows.flatMap(({ entries }) => [...entries.keys()]));
  return [...order.filter((name) => found.has(name)), ...[...found].filter((name) => !order.includes(name))];
}

/** The layer that a name is seen from: the topmost one below merge that has it; null when it is deleted or nowhere. */
export function seenFrom(rows: readonly GuideRow[], name: string): GuideRow | null {
  for (const row of rows) {
    if (row.role === 'merge') continue;
    const entry = row.entries.get(name);
    if (entry) return entry.type === 'whiteout' ? null : row;
  }
  return null;
}

/** The layer above `row` that hides this name of it; null when it is seen. */
export function hiddenBy(rows: readonly GuideRow[], row: GuideRow, name: string): GuideRow | null {
  for (const other of rows) {
    if (other === row) return null;
    if (other.role !== 'merge' && other.entries.has(name)) return other;
  }
  return null;
}
