import { JsonNumber } from '../../../shared/image/exactJson';
import { UsageFault } from '../parser';
import { alone, byBytes, plain, sprint, sprintf } from './goPrint';
import { asGoType, goTypeOf } from './goTypes';
import { GoDuration, GoFloat, GoMoment, isFloat, isMap, type Value } from './goValue';

export type Call = (values: readonly Value[]) => Value;

/** Whether Go's templates take a value for true: not zero, not empty. */
export function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof GoDuration) return value.nanoseconds !== 0n;
  if (value instanceof GoFloat) return value.value !== 0;
  // A structure is never nothing.
  if (isMap(value)) return goTypeOf(value)?.kind === 'struct' || Object.keys(value).length > 0;
  return Boolean(value);
}

function fault(name: string): UsageFault {
  return new UsageFault((t) => t('usage.templateArguments', { name }));
}

/** A function of so many strings. */
function ofStrings(name: string, count: number, work: (...texts: readonly string[]) => Value): Call {
  return (values) => {
    if (values.length !== count || values.some((value) => typeof value !== 'string')) throw fault(name);
    return work(...(values as readonly string[]));
  };
}

function countOf(name: string, value: Value): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || Math.abs(value) > 10_000) throw fault(name);
  return value;
}

/** A member of a list or map, which may be chained: `index .Config.Env 0`. A map without the key has no value there. */
function index([of, ...keys]: readonly Value[]): Value {
  let found = of;
  for (const key of keys) {
    if (Array.isArray(found) || typeof found === 'string') {
      const list: readonly Value[] = typeof found === 'string' ? [...Buffer.from(found)] : found;
      if (typeof key !== 'number' || !Number.isInteger(key)) throw fault('index');
      if (key < 0 || key >= list.length)
        throw new UsageFault((t) =>
          t('usage.templateIndex', { name: String(key), text: String(list.length) }),
        );
      found = list[key];
    } else if (isMap(found)) {
      if (typeof key !== 'string') throw fault('index');
      // As in Docker's maps of strings: a label that there is not is an empty one.
      const type = goTypeOf(found);
      if (Object.hasOwn(found, key)) found = found[key];
      else if (type?.kind === 'map' && type.of.kind === 'struct') found = asGoType({}, type.of);
      else found = Object.values(found).every((value) => typeof value === 'string') ? '' : undefined;
    } else if (found === null || found === undefined) {
      return '';
    } else throw fault('index');
  }
  return found;
}

function slice([of, ...bounds]: readonly Value[]): Value {
  if ((typeof of !== 'string' && !Array.isArray(of)) || bounds.length > 2) throw fault('slice');
  const bytes = typeof of === 'string' ? Buffer.from(of) : null;
  const length = bytes ? bytes.length : of.length;
  const [from = 0, to = length] = bounds.map((each) => countOf('slice', each));
  if (from < 0 || to > length || from > to)
    throw new UsageFault((t) => t('usage.templateIndex', { name: `${from}:${to}`, text: String(length) }));
  return bytes ? bytes.subarray(from, to).toString() : of.slice(from, to);
}

/** A value as Go compares it: of another kind it is not comparable, an `int` and a `float64` included. */
interface Basic {
  readonly kind: 'int' | 'float' | 'string' | 'boolean' | 'nil' | 'other';
  readonly value: bigint | number | string | boolean | null;
}

function basic(value: Value): Basic {
  if (value === null || value === undefined) return { kind: 'nil', value: null };
  if (value instanceof GoDuration) return { kind: 'int', value: value.nanoseconds };
  if (value instanceof GoFloat) return { kind: 'float', value: value.value };
  if (value instanceof GoMoment) return { kind: 'string', value: value.toJSON() };
  // What JavaScript would round is compared by all its digits.
  if (value instanceof JsonNumber)
    return /^-?\d+$/.test(value.text)
      ? { kind: 'int', value: BigInt(value.text) }
      : { kind: 'float', value: Number(value.text) };
  if (typeof value === 'number')
    return isFloat(value) ? { kind: 'float', value } : { kind: 'int', value: BigInt(value) };
  if (typeof value === 'string') return { kind: 'string', value };
  return typeof value === 'boolean' ? { kind: 'boolean', value } : { kind: 'other', value: null };
}

function equal(values: readonly Value[]): boolean {
  const [first, ...others] = values.map(basic);
  if (first === undefined || others.length === 0) throw fault('eq');
  return others.some((other) => {
    // Whether something is there can be asked of anything.
    if (first.kind === 'nil' || other.kind === 'nil') return first.kind === other.kind;
    if (first.kind === 'other' || first.kind !== other.kind) throw fault('eq');
    return first.value === other.value;
  });
}

function compared(name: string, values: readonly Value[]): number {
  const [a, b] = values.map(basic);
  if (values.length !== 2 || a === undefined || b === undefined || a.kind !== b.kind) throw fault(name);
  if (typeof a.value === 'string' && typeof b.value === 'string') return byBytes(a.value, b.value);
  if ((a.kind !== 'int' && a.kind !== 'float') || a.value === null || b.value === null) throw fault(name);
  return a.value < b.value ? -1 : a.value > b.value ? 1 : a.value === b.value ? 0 : NaN;
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\0': '\ufffd',
};

/** Letter by letter, as Go does it: what would become several, such as ß, stays. */
const eachLetter = (text: string, way: 'toLowerCase' | 'toUpperCase'): string =>
  Array.from(text, (letter) => {
    const other = letter === 'İ' ? 'i' : letter[way]();
    return Array.from(other).length === 1 ? other : letter;
  }).join('');

/** What a script in a page may not have as it is (template.JSEscapeString). */
function forScript(text: string): string {
  return text.replace(/[\\'"<>&=\x00-\x1f\x7f-\x9f]/g, (char) => {
    const code = char.charCodeAt(0);
    if ('\\\'"'.includes(char)) return `\\${char}`;
    return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

/** JSON of a value. Rows of a list know how Docker writes them. */
export type ToJson = (value: Value) => string;

/** The functions of Docker's templates: those of Go's text/template, and `json`, `split`, `join`, `title`, … of its own. */
export function functions(toJson: ToJson): Readonly<Record<string, Call>> {
  return {
    json: (values) => {
      if (values.length !== 1) throw fault('json');
      return toJson(values[0]);
    },
    split: ofStrings('split', 2, (text = '', by = '') => (by === '' ? Array.from(text) : text.split(by))),
    join: ([list, by]) => {
      if (typeof by !== 'string' || (list !== null && list !== undefined && !Array.isArray(list)))
        throw fault('join');
      return ((list ?? []) as readonly Value[]).map((each) => plain(each)).join(by);
    },
    // Every letter that begins a word becomes a capital; the others stay (strings.Title).
    title: ofStrings('title', 1, (text = '') =>
      text.replace(
        /(^|[\s\x00-/:-@[-^`{-\x7f])(\p{L})/gu,
        (_, before: string, letter: string) => before + letter.toUpperCase(),
      ),
    ),
    lower: ofStrings('lower', 1, (text = '') => eachLetter(text, 'toLowerCase')),
    upper: ofStrings('upper', 1, (text = '') => eachLetter(text, 'toUpperCase')),
    pad: ([text, before, after]) => {
      if (typeof text !== 'string') throw fault('pad');
      if (text === '') return text;
      return ' '.repeat(countOf('pad', before)) + text + ' '.repeat(countOf('pad', after));
    },
    truncate: ([text, length]) => {
      if (typeof text !== 'string') throw fault('truncate');
      const most = countOf('truncate', length);
      return Buffer.byteLength(text) < most ? text : Buffer.from(text).subarray(0, most).toString();
    },
    len: ([of, ...more]) => {
      if (more.length > 0) throw fault('len');
      if (typeof of === 'string') return Buffer.byteLength(of);
      if (Array.isArray(of)) return of.length;
      if (isMap(of)) return Object.keys(of).length;
      // A list of Docker's that is empty is `null` in its JSON.
      if (of === null || of === undefined) return 0;
      throw fault('len');
    },
    index,
    slice,
    print: sprint,
    println: (values) => `${values.map((each) => alone(each)).join(' ')}\n`,
    printf: ([format, ...values]) => {
      if (typeof format !== 'string') throw fault('printf');
      return sprintf(format, values);
    },
    not: ([value, ...more]) => {
      if (more.length > 0) throw fault('not');
      return !isTrue(value);
    },
    eq: equal,
    ne: (values) => {
      if (values.length !== 2) throw fault('ne');
      return !equal(values);
    },
    lt: (values) => compared('lt', values) < 0,
    le: (values) => compared('le', values) <= 0,
    gt: (values) => compared('gt', values) > 0,
    ge: (values) => compared('ge', values) >= 0,
    html: (values) => sprint(values).replace(/["'&<>\0]/g, (char) => htmlEscapes[char] ?? char),
    js: (values) => forScript(sprint(values)),
    urlquery: (values) =>
      encodeURIComponent(sprint(values))
        .replace(/%20/g, '+')
        .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
  };
}
