import { resolveAt } from '../../actions/images/resolveImage';
import type { AddedImage } from '../../actions/making/addImage';
import { tagLayer } from '../../actions/making/tagLayer';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { UsageFault } from '../parser';
import { partOf } from '../../place/partOf';
import type { ActionContext } from '../../actions/ground/context';
import { readGraph, sourceOf, sourceOption } from '../source';

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
    const place = await sourceOf(session, parsed);
    const names = partOf(place, 'names');
    const { image: found, layer } = resolveAt(await readGraph(session, place), image);
    const isPart = layer !== null && layer !== found.top;
    if (isPart && place.layers === null) throw new UsageFault((t) => t('usage.engineLayer'));
    const { id } = found;
    const made = (context: ActionContext): Promise<AddedImage> =>
      tagLayer(context, { image: id, upTo: layer, reference }, session.run(image));
    const result = isPart
      ? await partOf(place, 'layers').within(made)
      : { id, ...(await names.tag(id, reference)) };
    if (session.json) session.out(jsonText(result));
    else if (result.movedFrom) session.note(`${result.name} named ${result.movedFrom.slice(7, 19)} before.`);
  },
};
