import { shortDigest } from '../../../shared/image/digest';
import { listMounts, mountImage } from '../../actions/trees/mounts';
import { readStoreView } from '../../actions/images/storeView';
import { columns, jsonText } from '../columns';
import type { Command } from '../command';
import { UsageFault } from '../parser';
import { sweptContext } from '../sweep';
import { imageAndLayer } from '../imageAndLayer';
import { platformOption } from '../platform';

export const mount: Command = {
  name: 'mount',
  usage: 'mount [--platform OS/ARCH[/VARIANT]] [IMG[@LAYER] [DIR]]',
  summary: [
    'Mounts an image read-only and prints where, until umount. Layers are unpacked once and shared between images. Without an image: lists what is mounted. An ordinary user mounts in a user namespace; the path that is printed leads into it.',
    '以只读方式挂载镜像并输出其路径，直到 umount。层只解包一次，镜像之间共享。不带镜像时列出已挂载的镜像。普通用户在用户命名空间中挂载，输出的路径可直接进入。',
  ],
  options: [platformOption],
  examples: [
    'stratigraph mount shop:1.6',
    'stratigraph mount shop:1.6 /mnt',
    'stratigraph mount shop:1.6@2',
    'ls "$(stratigraph mount shop:1.6)"',
  ],
  async execute(session, parsed) {
    const { words } = parsed;
    const [name, target, more] = words;
    if (more !== undefined) throw new UsageFault((t) => t('usage.mount'));
    const context = await sweptContext(session);
    if (name === undefined) {
      const mounts = await listMounts(context);
      if (session.json) session.out(jsonText(mounts));
      else
        session.out(
          columns([
            ['IMAGE', 'IMAGE ID', 'PATH'],
            ...mounts.map((each) => [each.name, shortDigest(each.image), each.path]),
          ]),
        );
      return;
    }
    const { image, layer } = imageAndLayer(session, await readStoreView(context), name, parsed);
    const made = await mountImage(
      context,
      { image: image.id, upTo: layer, target: target ?? null, kept: true },
      session.run(name),
    );
    session.endProgress();
    const stands = { kind: 'mount', name: made.id, at: made.path } as const;
    session.out(session.json ? jsonText(made) : `${made.path}\n`, stands);
  },
};
