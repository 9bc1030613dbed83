import { stat } from 'node:fs/promises';
import { basename, isAbsolute, resolve } from 'node:path';
import { problem, type ProblemFacts } from '../../shared/image/problem';
import { systemCode } from '../../shared/image/systemCode';
import { isOpened } from '../../shared/ipc/placeKinds';
import type { SourceId } from '../../shared/ipc/source';
import { checkAddedSources, readAddedSources, type AddedSource } from '../engine/addedSources';
import { addedNames, hintOf } from '../engine/addedNames';
import { addressText, parseAddress, type EngineAddress } from '../engine/address';
import { discoverEngines, ownSurroundings, sameEngine, type Surroundings } from '../engine/discover';
import { engineName } from '../engine/engine';
import { maskedAddress } from '../../shared/text/maskedAddress';
import { changeAddedSources } from './addedSources';
import { newAddedEngine } from './newAddedEngine';
import type { OpenedPlaces } from './opened/openedPlaces';

/** What an entry of the list is told by. */
export const keyOfAdded = (added: AddedSource): string => ('path' in added ? added.path : added.address);

/** The same as it may be shown: an address that somebody wrote into the list may have a password in it. */
const shownKey = (added: AddedSource): string =>
  'path' in added ? added.path : maskedAddress(added.address);

/** What an entry of a list is called there. */
const nameOnList = (list: readonly AddedSource[], added: AddedSource): string =>
  addedNames(list).get(keyOfAdded(added)) ?? shownKey(added);

/** Why an address is not put on the list. */
type NoAddress = Exclude<ProblemFacts['engine-unsupported']['reason'], undefined>;

const refused = (hint: string, address: EngineAddress, reason: NoAddress): Error =>
  problem('engine-unsupported', {
    engine: engineName(hintOf(hint), ''),
    address: addressText(address),
    reason,
  });

/** A socket's address with its whole path: what is read later is read from another folder. Throws `engine-unsupported`. */
function wholeAddress(address: EngineAddress, base: string | null): EngineAddress {
  if (address.kind !== 'socket' || isAbsolute(address.path)) return address;
  if (base !== null) return { kind: 'socket', path: resolve(base, address.path) };
  throw refused(address.path, address, 'relative');
}

/** Throws `engine-unsupported` for the path of something that is no socket; for that of nothing unless it may be `missing` (it is made when the engine starts). */
async function checkSocket(address: EngineAddress, missing: 'taken' | 'refused'): Promise<void> {
  if (address.kind !== 'socket') return;
  const info = await stat(address.path).catch((thrown: unknown) => {
    // Where this user may not look there may be a socket: opening it tells.
    return ['ENOENT', 'ENOTDIR'].includes(systemCode(thrown) ?? '') ? null : undefined;
  });
  if (info === null && missing === 'refused') throw refused(address.path, address, 'missing');
  if (info?.isSocket() === false) throw refused(address.path, address, 'no-socket');
}

/** A name without scheme, path and port: `DOCKER_HOST` has it for a machine, a person who writes it means something else. */
const isWord = (text: string): boolean => /^[^:/\\]+$/.test(text);

/**
 * The entry for an engine at an address, as a person writes it: a relative path of a socket is one of `base`; `missing`: whether a socket may be
 * listed before it is there. Throws `engine-unsupported` for what is no address, also for a relative path where there is no base, and for
 * the path of something else than a socket.
 */
export async function addedEngine(
  word: string,
  { base = null, missing }: { readonly base?: string | null; readonly missing: 'taken' | 'refused' },
): Promise<{ readonly address: string }> {
  const text = word.trim();
  const read = parseAddress(text, null);
  if (read.kind === 'other') throw refused(word, read, 'form');
  if (isWord(text)) throw refused(word, { kind: 'other', text: text.slice(0, 300) }, 'word');
  const address = wholeAddress(read, base);
  await checkSocket(address, missing);
  return { address: addressText(address) };
}

/** What a place is called that is listed already, by its ID; null where nobody knows it. */
type Called = (id: SourceId) => string | null | Promise<string | null>;

/** Throws `source-listed` for what is on the list, or is found without it; `word`: as the person wrote it. */
export async function checkUnlisted(
  added: AddedSource,
  word: string,
  called: Called = () => null,
  around: Surroundings = ownSurroundings(),
): Promise<void> {
  const list = await readAddedSources(around);
  const same = list.find((each) => keyOfAdded(each) === keyOfAdded(added));
  if ('path' in added) {
    if (same) throw problem('source-listed', { name: word, listed: shownKey(same) });
    return;
  }
  const found = await sameEngine(parseAddress(added.address, null), await discoverEngines(around));
  if (!found && !same) return;
  const name = found && ((await called(found.id)) ?? engineName(found.hint, found.label));
  throw problem('source-listed', { name: maskedAddress(word), listed: name ?? shownKey(added) });
}

/** Puts a place on the list, an engine with the name that it keeps. Throws `source-listed` where it is there, and as `changeAddedSources`. */
export async function putOnList(
  added: AddedSource,
  word: string,
  around: Surroundings = ownSurroundings(),
): Promise<void> {
  const named = 'address' in added ? await newAddedEngine(added.address, around) : () => added;
  await changeAddedSources((before) => {
    const same = before.find((each) => keyOfAdded(each) === keyOfAdded(added));
    if (same) throw problem('source-listed', { name: maskedAddress(word), listed: nameOnList(before, same) });
    return [...before, named(before)];
  }, around);
}

/** Takes entries off the list, as they stand there. Throws as `changeAddedSources`. */
export async function takeOffList(
  keys: readonly string[],
  around: Surroundings = ownSurroundings(),
): Promise<void> {
  await changeAddedSources((before) => before.filter((each) => !keys.includes(keyOfAdded(each))), around);
}

/** The person's list of places as the window changes it. */
export interface SourceList {
  /** Throws why a place cannot be put on the list, before it is. */
  check(added: AddedSource): Promise<void>;
  /** Throws why not all that is on the list is listed: `sources-invalid`, `sources-full`, `file-unreadable`. */
  checkWhole(): Promise<void>;
  /** Puts a place on the list; it is among the places when this resolves. Throws `source-listed`, `file-unwritable`. */
  add(added: AddedSource): Promise<void>;
  /** Takes one off the list by its ID. Throws `source-found` for one that is not on it. */
  remove(source: SourceId): Promise<void>;
}

/** What the list needs of the window's places. */
interface ListWorld {
  readonly opened: Pick<OpenedPlaces, 'listedAs'>;
  /** What people call a place. */
  readonly called: Called;
  /** Has the places follow the list now, and not only when it is looked at again. */
  readonly changed: () => Promise<void>;
  readonly around?: Surroundings;
}

/** See {@link SourceList}. */
export function sourceList({ opened, called, changed, around = ownSurroundings() }: ListWorld): SourceList {
  const nameOf = (added: AddedSource): string => ('path' in added ? basename(added.path) : added.address);
  /** The entries that a place is listed for. */
  const entriesOf = async (source: SourceId): Promise<readonly string[]> => {
    if (isOpened(source)) return opened.listedAs(source);
    const endpoints = (await discoverEngines(around)).filter(({ id }) => id === source);
    const keys: string[] = [];
    for (const added of await readAddedSources(around))
      if ('address' in added && (await sameEngine(parseAddress(added.address, null), endpoints)))
        keys.push(added.address);
    return keys;
  };
  return {
    checkWhole: () => checkAddedSources(around),
    check: (added) => checkUnlisted(added, nameOf(added), called, around),
    async add(added) {
      await checkUnlisted(added, nameOf(added), called, around);
      await putOnList(added, nameOf(added), around);
      await changed();
    },
    async remove(source) {
      const keys = await entriesOf(source);
      if (keys.length === 0) throw problem('source-found', { name: (await called(source)) ?? source });
      await takeOffList(keys, around);
      await changed();
    },
  };
}
