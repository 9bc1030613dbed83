import { readStoreView } from '../../actions/storeView';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { UsageFault } from '../parser';

export const graph: Command = {
  name: 'graph',
  usage: 'graph --json',
  summary: [
    'Prints images and layers as JSON: layers by chain ID with their parents, images with their layers, all sizes in bytes.',
    '以 JSON 输出镜像和层：层以 chain ID 标识并给出父层，镜像列出各层，大小均为字节。',
  ],
  options: [],
  examples: ['stratigraph graph --json', 'stratigraph --json graph | jq ".layers | length"'],
  async execute(session, { words }) {
    if (words.length > 0) throw new UsageFault('graph takes no image');
    if (!session.json) throw new UsageFault('graph prints JSON: use graph --json');
    const { graph: data } = await readStoreView(await session.context());
    session.out(jsonText(data));
  },
};
