import { basename } from 'node:path';
import { keepImageList } from '../../actions/imageList';
import { loadImages } from '../../actions/loadImages';
import { formatBytes, groupDigits } from '../../../shared/text/format';
import { jsonText } from '../columns';
import { counted } from '../../../shared/text/counted';
import type { Command } from '../command';
import { limitOption, limitsOf } from '../limits';
import { UsageFault } from '../parser';
import { engineActions, openSource } from '../source';

export const load: Command = {
  name: 'load',
  usage: 'load [-i FILE|-] [-q] [--limit NAME=VALUE…] [FILE…] | load --from NAME [-q] IMG…',
  summary: [
    'Loads every image of docker-archives, OCI archives and OCI layout folders, plain or compressed. Each digest is verified; either all images of an archive are added or none. With --from the words are images of an engine.',
    '从 docker-archive、OCI 归档或 OCI 布局目录载入全部镜像，可压缩。逐一校验 digest；一个归档要么全部载入，要么不载入。使用 --from 时，参数为引擎中的镜像。',
  ],
  options: [
    {
      long: 'input',
      short: 'i',
      value: 'FILE',
      many: true,
      help: ['read this file; - is standard input', '读取该文件；- 为标准输入'],
    },
    {
      long: 'from',
      value: 'NAME',
      help: ['copy images from this engine (see sources)', '从该引擎复制镜像（见 sources）'],
    },
    limitOption,
    { long: 'quiet', short: 'q', help: ['print nothing but faults', '只输出问题'] },
  ],
  examples: [
    'stratigraph load -i shop.tar',
    'docker save shop:1.6 | stratigraph load',
    'stratigraph load ./layout',
    'stratigraph load --from docker shop:1.6',
  ],
  async execute(session, parsed) {
    const { switches, values, words } = parsed;
    const limits = limitsOf(parsed);
    const from = values.get('from')?.[0];
    const files = from === undefined ? [...(values.get('input') ?? []), ...words] : [from];
    if (from !== undefined && (words.length === 0 || values.has('input')))
      throw new UsageFault((t) => t('usage.loadFrom'));
    if (files.length === 0) {
      if (process.stdin.isTTY) throw new UsageFault((t) => t('usage.load'));
      files.push('-');
    }
    const context = { ...(await session.context()), limits };
    const results = [];
    for (const file of files) {
      const label =
        file === '-' ? (session.language === 'zh-CN' ? '标准输入' : 'standard input') : basename(file);
      const result =
        from === undefined
          ? await loadImages(context, { path: file, label }, session.run(label))
          : await (
              await engineActions()
            ).copyFromEngine(context, await openSource(session, from), words, session.run(words[0] ?? ''));
      session.endProgress();
      results.push({ file, ...result });
      if (session.json || switches.has('quiet')) continue;
      for (const image of result.images) {
        if (image.names.length === 0) session.out(`Loaded image ID: ${image.id}\n`);
        for (const name of image.names) session.out(`Loaded image: ${name}\n`);
      }
      for (const name of result.movedNames)
        session.note(`${name} named another image before; that one is without this name now.`);
      if (result.converted > 0)
        session.note(
          `${counted(result.converted, 'image')} converted from the form that Docker had before 1.10; the image IDs are those of docker load.`,
        );
      session.note(
        `${formatBytes(result.addedBytes)} added, ${groupDigits(result.newLayers)} of ${counted(result.layers, 'layer')} ${result.newLayers === 1 ? 'was' : 'were'} new.`,
      );
    }
    await keepImageList(context);
    if (session.json) session.out(jsonText(results));
  },
};
