import { basename, dirname } from 'node:path';
import type { EngineKind } from '../../shared/image/problem';
import { foundNames } from '../../shared/ipc/usualEngines';
import { addressText, parseAddress, sourceIdOf, type EngineAddress } from './address';
import type { AddedSource } from './addedSources';
import { freeWord, wordTail } from './sourceWords';

/** Folders and files that tell nothing of an engine. */
const saysNothing = /^(?:docker|podman|docker-engine|run|var|sock|socket|api)?$/;

/** The port that is not said. */
const usualPort = 2375;

const hostAndPort = (address: EngineAddress): string => addressText(address).replace(/^[a-z]+:\/\//, '');

/** What an address tells of an engine on the list, for people; '' for nothing. */
export function addedLabel(address: EngineAddress): string {
  if (address.kind === 'tcp') return address.port === usualPort ? address.host : hostAndPort(address);
  if (address.kind === 'other') return '';
  let path = address.path.replace(/\.sock$/, '');
  for (; path !== dirname(path); path = dirname(path))
    if (!saysNothing.test(wordTail(basename(path)))) return basename(path);
  return '';
}

/** What an address is taken for before anybody has answered there. */
export const hintOf = (address: string): EngineKind => (/podman/i.test(address) ? 'podman' : 'docker');

/** What an engine on the list is taken for: what it was when it got its name, whatever its address tells. */
export const kindOfName = (name: string): EngineKind => (name.startsWith('podman') ? 'podman' : 'docker');

/** A name for an engine that comes onto the list, made of its own address and what is taken. */
export function newAddedName(address: EngineAddress, kind: EngineKind, taken: ReadonlySet<string>): string {
  const tail = wordTail(addedLabel(address)) || sourceIdOf(address).slice(7, 13);
  return freeWord(`${kind}-${tail}`, taken);
}

/**
 * What tells engines of a list apart, for people, in their order: what each address tells, or where that is `taken` or another's already, the whole
 * address without its scheme.
 */
export function addedLabels(addresses: readonly EngineAddress[], taken: Iterable<string>): readonly string[] {
  const given = new Set(taken);
  return addresses.map((address) => {
    const short = addedLabel(address);
    const label = given.has(short) ? hostAndPort(address) : short;
    given.add(label);
    return label;
  });
}

const isName = (name: string): boolean =>
  /^(?:docker|podman)(?:-[a-z0-9]+)+$/.test(name) && name.length <= 100;

/**
 * The names of engines on a list, by their addresses as they stand there: what each got when it was added; one that a list of before has
 * without a name is given one by its address and its place among the others.
 */
export function addedNames(list: readonly AddedSource[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set(foundNames);
  const engines = list.flatMap((each) => ('address' in each ? [each] : []));
  for (const { address, name } of engines) {
    if (name === undefined || !isName(name) || taken.has(name) || names.has(address)) continue;
    names.set(address, name);
    taken.add(name);
  }
  for (const { address } of engines) {
    if (names.has(address)) continue;
    const read = parseAddress(address, null);
    const name = newAddedName(read, hintOf(addressText(read)), taken);
    names.set(address, name);
    taken.add(name);
  }
  return names;
}
