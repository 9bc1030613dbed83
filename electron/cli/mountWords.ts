import { posix } from 'node:path';
import type { MountFlag, MountWish } from '../run/mountWish';
import { UsageFault } from './parser';

/** Docker's and Podman's words for what a command sees of this machine: `--volume`, `--mount` and `--tmpfs`. */

type Fault =
  | 'volume'
  | 'volumeSource'
  | 'mountTarget'
  | 'mountOption'
  | 'mountBoth'
  | 'mountForm'
  | 'mountType'
  | 'mountValue'
  | 'propagation';

/** A fault in one of these words. */
function fault(key: Fault, text: string, name = ''): UsageFault {
  return new UsageFault((t) => t(`usage.${key}`, { text, name }));
}

/** Words that say the same of a mount as nothing does. Nothing is labelled for SELinux: no command has a label of its own here. */
const usual: ReadonlySet<string> = new Set([
  ...['rw', 'z', 'Z', 'private', 'rprivate', 'rbind', 'suid', 'exec', 'nodev'],
  ...['consistent', 'cached', 'delegated', 'default'],
]);
/** Mounts that come and go after the start are a command's own. */
const shared: ReadonlySet<string> = new Set(['shared', 'rshared', 'slave', 'rslave']);
const flags: ReadonlySet<string> = new Set<MountFlag>(['ro', 'nosuid', 'noexec']);
const opposites: readonly (readonly [string, string])[] = [
  ['ro', 'rw'],
  ['nosuid', 'suid'],
  ['noexec', 'exec'],
  ['bind', 'rbind'],
];

const isFlag = (word: string): word is MountFlag => flags.has(word);

function checkOpposites(words: readonly string[]): void {
  for (const [one, other] of opposites)
    if (words.includes(one) && words.includes(other)) throw fault('mountBoth', other, one);
}

/** A place in the tree, as Docker takes it: absolute, `..` taken by its letters, not the root. */
function targetOf(text: string): string {
  const target = posix.normalize(text).replace(/(?<=.)\/$/, '');
  if (!text.startsWith('/') || target === '/' || text.includes('\0')) throw fault('mountTarget', text);
  return target;
}

/** `SOURCE:TARGET[:OPTIONS]`, as `-v` takes it. Throws {@link UsageFault}. */
export function parseVolume(word: string): MountWish {
  const [source = '', target, options, more] = word.split(':');
  if (target === undefined || !/^[./]/.test(source)) {
    if (word === '' || word.startsWith(':')) throw fault('volume', word);
    throw fault('volumeSource', word);
  }
  if (target === '' || options === '' || more !== undefined) throw fault('volume', word);
  const words = options?.split(',') ?? [];
  checkOpposites(words);
  for (const each of words) {
    if (shared.has(each)) throw fault('propagation', each);
    if (!usual.has(each) && !isFlag(each) && each !== 'bind') throw fault('mountOption', each, word);
  }
  return {
    kind: 'bind',
    source,
    target: targetOf(target),
    flags: words.filter(isFlag),
    recursive: !words.includes('bind'),
  };
}

/** Options of tmpfs(5) that Docker takes, with the form of their values. */
const tmpfsOptions: Readonly<Record<string, RegExp>> = {
  size: /^\d{1,18}(?:[kmg]|%)?$/i,
  mode: /^[0-7]{1,4}$/,
  uid: /^\d{1,10}$/,
  gid: /^\d{1,10}$/,
  nr_inodes: /^\d{1,18}[kmg]?$/i,
  nr_blocks: /^\d{1,18}[kmg]?$/i,
};
const tmpfsTimes: ReadonlySet<string> = new Set(['noatime', 'nodiratime', 'relatime', 'strictatime']);
const tmpfsUsual: ReadonlySet<string> = new Set([
  ...['rw', 'nosuid', 'noexec', 'nodev', 'suid', 'exec', 'private', 'rprivate', 'defaults', ''],
]);

function tmpfsOf(target: string, words: readonly string[], word: string): MountWish {
  checkOpposites(words);
  const options: string[] = [];
  for (const each of words) {
    const [name = '', value] = each.split(/=(.*)/s);
    if (shared.has(each)) throw fault('propagation', each);
    if (value !== undefined && Object.hasOwn(tmpfsOptions, name)) {
      if (!tmpfsOptions[name]?.test(value)) throw fault('mountValue', value, name);
      options.push(each);
    } else if (tmpfsTimes.has(each)) options.push(each);
    else if (each !== 'ro' && !tmpfsUsual.has(each)) throw fault('mountOption', each, word);
  }
  return {
    kind: 'tmpfs',
    target,
    // Docker's usual ones; what is asked for takes them off.
    flags: [
      ...(words.includes('suid') ? [] : (['nosuid'] as const)),
      ...(words.includes('exec') ? [] : (['noexec'] as const)),
      ...(words.includes('ro') ? (['ro'] as const) : []),
    ],
    options,
  };
}

/** `TARGET[:OPTIONS]`, as `--tmpfs` takes it. Throws {@link UsageFault}. */
export function parseTmpfs(word: string): MountWish {
  const [target = '', options = ''] = word.split(/:(.*)/s);
  return tmpfsOf(targetOf(target), options.split(','), word);
}

/** Fields with commas between; a field in quotes may hold commas, and quotes doubled (RFC 4180). */
function fieldsOf(word: string): readonly string[] {
  const fields: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  for (;;) {
    const found = pattern.exec(word);
    if (!found || word === '') throw fault('mountForm', word);
    fields.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? '');
    if (found[3] === '') return fields;
  }
}

/** As Go's `strconv.ParseBool` reads it; `name` alone is true. */
function switchOf(name: string, value: string | undefined): boolean {
  if (value === undefined || /^(?:1|t|T|TRUE|true|True)$/.test(value)) return true;
  if (/^(?:0|f|F|FALSE|false|False)$/.test(value)) return false;
  throw fault('mountValue', value, name);
}

/** Bytes as Docker reads a size of memory: `64m`, `64MiB`, `1.5g`, of 1024. */
function bytesOf(name: string, text: string): string {
  const [, number = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,9})?) ?([kmgtp]?)(?:i?b)?$/i.exec(text) ?? [];
  const bytes = Math.floor(Number(number) * 1024 ** ' kmgtp'.indexOf(unit.toLowerCase() || ' '));
  if (number === '' || !Number.isSafeInteger(bytes)) throw fault('mountValue', text, name);
  return String(bytes);
}

const aliases: Readonly<Record<string, string>> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
};

/** `type=bind,source=…,target=…`, as `--mount` takes it. Throws {@link UsageFault}. */
export function parseMount(word: string): MountWish {
  const values = new Map<string, string | undefined>();
  for (const field of fieldsOf(word)) {
    const [key = '', value] = field.split(/=(.*)/s);
    const name = key.toLowerCase();
    values.set(Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name, value);
  }
  const type = (values.get('type') ?? 'volume').toLowerCase();
  if (type !== 'bind' && type !== 'tmpfs') throw fault('mountType', type);
  const words: string[] = [];
  let recursive = true;
  for (const [name, value] of values) {
    const isSwitch = name === 'readonly' || (name === 'bind-nonrecursive' && type === 'bind');
    if (value === undefined && !isSwitch) throw fault('mountForm', name);
    const given = value ?? '';
    if (name === 'readonly') words.push(...(switchOf(name, value) ? ['ro'] : []));
    else if (type === 'tmpfs' && name === 'tmpfs-size') words.push(`size=${bytesOf(name, given)}`);
    else if (type === 'tmpfs' && name === 'tmpfs-mode') words.push(`mode=${given}`);
    else if (name === 'bind-nonrecursive' && isSwitch) recursive = !switchOf(name, value);
    else if (type === 'bind' && name === 'bind-recursive') {
      if (!['enabled', 'disabled', 'readonly'].includes(given)) throw fault('mountValue', given, name);
      recursive = given !== 'disabled';
    } else if (type === 'bind' && name === 'bind-propagation') {
      if (shared.has(given)) throw fault('propagation', given);
      if (given !== 'rprivate' && given !== 'private') throw fault('mountValue', given, name);
    } else if (!['type', 'target', 'consistency'].includes(name) && !(type === 'bind' && name === 'source'))
      throw fault('mountOption', name, word);
  }
  const target = targetOf(values.get('target') ?? '');
  if (type === 'tmpfs') return tmpfsOf(target, words, word);
  const source = values.get('source') ?? '';
  if (source === '') throw fault('mountForm', word);
  return { kind: 'bind', source, target, flags: words.filter(isFlag), recursive };
}

/** All that a command line says of mounts. Throws {@link UsageFault}. */
export function mountWishes(values: ReadonlyMap<string, readonly string[]>): readonly MountWish[] {
  const each = (name: string, parse: (word: string) => MountWish): readonly MountWish[] =>
    (values.get(name) ?? []).map(parse);
  return [...each('volume', parseVolume), ...each('mount', parseMount), ...each('tmpfs', parseTmpfs)];
}
