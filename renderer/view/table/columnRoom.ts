import type { TableRow } from './rows';

/** Letters of the longest few are measured, not of ten thousand rows. */
const measured = 24;
/** What stands beside the text of a cell, CSS pixels: padding, swatch and gap; padding alone; and what measuring is off by. */
const beside = { repository: 44, tag: 22 };
/** Least widths of the two columns, and the widest chip of a further tag with its gap, CSS pixels. */
const least = { repository: 112, tag: 100 };
const chip = 80;

/** The longest texts of a list, each once, by their letters. */
function longest(texts: Iterable<string>): readonly string[] {
  return [...new Set(texts)].sort((a, b) => b.length - a.length).slice(0, measured);
}

/**
 * How wide the columns of repository and tag are, as tracks of a grid: each takes of the room by what its longest text needs,
 * so that none is cut beside an empty one. `width` measures a text, CSS pixels; `twin` gives the platform that an image shows beside its tag.
 */
export function nameColumns(
  rows: readonly TableRow[],
  width: (text: string) => number,
  twin: (row: Extract<TableRow, { kind: 'image' }>) => string = () => '',
): readonly [repository: string, tag: string] {
  const images = rows.filter((row) => row.kind === 'image');
  const most = (texts: Iterable<string>): number => Math.max(0, ...longest(texts).map((text) => width(text)));
  const repository = beside.repository + most(images.map((row) => row.repository));
  const alone = most(
    images.filter(({ image }) => image.names.length < 2).map((row) => `${row.tag} ${twin(row)}`),
  );
  const several = images
    .filter(({ image }) => image.names.length > 1)
    .map((row) => `${row.tag} ${twin(row)}`);
  const tag = beside.tag + Math.max(alone, several.length > 0 ? most(several) + chip : 0);
  const track = (need: number, floor: number): string =>
    `minmax(${Math.round(Math.min(floor, need))}px, ${Math.round(need)}fr)`;
  return [track(Math.max(64, repository), least.repository), track(Math.max(64, tag), least.tag)];
}
