import { accessSync, constants } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';
import type { EngineKind } from '../../shared/image/problem';
import type { SourceId } from '../../shared/ipc/source';
import { userHome } from '../store/thisUser';
import { addressText, parseAddress, sourceIdOf, type EngineAddress } from './address';
import { addedLabel, addedLabels, addedNames, hintOf, kindOfName } from './addedNames';
import { readAddedSources } from './addedSources';
import { currentContext, readContexts } from './dockerContexts';

/** A place where an engine is, or should be. */
export interface EngineEndpoint {
  readonly id: SourceId;
  readonly address: EngineAddress;
  /** What it is taken for until it answers. */
  readonly hint: EngineKind;
  /** Tells several of a kind apart: a context's name, `rootless`, `desktop`; '' for the usual one. */
  readonly label: string;
  /** Somebody named it: it is listed though nobody answers. */
  readonly named: boolean;
  /** It is on the person's own list, and goes when it is taken off that. */
  readonly added?: true;
  /** How it is called beside its label; see `Called` in `sourceWords.ts`. */
  readonly otherLabels?: readonly string[];
  readonly apart?: true;
  readonly fixed?: string;
}

/** What the search looks at; tests have their own. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** Put before the system's own paths (`/run/docker.sock`). */
  readonly root: string;
}

/** The surroundings of this process. */
export function ownSurroundings(): Surroundings {
  return { env: process.env, home: userHome(), platform: process.platform, root: '' };
}

type Candidate = Omit<EngineEndpoint, 'id'>;

const candidate = (hint: EngineKind, address: EngineAddress, label = '', named = false): Candidate => ({
  hint,
  address,
  label,
  named,
});

/** The encryption that the environment asks for, as Docker's command line reads it. */
function environmentCertificates({ env, home }: Surroundings) {
  if (!env['DOCKER_TLS_VERIFY']) return null;
  const folder = env['DOCKER_CERT_PATH'] || env['DOCKER_CONFIG'] || join(home, '.docker');
  const file = (name: string): string => join(folder, name);
  return { ca: file('ca.pem'), cert: file('cert.pem'), key: file('key.pem'), verify: true };
}

/** The usual sockets of a kind, the likeliest first. */
function usualPlaces(kind: EngineKind, { env, home, platform, root }: Surroundings): readonly Candidate[] {
  const socket = (path: string, label = ''): Candidate => candidate(kind, { kind: 'socket', path }, label);
  const pipe = (path: string, label = ''): Candidate => candidate(kind, { kind: 'pipe', path }, label);
  if (platform === 'win32') {
    return kind === 'docker'
      ? [pipe('//./pipe/docker_engine'), pipe('//./pipe/dockerDesktopLinuxEngine', 'desktop')]
      : [pipe('//./pipe/podman-machine-default')];
  }
  const runtime = env['XDG_RUNTIME_DIR'] ?? '';
  const inRuntime = (path: string, label: string): readonly Candidate[] =>
    runtime === '' ? [] : [socket(join(runtime, path), label)];
  const inHome = (path: string, label: string): Candidate => socket(join(home, path), label);
  if (kind === 'docker') {
    return [
      socket(`${root}/var/run/docker.sock`),
      socket(`${root}/run/docker.sock`),
      ...inRuntime('docker.sock', 'rootless'),
      inHome('.docker/run/docker.sock', 'desktop'),
      inHome('.docker/desktop/docker.sock', 'desktop'),
      inHome('.orbstack/run/docker.sock', 'orbstack'),
      inHome('.colima/default/docker.sock', 'colima'),
      inHome('.colima/docker.sock', 'colima'),
      inHome('.rd/docker.sock', 'rancher'),
      inHome('.lima/default/sock/docker.sock', 'lima'),
      inHome('.lima/docker/sock/docker.sock', 'lima'),
    ];
  }
  const machine = '.local/share/containers/podman/machine';
  const temporary = env['TMPDIR'];
  return [
    ...inRuntime('podman/podman.sock', 'rootless'),
    socket(`${root}/run/podman/podman.sock`),
    ...(platform === 'darwin' && temporary
      ? [socket(join(temporary, 'podman', 'podman-machine-default-api.sock'), 'machine')]
      : []),
    inHome(`${machine}/podman.sock`, 'machine'),
    inHome(`${machine}/podman-machine-default/podman.sock`, 'machine'),
    inHome(`${machine}/qemu/podman.sock`, 'machine'),
  ];
}

/** The places that somebody named, the environment first, then the current context; and the other contexts, which nobody has chosen. */
async function namedPlaces(
  around: Surroundings,
): Promise<{ readonly chosen: readonly Candidate[]; readonly others: readonly Candidate[] }> {
  const { env, home } = around;
  const folder = env['DOCKER_CONFIG'] || join(home, '.docker');
  const chosen: Candidate[] = [];
  const host = env['DOCKER_HOST'];
  const contexts = await readContexts(folder);
  if (host) chosen.push(candidate('docker', parseAddress(host, environmentCertificates(around)), '', true));
  else {
    const name = env['DOCKER_CONTEXT'] || (await currentContext(folder));
    const current = contexts.find((each) => each.name === name);
    if (current) chosen.push(candidate('docker', current.address, current.name, true));
  }
  const container = env['CONTAINER_HOST'];
  if (container) chosen.push(candidate('podman', parseAddress(container, null), '', true));
  const others = contexts.map(({ name, address }): Candidate => ({
    ...candidate('docker', address, name),
    apart: true,
  }));
  return { chosen, others };
}

/** The names of all Docker contexts there are, whether anybody answers there or not. */
export async function contextNames({ env, home }: Surroundings): Promise<readonly string[]> {
  return (await readContexts(env['DOCKER_CONFIG'] || join(home, '.docker'))).map(({ name }) => name);
}

/** What a person put on the list: after all that is found by itself, so that nobody's word is taken from him. */
async function addedPlaces(around: Surroundings): Promise<readonly Candidate[]> {
  const certificates = environmentCertificates(around);
  const list = await readAddedSources(around);
  const names = addedNames(list);
  return list.flatMap((each): Candidate[] => {
    if (!('address' in each)) return [];
    const address = parseAddress(each.address, certificates);
    const fixed = names.get(each.address) ?? '';
    const hint = fixed === '' ? hintOf(each.address) : kindOfName(fixed);
    return [{ ...candidate(hint, address, addedLabel(address), true), added: true, apart: true, fixed }];
  });
}

/** The engine of some that an address leads to; null for none. */
export async function sameEngine(
  meant: EngineAddress,
  among: readonly EngineEndpoint[],
): Promise<EngineEndpoint | null> {
  const address = await settled(meant);
  const key = await identity(address);
  for (const each of among) {
    if (addressText(each.address) === addressText(address)) return each;
    if (key !== null && key === (await identity(each.address))) return each;
  }
  return null;
}

/** Names the same socket equally, whatever path leads to it; null where there is none. */
async function identity(address: EngineAddress): Promise<string | null> {
  if (address.kind !== 'socket') return addressText(address);
  try {
    const { dev, ino } = await stat(address.path);
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/** The path with its folders' links followed: where a socket will be when it is there again. */
async function settled(address: EngineAddress): Promise<EngineAddress> {
  if (address.kind !== 'socket') return address;
  const folder = await realpath(dirname(address.path)).catch(() => dirname(address.path));
  return { kind: 'socket', path: join(folder, basename(address.path)) };
}

function isInstalled(program: string, { env, platform }: Surroundings): boolean {
  const ends = platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    for (const end of ends) {
      try {
        if (folder === '') continue;
        accessSync(join(folder, program + end), constants.X_OK);
        return true;
      } catch {
        // Not in this folder.
      }
    }
  }
  return false;
}

/** One place as it was found in two ways: it keeps what it is called by either. */
function merged(known: EngineEndpoint, again: Candidate): EngineEndpoint {
  const labels = [...(known.otherLabels ?? []), again.label].filter((label) => label !== '');
  return {
    ...known,
    otherLabels: labels,
    // What is on the list stays listed while nobody answers, however else it was found.
    ...(again.added && { named: true, added: true }),
    ...(again.fixed !== undefined && { fixed: again.fixed }),
  };
}

/**
 * Finds the engines of this machine and those that somebody named: DOCKER_HOST, else the current Docker context;
 * CONTAINER_HOST; then the usual sockets that are there, other contexts, and last what a person put on the list. Each socket is given once, though several
 * names lead to it. A kind with none whose program is installed is given with its usual place, so that it can be said that it does not run.
 */
export async function discoverEngines(
  around: Surroundings = ownSurroundings(),
): Promise<readonly EngineEndpoint[]> {
  const seen = new Map<string, number>();
  const found: EngineEndpoint[] = [];
  const usual = { docker: usualPlaces('docker', around), podman: usualPlaces('podman', around) };
  const add = (each: Candidate, address: EngineAddress, key: string): void => {
    const id = sourceIdOf(address);
    const at = seen.get(id) ?? seen.get(key) ?? found.length;
    const known = found[at];
    found[at] = known ? merged(known, each) : { ...each, address, id };
    seen.set(id, at).set(key, at);
  };
  const { chosen, others } = await namedPlaces(around);
  const look = async (places: readonly Candidate[]): Promise<void> => {
    for (const each of places) {
      const address = await settled(each.address);
      const key = await identity(address);
      // A pipe has no file to look at: opening it tells.
      if (key !== null && (each.named || address.kind !== 'other')) add(each, address, key);
      else if (each.named) add(each, address, addressText(address));
    }
  };
  await look([...chosen, ...usual.docker, ...usual.podman]);
  for (const kind of ['docker', 'podman'] as const) {
    const [first] = usual[kind];
    if (found.some(({ hint }) => hint === kind) || !first || !isInstalled(kind, around)) continue;
    const address = await settled(first.address);
    add(first, address, addressText(address));
  }
  await look(others);
  const taken = found.map(({ label }) => label);
  const before = found.length;
  await look(await addedPlaces(around));
  const own = found.slice(before);
  const labels = addedLabels(
    own.map(({ address }) => address),
    taken,
  );
  return [...found.slice(0, before), ...own.map((each, i) => ({ ...each, label: labels[i] ?? '' }))];
}
