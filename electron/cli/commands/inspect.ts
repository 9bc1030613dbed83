import { resolveLayer } from '../../actions/images/resolveImage';
import type { ChainId } from '../../../shared/image/digest';
import { problem, problemOf } from '../../../shared/image/problem';
import { jsonText } from '../columns';
import { templatePrinter } from '../template/evaluate';
import { imageType } from '../template/goTypes';
import type { Value } from '../template/goValue';
import { inspectZeros } from '../template/zeros';
import type { Command } from '../command';
import { limitOption } from '../limits';
import { eachName } from '../eachName';
import { UsageFault } from '../parser';
import { imageAndLayer } from '../imageAndLayer';
import { platformOption } from '../platform';
import { noteLostArtifacts, readGraph, sourceOf, sourceOption } from '../source';

export const inspect: Command = {
  name: 'inspect',
  usage:
    'inspect [-f FORMAT] [--type image|layer] [--platform OS/ARCH[/VARIANT]] [--source PLACE [--limit NAME=VALUE…]] IMG[@LAYER]|LAYER…',
  summary: [
    'Prints all there is to know of images and layers as a JSON list, in the spelling of docker inspect. A layer is named by chain ID, diff ID or blob digest, or as IMG@LAYER by its number from the base or an ID. With --source it is what the engine itself says.',
    '以 JSON 列表输出镜像和层的全部信息，字段与 docker inspect 一致。层可用 chain ID、diff ID 或 blob digest 指定，也可用 IMG@LAYER（自底向上的序号或 ID）。使用 --source 时输出引擎自己给出的内容。',
  ],
  options: [
    {
      long: 'format',
      short: 'f',
      value: 'FORMAT',
      help: [
        "a Go template for each, or 'json', as Docker takes them",
        "对每一项使用的 Go 模板，或 'json'，与 Docker 相同",
      ],
    },
    {
      long: 'type',
      value: 'TYPE',
      help: ['look for an image only, or for a layer only', '只查找镜像（image）或只查找层（layer）'],
    },
    {
      long: 'size',
      short: 's',
      help: ['taken for Docker’s sake: sizes are always printed', '为兼容 Docker；总是输出大小'],
    },
    platformOption,
    sourceOption,
    limitOption,
  ],
  examples: [
    'stratigraph inspect shop:1.6',
    'stratigraph inspect --platform linux/arm64 shop:1.6',
    'stratigraph inspect 83a6fb3',
    "stratigraph inspect -f '{{range .Config.Env}}{{println .}}{{end}}' shop:1.6",
  ],
  async execute(session, parsed) {
    const { words, values } = parsed;
    const format = values.get('format')?.[0] ?? '';
    if (format !== '' && session.json) throw new UsageFault((t) => t('usage.formatJson'));
    const print =
      format === '' || format === 'json'
        ? null
        : {
            image: templatePrinter(format, { zeros: inspectZeros, type: imageType }),
            layer: templatePrinter(format, { zeros: inspectZeros }),
          };
    if (words.length === 0) throw new UsageFault((t) => t('usage.inspect'));
    const type = values.get('type')?.[0] ?? 'all';
    if (!['all', 'image', 'layer'].includes(type))
      throw new UsageFault((t) => t('usage.type', { text: type }));
    const place = await sourceOf(session, parsed);
    const graph = await readGraph(session, place);
    const ofLayer = (chainId: ChainId): Promise<unknown> => place.documents.layerDocument(chainId);
    // As Docker: what is there is printed, what is not is said.
    const { done: documents, code } = await eachName(session, words, async (word) => {
      try {
        const { image, layer } = imageAndLayer(session, { graph }, word, parsed);
        if ((layer === null ? 'layer' : 'image') === type) throw problem('image-not-found', { name: word });
        if (layer !== null) return await ofLayer(layer);
        return await place.documents.imageDocument(image.id);
      } catch (thrown) {
        const isLayer = type !== 'image' && problemOf(thrown).code === 'image-not-found';
        const layer = isLayer ? resolveLayer(graph, word) : null;
        if (!layer) throw thrown;
        return ofLayer(layer.chainId);
      }
    });
    await place.layers?.within((context) => noteLostArtifacts(session, context));
    if (print) {
      // What is printed of all or of none: a member that the last one lacks is a fault before anything is said.
      const lines = documents.map((each) => {
        const isImage = typeof each === 'object' && each !== null && 'RootFS' in each;
        return `${print[isImage ? 'image' : 'layer'](each as Value)}\n`;
      });
      for (const line of lines) session.out(line);
    } else session.out(jsonText(documents, format === 'json' ? 0 : 2));
    return code;
  },
};
