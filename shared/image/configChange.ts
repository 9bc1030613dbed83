import { foldKey } from './documentKeys';
import { parseBoundedJson } from './jsonScan';
import { asObject, asText, asTexts, type JsonObject, looseMember, memberKey } from './jsonDocument';
import { problem, type ConfigChangeFault } from './problem';
import { expandWord, OpenQuote, splitWords } from './shellWords';

/** The Dockerfile words that change an image's config, as `docker commit --change` knows them. */
export const configWords = [
  'CMD',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'LABEL',
  'ONBUILD',
  'USER',
  'WORKDIR',
  'VOLUME',
  'STOPSIGNAL',
  'HEALTHCHECK',
] as const;
export type ConfigWord = (typeof configWords)[number];

/** One change in words: what it is, and what comes behind it, variables not yet put in. */
export type ConfigChange =
  | { readonly word: 'CMD' | 'ENTRYPOINT'; readonly text: string; readonly command: readonly string[] }
  | { readonly word: 'ENV' | 'LABEL'; readonly text: string; readonly pairs: readonly Pair[] }
  | {
      readonly word: 'EXPOSE' | 'VOLUME';
      readonly text: string;
      readonly items: readonly string[];
      readonly raw: boolean;
    }
  | {
      readonly word: 'ONBUILD' | 'USER' | 'WORKDIR' | 'STOPSIGNAL';
      readonly text: string;
      readonly value: string;
    }
  | { readonly word: 'HEALTHCHECK'; readonly text: string; readonly check: Healthcheck };

/** A key with its value, quotes and variables still in them. */
export interface Pair {
  readonly key: string;
  readonly value: string;
}

/** A health check as configs store it; durations in nanoseconds. */
export type Healthcheck = Readonly<Record<string, unknown>> & { readonly Test: readonly string[] };

function refuse(text: string, reason: ConfigChangeFault): never {
  throw problem('config-change-invalid', { text, reason });
}

/** A JSON list of strings, or null: what is no JSON is the shell form, as Docker takes it. */
function jsonList(text: string, all: string): readonly string[] | null {
  if (!text.startsWith('[')) return null;
  let value: unknown;
  try {
    value = parseBoundedJson(text);
  } catch {
    return null;
  }
  if (!Array.isArray(value)) return null;
  return value.map((item: unknown) => (typeof item === 'string' ? item : refuse(all, 'json')));
}

/** `["a","b"]` as it is, anything else by the shell (OCI configs have no shell form). */
function toCommand(text: string, all: string): readonly string[] {
  return jsonList(text, all) ?? ['/bin/sh', '-c', text];
}

function toPairs(text: string, all: string, legacy: boolean): readonly Pair[] {
  const words = splitWords(text);
  const [first = ''] = words;
  if (!first.includes('=')) {
    // The old form takes one key, and the rest of the line as its value.
    const parts = /^(\S+)\s+([\s\S]*)$/.exec(text);
    if (!legacy || !parts) refuse(all, 'arguments');
    return [{ key: parts[1] ?? '', value: (parts[2] ?? '').trim() }];
  }
  return words.map((word) => {
    const equals = word.indexOf('=');
    if (equals < 0) refuse(all, 'arguments');
    if (equals === 0) refuse(all, 'name');
    return { key: word.slice(0, equals), value: word.slice(equals + 1) };
  });
}

const units = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 } as const;

/** A duration as Go writes it (`1m30s`, `500ms`), in nanoseconds. */
function toDuration(text: string, all: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|\u00b5s|ms|s|m|h)/g)];
  if (parts.map(([whole]) => whole).join('') !== text || parts.length === 0) {
    if (text === '0') return 0;
    refuse(all, 'duration');
  }
  const total = parts.reduce(
    (sum, [, number, unit]) => sum + Number(number) * units[unit as keyof typeof units],
    0,
  );
  // Docker: no shorter than a millisecond, and zero for "as the parent says"; Go counts in 63 bits.
  if ((total !== 0 && total < units.ms) || total >= 2 ** 63) refuse(all, 'duration');
  return Math.round(total);
}

const checkOptions = {
  interval: 'Interval',
  timeout: 'Timeout',
  'start-period': 'StartPeriod',
  'start-interval': 'StartInterval',
  retries: 'Retries',
} as const;

function toHealthcheck(text: string, all: string): Healthcheck {
  let rest = text;
  const options: Record<string, number> = {};
  for (let found = /^--([a-z-]+)=(\S*)\s*/.exec(rest); found; found = /^--([a-z-]+)=(\S*)\s*/.exec(rest)) {
    const [whole, name = '', value = ''] = found;
    if (!Object.hasOwn(checkOptions, name)) refuse(all, 'arguments');
    const key = checkOptions[name as keyof typeof checkOptions];
    if (key === 'Retries') {
      if (!/^\d{1,9}$/.test(value)) refuse(all, 'arguments');
      options[key] = Number(value);
    } else options[key] = toDuration(value, all);
    rest = rest.slice(whole.length);
  }
  const [, kind = '', command = ''] = /^(\S*)\s*([\s\S]*)$/.exec(rest) ?? [];
  if (kind.toUpperCase() === 'NONE') {
    if (command !== '' || Object.keys(options).length > 0) refuse(all, 'arguments');
    return { Test: ['NONE'] };
  }
  if (kind.toUpperCase() !== 'CMD' || command === '') refuse(all, 'arguments');
  const list = jsonList(command, all);
  const set = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== 0));
  return { Test: list ? ['CMD', ...list] : ['CMD-SHELL', command], ...set };
}

/**
 * Reads a change in Dockerfile words. Throws `config-change-invalid`: an instruction that changes no config, or arguments
 * that it cannot take.
 */
export function parseConfigChange(text: string): ConfigChange {
  const all = text.trim();
  if (all === '') refuse(text, 'empty');
  const [, first = '', behind = ''] = /^(\S+)\s*([\s\S]*)$/.exec(all) ?? [];
  const word = first.toUpperCase();
  if (!(configWords as readonly string[]).includes(word)) refuse(text, 'instruction');
  const rest = behind.trim();
  if (rest === '') refuse(text, 'arguments');
  try {
    return build(word as ConfigWord, rest, text);
  } catch (thrown) {
    if (thrown instanceof OpenQuote) refuse(text, 'quote');
    throw thrown;
  }
}

/**
 * Reads changes in Dockerfile words, an instruction a line, as `docker commit --change` does: a line that ends in a backslash goes
 * on in the next, empty lines and comments count for nothing. Throws as {@link parseConfigChange}.
 */
export function parseConfigChanges(text: string): readonly ConfigChange[] {
  const found: string[] = [];
  let open: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    const [, more] = /^(.*?)\\[ \t]*$/.exec(line) ?? [];
    const instruction: string = (open ?? '') + (more ?? line);
    open = more === undefined ? null : instruction;
    if (open === null) found.push(instruction);
  }
  if (open !== null) found.push(open);
  return (found.length === 0 ? [text] : found).map((each) => parseConfigChange(each));
}

function build(word: ConfigWord, rest: string, all: string): ConfigChange {
  switch (word) {
    case 'CMD':
    case 'ENTRYPOINT':
      return { word, text: rest, command: toCommand(rest, all) };
    case 'ENV':
    case 'LABEL':
      return { word, text: rest, pairs: toPairs(rest, all, true) };
    case 'EXPOSE': {
      const items = splitWords(rest);
      for (const item of items) if (!item.includes('$')) toPorts(item, all);
      return { word, text: rest, items, raw: false };
    }
    case 'VOLUME': {
      const list = jsonList(rest, all);
      const items = list ?? splitWords(rest);
      if (items.length === 0 || items.some((item) => item.trim() === '')) refuse(all, 'arguments');
      return { word, text: rest, items, raw: list !== null };
    }
    case 'ONBUILD':
      // Kept as it is for the build that comes, which puts the variables in.
      if (/^(?:ONBUILD|FROM|MAINTAINER)(?:\s|$)/i.test(rest)) refuse(all, 'trigger');
      return { word, text: rest, value: rest };
    case 'USER':
    case 'WORKDIR':
    case 'STOPSIGNAL':
      if (word !== 'WORKDIR' && splitWords(rest).length > 1) refuse(all, 'arguments');
      if (word === 'STOPSIGNAL' && !rest.includes('$'))
        toSignal(
          expandWord(rest, () => undefined),
          all,
        );
      return { word, text: rest, value: rest };
    case 'HEALTHCHECK':
      return { word, text: rest, check: toHealthcheck(rest, all) };
  }
}

/** `80`, `80/udp`, `8000-8002`: each port as configs list it. */
function toPorts(text: string, all: string): readonly string[] {
  const [, from = '', to, protocol = 'tcp'] = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/([a-z]+))?$/i.exec(text) ?? [];
  const first = Number(from);
  const last = to === undefined ? first : Number(to);
  const kind = protocol.toLowerCase();
  if (from === '' || first > 65_535 || last > 65_535 || last < first) refuse(all, 'port');
  if (!['tcp', 'udp', 'sctp'].includes(kind)) refuse(all, 'port');
  return Array.from({ length: last - first + 1 }, (_, i) => `${first + i}/${kind}`);
}

/** Signals of Linux by name; the real-time ones count from either end. */
const signals = new Set(
  (
    'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP ' +
    'TSTP TTIN TTOU UNUSED URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX'
  ).split(' '),
);

/** `SIGTERM`, `term`, `RTMIN+3` or a number, as an engine can send it. */
function toSignal(text: string, all: string): string {
  const name = text.toUpperCase().replace(/^SIG/, '');
  const real = /^RT(?:MIN\+(\d{1,2})|MAX-(\d{1,2}))$/.exec(name);
  const number = /^\d{1,2}$/.test(text) ? Number(text) : null;
  const known =
    number !== null
      ? number >= 1 && number <= 64
      : real !== null
        ? Number(real[1] ?? 0) <= 15 && Number(real[2] ?? 0) <= 14
        : signals.has(name);
  return known ? text : refuse(all, 'signal');
}

/** An absolute path without `.`, `..` and doubled slashes, from `base`. */
function joinPath(base: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/**
 * A config document with changes made to it, in order, as `docker commit --change` makes them: variables are put in from
 * the image's own environment as it is at that point, and ENTRYPOINT takes the image's CMD away where no CMD came before
 * it: that one was meant for another entrypoint. Members keep their order and spelling, and those that we do not know
 * stay. What the image has for the build that comes (`OnBuild`) goes, with or without changes: that was said of itself alone.
 * Throws `config-change-invalid`.
 */
export function applyConfigChanges(document: JsonObject, changes: readonly ConfigChange[]): JsonObject {
  const before = asObject(looseMember(document, 'config')) ?? {};
  if (changes.length === 0 && (looseMember(before, 'OnBuild') ?? null) === null) return document;
  let config = without(before, 'OnBuild');
  let ownCommand = false;
  for (const change of changes) {
    if (change.word === 'CMD') ownCommand = true;
    if (change.word === 'ENTRYPOINT' && !ownCommand) config = without(config, 'Cmd');
    config =
      change.word === 'HEALTHCHECK'
        ? { ...config, [memberKey(config, 'Healthcheck')]: withParents(change.check, before) }
        : applyOne(config, change);
  }
  return { ...document, [memberKey(document, 'config')]: config };
}

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([each]) => foldKey(each) !== foldKey(key)));
}

function applyOne(
  config: JsonObject,
  change: Exclude<ConfigChange, { readonly word: 'HEALTHCHECK' }>,
): JsonObject {
  const env = asTexts(looseMember(config, 'Env'));
  const variable = (name: string): string | undefined =>
    env.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  const expand = (text: string): string => expandWord(text, variable);
  const set = (key: string, value: unknown): JsonObject => ({ ...config, [memberKey(config, key)]: value });
  const inSet = (key: string, items: readonly string[]): JsonObject => {
    const now = asObject(looseMember(config, key)) ?? {};
    return set(key, { ...now, ...Object.fromEntries(items.map((item) => [item, {}])) });
  };
  switch (change.word) {
    case 'CMD':
      return set('Cmd', change.command);
    case 'ENTRYPOINT':
      return set('Entrypoint', change.command);
    case 'ENV': {
      const next = [...env];
      for (const pair of change.pairs) {
        const key = expand(pair.key);
        if (key === '') refuse(`ENV ${change.text}`, 'name');
        const entry = `${key}=${expand(pair.value)}`;
        const at = next.findIndex((each) => each.startsWith(`${key}=`) || each === key);
        if (at < 0) next.push(entry);
        else next[at] = entry;
      }
      return set('Env', next);
    }
    case 'LABEL': {
      const now = asObject(looseMember(config, 'Labels')) ?? {};
      const own = change.pairs.map(({ key, value }) => [expand(key), expand(value)] as const);
      if (own.some(([key]) => key === '')) refuse(`LABEL ${change.text}`, 'name');
      return set('Labels', { ...now, ...Object.fromEntries(own) });
    }
    case 'EXPOSE':
      return inSet(
        'ExposedPorts',
        change.items
          .flatMap((item) => expand(item).split(/\s+/))
          .flatMap((item) => toPorts(item, `EXPOSE ${change.text}`)),
      );
    case 'VOLUME':
      return inSet(
        'Volumes',
        change.items
          .map((item) => expand(item))
          .map((item) => item || refuse(`VOLUME ${change.text}`, 'arguments')),
      );
    case 'ONBUILD':
      return set('OnBuild', [...asTexts(looseMember(config, 'OnBuild')), change.value]);
    case 'USER':
      return set('User', expand(change.value));
    case 'STOPSIGNAL':
      return set('StopSignal', toSignal(expand(change.value), `STOPSIGNAL ${change.text}`));
    case 'WORKDIR':
      return set('WorkingDir', joinPath(asText(looseMember(config, 'WorkingDir')), expand(change.value)));
  }
}

/** A check with what it does not set as the parent has it: Docker's commit fills in each member that is none or zero. */
function withParents(check: Healthcheck, config: JsonObject): Healthcheck {
  const parent = asObject(looseMember(config, 'Healthcheck'));
  const kept = ['Interval', 'Timeout', 'StartPeriod', 'StartInterval', 'Retries'].flatMap((key) => {
    const value = parent && looseMember(parent, key);
    return value === null || value === undefined || value === 0 || Object.hasOwn(check, key)
      ? []
      : [[key, value]];
  });
  return { ...check, ...(Object.fromEntries(kept) as JsonObject) };
}

/** A change as a list shows it: the word, what comes behind it, and whether the image says something else now. */
export function describeConfigChange(
  text: string,
  document: JsonObject,
): { readonly word: ConfigWord; readonly text: string; readonly kind: 'added' | 'changed' } {
  const change = parseConfigChange(text);
  const config = asObject(looseMember(document, 'config')) ?? {};
  return { word: change.word, text: change.text, kind: isThere(config, change) ? 'changed' : 'added' };
}

const members = {
  CMD: 'Cmd',
  ENTRYPOINT: 'Entrypoint',
  ENV: 'Env',
  LABEL: 'Labels',
  ONBUILD: 'OnBuild',
  EXPOSE: 'ExposedPorts',
  VOLUME: 'Volumes',
  USER: 'User',
  WORKDIR: 'WorkingDir',
  STOPSIGNAL: 'StopSignal',
  HEALTHCHECK: 'Healthcheck',
} as const satisfies Readonly<Record<ConfigWord, string>>;

function isThere(config: JsonObject, change: ConfigChange): boolean {
  const value = looseMember(config, members[change.word]);
  if (change.word === 'ENV')
    return change.pairs.some(({ key }) => asTexts(value).some((entry) => entry.startsWith(`${key}=`)));
  if (change.word === 'LABEL')
    return change.pairs.some(({ key }) => Object.hasOwn(asObject(value) ?? {}, key));
  if (change.word === 'EXPOSE' || change.word === 'VOLUME' || change.word === 'ONBUILD') return false;
  return (
    value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0)
  );
}
