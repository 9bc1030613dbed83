import type { Standing } from '../../../shared/image/problem';
import type { OperationResult } from '../../../shared/ipc/operation';
import { keepImageList } from '../../actions/images/imageList';
import { loadImages } from '../../actions/copy/loadImages';
import { translator } from '../../../shared/text/catalogue';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { limitOption, limitsOf } from '../limits';
import { noteLoaded } from '../noteLoaded';
import { checkThere, isThere } from '../inputThere';
import { eachName } from '../eachName';
import { imageStands } from '../standing';
import { UsageFault } from '../parser';
import { isPathForEngine } from '../place';
import { shellWord } from '../shellWord';
import { openSource } from '../source';

/** What stands of a load: its first image. */
function standing({
  images: [first],
}: Pick<OperationResult & { kind: 'load' }, 'images'>): Standing | undefined {
  return first && imageStands(first.names[0], first.id);
}

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
    {
      long: 'quiet',
      short: 'q',
      help: ['print the names of images only, no sizes or notes', '只输出镜像名称，不输出大小和说明'],
    },
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
    if (from !== undefined && isPathForEngine(from))
      throw new UsageFault((t) => t('usage.loadFromPath', { path: shellWord(from) }));
    if (from !== undefined && (words.length === 0 || values.has('input')))
      throw new UsageFault((t) => t('usage.loadFrom'));
    if (files.length === 0) {
      if (process.stdin.isTTY) throw new UsageFault((t) => t('usage.load'));
      files.push('-');
    }
    // What cannot be loaded makes no store.
    const engine = from === undefined ? null : await openSource(session, from);
    if (engine === null && !files.some(isThere)) return (await eachName(session, files, checkThere)).code;
    const context = { ...(await session.context({ make: true })), limits };
    const { done: results, code } = await eachName(session, files, async (file) => {
      const label = file === '-' ? translator(session.language)('cli.standardInput') : file;
      const result =
        engine === null
          ? await loadImages(context, { path: file, label }, session.run(label))
          : await engine.give.into(context, { what: words, exact: true }, session.run(words[0] ?? ''));
      session.endProgress();
      const told = { file, ...result };
      if (session.json) return told;
      // The images of several platforms have their names in common.
      const lines = result.images.flatMap(({ id, names }) =>
        names.length === 0 ? [`Loaded image ID: ${id}`] : names.map((name) => `Loaded image: ${name}`),
      );
      for (const line of new Set(lines)) session.out(`${line}\n`, standing(result));
      await noteLoaded(session, context, result, switches.has('quiet'));
      return told;
    });
    await keepImageList(context);
    const [first] = results;
    if (session.json) session.out(jsonText(results), first && standing(first));
    return code;
  },
};
