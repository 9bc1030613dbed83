import { resolve } from 'node:path';
import { problem } from '../../shared/image/problem';
import type { AddedSource } from '../engine/addedSources';
import { addressText, parseAddress } from '../engine/address';
import { discoverEngines, ownSurroundings, sameEngine } from '../engine/discover';
import { readAddedSources } from '../engine/addedSources';
import { findEngines, knownPlaces } from '../engine/findEngine';
import { addedEngine, checkUnlisted, keyOfAdded, putOnList, takeOffList } from '../place/sourceList';
import { refuseOwnStore } from '../place/refuseOwnStore';
import type { Session } from './command';
import { maskedAddress } from '../../shared/text/maskedAddress';
import { checkThere } from './inputThere';
import { isUrl } from './place';
import { glance } from '../store/glance';

/** A place on the person's list, as `sources` names it. */
export interface AddedPlace {
  readonly name: string;
  readonly kind: 'docker' | 'podman' | 'archive' | 'layout';
  readonly address: string;
}

/** What an added path is, as far as it is there. */
export const pathKind = (path: string): 'archive' | 'layout' =>
  glance(path)?.isDirectory() === true ? 'layout' : 'archive';

/** What somebody asks for to be put on the list. Throws what is wrong with it. */
async function meantBy(session: Session, word: string): Promise<AddedSource> {
  if (isUrl(word)) return addedEngine(word, { base: process.cwd(), missing: 'taken' });
  const info = glance(word);
  if (info?.isSocket() === true) return { address: addressText({ kind: 'socket', path: resolve(word) }) };
  const listed = (await findEngines({ count: false, signal: session.run('').signal })).map(
    ({ info: { word: name } }) => name,
  );
  if (word === 'store' || listed.includes(word.toLowerCase()))
    throw problem('source-listed', { name: word, listed: word.toLowerCase() });
  if (!info) {
    if (/[/.]/.test(word)) checkThere(word);
    throw problem('source-not-found', { name: maskedAddress(word), known: await knownPlaces(listed) });
  }
  const store = await session.context().then(
    (context) => context.store.directory,
    () => null,
  );
  if (store !== null) refuseOwnStore(word, store);
  // What is neither an archive nor a layout says so now, and not every time that it is listed.
  await session.look(word);
  return { path: resolve(word) };
}

/** Engines of addresses on the list, as `sources` has them: all are looked for once. */
async function listedEngines(session: Session): Promise<(address: string) => Promise<AddedPlace>> {
  const endpoints = await discoverEngines();
  const found = await findEngines({ count: false, signal: session.run('').signal }, endpoints);
  return async (address) => {
    const endpoint = await sameEngine(parseAddress(address, null), endpoints);
    const info = found.find((each) => each.info.id === endpoint?.id)?.info;
    const kind = info?.kind === 'podman' ? 'podman' : 'docker';
    const shown = maskedAddress(address);
    return { name: info?.word ?? shown, kind, address: shown };
  };
}

/** Puts a place on the person's list. Throws `source-listed` for what is there, and why it cannot be one. */
export async function addPlace(session: Session, word: string): Promise<AddedPlace> {
  const added = await meantBy(session, word);
  const called = async (): Promise<string | null> =>
    'address' in added ? (await (await listedEngines(session))(added.address)).name : null;
  await checkUnlisted(added, word, called);
  await putOnList(added, word);
  if ('path' in added) return { name: added.path, kind: pathKind(added.path), address: added.path };
  return (await listedEngines(session))(added.address);
}

/** An address as it stands on the list: a relative path of a socket is one of the folder that we are in. */
function meantAddress(word: string): string {
  const address = parseAddress(word, null);
  return addressText(address.kind === 'socket' ? { ...address, path: resolve(address.path) } : address);
}

/** Takes a place off the person's list, by its name there, its address or its path. Throws `source-found`, `source-not-found`. */
export async function removePlace(session: Session, word: string): Promise<AddedPlace> {
  const list = await readAddedSources(ownSurroundings());
  const listed = await listedEngines(session);
  const places: { readonly added: AddedSource; readonly place: AddedPlace }[] = [];
  for (const added of list)
    places.push({
      added,
      place:
        'path' in added
          ? { name: added.path, kind: pathKind(added.path), address: added.path }
          : await listed(added.address),
    });
  const meant = isUrl(word) ? meantAddress(word) : resolve(word);
  const socket = addressText({ kind: 'socket', path: resolve(word) });
  // A name of the list goes before a path that happens to be called so.
  const found =
    places.find(({ place: { name } }) => name.toLowerCase() === word.toLowerCase()) ??
    places.find(({ added }) => [meant, socket, word].includes(keyOfAdded(added)));
  if (!found) {
    const engines = await findEngines({ count: false, signal: session.run('').signal });
    const own = ['store', ...engines.flatMap(({ info }) => [info.word, info.address])];
    if (own.includes(word) || own.includes(meant))
      throw problem('source-found', { name: maskedAddress(word) });
    const known = places.map(({ place: { name } }) => name);
    throw problem('source-not-found', {
      name: maskedAddress(word),
      known: known.length === 0 ? '–' : known.join(', '),
    });
  }
  await takeOffList([keyOfAdded(found.added)]);
  return found.place;
}
