import { platformText } from './platform';
/** What of an image's config is compared: platform, records, and what a container starts with. */
export interface ComparedConfig {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string;
  readonly created: string | null;
  readonly author: string;
  readonly comment: string;
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
