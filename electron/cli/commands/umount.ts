import { visibleText } from '../../../shared/text/format';
import { listMounts, unmountImage } from '../../actions/trees/mounts';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { eachName } from '../eachName';
import { UsageFault } from '../parser';
import { sweptContext } from '../sweep';

export const umount: Command = {
  name: 'umount',
  usage: 'umount [-l] -a | IMG|DIR…',
  summary: [
    'Unmounts images, named by image or by folder. What is unpacked stays, for the next mount.',
    '卸载镜像，可用镜像名称或目录指定。已解包的层保留，供下次挂载使用。',
  ],
  options: [
    { long: 'all', short: 'a', help: ['unmount every image', '卸载全部镜像'] },
    {
      long: 'lazy',
      short: 'l',
      help: [
        'detach a folder that somebody is in; it ends when they leave',
        '分离仍被使用的目录，待其使用者离开后结束',
      ],
    },
  ],
  examples: ['stratigraph umount shop:1.6', 'stratigraph umount /mnt', 'stratigraph umount -a'],
  async execute(session, { switches, words }) {
    // In a store of somebody else nothing of ours is mounted, and why it cannot be is to be said.
    (await session.context()).store.checkOwned();
    const all = switches.has('all');
    if (all === words.length > 0) throw new UsageFault((t) => t('usage.umount'));
    const context = await sweptContext(session);
    const names = all ? (await listMounts(context)).map(({ id }) => id) : words;
    const { done: ended, code } = await eachName(session, names, (name) =>
      unmountImage(context, name, switches.has('lazy')),
    );
    if (session.json) session.out(jsonText(ended));
    else
      for (const { name, path } of ended)
        session.note(`${visibleText(name)}: ${visibleText(path)} is unmounted.`);
    return code;
  },
};
