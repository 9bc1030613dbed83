import { problemOf } from '../../../shared/image/problem';
import { problemSentence } from '../../../shared/text/problemText';
import { columns, jsonText } from '../columns';
import type { Command } from '../command';
import { UsageFault } from '../parser';
import { engineActions, readWholeStore } from '../source';

const kinds = {
  store: 'store',
  docker: 'Docker',
  podman: 'Podman',
  archive: 'archive',
  layout: 'layout',
} as const;

export const sources: Command = {
  name: 'sources',
  usage: 'sources',
  summary: [
    'Lists where images are: the store, and each Docker or Podman that is found (DOCKER_HOST, Docker contexts, CONTAINER_HOST, the usual sockets). NAME is what --source takes.',
    '列出镜像所在之处：仓库，以及找到的每个 Docker 或 Podman（DOCKER_HOST、Docker context、CONTAINER_HOST、常用套接字）。NAME 即 --source 的取值。',
  ],
  options: [],
  examples: ['stratigraph sources', 'stratigraph images --source docker'],
  async execute(session, { words }) {
    if (words.length > 0) throw new UsageFault((t) => t('usage.sources'));
    const { signal } = session.run('sources');
    const { findEngines } = await engineActions();
    // A folder in which no store has been made yet is none of the engines' concern.
    const opening = session.context().catch((thrown: unknown) => {
      const { code, facts } = problemOf(thrown);
      if (code === 'store-invalid' && facts.reason === 'missing') return facts.path;
      throw thrown;
    });
    const [context, engines] = await Promise.all([opening, findEngines({ count: true, signal })]);
    const isMade = typeof context !== 'string';
    const graph = isMade ? (await readWholeStore(session)).graph : null;
    const listed = [
      {
        name: 'store',
        kind: 'store' as const,
        address: isMade ? context.store.directory : context,
        version: null,
        images: graph?.images.length ?? null,
        state: isMade ? ('ready' as const) : ('not-made' as const),
        problem: null,
      },
      ...engines.map(({ info }) => ({
        name: info.word,
        kind: info.kind,
        address: info.address,
        version: info.version,
        images: info.images,
        state: info.state,
        problem: info.problem,
      })),
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
      each.images === null ? '-' : String(each.images),
      each.state,
      each.address,
    ]);
    session.out(columns([['NAME', 'KIND', 'VERSION', 'IMAGES', 'STATE', 'ADDRESS'], ...rows]));
    for (const { name, problem } of listed)
      if (problem) session.note(`${name}: ${problemSentence(problem, session.language)}`);
  },
};
