import { goJson } from '../../shared/image/goJson';
import type { Session } from './command';
import { UsageFault, type OptionSpec, type Parsed } from './parser';
import { plainJson, templatePrinter } from './template/evaluate';
import type { Call } from './template/functions';
import { isMap, type Value } from './template/goValue';

/** A row of a list as Docker's templates see it: every field is text. */
export type Row = Readonly<Record<string, string>>;

/** `--format` of lists: Docker's words for it. */
export const rowFormatOption: OptionSpec = {
  long: 'format',
  value: 'FORMAT',
  help: [
    "table, json, 'table TEMPLATE' or a Go template, as Docker takes them",
    "table、json、'table TEMPLATE' 或 Go 模板，与 Docker 相同",
  ],
};

/** A row as `{{json .}}` of Docker writes it: fields in the order of their names, escaped as Go does. */
export function rowJson(row: Value): string {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return goJson(row ?? null);
  const names = Object.keys(row).sort();
  return goJson(
    Object.fromEntries(names.map((name) => [name, (row as Readonly<Record<string, Value>>)[name]])),
  );
}

/** JSON in a template: of a whole row it is escaped, of what is in it not. */
const rowOrField = (value: Value): string => (isMap(value) ? rowJson(value) : plainJson(value));

/** Lines of cells that tabs part, in columns of ten and more with three blanks between, as Go's tabwriter sets Docker's tables. */
function aligned(lines: readonly string[]): string {
  const rows = lines.map((line) => line.split('\t'));
  const widths: number[] = [];
  // The last cell of a line is no column: nothing stands behind it.
  for (const row of rows)
    row
      .slice(0, -1)
      .forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 10, Array.from(cell).length + 3)));
  return rows
    .map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join(''))
    .map((line) => `${line}\n`)
    .join('');
}

/** What is done with a field leaves its heading alone, as in Docker's tables: `{{upper .Tag}}` stands under TAG. */
const alone: Readonly<Record<string, Call>> = Object.fromEntries(
  ['json', 'lower', 'upper', 'title', 'truncate', 'pad', 'split', 'join'].map((name): [string, Call] => [
    name,
    ([first]) => first,
  ]),
);

/**
 * Prints rows by `--format` and says whether it was given; null where the command's own table is wanted (`table`, or no
 * format). Docker's escapes `\t` and `\n` mean what they say. Throws {@link UsageFault}: with `--json`, for a faulty template.
 *
 * @param heads the heading of each field; fields without one are asked for like any other
 * @param raw the template that `raw` stands for, where it stands for one
 */
export function rowFormat(
  session: Pick<Session, 'json' | 'out'>,
  { values }: Pick<Parsed, 'values'>,
  heads: Row,
  raw: string | null = null,
): ((rows: readonly Row[]) => void) | null {
  const word = values.get('format')?.[0];
  const given = word === 'raw' ? (raw ?? word) : word;
  if (given === undefined) return null;
  if (session.json) throw new UsageFault((t) => t('usage.formatJson'));
  if (given === 'table' || given === '') return null;
  if (given === 'json') return (rows) => rows.forEach((row) => session.out(`${rowJson(row)}\n`));
  const isTable = given.startsWith('table');
  const template = (isTable ? given.slice('table'.length) : given)
    .replace(/^ +| +$/g, '')
    .replaceAll('\\t', '\t')
    .replaceAll('\\n', '\n');
  const print = templatePrinter(template, { toJson: rowOrField });
  // A heading ends where what is asked of a field cannot be asked of its name, as in Docker: `range` of what `split` made.
  const heading = isTable ? templatePrinter(template, { calls: alone, partly: true })(heads) : null;
  // Also without rows a field that there is not is a fault.
  print(heads);
  return (rows) => {
    const lines = rows.map((row) => print(row));
    if (heading !== null) session.out(aligned([heading, ...lines].flatMap((line) => line.split('\n'))));
    else for (const line of lines) session.out(`${line}\n`);
  };
}

const sizeUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/**
 * Bytes as Docker's templates print them (docker/go-units, HumanSizeWithPrecision): units of a thousand, `digits` of the number,
 * no blank and no zeros behind.
 */
export function dockerSize(bytes: number, digits: 3 | 4 = 3): string {
  let size = bytes;
  let unit = 0;
  for (; size >= 1000 && unit < sizeUnits.length - 1; unit++) size /= 1000;
  return `${Number(size.toPrecision(digits))}${sizeUnits[unit] ?? ''}`;
}

/** A time as Go prints it (`2026-01-31 12:00:00 +0100 CET`), in this machine's zone; Docker's `.CreatedAt`. */
export function goTime(iso: string): string {
  const { day, clock, offset, zone } = localTime(iso);
  return `${day} ${clock} ${offset} ${zone}`;
}

/** A time in the form of RFC 3339 with this machine's offset, without fractions; `.CreatedAt` of a history. */
export function rfc3339(iso: string): string {
  const { day, clock, offset } = localTime(iso);
  return `${day}T${clock}${offset === '+0000' ? 'Z' : `${offset.slice(0, 3)}:${offset.slice(3)}`}`;
}

function localTime(iso: string): {
  readonly day: string;
  readonly clock: string;
  readonly offset: string;
  readonly zone: string;
} {
  const date = new Date(iso);
  const minutes = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + minutes * 60_000).toISOString();
  const two = (value: number): string => String(value).padStart(2, '0');
  const size = Math.abs(minutes);
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
  const part = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' })
    .formatToParts(date)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const zone =
    minutes === 0 && (part === 'UTC' || part === 'GMT')
      ? 'UTC'
      : /^[A-Z]{3,5}$/.test(part ?? '')
        ? (part ?? '')
        : offset;
  return { day: local.slice(0, 10), clock: local.slice(11, 19), offset, zone };
}
