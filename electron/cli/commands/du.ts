import { formatBytes, visiblePath } from '../../../shared/text/format';
import { treeUse } from '../../actions/inside/treeUsage';
import { columns, jsonText } from '../columns';
import type { Command } from '../command';
import { limitOption } from '../limits';
import { sourceOption } from '../source';
import { treeAt } from '../treeAt';
import { UsageFault } from '../parser';
import { platformOption } from '../platform';

export const du: Command = {
  name: 'du',
  usage:
    'du [--source PLACE [--limit NAME=VALUE…]] [-b] [-d DEPTH] [--platform OS/ARCH[/VARIANT]] IMG[@LAYER] [PATH]',
  summary: [
    'Shows what a folder of an image takes, and what is directly in it, largest first; with @LAYER what that layer alone adds. Bytes of contents; what has several names counts once.',
    '显示镜像中目录占用的大小及其直接内容，从大到小；用 @LAYER 只看该层新增的内容。按内容字节计，多个名称的文件只计一次。',
  ],
  options: [
    sourceOption,
    limitOption,
    { long: 'bytes', short: 'b', help: ['sizes as bytes', '以字节显示大小'] },
    {
      long: 'max-depth',
      short: 'd',
      value: 'DEPTH',
      help: ['levels below PATH that are listed (default 1)', '列出 PATH 之下的层级数（默认 1）'],
    },
    platformOption,
  ],
  examples: ['stratigraph du shop:1.6', 'stratigraph du -d 2 shop:1.6 /usr', 'stratigraph du shop:1.6@2'],
  paths: ({ words }) => words.slice(1),
  pathsIn: ({ words: [tree] }) => (tree === undefined ? null : { tree }),
  engineNeed: ({ words }) => ({ images: words.slice(0, 1) }),
  async execute(session, parsed) {
    const [name, path = '/', more] = parsed.words;
    if (name === undefined || more !== undefined) throw new UsageFault((t) => t('usage.du'));
    const word = parsed.values.get('max-depth')?.[0] ?? '1';
    if (!/^\d{1,4}$/.test(word)) throw new UsageFault((t) => t('usage.depth', { text: word }));
    const { tree, at } = await treeAt(session, parsed, name, path);
    const uses = treeUse(tree, at, Number(word));
    if (session.json) {
      session.out(jsonText(uses));
      return;
    }
    const size = (bytes: number): string =>
      parsed.switches.has('bytes') ? String(bytes) : formatBytes(bytes);
    session.out(
      columns(
        uses.map((use) => [
          size(use.bytes),
          `/${visiblePath(use.path)}${use.isDirectory && use.path !== '' ? '/' : ''}`,
        ]),
      ),
    );
  },
};
