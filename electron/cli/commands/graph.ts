import { isOpened } from '../../../shared/ipc/placeKinds';
import { layerNumbers } from '../../../shared/graph/cutImage';
import { dockvizJson } from '../../../shared/graph/dockviz/json';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { limitOption } from '../limits';
import { UsageFault } from '../parser';
import { dockvizList, stdinOption } from './dockviz';
import { readWholeGraph, sourceOf, sourceOption } from '../source';

export const graph: Command = {
  name: 'graph',
  usage: 'graph --json [--dockviz] [--stdin|--source PLACE [--limit NAME=VALUE…]]',
  summary: [
    'Prints images and layers as JSON: layers by chain ID with their parents, images with their layers, all sizes in bytes.',
    '以 JSON 输出镜像和层：层以 chain ID 标识并给出父层，镜像列出各层，大小均为字节。',
  ],
  options: [
    {
      long: 'dockviz',
      help: ['the list that dockviz reads, an entry a layer', '输出 dockviz 可读取的列表，每层一项'],
    },
    stdinOption,
    sourceOption,
    limitOption,
  ],
  examples: [
    'stratigraph graph --json',
    'stratigraph --json graph | jq ".layers | length"',
    'stratigraph graph --json --dockviz | dockviz --stdin images -t',
  ],
  async execute(session, parsed) {
    const { switches, words } = parsed;
    if (words.length > 0) throw new UsageFault((t) => t('usage.graph'));
    if (!session.json) throw new UsageFault((t) => t('usage.graphJson'));
    if (switches.has('dockviz')) {
      session.out(jsonText(dockvizJson(await dockvizList(session, parsed))));
      return;
    }
    if (switches.has('stdin')) throw new UsageFault((t) => t('usage.stdinDockviz'));
    const place = await sourceOf(session, parsed);
    const graph = await readWholeGraph(session, place);
    const numbers = layerNumbers(graph);
    const layers = graph.layers.map((layer) => ({ ...layer, number: numbers.get(layer.chainId) ?? null }));
    // What is looked at stands for the store in all else.
    const source = isOpened(place.id) ? { kind: 'opened', name: place.label } : graph.source;
    session.out(jsonText({ ...graph, source, layers }));
  },
};
