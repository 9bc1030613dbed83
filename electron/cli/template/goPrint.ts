import { JsonNumber } from '../../../shared/image/exactJson';
import { UsageFault } from '../parser';
import { floatBinary, floatHex } from './goFloatHex';
import { goTypeOf, type GoType } from './goTypes';
import { GoDuration, GoFloat, GoMoment, isFloat, isMap, type Value } from './goValue';

/** Strings as Go orders them: by their bytes in UTF-8, which is the order of code points. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A `float64` as `%v` prints it: in the shortest form, with exponents as Go has them. */
function floatText(value: number): string {
  const size = Math.abs(value);
  // Go turns to exponents below 0.0001 and from a million on; JavaScript below 0.000001 and far later.
  const text = size !== 0 && (size < 1e-4 || size >= 1e6) ? value.toExponential() : String(value);
  return Object.is(value, -0) ? '-0' : text.replace(/e([+-])(\d)$/, 'e$10$2');
}

/** A value as Go's `%v` prints it, within a list or map or alone; with `named` as `%+v` does. */
export function plain(value: Value, named = false): string {
  if (value === undefined || value === null) return '<nil>';
  if (value instanceof GoDuration || value instanceof GoMoment) return value.toString();
  if (typeof value === 'string') return value;
  // What Go has in 64 bits and JavaScript has not, as it is written.
  if (value instanceof JsonNumber) return value.text;
  if (value instanceof GoFloat) return floatText(value.value);
  if (typeof value === 'number') return isFloat(value) ? floatText(value) : String(value);
  if (typeof value === 'boolean') return String(value);
  if (!isMap(value)) return `[${value.map((each) => plain(each, named)).join(' ')}]`;
  const type = goTypeOf(value);
  if (type?.kind === 'struct') return structText(value, type, named);
  const members = Object.keys(value)
    .sort(byBytes)
    .map((key) => `${key}:${plain(value[key], named)}`);
  return `map[${members.join(' ')}]`;
}

/** The fields of a structure in their order. Where Docker prints the address of what another points to, what is there is printed. */
function structText(
  value: { readonly [key: string]: Value },
  { fields }: Extract<GoType, { readonly kind: 'struct' }>,
  named: boolean,
): string {
  const texts = fields.map(([name, type, embedded]) => {
    const text =
      embedded && type.kind === 'struct'
        ? structText(value, type, named)
        : fieldText(value[name], type, named);
    return named ? `${name}:${text}` : text;
  });
  return `{${texts.join(' ')}}`;
}

function fieldText(value: Value, type: GoType, named: boolean): string {
  if (value !== undefined && value !== null) return plain(value, named);
  const zeros: Partial<Record<GoType['kind'], string>> = {
    text: '',
    texts: '[]',
    map: 'map[]',
    flag: 'false',
    number: '0',
    duration: '0s',
  };
  return zeros[type.kind] ?? '<nil>';
}

/** A value that is printed by itself: of a pointer to a structure Go says that it is one. */
export function alone(value: Value, named = false): string {
  const type = goTypeOf(value);
  return `${type?.kind === 'struct' && type.pointer ? '&' : ''}${plain(value, named)}`;
}

/** A value as `%#v` writes it in Go's own syntax, as far as texts, numbers and lists and maps of them go. */
function inGo(value: Value): string {
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return `${goType(value)}{${(value as readonly Value[]).map(inGo).join(', ')}}`;
  if (!isMap(value) || goTypeOf(value)?.kind === 'struct') return alone(value, true);
  const members = Object.keys(value)
    .sort(byBytes)
    .map((key) => `${quoted(key)}:${inGo(value[key])}`);
  return `${goType(value)}{${members.join(', ')}}`;
}

/** A string in quotes as `%q` prints it (strconv.Quote). */
export function quoted(text: string): string {
  const short: Readonly<Record<string, string>> = {
    '\x07': '\\a',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\v': '\\v',
    '\\': '\\\\',
    '"': '\\"',
  };
  const body = Array.from(text, (char) => {
    const code = char.codePointAt(0) ?? 0;
    if (short[char] !== undefined) return short[char];
    if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
    if (!/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(char)) return char;
    return code > 0xffff
      ? `\\U${code.toString(16).padStart(8, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${body.join('')}"`;
}

/** `fmt.Sprint`: blanks between operands of which neither is a string. */
export function sprint(values: readonly Value[]): string {
  return values
    .map((value, i) => {
      const before = values[i - 1];
      const parts = i > 0 && typeof value !== 'string' && typeof before !== 'string';
      return (parts ? ' ' : '') + alone(value);
    })
    .join('');
}

/** A number with an exponent of at least two digits, as `%e` prints it. */
const exponential = (value: number, digits: number): string =>
  value.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2');

/** The hexadecimal digits of a whole number, of a float as Go writes it, or of a string's bytes, with what a `#` puts before them. */
function hexadecimal(
  value: Value,
  number: number | null,
  flags: string,
  precision: number | null,
): string | null {
  const before = flags.includes('#') ? '0x' : '';
  if (typeof value === 'string') return before + Buffer.from(value).toString('hex');
  if (number === null || value instanceof GoDuration) return null;
  return isFloat(value) ? floatHex(number, precision) : number.toString(16).replace(/^-?/, `$&${before}`);
}

/** One verb of a format; null where it doesn't fit the value. */
function verbText(verb: string, value: Value, flags: string, precision: number | null): string | null {
  const number =
    value instanceof GoDuration
      ? Number(value.nanoseconds)
      : value instanceof GoFloat
        ? value.value
        : typeof value === 'number'
          ? value
          : null;
  const signed = (text: string): string =>
    number !== null && !text.startsWith('-') && flags.includes('+') ? `+${text}` : text;
  const whole = number !== null && !isFloat(value) ? number : null;
  switch (verb) {
    case 'v': {
      if (flags.includes('#')) return inGo(value);
      // A plus asks for the names of members here, never for a sign.
      return value instanceof GoDuration ? value.toString() : alone(value, flags.includes('+'));
    }
    case 'T':
      return goType(value);
    case 's': {
      if (typeof value === 'number' || value instanceof GoFloat || typeof value === 'boolean') return null;
      const text = alone(value);
      return precision === null ? text : Array.from(text).slice(0, precision).join('');
    }
    case 'q':
      if (whole !== null) return `'${String.fromCodePoint(whole)}'`;
      if (Array.isArray(value))
        return `[${(value as readonly Value[]).map((each) => verbText('q', each, '', null) ?? plain(each)).join(' ')}]`;
      if (typeof value !== 'string') return null;
      return flags.includes('#') && !/[`\x00-\x08\x0a-\x1f\x7f\ufeff]/.test(value)
        ? `\`${value}\``
        : quoted(value);
    case 't':
      return typeof value === 'boolean' ? String(value) : null;
    case 'd':
      return whole === null ? null : signed(String(whole));
    case 'b':
      if (whole === null) return number === null ? null : signed(floatBinary(number));
      return signed(whole.toString(2));
    case 'o':
      return whole === null ? null : signed(whole.toString(8));
    case 'c':
      return whole === null ? null : String.fromCodePoint(whole);
    case 'U':
      return whole === null ? null : `U+${whole.toString(16).toUpperCase().padStart(4, '0')}`;
    case 'x':
    case 'X': {
      const found = hexadecimal(value, number, flags, precision);
      if (found === null) return null;
      return signed(found)[verb === 'X' ? 'toUpperCase' : 'toLowerCase']();
    }
    case 'f':
    case 'F':
      return number === null ? null : signed(number.toFixed(Math.min(precision ?? 6, 100)));
    case 'e':
      return number === null ? null : signed(exponential(number, Math.min(precision ?? 6, 100)));
    case 'g':
      return number === null
        ? null
        : signed(floatText(precision === null ? number : Number(number.toPrecision(Math.max(1, precision)))));
    default:
      return null;
  }
}

/** The widest field that a format may ask for. */
const widest = 10_000;

/** `fmt.Sprintf` for the verbs that values of JSON can have. Faults stand in the text, as Go puts them there. */
export function sprintf(format: string, values: readonly Value[]): string {
  let used = 0;
  let reordered = false;
  const take = (): { readonly is: boolean; readonly value: Value } => {
    const is = used < values.length;
    return { is, value: values[used++] };
  };
  const text = format.replace(
    /%([-+# 0]*)(\[\d+\])?(\*|\d+)?(?:\.(\[\d+\])?(\*|\d*))?(\[\d+\])?([^]|$)/gu,
    (
      _,
      flags: string,
      first: string | undefined,
      width: string | undefined,
      second: string | undefined,
      precision: string | undefined,
      third: string | undefined,
      verb: string,
    ) => {
      if (verb === '%') return '%';
      if (verb === '') return '%!(NOVERB)';
      // `%[2]s`: the second operand, and from there on those behind it.
      const turn = (index: string | undefined): boolean => {
        if (index === undefined) return true;
        reordered = true;
        const at = Number(index.slice(1, -1)) - 1;
        if (at < 0 || at >= values.length) return false;
        used = at;
        return true;
      };
      const isThere = turn(first);
      let bad = '';
      const amount = (word: string | undefined, fault: string): number | null => {
        if (word === undefined) return null;
        const found = word === '*' ? take().value : Number(word === '' ? 0 : word);
        if (typeof found !== 'number' || !Number.isInteger(found)) {
          bad += `%!(${fault})`;
          return null;
        }
        if (Math.abs(found) > widest)
          throw new UsageFault((t) => t('usage.templateArguments', { name: 'printf' }));
        return found;
      };
      const columns = amount(width, 'BADWIDTH');
      const isSecond = turn(second);
      const digits = amount(precision, 'BADPREC');
      if (![isThere, isSecond, turn(third)].every(Boolean)) return `${bad}%!${verb}(BADINDEX)`;
      const { is, value } = take();
      if (!is) return `${bad}%!${verb}(MISSING)`;
      const left = flags.includes('-') || (columns ?? 0) < 0;
      const body = verbText(verb, value, flags, digits);
      if (body === null)
        return `${bad}%!${verb}(${value === null || value === undefined ? '<nil>' : `${goType(value)}=${alone(value)}`})`;
      const missing = Math.abs(columns ?? 0) - Array.from(body).length;
      if (missing <= 0) return bad + body;
      if (left) return bad + body + ' '.repeat(missing);
      if (!flags.includes('0')) return bad + ' '.repeat(missing) + body;
      const sign = (typeof value === 'number' || isFloat(value)) && /^[+-]/.test(body) ? (body[0] ?? '') : '';
      return bad + sign + '0'.repeat(missing) + body.slice(sign.length);
    },
  );
  if (reordered || used >= values.length) return text;
  const extra = values
    .slice(used)
    .map((value) => (value === null || value === undefined ? '<nil>' : `${goType(value)}=${alone(value)}`));
  return `${text}%!(EXTRA ${extra.join(', ')})`;
}

/** The type that Go would name for a value. */
function goType(value: Value): string {
  if (value === null || value === undefined) return '<nil>';
  if (value instanceof GoDuration) return 'time.Duration';
  if (value instanceof GoMoment) return 'time.Time';
  const type = goTypeOf(value);
  if (type?.kind === 'struct') return `${type.pointer ? '*' : ''}${type.name}`;
  if (type?.kind === 'map') return `map[string]${type.of.kind === 'struct' ? type.of.name : 'string'}`;
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (isFloat(value)) return 'float64';
  if (typeof value === 'number') return 'int';
  // Lists of an image are all of texts.
  if (Array.isArray(value))
    return value.every((each) => typeof each === 'string') ? '[]string' : '[]interface {}';
  return 'map[string]interface {}';
}
