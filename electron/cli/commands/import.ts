import { translator } from '../../../shared/text/catalogue';
import { importRootfs } from '../../actions/copy/importRootfs';
import { checkThere } from '../inputThere';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { noteUnkept } from '../noteUnkept';
import { limitOption, limitsOf } from '../limits';
import { imageStands } from '../standing';
import { UsageFault } from '../parser';

export const importCommand: Command = {
  name: 'import',
  usage: 'import [-c CHANGE…] [-m MSG] [--limit NAME=VALUE…] FILE|DIR|- [REF]',
  summary: [
    'Makes an image of one layer from a root filesystem: a tarball, plain or compressed, a folder such as debootstrap fills, or standard input. Without a name the image is dangling.',
    '用根文件系统生成单层镜像：tar 归档（压缩与否均可）、目录（例如 debootstrap 的输出）或标准输入。不给名称则得到悬空镜像。',
  ],
  options: [
    {
      long: 'change',
      short: 'c',
      value: 'CHANGE',
      many: true,
      help: [
        'set the config in Dockerfile words: CMD ENTRYPOINT ENV EXPOSE LABEL ONBUILD USER WORKDIR VOLUME STOPSIGNAL HEALTHCHECK',
        '用 Dockerfile 语法设置配置：CMD ENTRYPOINT ENV EXPOSE LABEL ONBUILD USER WORKDIR VOLUME STOPSIGNAL HEALTHCHECK',
      ],
    },
    limitOption,
    { long: 'message', short: 'm', value: 'MSG', help: ['where it comes from', '说明来源'] },
  ],
  examples: [
    'stratigraph import rootfs.tar.gz base:1.0',
    `stratigraph import -c 'CMD ["bash"]' ./debootstrap-bookworm debian:bookworm`,
    'docker export box | stratigraph import - box:1',
  ],
  async execute(session, parsed) {
    const { values, words } = parsed;
    const limits = limitsOf(parsed);
    const [path, reference, more] = words;
    if (path === undefined || more !== undefined) throw new UsageFault((t) => t('usage.import'));
    if (path === '-' && process.stdin.isTTY) throw new UsageFault((t) => t('usage.importInput'));
    checkThere(path);
    const result = await importRootfs(
      { ...(await session.context({ make: true })), limits },
      {
        path,
        reference: reference ?? null,
        message: values.get('message')?.[0] ?? '',
        changes: values.get('change') ?? [],
      },
      session.run(path),
    );
    session.endProgress();
    const stands = imageStands(result.name, result.id);
    if (session.json) session.out(jsonText(result), stands);
    else {
      session.out(`${result.id}\n`, stands);
      const { layerBytes: bytes, entries, leftOut = 0 } = result;
      const t = translator(session.language);
      session.note(t('cli.imported', { bytes, entries }));
      if (leftOut > 0) session.note(t('cli.membersLeftOut', { count: leftOut }));
      noteUnkept(session, result);
      if (result.ownStore !== undefined) session.note(t('cli.ownStore', { path: `/${result.ownStore}` }));
    }
  },
};
