import { jsonText } from '../columns';
import type { Command } from '../command';
import { UsageFault } from '../parser';
import { readGraph, sourceOf, sourceOption } from '../source';

export const graph: Command = {
  name: 'graph',
  usage: 'graph --json [--source NAME]',
  summary: [
    'Prints images and layers as JSON: layers by chain ID with their parents, images with their layers, all sizes in bytes.',
    '以 JSON 输出镜像和层：层以 chain ID 标识并给出父层，镜像列出各层，大小均为字节。',
  ],
  options: [sourceOption],
  examples: ['stratigraph graph --json', 'stratigraph --json graph | jq ".layers | length"'],
  async execute(session, parsed) {
    const { words } = parsed;
    if (words.length > 0) throw new UsageFault('graph takes no image');
    if (!session.json) throw new UsageFault('graph prints JSON: use graph --json');
    session.out(jsonText(await readGraph(session, await sourceOf(session, parsed))));
  },
};
