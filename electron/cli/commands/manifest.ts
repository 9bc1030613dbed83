import { namingDamage } from '../../actions/images/damageOf';
import { manifestOf } from '../../actions/images/manifestOf';
import { readStoreView } from '../../actions/images/storeView';
import type { Command } from '../command';
import { limitOption } from '../limits';
import { UsageFault } from '../parser';
import { sourceOption } from '../source';
import { platformOf } from '../platform';
import { printDocument } from '../printDocument';

export const manifest: Command = {
  name: 'manifest',
  usage: 'manifest [--source PLACE [--limit NAME=VALUE…]] [--platform OS/ARCH[/VARIANT]] IMG',
  summary: [
    'Prints the manifest that a name stands for, byte for byte: of several platforms their index, with --platform the manifest of one. Its SHA-256 is the digest of the image.',
    '逐字节输出名称所指的 manifest：含多个平台时为 index，使用 --platform 时为该平台的 manifest。其 SHA-256 就是镜像的 digest。',
  ],
  options: [
    sourceOption,
    limitOption,
    {
      long: 'platform',
      value: 'OS/ARCH[/VARIANT]',
      help: ['of several platforms the manifest of this one', '含多个平台时输出该平台的 manifest'],
    },
  ],
  examples: ['stratigraph manifest shop:1.6', 'stratigraph manifest shop:1.6 | jq .layers'],
  engineNeed: ({ words }) => ({ images: words.slice(0, 1) }),
  async execute(session, parsed) {
    const [word, more] = parsed.words;
    if (word === undefined || more !== undefined) throw new UsageFault((t) => t('usage.manifest'));
    const context = await session.context();
    const view = await readStoreView(context);
    const { image, digest } = manifestOf(view, word, platformOf(parsed));
    await namingDamage(view, [image], async () =>
      printDocument(session, await context.store.readDocument(digest)),
    );
  },
};
