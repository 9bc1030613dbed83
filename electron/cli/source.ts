import { basename } from 'node:path';
import type { ImageGraph } from '../../shared/graph/imageGraph';
import type { Problem } from '../../shared/image/problem';
import type { Limits } from '../../shared/image/limits';
import { ListedNames } from '../../shared/image/layoutName';
import { problemSentence } from '../../shared/text/problemText';
import type { ActionContext } from '../actions/ground/context';
import { home, placeKinds } from '../../shared/ipc/placeKinds';
import { heldPlace } from '../place/heldPlace';
import type { OpenEngine } from '../place/engine/engineImages';
import type { Place } from '../place/place';
import { readStoreView, type StoreView } from '../actions/images/storeView';
import type { Session } from './command';
import type { OptionSpec, Parsed } from './parser';
import { engineWord, lookedPath, refuseTransport } from './place';

/** The option that names where images are. */
export const sourceOption: OptionSpec = {
  long: 'source',
  value: 'PLACE',
  help: [
    'an engine by its name in `sources` or by address, or an archive or layout folder by its path, instead of the store',
    '使用引擎（`sources` 列出的名称或其地址），或在原处查看某个归档或布局目录，而不是仓库',
  ],
};

/** The use cases of engines, loaded when a command line names one. */
export const engineActions = () => import('./engineActions');

/** The ID of what a command looks at: there is no other. */
const looked = `opened-${'0'.repeat(16)}` as const;

/** The place of a store that a session has opened, or opens when it is asked for. */
const sessionPlace = (
  kind: 'store' | 'opened',
  label: string,
  context: () => Promise<ActionContext>,
): Place =>
  heldPlace({
    id: kind === 'store' ? home : looked,
    label,
    cannot: placeKinds[kind].cannot,
    within: async (work) => work(await context()),
  });

/** The person's store, or what stands for it in this session. */
export const storeOf = (session: Session): Place => sessionPlace('store', home, () => session.context());

/** An archive or a folder that is looked at where it lies, or several as one. Throws as `lookAt` does. */
export async function lookPlace(
  session: Session,
  path: string | readonly string[],
  limits: Limits,
): Promise<Place> {
  const context = await session.look(path, limits);
  const label = typeof path === 'string' ? path : path.join(', ');
  return sessionPlace('opened', label, () => Promise.resolve(context));
}

/** Opens an engine by its word, its address or its socket's path. Throws `source-not-found`, or why it cannot be used; `UsageFault` for a word of another tool or a registry. */
export async function openEngineOf(session: Session, word: string): Promise<OpenEngine> {
  refuseTransport(word);
  const { EngineImages, findEngine } = await engineActions();
  const { signal } = session.run('');
  const engine = await findEngine(engineWord(word), signal);
  const images = new EngineImages(engine);
  return { engine, view: () => images.read(signal) };
}

/** The same as a place. */
export async function openSource(session: Session, word: string): Promise<Place> {
  const open = await openEngineOf(session, word);
  const { enginePlace } = await engineActions();
  return enginePlace(open.engine.endpoint.id, open);
}

/** The place that `--source` names: the store without it, an engine, or a path, which the session has opened in the store's stead. */
export async function sourceOf(session: Session, { values }: Parsed): Promise<Place> {
  const word = values.get('source')?.[0];
  if (word === undefined || word === home) return storeOf(session);
  const path = lookedPath({ values });
  return path === null
    ? openSource(session, word)
    : sessionPlace('opened', basename(path), () => session.context());
}

/** The images of a place, for a command about some of them; what could not be read is noted. */
export async function readGraph(session: Session, place: Place): Promise<ImageGraph> {
  const { graph, damaged } = await place.view();
  noteDamage(session, damaged);
  return graph;
}

/**
 * The store, for a command whose answer is about all of it: what could not be read is missing in the answer, so it is noted
 * and the command fails (see {@link isIncomplete}).
 */
export async function readWholeStore(session: Session): Promise<StoreView> {
  const view = await readStoreView(await session.context());
  noteDamage(session, unreadOf(view), true);
  return view;
}

/** As {@link readWholeStore}, of any place. */
export async function readWholeGraph(session: Session, place: Place): Promise<ImageGraph> {
  const { graph, damaged } = await place.view();
  noteDamage(session, damaged, true);
  return graph;
}

/** As {@link readWholeGraph}, of the images only: a large store has their list at hand. */
export async function readImages(
  session: Session,
  place: Place,
): Promise<Pick<ImageGraph, 'images' | 'source'>> {
  const { graph, damaged } = await place.list();
  noteDamage(session, damaged, true);
  return graph;
}

/** What of a store cannot be read: roots, and entries that are none. */
const unreadOf = ({
  damaged,
  unfit,
}: Pick<StoreView, 'damaged' | 'unfit'>): Parameters<typeof noteDamage>[1] => [...damaged, ...unfit];

/**
 * Notes roots without a name that could not be read, of which one may be a signature of an image that is handed on with its
 * artifacts: then one may be missing, and the command fails.
 */
export async function noteLostArtifacts(session: Session, context: ActionContext): Promise<void> {
  noteDamage(
    session,
    unreadOf(await readStoreView(context)).filter(({ name }) => name === null),
    true,
  );
}

/** What has been noted in a session, so that nothing is said twice. */
const noted = new WeakMap<Session, Set<string>>();
const incomplete = new WeakSet<Session>();

/** Has a command of this session fail at its end: what it could not read is missing in what it says. */
export function noteIncomplete(session: Session): void {
  incomplete.add(session);
}

/** Whether a command of this session gave an answer about a whole in which something is missing: then it leaves with 1. */
export function isIncomplete(session: Session): boolean {
  return incomplete.has(session);
}

/**
 * Why an image is not found that is in the store and could not be read; null where it is not known to be there. Others that
 * could not be read are noted: one of them may be meant by its ID.
 */
export async function whyUnread(
  session: Session,
  context: ActionContext,
  name: string,
): Promise<Problem | null> {
  const damaged = unreadOf(await readStoreView(context));
  const listed = new ListedNames(damaged.flatMap((each) => each.name ?? [])).find(name);
  const meant = damaged.find((each) => listed !== null && each.name === listed);
  if (!meant && !session.json) noteDamage(session, damaged);
  return meant?.problem ?? null;
}

function noteDamage(
  session: Session,
  damaged: readonly { readonly name: string | null; readonly digest?: string; readonly problem: Problem }[],
  whole = false,
): void {
  if (whole && damaged.length > 0) incomplete.add(session);
  const before = noted.get(session) ?? new Set();
  noted.set(session, before);
  for (const { name, digest, problem } of damaged) {
    const what = name ?? digest?.slice(7, 19);
    const line = `${what === undefined ? '' : `${what}: `}${problemSentence(problem, session.language)}`;
    if (!before.has(line)) session.note(line);
    before.add(line);
  }
}
