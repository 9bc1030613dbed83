import { takeKindOf } from '../../actions/trees/workspaceKind';
import { formatBytes } from '../../../shared/text/format';
import { commitWorkspace } from '../../actions/trees/commitWorkspace';
import { jsonText } from '../columns';
import { counted } from '../../../shared/text/counted';
import type { Command } from '../command';
import { noteUnkept } from '../noteUnkept';
import { imageStands } from '../standing';
import { UsageFault } from '../parser';
import { sweptContext } from '../sweep';

export const commit: Command = {
  name: 'commit',
  usage: 'commit [-a AUTHOR] [-m MSG] [-c CHANGE…] [-p PATH…] WORKSPACE [REF]',
  summary: [
    'Makes an image of a workspace: what changed becomes a layer on top of its image. Without a name the image is dangling. The workspace goes on, on top of the new image. Committing nothing makes an empty history step.',
    '把工作区提交为镜像：更改成为其镜像之上的新层。不给名称则得到悬空镜像。工作区在新镜像之上继续使用。没有更改时只增加一个空的历史步骤。',
  ],
  options: [
    { long: 'author', short: 'a', value: 'AUTHOR', help: ['who made it', '作者'] },
    { long: 'message', short: 'm', value: 'MSG', help: ['why it was made', '说明'] },
    {
      long: 'change',
      short: 'c',
      value: 'CHANGE',
      many: true,
      help: [
        'change the config in Dockerfile words: CMD ENTRYPOINT ENV EXPOSE LABEL ONBUILD USER WORKDIR VOLUME STOPSIGNAL HEALTHCHECK',
        '用 Dockerfile 语法更改配置：CMD ENTRYPOINT ENV EXPOSE LABEL ONBUILD USER WORKDIR VOLUME STOPSIGNAL HEALTHCHECK',
      ],
    },
    {
      long: 'path',
      short: 'p',
      value: 'PATH',
      many: true,
      help: [
        'take this change only, of a folder all that is below it; the rest stays in the workspace',
        '只提交该更改（目录则含其下全部更改），其余留在工作区',
      ],
    },
  ],
  examples: [
    'stratigraph commit fix shop:1.6.1',
    `stratigraph commit -m 'Round prices' -c 'LABEL version=1.6.1' fix shop:1.6.1`,
    'stratigraph commit -p /app/api.py fix shop:1.6.1',
  ],
  paths: ({ values }) => values.get('path') ?? [],
  pathsIn: ({ words: [workspace] }) => ({ changes: workspace ?? null }),
  async execute(session, { values, words }) {
    const [workspace, reference, more] = words;
    if (workspace === undefined || more !== undefined) throw new UsageFault((t) => t('usage.commit'));
    const paths = values.get('path') ?? null;
    const context = await sweptContext(session);
    await takeKindOf(context, workspace);
    const result = await commitWorkspace(
      context,
      {
        workspace,
        reference: reference ?? null,
        author: values.get('author')?.[0] ?? '',
        message: values.get('message')?.[0] ?? '',
        changes: values.get('change') ?? [],
        paths,
        below: true,
      },
      session.run(workspace),
    );
    session.endProgress();
    const stands = imageStands(result.name, result.id);
    if (session.json) session.out(jsonText(result), stands);
    else {
      session.out(`${result.id}\n`, stands);
      const size = result.layerBytes === null ? 'no layer' : `a layer of ${formatBytes(result.layerBytes)}`;
      const stay = result.stay === 0 ? '' : `; ${counted(result.stay, 'stays', 'stay')}`;
      session.note(`${counted(result.changes, 'change')}, ${size}${stay}.`);
      if (result.movedFrom !== null)
        session.note(`${result.name ?? ''} named another image before; that one is without this name now.`);
      noteUnkept(session, result);
    }
  },
};
