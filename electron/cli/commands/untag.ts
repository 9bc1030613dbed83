import { partOf } from '../../place/partOf';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { UsageFault } from '../parser';
import { sourceOf, sourceOption } from '../source';

export const untag: Command = {
  name: 'untag',
  usage: 'untag [--source PLACE] REF',
  summary: [
    'Takes a name away. The image stays; without any name left it is dangling. Of an engine the last name of an image is not taken away: it would delete the image.',
    '移除名称。镜像保留；没有名称的镜像成为悬空镜像。引擎中镜像的最后一个名称不会被移除，否则镜像会被删除。',
  ],
  options: [sourceOption],
  examples: ['stratigraph untag shop:latest'],
  async execute(session, parsed) {
    const { words } = parsed;
    const [name] = words;
    if (name === undefined || words.length > 1) throw new UsageFault((t) => t('usage.untag'));
    const result = await partOf(await sourceOf(session, parsed), 'names').untag(name);
    session.out(session.json ? jsonText(result) : `Untagged: ${name}\n`);
  },
};
