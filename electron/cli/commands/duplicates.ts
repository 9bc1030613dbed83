import { translator } from '../../../shared/text/catalogue';
import { shortDigest, type ChainId } from '../../../shared/image/digest';
import { formatBytes, visiblePath } from '../../../shared/text/format';
import { findDuplicateFiles, type DuplicateReport } from '../../actions/inside/duplicateFiles';
import { layerNumbers } from '../../../shared/graph/cutImage';
import { resolveAt } from '../../actions/images/resolveImage';
import { readStoreView } from '../../actions/images/storeView';
import { columns, jsonText } from '../columns';
import type { Command } from '../command';
import { limitOption } from '../limits';
import { readWholeStore, sourceOption } from '../source';

/** Files in the list, unless --json. */
const listed = 50;

export const duplicates: Command = {
  name: 'duplicates',
  usage: 'duplicates [--source PLACE [--limit NAME=VALUE…]] [IMG[@LAYER]…]',
  summary: [
    'Finds files with equal contents in different layers, of the whole store or of some images and layers (@LAYER: a number from the base, or an ID), most waste first. Layers that may hold some are read once; what was found out is kept.',
    '查找不同层中内容相同的文件，可针对整个仓库，或若干镜像和层（@LAYER：自底向上的序号或 ID），浪费最多的排在最前。可能含有重复文件的层只读取一次，结果会保留。',
  ],
  options: [sourceOption, limitOption],
  examples: [
    'stratigraph duplicates',
    'stratigraph duplicates shop:1.5 shop:1.6',
    'stratigraph duplicates shop:1.5@2 shop:1.6@3',
    'stratigraph --json duplicates',
  ],
  engineNeed: ({ words: images }) => ({ images }),
  async execute(session, { words }) {
    const context = await session.context();
    const { graph } = words.length === 0 ? await readWholeStore(session) : await readStoreView(context);
    const asked = words.map((word) => {
      const { image, layer } = resolveAt(graph, word);
      return layer === null ? image.id : { image: image.id, layer };
    });
    const found = await findDuplicateFiles(
      context,
      words.length === 0 ? null : asked,
      session.run('duplicates'),
    );
    session.endProgress();
    if (session.json) {
      session.out(jsonText(numbered(found, layerNumbers(graph))));
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
        `/${visiblePath(copies[0]?.path ?? '')}`,
      ];
    });
    session.out(columns([['WASTE', 'SIZE', 'COPIES', 'LAYERS', 'PATH'], ...rows]));
    session.note(translator(session.language)('cli.duplicates', found));
  },
};

/** The report for scripts: layers by chain ID, with their numbers from the base, 1 up, as every other document has them. */
function numbered(report: DuplicateReport, numbers: ReadonlyMap<ChainId, number>): unknown {
  const numberOf = (chainId: ChainId | undefined): number | null =>
    (chainId === undefined ? undefined : numbers.get(chainId)) ?? null;
  return {
    ...report,
    files: report.files.map((file) => ({
      ...file,
      copies: file.copies.map(({ layer, path }) => {
        const chainId = report.layers[layer]?.chainIds[0];
        return { chainId: chainId ?? null, number: numberOf(chainId), path };
      }),
    })),
    layers: report.layers.map(({ chainIds, ...layer }) => ({
      places: chainIds.map((chainId) => ({ chainId, number: numberOf(chainId) })),
      ...layer,
    })),
  };
}
