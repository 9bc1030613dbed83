import { readWhole } from '../system/readWhole';
import { UsageFault } from './parser';

/** Bytes of one line, as Docker's reader takes them, and of the whole: no command can be given more. */
const lineLimit = 65_535;
const fileLimit = 4 << 20;

/**
 * Variables of a file in Docker's form, a line each: `K=V` with the value as it stands (quotes and blanks at its end are part of it),
 * or `K` for the one of the environment, which is left out where it is not set. Blanks before a line, empty lines and those that
 * begin with `#` mean nothing. `file` is what people call it. Throws {@link UsageFault}.
 */
export function fileVariables(
  bytes: Uint8Array,
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  const whole = Buffer.from(bytes);
  const found: string[] = [];
  let line = 0;
  const refuse = (fault: 'Bytes' | 'Long' | 'Name' | 'Blank' | 'Nul'): UsageFault => {
    const at = { file, line };
    return new UsageFault((t) => t(`usage.env${fault}`, at));
  };
  for (let from = 0; from < whole.length;) {
    line++;
    const feed = whole.indexOf(10, from);
    const end = feed < 0 ? whole.length : feed;
    const raw = whole.subarray(from, end);
    from = end + 1;
    if (raw.length > lineLimit) throw refuse('Long');
    const text = raw.toString('utf8');
    if (!Buffer.from(text).equals(raw)) throw refuse('Bytes');
    const marked = line === 1 ? text.replace(/^\ufeff/, '') : text;
    // Go's unicode.IsSpace.
    const entry = marked
      .replace(/\r$/, '')
      .replace(/^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/, '');
    if (entry === '' || entry.startsWith('#')) continue;
    const equals = entry.indexOf('=');
    const name = equals < 0 ? entry : entry.slice(0, equals);
    if (/[ \t]/.test(name)) throw refuse('Blank');
    if (name === '') throw refuse('Name');
    if (entry.includes('\0')) throw refuse('Nul');
    const value = equals < 0 ? environment[name] : entry.slice(equals + 1);
    if (value !== undefined) found.push(`${name}=${value}`);
  }
  return found;
}

/** {@link fileVariables} of a file, a pipe (`<(…)`) too. Throws `file-not-found`, `file-unreadable` and `cancelled` as well. */
export async function readVariables(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const bytes = await readWhole(path, fileLimit, signal);
  if (bytes === null) throw new UsageFault((t) => t('usage.envLarge', { file: path }));
  return fileVariables(bytes, path, environment);
}
