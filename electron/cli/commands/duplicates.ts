import { translator } from '../../../shared/text/catalogue';
import { shortDigest } from '../../../shared/image/digest';
import { formatBytes } from '../../../shared/text/format';
import { findDuplicateFiles } from '../../actions/duplicateFiles';
import { resolveImage } from '../../actions/resolveImage';
import { readStoreView } from '../../actions/storeView';
import { columns, jsonText } from '../columns';
import type { Command } from '../command';
import { readWholeStore } from '../source';

/** Files in the list, unless --json. */
const listed = 50;

export const duplicates: Command = {
  name: 'duplicates',
  usage: 'duplicates [IMG…]',
  summary: [
    'Finds files with equal contents in different layers, of the whole store or of some images, most waste first. Layers that may hold some are read once; what was found out is kept.',
    '查找不同层中内容相同的文件，可针对整个仓库或若干镜像，浪费最多的排在最前。可能含有重复文件的层只读取一次，结果会保留。',
  ],
  options: [],
  examples: [
    'stratigraph duplicates',
    'stratigraph duplicates shop:1.5 shop:1.6',
    'stratigraph --json duplicates',
  ],
  async execute(session, { words }) {
    const context = await session.context();
    const { graph } = words.length === 0 ? await readWholeStore(session) : await readStoreView(context);
    const images = words.length === 0 ? null : words.map((word) => resolveImage(graph, word).image.id);
    const found = await findDuplicateFiles(context, images, session.run('duplicates'));
    session.endProgress();
    if (session.json) {
      session.out(jsonText(found));
      return;
    }
    const layerName = (layer: number): string => {
      const diffId = found.layers[layer]?.diffId;
      return diffId === undefined ? '' : shortDigest(diffId).slice(0, 7);
    };
    const rows = found.files.slice(0, listed).map(({ waste, size, copies, copyCount }) => {
      const places = copies.slice(0, 3).map(({ layer }) => layerName(layer));
      const shown = copyCount > 3 ? [...places, `+${copyCount - 3}`] : places;
      return [
        formatBytes(waste),
        formatBytes(size),
        String(copyCount),
        shown.join(' '),
        `/${copies[0]?.path ?? ''}`,
      ];
    });
    session.out(columns([['WASTE', 'SIZE', 'COPIES', 'LAYERS', 'PATH'], ...rows]));
    session.note(translator(session.language)('cli.duplicates', found));
  },
};
