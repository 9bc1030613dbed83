import { requests, type RequestName } from '../../shared/ipc/contract';
import type { randomNumbers } from './mutate';

/**
 * Messages for the requests of the contract, made of their schemas: right ones with values that exist, and the same spoilt in
 * every way that a structured clone lets through. The same seed gives the same messages.
 */

export type Random = ReturnType<typeof randomNumbers>;

/** A call of a page as it crosses: usually one argument. */
export interface Message {
  readonly name: RequestName;
  readonly args: readonly unknown[];
}

/** As much of a schema of zod as is looked at here. */
interface Schema {
  readonly def: {
    readonly type: string;
    readonly shape?: Readonly<Record<string, Schema>>;
    readonly element?: Schema;
    readonly innerType?: Schema;
    readonly options?: readonly Schema[];
    readonly entries?: Readonly<Record<string, string>>;
  };
  safeParse(value: unknown): { readonly success: boolean };
}

export const requestList = Object.keys(requests) as readonly RequestName[];
const schemaOf = (name: RequestName): Schema => requests[name].input;

const pick = <T>(random: Random, list: readonly T[]): T => list[random(list.length)] as T;
const chance = (random: Random, one: number): boolean => random(one) === 0;

const numbers = [0, 1, 2, 3, 5, 24, 80, 161, 261, 400, 1000, 1_000_000, -0];
const freeTexts = ['', 'x', 'etc', 'etc/passwd', 'shop:2', 'CMD ["sh"]', 'USER 1', 'sh', 'graph', 'a b'];
/** Texts that somebody means ill with. */
export const illTexts = [
  '../../../etc/passwd',
  '/etc/passwd',
  'etc/../../..',
  '..',
  '.',
  '/',
  '//',
  'a\0b',
  '\ud800',
  '\u202egnp.exe',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '$(reboot)',
  '-rf',
  '%s%n',
  'a'.repeat(600),
  '\r\n\x1b]0;x\x07',
  'sha256:',
  `sha256:${'A'.repeat(64)}`,
];

/** A value that a schema takes, as far as `known` (texts that stand for something now) and the usual ones have one. */
function valueOf(schema: Schema, known: readonly string[], random: Random): unknown {
  const { type, shape = {}, element, innerType, options = [], entries = {} } = schema.def;
  const of = (inner: Schema): unknown => valueOf(inner, known, random);
  switch (type) {
    case 'object': {
      const made: Record<string, unknown> = {};
      for (const [key, member] of Object.entries(shape)) {
        const mayMiss = member.safeParse(undefined).success;
        if (!mayMiss || chance(random, 3)) made[key] = of(member);
      }
      return made;
    }
    case 'array':
      return element ? Array.from({ length: pick(random, [0, 1, 1, 2, 3]) }, () => of(element)) : [];
    case 'nullable':
      return innerType && !chance(random, 3) ? of(innerType) : null;
    case 'optional':
    case 'default':
      return innerType ? of(innerType) : undefined;
    case 'union':
      return of(pick(random, options));
    case 'enum':
      return pick(random, Object.values(entries));
    case 'boolean':
      return chance(random, 2);
    case 'number':
      return pick(
        random,
        numbers.filter((value) => schema.safeParse(value).success),
      );
    default: {
      const bytes = new Uint8Array([1, 2, 3]);
      if (schema.safeParse(bytes).success) return bytes;
      const right = known.filter((value) => schema.safeParse(value).success);
      const free = schema.safeParse('a b').success;
      if (free && chance(random, 2)) return pick(random, [...freeTexts, ...illTexts]);
      return pick(random, right.length > 0 ? right : freeTexts);
    }
  }
}

function cyclic(): unknown {
  const made: Record<string, unknown> = { list: [] };
  made['self'] = made;
  (made['list'] as unknown[]).push(made, made['list']);
  return made;
}

function nested(levels: number, list: boolean): unknown {
  let made: unknown = 1;
  for (let i = 0; i < levels; i++) made = list ? [made] : { a: made };
  return made;
}

/** An own member of that name, which a plain assignment would not make. */
function withOwn(base: object, key: string, value: unknown): object {
  return Object.defineProperty({ ...base }, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
}

/** Values that no request takes there, or takes for something else. */
const illValues: readonly (() => unknown)[] = [
  ...[undefined, null, NaN, Infinity, -Infinity, -0, -1, 0.5, 2 ** 31, 2 ** 53, 1e308, true, '', 10n].map(
    (value) => () => value,
  ),
  ...illTexts.map((text) => () => text),
  () => [],
  () => ({}),
  () => [[[[]]]],
  () => new Map([['image', 'x']]),
  () => new Set([1]),
  () => new Date(NaN),
  () => /a+/g,
  () => new Error('an error that crossed'),
  () => new ArrayBuffer(8),
  () => new Float64Array(3),
  () => new DataView(new ArrayBuffer(4)),
  () => new SharedArrayBuffer(8),
  () => new Uint8Array(new SharedArrayBuffer(8)),
  () => Object(1n) as unknown,
  () => Object(true) as unknown,
  () => new String('boxed'),
  () => Object.create(null) as unknown,
  cyclic,
  () => nested(20, true),
  () => nested(500, false),
  () => withOwn({}, '__proto__', { polluted: true }),
  () => withOwn({}, 'constructor', { prototype: { polluted: true } }),
  () => ({ length: 2 ** 32, 0: 'x' }),
  () => ({ then: 1, toString: 1, valueOf: null, toJSON: 1 }),
];

/** Values that are too much of something; each costs time to make, so they come seldom. */
const hugeValues: readonly (() => unknown)[] = [
  () => 'x'.repeat(1 << 20),
  () => '\u4e00'.repeat(10 << 20),
  () => Array.from({ length: 100_000 }, () => null),
  () => Array.from({ length: 400_000 }, (_, i) => `name-${i}`),
  () => new Array<null>(5_000_000),
  () => Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, i])),
  () => new Uint8Array(20 << 20),
  () => nested(100_000, true),
  () => nested(100_000, false),
];

/** A place in a message: what holds it, and its key there. */
type Place = readonly [holder: Record<PropertyKey, unknown>, key: string];

/** Places of a message, a few levels down: what is spoilt already may be endless. */
function placesOf(value: unknown, levels = 3): readonly Place[] {
  if (typeof value !== 'object' || value === null || levels === 0) return [];
  if (!Array.isArray(value) && Object.prototype.toString.call(value) !== '[object Object]') return [];
  const holder = value as Record<PropertyKey, unknown>;
  const keys = Object.keys(holder);
  if (keys.length > 50) return [];
  return keys.flatMap((key): readonly Place[] => [[holder, key], ...placesOf(holder[key], levels - 1)]);
}

/** Spoils a right message in one or a few ways. */
function spoil(message: unknown, known: readonly string[], random: Random): unknown {
  const places = placesOf(message);
  const place = places.length > 0 ? pick(random, places) : null;
  const ill = (): unknown => pick(random, chance(random, 60) ? hugeValues : illValues)();
  switch (random(8)) {
    case 0:
      return ill();
    case 1:
      if (place) delete place[0][place[1]];
      return message;
    case 2:
      return withOwn(
        places.length > 0 && !Array.isArray(message) ? (message as object) : {},
        pick(random, ['extra', '__proto__', 'constructor', 'prototype', '', '0', 'force', 'path', 'toJSON']),
        ill(),
      );
    case 3:
      return [message];
    case 4:
      // A text of another kind: an ID for a name, a token for an ID.
      if (place) place[0][place[1]] = pick(random, known);
      return message;
    default:
      if (place) place[0][place[1]] = ill();
      return place ? message : ill();
  }
}

/** The next message: two in five are right. `known` are texts that stand for something now: IDs, tokens, names. */
export function nextMessage(
  known: readonly string[],
  random: Random,
  name = pick(random, requestList),
): Message {
  let value = valueOf(schemaOf(name), known, random);
  if (random(5) < 3) for (let i = random(2); i >= 0; i--) value = spoil(value, known, random);
  if (chance(random, 40)) return { name, args: [] };
  if (chance(random, 40)) return { name, args: [value, value] };
  return { name, args: [value] };
}
