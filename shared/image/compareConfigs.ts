import { foldKey } from './documentKeys';
import { exactJson, JsonNumber, parseExactJson } from './exactJson';
import { asObject, looseMember, type JsonObject } from './jsonDocument';
import { platformText } from './platform';

/** What of an image's config is compared: platform, records, and what a container starts with. */
export interface ComparedConfig {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string;
  readonly created: string | null;
  readonly author: string;
  readonly comment: string;
  /** The whole document, where it is known: what has no place above is compared member by member. */
  readonly rawConfig?: string | undefined;
  readonly config: {
    readonly env: readonly Named[];
    readonly cmd: readonly string[];
    readonly entrypoint: readonly string[];
    readonly workingDir: string;
    readonly user: string;
    readonly labels: readonly Named[];
    readonly ports: readonly string[];
    readonly volumes: readonly string[];
    readonly stopSignal: string;
    readonly healthcheck: readonly string[];
  };
}

interface Named {
  readonly key: string;
  readonly value: string;
}

/** Members of a config that are compared, in the order in which they are listed. */
export const configFields = [
  'platform',
  'created',
  'author',
  'comment',
  'entrypoint',
  'cmd',
  'workdir',
  'user',
  'env',
  'port',
  'volume',
  'label',
  'stopSignal',
  'healthcheck',
  'other',
] as const;
export type ConfigField = (typeof configFields)[number];

/** One setting that two images do not agree on. A side that has it not is null; a value may be empty all the same. */
export interface ConfigDifference {
  readonly field: ConfigField;
  /** Name of the variable or label, the port, the volume; `''` for a member that there is once. */
  readonly key: string;
  readonly first: string | null;
  readonly second: string | null;
}

/** How two configs differ. */
export interface ConfigComparison {
  readonly differences: readonly ConfigDifference[];
  /** Settings that both have alike. */
  readonly same: number;
}

/** Words of a command on one line; a word that would not be taken for one is quoted, so that no two commands look alike. */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => (/^[^\s"'\\]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}

/** Members that have a field above, or are compared as layers, by their names in small letters. */
const placed = {
  document: ['os', 'architecture', 'variant', 'created', 'author', 'comment', 'rootfs', 'history', 'config'],
  config: [
    ...['env', 'cmd', 'entrypoint', 'workingdir', 'user', 'labels', 'exposedports', 'volumes', 'stopsignal'],
    'healthcheck',
  ],
  healthcheck: ['test'],
} as const;

/** What Go writes where there is nothing: no setting. */
const isNothing = (value: unknown): boolean =>
  value === null ||
  value === '' ||
  value === 0 ||
  value === false ||
  (Array.isArray(value) && value.length === 0);

/** Nanoseconds as Go prints a duration of whole seconds or milliseconds; others as they are. */
function durationText(value: unknown): string {
  const number = value instanceof JsonNumber ? Number.NaN : value;
  if (typeof number !== 'number' || number % 1e6 !== 0) return exactJson(value);
  if (number % 1e9 !== 0) return `${number / 1e6}ms`;
  const seconds = number / 1e9;
  const parts = [
    [Math.trunc(seconds / 3600), 'h'],
    [Math.trunc(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  const text = parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count}${unit}`]));
  return text.length === 0 ? '0s' : text.join('');
}

/** Members of a config that no other field names, known or not: times of a health check, `Shell`, `os.version`, a tool's own. */
function otherMembers(raw: string): readonly (readonly [ConfigField, key: string, value: string])[] {
  let document: JsonObject | null = null;
  try {
    document = raw === '' ? null : asObject(parseExactJson(raw));
  } catch {
    // An engine's own words, or none.
  }
  if (!document) return [];
  const found: (readonly [ConfigField, string, string])[] = [];
  const each = (
    object: JsonObject,
    names: readonly string[],
    take: (key: string, value: unknown) => void,
  ): void => {
    for (const [key, value] of Object.entries(object))
      if (!names.includes(foldKey(key)) && !isNothing(value)) take(key, value);
  };
  const inside = (object: JsonObject, name: string): JsonObject | null => asObject(looseMember(object, name));
  const other = (prefix: string) => (key: string, value: unknown) => {
    found.push(['other', `${prefix}${key}`, typeof value === 'string' ? value : exactJson(value)]);
  };
  each(document, placed.document, other(''));
  const config = inside(document, 'config');
  if (!config) return found;
  each(config, placed.config, other('config.'));
  each(inside(config, 'healthcheck') ?? {}, placed.healthcheck, (key, value) => {
    const isTime = /^(?:interval|timeout|startperiod|startinterval)$/i.test(key);
    found.push(['healthcheck', key, isTime ? durationText(value) : exactJson(value)]);
  });
  return found;
}

/** Every setting as a line: field, key, value. Of a variable that is set twice the last one counts, as in a container. */
function settings({
  config,
  ...image
}: ComparedConfig): ReadonlyMap<string, Omit<ConfigDifference, 'second'>> {
  const found = new Map<string, Omit<ConfigDifference, 'second'>>();
  const add = (field: ConfigField, key: string, first: string): void => {
    found.set(`${field} ${key}`, { field, key, first });
  };
  const once = (field: ConfigField, value: string): void => {
    if (value !== '') add(field, '', value);
  };
  once('platform', platformText(image));
  once('created', image.created ?? '');
  once('author', image.author);
  once('comment', image.comment);
  once('entrypoint', commandLine(config.entrypoint));
  once('cmd', commandLine(config.cmd));
  once('workdir', config.workingDir);
  once('user', config.user);
  for (const { key, value } of config.env) add('env', key, value);
  for (const port of config.ports) add('port', port, port);
  for (const volume of config.volumes) add('volume', volume, volume);
  for (const { key, value } of config.labels) add('label', key, value);
  once('stopSignal', config.stopSignal);
  once('healthcheck', commandLine(config.healthcheck));
  for (const [field, key, value] of otherMembers(image.rawConfig ?? '')) add(field, key, value);
  return found;
}

/** Compares what two images say of themselves, setting by setting; differences come by field, then by key. */
export function compareConfigs(first: ComparedConfig, second: ComparedConfig): ConfigComparison {
  const [a, b] = [settings(first), settings(second)];
  const differences: ConfigDifference[] = [];
  let same = 0;
  for (const [name, mine] of a) {
    const other = b.get(name);
    if (other?.first === mine.first) same++;
    else differences.push({ ...mine, second: other?.first ?? null });
  }
  for (const [name, { field, key, first: value }] of b)
    if (!a.has(name)) differences.push({ field, key, first: null, second: value });
  const place = (field: ConfigField): number => configFields.indexOf(field);
  differences.sort((x, y) => place(x.field) - place(y.field) || (x.key < y.key ? -1 : x.key > y.key ? 1 : 0));
  return { differences, same };
}
