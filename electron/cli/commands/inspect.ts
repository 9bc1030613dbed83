import { inspectImageDocument } from '../../actions/inspectImage';
import { inspectLayerDocument } from '../../actions/inspectLayer';
import { resolveImage, resolveLayer } from '../../actions/resolveImage';
import { readStoreView } from '../../actions/storeView';
import { problemOf } from '../../../shared/image/problem';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { UsageFault } from '../parser';

export const inspect: Command = {
  name: 'inspect',
  usage: 'inspect IMG|LAYER…',
  summary: [
    'Prints all there is to know of images and layers as a JSON list, in the spelling of docker inspect. A layer is named by chain ID, diff ID or blob digest.',
    '以 JSON 列表输出镜像和层的全部信息，字段与 docker inspect 一致。层可用 chain ID、diff ID 或 blob digest 指定。',
  ],
  options: [],
  examples: ['stratigraph inspect shop:1.6', 'stratigraph inspect 83a6fb3'],
  async execute(session, { words }) {
    if (words.length === 0) throw new UsageFault('inspect needs an image or a layer');
    const context = await session.context();
    const { graph } = await readStoreView(context);
    const documents = [];
    for (const word of words) {
      try {
        documents.push(await inspectImageDocument(context, resolveImage(graph, word).image.id));
      } catch (thrown) {
        const layer = problemOf(thrown).code === 'image-not-found' ? resolveLayer(graph, word) : null;
        if (!layer) throw thrown;
        documents.push(await inspectLayerDocument(context, layer.chainId));
      }
    }
    session.out(jsonText(documents));
  },
};
