import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ImageNode } from '../../shared/graph/imageGraph';
import { readImageList } from '../actions/images/imageList';
import { readStoreView } from '../actions/images/storeView';
import type { ActionContext } from '../actions/ground/context';
import type { Command, Session } from './command';
import { valueCandidates, wordCandidates } from './completionValues';
import type { Parsed } from './parser';
import { lookedPath } from './place';
import { openSource } from './source';

/** Words that name what is in the place that a line names, for shells that complete them. */

/** Whether some words of a command are worked out from its whole line: paths, names in the place that `--source` names, digests. */
export const asksLine = (command: Command): boolean =>
  command.pathsIn !== undefined || takesDigests(command) || takesPlaceNames(command);

/** Whether the words of a command are digests of blobs. */
const takesDigests = ({ name }: Command): boolean => name === 'blob';

/** Whether the words of a command are images of the engine that `--from` names, where it stands on the line. */
const takesEngineNames = ({ options }: Command): boolean =>
  options.some((option) => option.long === 'from' && valueCandidates(option) === 'engines');

/** Whether what is typed can become the word of a place: of the store, an engine or what was added by its path. No engine is asked for another one. */
const isPlaceBegun = (word: string): boolean =>
  /^(?:$|[/~.]|[a-z]:\\)/i.test(word) ||
  ['store', 'docker', 'podman'].some((each) => each.startsWith(word) || word.startsWith(each));

const takesPlaceNames = (command: Command): boolean =>
  takesEngineNames(command) ||
  (command.options.some(({ long }) => long === 'source') &&
    wordCandidates({ name: command.name, usage: command.usage, hasPaths: false }).includes('names'));

/** The place that `--source` or `--from` names on a line, if it is another than the store; null where it is the store, or none is named. */
function placeOn({ values }: Parsed, command: Command): string | null {
  const { options } = command;
  if (takesEngineNames(command)) return values.get('from')?.[0] ?? null;
  const source = options.some(({ long }) => long === 'source') ? values.get('source')?.[0] : undefined;
  if (source === undefined || source === 'store') return null;
  // The shell would have put the home folder there.
  return source.startsWith('~/') && !existsSync(source) ? join(homedir(), source.slice(2)) : source;
}

/** The context of the place that the line names: what `--source` names is looked at where it lies; null for an engine. */
export async function contextOf(
  session: Session,
  command: Command,
  parsed: Parsed,
  headersOnly = false,
): Promise<ActionContext | null> {
  const place = placeOn(parsed, command);
  if (place === null) return session.context();
  const path = lookedPath({ values: new Map([['source', [place]]]) });
  return path === null ? null : session.look(path, undefined, headersOnly);
}

/** The names of images, each once: all platforms of an index have one in common. */
export const namesOf = (images: readonly Pick<ImageNode, 'names'>[]): readonly string[] => [
  ...new Set(images.flatMap(({ names }) => names)),
];

/** Names of the images in the place that the line names: of an archive the headers and documents alone are read. */
async function namesIn(session: Session, command: Command, parsed: Parsed): Promise<readonly string[]> {
  // What `--from` names is an engine, or nothing.
  const context = takesEngineNames(command) ? null : await contextOf(session, command, parsed, true);
  const { graph } = context
    ? await readImageList(context)
    : await (await openSource(session, placeOn(parsed, command) ?? '')).list();
  return namesOf(graph.images);
}

/** Digests of blobs, as far as they are typed: bare ones to somebody who leaves out the name of the algorithm. */
async function digestsIn(
  session: Session,
  command: Command,
  parsed: Parsed,
  word: string,
): Promise<readonly string[]> {
  const context = await contextOf(session, command, parsed, true);
  if (!context) return [];
  const { closures } = await readStoreView(context);
  const digests = [...new Set([...closures.values()].flatMap((closure) => [...closure.keys()]))];
  return digests.map((digest) => (/^[0-9a-f]/.test(word) ? digest.slice('sha256:'.length) : digest)).sort();
}

/**
 * What a word of a command can be by what its line says: names in another place than the store, of `copy` also places (which `places`
 * lists), digests of `blob`; null where the line says nothing of it. Throws what reading the place throws.
 */
export async function wordsOfPlace(
  session: Session,
  command: Command,
  parsed: Parsed,
  word: string,
  places: () => Promise<readonly string[]>,
): Promise<readonly string[] | null> {
  const begins = (all: readonly string[]): readonly string[] => all.filter((each) => each.startsWith(word));
  if (takesDigests(command)) return begins(await digestsIn(session, command, parsed, word));
  if (placeOn(parsed, command) === null || !takesPlaceNames(command)) return null;
  // At the same time: each asks engines, which may take a while to answer.
  const asked = command.name === 'copy' && isPlaceBegun(word) ? places().catch(() => []) : [];
  const [names, others] = await Promise.all([namesIn(session, command, parsed), asked]);
  return begins([...names, ...others]);
}
