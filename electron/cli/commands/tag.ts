import { resolveAt } from '../../actions/images/resolveImage';
import { tagLayer } from '../../actions/making/tagLayer';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { UsageFault } from '../parser';
import { engineActions, readGraph, sourceOf, sourceOption } from '../source';

export const tag: Command = {
  name: 'tag',
  usage: 'tag [--source PLACE] IMG[@LAYER] REF',
  summary: [
    'Gives an image a further name. A name that another image has moves here. With @LAYER (a number from the base, or an ID) the name is of a new image: the layers up to that one, with the image’s config.',
    '给镜像添加名称。若该名称属于其他镜像，则移到这里。用 @LAYER（自底向上的序号或 ID）则给新镜像命名：由该层及其下各层组成，沿用镜像的 config。',
  ],
  options: [sourceOption],
  examples: [
    'stratigraph tag shop:1.6 shop:latest',
    'stratigraph tag shop:1.6@2 shop:base',
    'stratigraph tag 678497cf5adc registry.example:5000/shop:1.6',
  ],
  async execute(session, parsed) {
    const { words } = parsed;
    const [image, reference] = words;
    if (image === undefined || reference === undefined || words.length > 2)
      throw new UsageFault((t) => t('usage.tag'));
    const open = await sourceOf(session, parsed);
    const { image: found, layer } = resolveAt(await readGraph(session, open), image);
    if (open && layer !== null && layer !== found.top) throw new UsageFault((t) => t('usage.engineLayer'));
    const { id } = found;
    const result = open
      ? await (await engineActions()).tagEngineImage(open, id, reference)
      : await tagLayer(await session.context(), { image: id, upTo: layer, reference }, session.run(image));
    if (session.json) session.out(jsonText(result));
    else if (result.movedFrom) session.note(`${result.name} named ${result.movedFrom.slice(7, 19)} before.`);
  },
};
