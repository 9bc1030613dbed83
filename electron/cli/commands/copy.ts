import { existsSync } from 'node:fs';
import { problem } from '../../../shared/image/problem';
import type { ActionContext } from '../../actions/context';
import type { OpenEngine } from '../../actions/engineImages';
import { resolveAt } from '../../actions/resolveImage';
import { readStoreView } from '../../actions/storeView';
import { jsonText } from '../columns';
import type { Command, Session } from '../command';
import { UsageFault } from '../parser';
import { noteLoaded } from '../noteLoaded';
import { isPathWord } from '../place';
import { platformOf, platformOption } from '../platform';
import { engineActions, openSource } from '../source';
import { save } from './save';

/** What gives: a store (ours, or one that stands for an archive or a folder), or an engine. */
type Giver =
  | { readonly kind: 'store'; readonly context: ActionContext; readonly label: string; readonly own: boolean }
  | { readonly kind: 'engine'; readonly open: OpenEngine };

async function giverOf(session: Session, word: string): Promise<Giver> {
  if (word === 'store') return { kind: 'store', context: await session.context(), label: 'store', own: true };
  if (isPathWord(word)) return { kind: 'store', context: await session.look(word), label: word, own: false };
  return { kind: 'engine', open: await openSource(session, word) };
}

/** All images of a place, by their names, and by ID where they have none. */
async function everyImage(giver: Giver): Promise<readonly string[]> {
  const { graph } = giver.kind === 'store' ? await readStoreView(giver.context) : await giver.open.view();
  return [...new Set(graph.images.flatMap(({ id, names }) => (names.length === 0 ? [id] : names)))];
}

/** Whether a word is the path of an archive or a folder, and no image of the store. */
async function isFile(session: Session, word: string): Promise<boolean> {
  if (!isPathWord(word) || !existsSync(word)) return false;
  try {
    resolveAt((await readStoreView(await session.context())).graph, word);
    return false;
  } catch {
    // There is no such image, or no store.
    return true;
  }
}

export const copy: Command = {
  name: 'copy',
  usage: 'copy [--source PLACE] [--format FORM] [--platform OS/ARCH[/VARIANT]] FROM… TO',
  summary: [
    'Copies images between any two places: the store, an engine (see sources), an archive or a layout folder. FROM is an image of --source (without it of the store), or the path of an archive or folder, which means all its images; TO is store, an engine, or a path to write. Every digest is verified, image IDs stay, what is there does not travel, and it is all or nothing.',
    '在任意两处之间复制镜像：仓库、引擎（见 sources）、归档或布局目录。FROM 是 --source 中的镜像（省略时为仓库中的镜像），或归档、目录的路径（表示其中全部镜像）；TO 是 store、某个引擎，或要写入的路径。逐一校验 digest，镜像 ID 不变，已有的内容不再传输；要么全部完成，要么什么都不做。',
  ],
  options: [
    {
      long: 'source',
      value: 'PLACE',
      help: ['where the images are: store, an engine, a path', '镜像所在之处：store、引擎或路径'],
    },
    {
      long: 'format',
      value: 'FORM',
      help: [
        'of a path to write: docker-archive (default), oci-archive, or oci-dir: a folder',
        '写入路径时的形式：docker-archive（默认）、oci-archive 或 oci-dir（目录）',
      ],
    },
    platformOption,
  ],
  examples: [
    'stratigraph copy shop.tar docker',
    'stratigraph copy --source docker shop:1.6 store',
    'stratigraph copy --source shop.tar shop:1.6 part.tar',
    'stratigraph copy --source docker shop:1.6 podman',
  ],
  opensSource: true,
  async execute(session, parsed) {
    const { words, values } = parsed;
    const [to] = words.slice(-1);
    const named = words.slice(0, -1);
    const [first] = named;
    if (to === undefined || first === undefined) throw new UsageFault((t) => t('usage.copy'));
    const source = values.get('source')?.[0];
    const isWhole = source === undefined && named.length === 1 && (await isFile(session, first));
    const giver = await giverOf(session, source ?? (isWhole ? first : 'store'));
    const what = isWhole ? await everyImage(giver) : named;
    if (what.length === 0) throw problem('archive-empty', { file: first });
    const platform = platformOf(parsed);
    const title = named[0] ?? '';
    if (to === 'store') {
      const result = await toStore(session, giver, { what, platform, title });
      session.endProgress();
      if (session.json) session.out(jsonText(result));
      else {
        const lines = result.images.flatMap(({ id, names }) => (names.length === 0 ? [id] : names));
        for (const line of new Set(lines)) session.out(`${line}\n`);
        await noteLoaded(session, await session.context(), result);
      }
      return;
    }
    const isPath = isPathWord(to, 'target');
    const rest = new Map([...values, [isPath ? 'output' : 'to', [to]]]);
    rest.delete('source');
    const inner = { ...parsed, words: what, values: rest };
    // What saves saves from whatever stands for the store.
    const saveFrom = (context: ActionContext): ReturnType<typeof save.execute> =>
      save.execute({ ...session, context: () => Promise.resolve(context) }, inner);
    if (giver.kind === 'store') return saveFrom(giver.context);
    if (isPath) return save.execute(session, { ...inner, values: rest.set('source', [source ?? '']) });
    const { throughScratch } = await engineActions();
    return throughScratch(await session.context(), giver.open, what, saveFrom, session.run(title));
  },
};

/** Copies into our store. */
async function toStore(
  session: Session,
  giver: Giver,
  { what, platform, title }: { what: readonly string[]; platform: string | null; title: string },
): ReturnType<Awaited<ReturnType<typeof engineActions>>['copyFromEngine']> {
  if (giver.kind === 'store' && giver.own) throw new UsageFault((t) => t('usage.copySame'));
  const context = await session.context({ make: true });
  const run = session.run(title);
  if (giver.kind === 'engine') return (await engineActions()).copyFromEngine(context, giver.open, what, run);
  const { copyToStore } = await import('../../actions/copyToStore');
  return copyToStore(giver.context, context, { what, label: giver.label, platform }, run);
}
