import { exactJson } from '../../shared/image/exactJson';
import { safeJson, visibleLines, visibleText } from '../../shared/text/format';

/** Columns a terminal shows for a character: Han and other wide ones take two. */
function width(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let columns = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    columns +=
      /\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}/u.test(char) ||
      (code >= 0xff00 && code <= 0xff60)
        ? 2
        : 1;
  }
  return columns;
}

/** The last line of a cell, behind which the next one stands. */
const lastLine = (cell: string): string => cell.slice(cell.lastIndexOf('\n') + 1);

/**
 * Rows as aligned columns, three spaces between, as Docker prints them. Cells are made safe for a terminal; with `lines` their
 * line feeds and tabs stay.
 */
export function columns(rows: readonly (readonly string[])[], { lines = false } = {}): string {
  const safe = rows.map((row) => row.map(lines ? visibleLines : visibleText));
  const widths: number[] = [];
  for (const row of safe)
    row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, width(lastLine(cell)))));
  return safe
    .map((row) =>
      row
        .map((cell, i) =>
          i === row.length - 1 ? cell : cell + ' '.repeat((widths[i] ?? 0) - width(lastLine(cell)) + 3),
        )
        .join('')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** Machine-readable output: one document, a final newline. Characters that a terminal must not get are escaped as JSON has it. */
export function jsonText(value: unknown, indent: 0 | 2 = 2): string {
  return `${safeJson(exactJson(value, indent))}\n`;
}
