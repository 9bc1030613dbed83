import { existsSync } from 'node:fs';
import { problem as problemFor, problemOf, type Problem } from '../../../shared/image/problem';
import { visiblePath } from '../../../shared/text/format';
import { problemSentence } from '../../../shared/text/problemText';
import { ReadsAll } from '../../source/sourceTools';
import { columns, jsonText } from '../columns';
import type { Command, Session } from '../command';
import { limitOption } from '../limits';
import { UsageFault } from '../parser';
import { engineActions, noteIncomplete, readWholeStore } from '../source';

const kinds = {
  store: 'store',
  docker: 'Docker',
  podman: 'Podman',
  archive: 'archive',
  layout: 'layout',
} as const;

/** How one on the list is, and how many images are in it as far as its headers and documents tell. */
async function countThere(session: Session, path: string) {
  if (!existsSync(path)) return { state: 'not-found', images: null, problem: notThere(path) } as const;
  try {
    const { readImageList } = await import('../../actions/images/imageList');
    const { graph } = await readImageList(await session.look(path, undefined, true));
    return { state: 'ready', images: graph.images.length, problem: null } as const;
  } catch (thrown) {
    if (thrown instanceof ReadsAll) return { state: 'not-read', images: null, problem: null } as const;
    const found = problemOf(thrown);
    if (found.code === 'cancelled') throw thrown;
    return { state: 'refused', images: null, problem: found } as const;
  }
}

/** How the store is: one that cannot be made, or is none, is none of the other places' concern, and the command leaves with 1. */
async function storeThere(session: Session) {
  try {
    const { store } = await session.context();
    const { images } = (await readWholeStore(session)).graph;
    return { address: store.directory, images: images.length, state: 'ready', problem: null } as const;
  } catch (thrown) {
    const found = problemOf(thrown);
    if (found.code !== 'store-invalid') throw thrown;
    const { path: address, reason } = found.facts;
    // In this folder no store has been made yet.
    if (reason === 'missing') return { address, images: null, state: 'not-made', problem: null } as const;
    noteIncomplete(session);
    return { address, images: null, state: 'refused', problem: found } as const;
  }
}

const notThere = (path: string): Problem => problemOf(problemFor('file-not-found', { path }));

/** Archives and folders on the person's list. */
async function addedPaths(session: Session) {
  const { ownSurroundings } = await import('../../engine/discover');
  const { checkAddedSources, readAddedSources } = await import('../../engine/addedSources');
  const { pathKind } = await import('../addedPlaces');
  await checkAddedSources(ownSurroundings()).catch((thrown: unknown) => {
    session.note(problemSentence(problemOf(thrown), session.language));
    noteIncomplete(session);
  });
  const list = await readAddedSources(ownSurroundings());
  const found = await Promise.all(
    list.flatMap((each) =>
      'path' in each
        ? [
            countThere(session, each.path).then((there) => ({
              name: each.path,
              kind: pathKind(each.path),
              address: each.path,
              version: null,
              ...there,
              added: true,
            })),
          ]
        : [],
    ),
  );
  session.endProgress();
  return found;
}

/** Puts a place on the list, or takes it off, and prints its name there. */
async function changeList(session: Session, verb: 'add' | 'rm', place: string): Promise<void> {
  const { addPlace, removePlace } = await import('../addedPlaces');
  const changed = await (verb === 'add' ? addPlace : removePlace)(session, place);
  session.endProgress();
  session.out(session.json ? jsonText(changed) : `${visiblePath(changed.name)}\n`);
}

/** What is done by the first word; as of `docker context`, listing has a word, too. */
const verbs: Readonly<Record<string, 'ls' | 'add' | 'rm'>> = {
  ls: 'ls',
  list: 'ls',
  add: 'add',
  rm: 'rm',
  remove: 'rm',
};

export const sources: Command = {
  name: 'sources',
  usage: 'sources [ls | add PLACE | rm PLACE] [--limit NAME=VALUE…]',
  summary: [
    'Lists where images are: the store, and each Docker or Podman that is found (DOCKER_HOST, Docker contexts, CONTAINER_HOST, the usual sockets). NAME is what --source takes. add puts a place on the list, and rm takes it off: an engine by its address (unix://, tcp://, npipe://), an archive or a layout folder by its path; the window lists them too.',
    '列出镜像所在之处：仓库，以及找到的每个 Docker 或 Podman（DOCKER_HOST、Docker context、CONTAINER_HOST、常用套接字）。NAME 即 --source 的取值。add 把一处加入列表，rm 将其移出：引擎用地址（unix://、tcp://、npipe://），归档或布局目录用路径；窗口中也会列出。',
  ],
  options: [limitOption],
  examples: [
    'stratigraph sources',
    'stratigraph images --source docker',
    'stratigraph sources add tcp://build.example:2375',
    'stratigraph sources add shop.tar',
    'stratigraph sources rm shop.tar',
  ],
  async execute(session, { words }) {
    const [said = 'ls', place, more] = words;
    const verb = Object.hasOwn(verbs, said) ? verbs[said] : undefined;
    if (verb !== 'ls' || words.length > 1) {
      if ((verb !== 'add' && verb !== 'rm') || place === undefined || more !== undefined)
        throw new UsageFault((t) => t('usage.sources'));
      await changeList(session, verb, place);
      return;
    }
    const { signal } = session.run('sources');
    const { findEngines } = await engineActions();
    const [store, engines] = await Promise.all([storeThere(session), findEngines({ count: true, signal })]);
    const listed = [
      { name: 'store', kind: 'store' as const, version: null, ...store, added: false },
      ...engines.map(({ info, added }) => ({
        name: info.word,
        kind: info.kind,
        address: info.address,
        version: info.version,
        images: info.images,
        state: info.state,
        problem: info.problem,
        added,
      })),
      ...(await addedPaths(session)),
    ];
    if (session.json) {
      session.out(
        jsonText(
          listed.map(({ problem, ...rest }) => ({
            ...rest,
            problem: problem && { ...problem, sentence: problemSentence(problem, session.language) },
          })),
        ),
      );
      return;
    }
    const rows = listed.map((each) => [
      each.name,
      kinds[each.kind],
      each.version ?? '-',
      each.images !== null ? String(each.images) : each.state === 'not-read' ? 'not read' : '-',
      each.state,
      each.address,
    ]);
    session.out(columns([['NAME', 'KIND', 'VERSION', 'IMAGES', 'STATE', 'ADDRESS'], ...rows]));
    for (const { name, problem } of listed)
      if (problem) session.note(`${name}: ${problemSentence(problem, session.language)}`);
  },
};
