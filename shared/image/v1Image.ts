import type { DiffId } from './digest';
import { goJson, rawMembers } from './goJson';
import {
  asObject,
  asText,
  invalidDocument,
  looseMember,
  parseJsonDocument,
  type DocumentOrigin,
  type JsonObject,
} from './jsonDocument';

/**
 * Images as Docker had them before 1.10 (image spec v1: each layer is an image of its own, with a random ID and a
 * parent), and their conversion into today's: what Docker does when it loads one, to the byte, so that the image ID is
 * the one that `docker load` gives.
 */

/** One layer of an archive of that time: its `json`. */
export interface V1Image {
  /** ID of the layer below; null for a base. */
  readonly parent: string | null;
  /** Made by an instruction that changed no file; its layer may be left out. */
  readonly throwaway: boolean;
  readonly document: JsonObject;
  /** The document as it was written. */
  readonly text: string;
}

/** A layer on the way from the base to an image, with what its tar turned out to be. */
export interface V1Step {
  readonly image: V1Image;
  /** Null where there is no layer, only a step. */
  readonly diffId: DiffId | null;
}

/** True for an ID of a layer: 64 hexadecimal digits. Nothing else may become part of a path. */
export function isV1Id(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

/** Parses a layer's `json`. Throws `document-invalid`, `limit-exceeded`. */
export function parseV1Image(bytes: Uint8Array, origin: DocumentOrigin): V1Image {
  const document = asObject(parseJsonDocument(bytes, origin));
  if (!document) throw invalidDocument(origin, 'no-object');
  const parent = asText(looseMember(document, 'parent'));
  if (parent !== '' && !isV1Id(parent))
    throw invalidDocument(origin, 'parent-no-id', JSON.stringify(parent.slice(0, 80)));
  return {
    parent: parent === '' ? null : parent,
    throwaway: looseMember(document, 'throwaway') === true,
    document,
    text: new TextDecoder().decode(bytes),
  };
}

/** The first Docker whose documents are kept as they are; older ones are written anew, member by member. */
const firstKept = [1, 8, 3] as const;

/** Compares as Docker does: part by part, what is no number counts as 0. */
function isOlder(version: string): boolean {
  const parts = version.split('.').map((part) => (/^[+-]?\d+$/.test(part) ? Number(part) : 0));
  for (const [i, first] of firstKept.entries()) {
    const part = parts[i] ?? 0;
    if (part !== first) return part < first;
  }
  return false;
}

/** A date as Go writes it; what is none becomes Go's zero date. */
function goTime(value: unknown): string {
  const found = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(asText(value));
  if (!found || Number.isNaN(Date.parse(asText(value)))) return '0001-01-01T00:00:00Z';
  const fraction = (found[2] ?? '').slice(0, 9).replace(/0+$/, '');
  const zone = /^[+-]00:00$/.test(found[3] ?? '') ? 'Z' : (found[3] ?? 'Z');
  return `${found[1] ?? ''}${fraction === '' ? '' : `.${fraction}`}${zone}`;
}

/** A list of words: null stays null, one text is a list of one. */
function words(value: unknown): readonly string[] | null {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(asText) : null;
}

/** A map with its keys in Go's order (bytes); null for none. */
function sorted(value: unknown, each: (value: unknown) => unknown): JsonObject | null {
  const object = asObject(value);
  if (!object) return null;
  const entries = Object.entries(object).map(([key, item]): [string, unknown] => [key, each(item)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

const emptyObject = (): JsonObject => ({});

/** The members of a container's config that Docker knows today, in the order in which it writes them. */
function containerConfig(value: unknown): JsonObject {
  const config = asObject(value) ?? {};
  const at = (name: string): unknown => looseMember(config, name);
  const flag = (name: string): boolean => at(name) === true;
  const ports = sorted(at('ExposedPorts'), emptyObject);
  const shell = words(at('Shell'));
  const timeout = at('StopTimeout');
  const optional = {
    ...(flag('NetworkDisabled') ? { NetworkDisabled: true } : {}),
    ...(asText(at('MacAddress')) === '' ? {} : { MacAddress: asText(at('MacAddress')) }),
  };
  return {
    Hostname: asText(at('Hostname')),
    Domainname: asText(at('Domainname')),
    User: asText(at('User')),
    AttachStdin: flag('AttachStdin'),
    AttachStdout: flag('AttachStdout'),
    AttachStderr: flag('AttachStderr'),
    ...(ports && Object.keys(ports).length > 0 ? { ExposedPorts: ports } : {}),
    Tty: flag('Tty'),
    OpenStdin: flag('OpenStdin'),
    StdinOnce: flag('StdinOnce'),
    Env: words(at('Env')),
    Cmd: words(at('Cmd')),
    ...(flag('ArgsEscaped') ? { ArgsEscaped: true } : {}),
    Image: asText(at('Image')),
    Volumes: sorted(at('Volumes'), emptyObject),
    WorkingDir: asText(at('WorkingDir')),
    Entrypoint: words(at('Entrypoint')),
    ...optional,
    OnBuild: words(at('OnBuild')),
    Labels: sorted(at('Labels'), asText),
    ...(asText(at('StopSignal')) === '' ? {} : { StopSignal: asText(at('StopSignal')) }),
    ...(typeof timeout === 'number' ? { StopTimeout: timeout } : {}),
    ...(shell && shell.length > 0 ? { Shell: shell } : {}),
  };
}

/** The members of an old document that today's Docker knows, each as JSON text. */
function knownMembers({ document }: V1Image): Map<string, string> {
  const members = new Map<string, string>();
  for (const name of ['comment', 'container', 'docker_version', 'author', 'architecture', 'variant', 'os']) {
    const text = asText(looseMember(document, name));
    if (text !== '') members.set(name, goJson(text));
  }
  members.set('created', goJson(goTime(looseMember(document, 'created'))));
  members.set('container_config', goJson(containerConfig(looseMember(document, 'container_config'))));
  const config = looseMember(document, 'config');
  if (asObject(config)) members.set('config', goJson(containerConfig(config)));
  return members;
}

/** The history step that a layer's document tells of. */
function historyStep({ image: { document }, diffId }: V1Step): JsonObject {
  const at = (name: string): string => asText(looseMember(document, name));
  const container = asObject(looseMember(document, 'container_config')) ?? {};
  const createdBy = (words(looseMember(container, 'Cmd')) ?? []).join(' ');
  return {
    created: goTime(looseMember(document, 'created')),
    ...(at('author') === '' ? {} : { author: at('author') }),
    ...(createdBy === '' ? {} : { created_by: createdBy }),
    ...(at('comment') === '' ? {} : { comment: at('comment') }),
    ...(diffId === null ? { empty_layer: true } : {}),
  };
}

/** Members that belong to an image of that time and mean nothing in one of today. */
const dropped: ReadonlySet<string> = new Set(['id', 'parent', 'Size', 'parent_id', 'layer_id', 'throwaway']);

/**
 * The config of today for an image of old: `steps` are its layers from the base up, the image's own last. The same
 * steps give the same text, byte for byte: the one that Docker 20.10 makes (`MakeConfigFromV1Config`).
 */
export function configOfV1(steps: readonly V1Step[]): string {
  const top = steps.at(-1);
  if (!top) throw new Error('an image has at least one step');
  const isOld = isOlder(asText(looseMember(top.image.document, 'docker_version')));
  const members = new Map(isOld ? knownMembers(top.image) : rawMembers(top.image.text));
  for (const name of dropped) members.delete(name);
  const diffIds = steps.flatMap(({ diffId }) => (diffId === null ? [] : [diffId]));
  const rootfs = { type: 'layers', ...(diffIds.length > 0 ? { diff_ids: diffIds } : {}) };
  members.set('rootfs', goJson(rootfs));
  members.set('history', goJson(steps.map(historyStep)));
  const names = [...members.keys()].sort();
  return `{${names.map((name) => `${goJson(name)}:${members.get(name) ?? 'null'}`).join(',')}}`;
}
