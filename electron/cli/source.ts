import type { ImageGraph } from '../../shared/graph/imageGraph';
import type { Problem } from '../../shared/image/problem';
import { problemSentence } from '../../shared/text/problemText';
import type { OpenEngine } from '../actions/engineImages';
import { readImageList } from '../actions/imageList';
import { readStoreView } from '../actions/storeView';
import type { Session } from './command';
import type { OptionSpec, Parsed } from './parser';

/** The option that names where images are. */
export const sourceOption: OptionSpec = {
  long: 'source',
  value: 'NAME',
  help: [
    'an engine by its name in `sources`, or by address, instead of the store',
    '使用引擎（`sources` 列出的名称或其地址），而不是仓库',
  ],
};

/** The use cases of engines, loaded when a command line names one. */
export const engineActions = () => import('./engineActions');

/** Opens an engine by its word or address. Throws `source-not-found`, or why it cannot be used. */
export async function openSource(session: Session, word: string): Promise<OpenEngine> {
  const { EngineImages, findEngine } = await engineActions();
  const engine = await findEngine(word, session.run('').signal);
  const images = new EngineImages(engine);
  const { signal } = session.run('');
  return { engine, view: () => images.read(signal) };
}

/** The engine that `--source` names; null for the store, which is also what `store` names. */
export async function sourceOf(session: Session, { values }: Parsed): Promise<OpenEngine | null> {
  const word = values.get('source')?.[0];
  return word === undefined || word === 'store' ? null : openSource(session, word);
}

/** The images of an engine or of the store; what could not be read of them is noted. */
export async function readGraph(session: Session, open: OpenEngine | null): Promise<ImageGraph> {
  const { graph, damaged } = open ? await open.view() : await readStoreView(await session.context());
  noteDamage(session, damaged);
  return graph;
}

/** As {@link readGraph}, of the images only: a large store has their list at hand. */
export async function readImages(
  session: Session,
  open: OpenEngine | null,
): Promise<Pick<ImageGraph, 'images' | 'source'>> {
  if (open) return readGraph(session, open);
  const { graph, damaged } = await readImageList(await session.context());
  noteDamage(session, damaged);
  return graph;
}

function noteDamage(
  session: Session,
  damaged: readonly { readonly name: string | null; readonly digest?: string; readonly problem: Problem }[],
): void {
  for (const { name, digest, problem } of damaged)
    session.note(`${name ?? digest?.slice(7, 19) ?? ''}: ${problemSentence(problem, session.language)}`);
}
