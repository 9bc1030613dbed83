import { JsonNumber } from '../../../shared/image/exactJson';
import { UsageFault } from '../parser';
import { alone, byBytes, plain, sprint, sprintf } from './goPrint';
import { asGoType, goTypeOf } from './goTypes';
import { GoDuration, GoMoment, isMap, type Value } from './goValue';

export type Call = (values: readonly Value[]) => Value;

/** Whether Go's templates take a value for true: not zero, not empty. */
export function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof GoDuration) return value.nanoseconds !== 0n;
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

function sameKind(name: string, a: Value, b: Value): void {
  const kind = (value: Value): string => (value === undefined || value === null ? 'nil' : typeof value);
  if (kind(a) !== kind(b) && kind(a) !== 'nil' && kind(b) !== 'nil') throw fault(name);
}

/** A number that JavaScript would round, as the text that it is; anything else as it is. */
function whole(value: Value): Value {
  if (value instanceof JsonNumber) return value.text;
  return value instanceof GoDuration || value instanceof GoMoment ? plainNumber(value) : value;
}

/** A duration as the number that it is to Go, too. */
function plainNumber(value: GoDuration | GoMoment): Value {
  const json = value.toJSON();
  return json instanceof JsonNumber ? json.text : json;
}

function equal(values: readonly Value[]): boolean {
  const [first, ...others] = values.map(whole);
  if (others.length === 0) throw fault('eq');
  return others.some((other) => {
    // Whether something is there can be asked of anything.
    if (typeof first === 'object' && first !== null && (other === null || other === undefined)) return false;
    if (typeof first === 'object' && first !== null) throw fault('eq');
    sameKind('eq', first, other);
    return (first ?? null) === (other ?? null);
  });
}

function compared(name: string, values: readonly Value[]): number {
  const [a, b] = values.map((value) =>
    value instanceof JsonNumber
      ? Number(value.text)
      : value instanceof GoDuration
        ? Number(value.nanoseconds)
        : value,
  );
  if (values.length !== 2) throw fault(name);
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return byBytes(a, b);
  throw fault(name);
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
