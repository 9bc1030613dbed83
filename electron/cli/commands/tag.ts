import { resolveImage } from '../../actions/resolveImage';
import { tagImage } from '../../actions/tagImages';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { UsageFault } from '../parser';
import { engineActions, readGraph, sourceOf, sourceOption } from '../source';

export const tag: Command = {
  name: 'tag',
  usage: 'tag [--source NAME] IMG REF',
  summary: [
    'Gives an image a further name. A name that another image has moves here.',
    '给镜像添加名称。若该名称属于其他镜像，则移到这里。',
  ],
  options: [sourceOption],
  examples: [
    'stratigraph tag shop:1.6 shop:latest',
    'stratigraph tag 678497cf5adc registry.example:5000/shop:1.6',
  ],
  async execute(session, parsed) {
    const { words } = parsed;
    const [image, reference] = words;
    if (image === undefined || reference === undefined || words.length > 2)
      throw new UsageFault((t) => t('usage.tag'));
    const open = await sourceOf(session, parsed);
    const { id } = resolveImage(await readGraph(session, open), image).image;
    const result = open
      ? await (await engineActions()).tagEngineImage(open, id, reference)
      : await tagImage(await session.context(), id, reference);
    if (session.json) session.out(jsonText(result));
    else if (result.movedFrom) session.note(`${result.name} named ${result.movedFrom.slice(7, 19)} before.`);
  },
};
