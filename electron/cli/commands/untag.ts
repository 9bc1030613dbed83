import { untagImage } from '../../actions/tagImages';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { UsageFault } from '../parser';

export const untag: Command = {
  name: 'untag',
  usage: 'untag REF',
  summary: [
    'Takes a name away. The image stays; without any name left it is dangling.',
    '移除名称。镜像保留；没有名称的镜像成为悬空镜像。',
  ],
  options: [],
  examples: ['stratigraph untag shop:latest'],
  async execute(session, { words }) {
    const [name] = words;
    if (name === undefined || words.length > 1) throw new UsageFault('untag needs REF');
    const result = await untagImage(await session.context(), name);
    session.out(session.json ? jsonText(result) : `Untagged: ${name}\n`);
  },
};
