import { once } from 'node:events';
import { problem } from '../../../shared/image/problem';
import { fileTree, readTreeFile, typedPath } from '../../actions/imageFiles';
import { readStoreView } from '../../actions/storeView';
import type { Command } from '../command';
import { UsageFault } from '../parser';
import { imageAndLayer } from '../imageAndLayer';
import { platformOption } from '../platform';

export const cat: Command = {
  name: 'cat',
  usage: 'cat [--platform OS/ARCH[/VARIANT]] IMG[@LAYER] PATH…',
  summary: [
    'Prints files of an image as they are, without unpacking it. Links are followed within the image. With @LAYER also what a later layer hides.',
    '无需解包即可原样输出镜像中的文件。符号链接在镜像内解析。用 @LAYER 可读取被后续层隐藏的内容。',
  ],
  options: [platformOption],
  examples: ['stratigraph cat shop:1.6 /etc/os-release', 'stratigraph cat shop:1.6@2 /app/.npmrc'],
  async execute(session, parsed) {
    const { words } = parsed;
    const [name, ...paths] = words;
    if (name === undefined || paths.length === 0) throw new UsageFault('cat needs an image and a path');
    const context = await session.context();
    const view = await readStoreView(context);
    const { image, layer } = imageAndLayer(session, view, name, parsed);
    const tree = await fileTree(context, view, image, layer);
    for (const path of paths) {
      const file = tree.find(typedPath(path), true);
      if (!file) throw problem('file-not-found', { path: `/${typedPath(path)}` });
      const real = file.entry?.kind === 'hardlink' ? (tree.find(file.entry.target, true) ?? file) : file;
      for await (const chunk of readTreeFile(context, real))
        if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
    }
  },
};
