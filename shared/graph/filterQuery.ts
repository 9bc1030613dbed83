import { splitName } from '../image/reference';
import type { ImageNode } from './imageGraph';

/**
 * What a person types into the filter: words, and tokens that say more. `repo:shop-*` a repository, `label:team=web` a
 * label, `size:>100MB` and `age:<30d` a comparison, `dangling:true` or `dangling:false`. A minus before a token turns it
 * round, quotes keep spaces, several tokens must all match.
 */
export interface FilterQuery {
  /** Plain words in lower case. */
  readonly words: readonly string[];
  readonly tokens: readonly FilterToken[];
  /** Tokens that begin like one and cannot be understood, as typed. */
  readonly unclear: readonly string[];
}

/** Kinds of tokens. */
export const tokenKinds = ['repo', 'label', 'size', 'age', 'dangling'] as const;
export type TokenKind = (typeof tokenKinds)[number];

/** A token of a filter. */
export interface FilterToken {
  readonly kind: TokenKind;
  /** What stands after the colon, without quotes. */
  readonly value: string;
  readonly negated: boolean;
}

/** A comparison with an amount: bytes, or milliseconds of age. */
export interface Comparison {
  readonly sign: '<' | '>';
  readonly amount: number;
}

const units = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 1 << 10,
  MIB: 1 << 20,
  GIB: 1 << 30,
} as const;
const hour = 3_600_000;
const times = { h: hour, d: 24 * hour, w: 168 * hour, mo: 730 * hour, y: 8766 * hour } as const;

const partsOf = (text: string): readonly string[] => text.match(/(?:[^\s"]+|"[^"]*"?)+/g) ?? [];

/** Reads `>100MB`, `<1.5GB`; decimal units as they are shown, binary ones as `MiB`. Null for anything else. */
export function parseSize(value: string): Comparison | null {
  const found = /^([<>])=?\s*(\d+(?:\.\d+)?)\s*([kmgt]?i?b)?$/i.exec(value);
  if (!found) return null;
  const [, sign, number, unit = 'B'] = found;
  const factor = units[unit.toUpperCase() as keyof typeof units];
  return { sign: sign as '<' | '>', amount: Number(number) * factor };
}

/** Reads `<30d`, `>6mo`: hours, days, weeks, months, years. Null for anything else. */
export function parseAge(value: string): Comparison | null {
  const found = /^([<>])=?\s*(\d+(?:\.\d+)?)\s*(h|d|w|mo|y)$/i.exec(value);
  if (!found) return null;
  const [, sign, number, unit = 'd'] = found;
  return {
    sign: sign as '<' | '>',
    amount: Number(number) * times[unit.toLowerCase() as keyof typeof times],
  };
}

function isClear({ kind, value }: FilterToken): boolean {
  switch (kind) {
    case 'size':
      return parseSize(value) !== null;
    case 'age':
      return parseAge(value) !== null;
    case 'dangling':
      return value === 'true' || value === 'false';
    case 'repo':
    case 'label':
      return value !== '';
  }
}

/** Reads a filter. Anything is a filter: what is no token is a word. */
export function parseFilter(text: string): FilterQuery {
  const words: string[] = [];
  const tokens: FilterToken[] = [];
  const unclear: string[] = [];
  for (const part of partsOf(text)) {
    const token = tokenOf(part);
    if (!token) words.push(part.replaceAll('"', '').toLowerCase());
    else if (isClear(token)) tokens.push(token);
    else unclear.push(part);
  }
  return { words: words.filter((word) => word !== ''), tokens, unclear };
}

function tokenOf(part: string): FilterToken | null {
  const found = /^(-?)(repo|label|size|age|dangling):(.*)$/i.exec(part);
  if (!found) return null;
  const [, minus, kind = '', value = ''] = found;
  return {
    kind: kind.toLowerCase() as TokenKind,
    value: value.replaceAll('"', ''),
    negated: minus === '-',
  };
}

/** A filter's text with the tokens of a kind replaced by one of a value; null takes them away. Words stay as they are. */
export function withToken(text: string, kind: TokenKind, value: string | null): string {
  const parts: string[] = [];
  const made = value === null ? null : `${kind}:${/\s/.test(value) ? `"${value}"` : value}`;
  let placed = false;
  for (const part of partsOf(text)) {
    const token = tokenOf(part);
    if (token?.kind !== kind || token.negated) parts.push(part);
    else if (made !== null && !placed) {
      parts.push(made);
      placed = true;
    }
  }
  if (made !== null && !placed) parts.push(made);
  return parts.join(' ');
}

/** Value of the first token of a kind that is not negated; null where there is none. */
export function tokenValue(query: FilterQuery, kind: TokenKind): string | null {
  return query.tokens.find((token) => token.kind === kind && !token.negated)?.value ?? null;
}

/** A test by a pattern where `*` stands for any letters and `?` for one, regardless of case. */
export function globTest(pattern: string): (text: string) => boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 'is');
  return (text) => expression.test(text);
}

type ImageTest = (image: ImageNode) => boolean;

/** Tests images against a filter's tokens; `now`: the time that ages are told from, milliseconds since 1970. */
export function tokenTest(tokens: readonly FilterToken[], now: number): ImageTest {
  const tests = tokens.map((token): ImageTest => {
    const test = testOf(token, now);
    return token.negated ? (image) => !test(image) : test;
  });
  return (image) => tests.every((test) => test(image));
}

function testOf({ kind, value }: FilterToken, now: number): ImageTest {
  switch (kind) {
    case 'repo': {
      // `shop-api` means `registry.lan:5000/team/shop-api`, too: the last part is what people call it by.
      const test = globTest(value);
      return ({ names }) =>
        names.some((name) => {
          const { repository } = splitName(name);
          return test(repository) || test(repository.slice(repository.lastIndexOf('/') + 1));
        });
    }
    case 'label': {
      const cut = value.indexOf('=');
      const key = globTest(cut < 0 ? value : value.slice(0, cut));
      const wanted = globTest(cut < 0 ? '*' : value.slice(cut + 1));
      return ({ labels }) => Object.entries(labels).some(([name, held]) => key(name) && wanted(held));
    }
    case 'size': {
      const size = parseSize(value);
      return (image) => size !== null && compare(image.size, size);
    }
    case 'age': {
      const age = parseAge(value);
      // An image whose date is not recorded is neither young nor old.
      return ({ created }) => {
        const made = created === null ? NaN : Date.parse(created);
        return age !== null && made > 0 && compare(now - made, age);
      };
    }
    case 'dangling':
      return ({ names }) => (names.length === 0) === (value === 'true');
  }
}

const compare = (value: number, { sign, amount }: Comparison): boolean =>
  sign === '<' ? value < amount : value > amount;
