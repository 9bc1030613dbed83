import type { Value } from './goValue';

/** Docker's lists and maps that are not there: they print as empty ones, and are `null` in JSON. */
export const nilList: readonly Value[] = Object.freeze([]);
export const nilMap: { readonly [key: string]: Value } = Object.freeze({});

/** What members of a document are where it has none. */
export type Zeros = Readonly<Record<string, Value>>;

const texts =
  'Id Parent Comment Created Container DockerVersion Author Architecture Variant Os OsVersion'.split(' ');
const ofConfig = 'Hostname Domainname User Image WorkingDir MacAddress StopSignal'.split(' ');
const flags =
  'AttachStdin AttachStdout AttachStderr Tty OpenStdin StdinOnce ArgsEscaped NetworkDisabled'.split(' ');
const lists = 'RepoTags RepoDigests Env Cmd Entrypoint OnBuild Shell Layers'.split(' ');
const maps = 'Volumes Labels ExposedPorts'.split(' ');
const pointers = 'Healthcheck StopTimeout ContainerConfig Descriptor'.split(' ');

/**
 * The members that `docker image inspect` knows (its types ImageInspect and Config) with Go's zero of each: a template works on
 * every image alike, whether its config says them or not.
 */
export const inspectZeros: Zeros = Object.fromEntries<Value>([
  ...[...texts, ...ofConfig].map((name): [string, Value] => [name, '']),
  ...flags.map((name): [string, Value] => [name, false]),
  ...lists.map((name): [string, Value] => [name, nilList]),
  ...maps.map((name): [string, Value] => [name, nilMap]),
  ...pointers.map((name): [string, Value] => [name, null]),
  ['Size', 0],
  ['VirtualSize', 0],
]);
