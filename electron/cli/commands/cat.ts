import { once } from 'node:events';
import { layerNumber } from '../../../shared/graph/cutImage';
import { problem } from '../../../shared/image/problem';
import { namingDamage } from '../../actions/images/damageOf';
import { fileTree, findTyped, readTreeFile, typedPath } from '../../actions/inside/imageFiles';
import { readStoreView } from '../../actions/images/storeView';
import { checkRoom } from '../../worker/freeSpace';
import { jsonText } from '../columns';
import { contents, jsonBytes } from '../contents';
import type { Command } from '../command';
import { limitOption } from '../limits';
import { eachName } from '../eachName';
import { UsageFault } from '../parser';
import { imageAndLayer } from '../imageAndLayer';
import { sourceOption } from '../source';
import { platformOption } from '../platform';

export const cat: Command = {
  name: 'cat',
  usage: 'cat [--source PLACE [--limit NAME=VALUE…]] [--platform OS/ARCH[/VARIANT]] IMG[@LAYER] PATH…',
  summary: [
    'Prints files of an image as they are, without unpacking it. Links are followed within the image. With @LAYER also what a later layer hides.',
    '无需解包即可原样输出镜像中的文件。符号链接在镜像内解析。用 @LAYER 可读取被后续层隐藏的内容。',
  ],
  options: [sourceOption, limitOption, platformOption],
  examples: ['stratigraph cat shop:1.6 /etc/os-release', 'stratigraph cat shop:1.6@2 /app/.npmrc'],
  paths: ({ words }) => words.slice(1),
  pathsIn: ({ words: [tree] }) => (tree === undefined ? null : { tree }),
  engineNeed: ({ words }) => ({ images: words.slice(0, 1) }),
  async execute(session, parsed) {
    const { words } = parsed;
    const [name, ...paths] = words;
    if (name === undefined || paths.length === 0) throw new UsageFault((t) => t('usage.cat'));
    const context = await session.context();
    const view = await readStoreView(context);
    const { image, layer } = imageAndLayer(session, view, name, parsed);
    const tree = await fileTree(context, view, image, layer);
    const listed: unknown[] = [];
    const read = async (path: string): Promise<void> => {
      const file = findTyped(tree, path, true)?.at;
      if (!file) throw problem('file-not-found', { path: `/${typedPath(path)}` });
      const size = file.entry?.kind === 'file' ? file.entry.size : 0;
      if (session.json) {
        // A document is made in memory.
        if (size > jsonBytes)
          throw problem('limit-exceeded', { file: name, what: file.path, limit: jsonBytes, found: size });
        listed.push({
          path: file.path,
          layer: file.layer?.node.chainId ?? null,
          number: file.layer ? layerNumber(image, file.layer.node.chainId) : null,
          ...(await contents(readTreeFile(context, file))),
        });
        return;
      }
      checkRoom('/proc/self/fd/1', size, `/${file.path}`);
      for await (const chunk of readTreeFile(context, file))
        if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
    };
    const { code } = await eachName(session, paths, (path) => namingDamage(view, [image], () => read(path)));
    if (session.json) session.out(jsonText(listed));
    return code;
  },
};
