import { namingDamage } from '../../actions/images/damageOf';
import { readStoreView } from '../../actions/images/storeView';
import type { Command } from '../command';
import { limitOption } from '../limits';
import { UsageFault } from '../parser';
import { sourceOption } from '../source';
import { pickImage, platformOption } from '../platform';
import { printDocument } from '../printDocument';

export const config: Command = {
  name: 'config',
  usage: 'config [--source PLACE [--limit NAME=VALUE…]] [--raw] [--platform OS/ARCH[/VARIANT]] IMG',
  summary: [
    'Prints the config of an image, set out for reading; with --raw byte for byte: its SHA-256 is the image ID.',
    '以便于阅读的格式输出镜像的 config；--raw 逐字节输出，其 SHA-256 就是镜像 ID。',
  ],
  options: [
    sourceOption,
    limitOption,
    { long: 'raw', help: ['the bytes as they are stored', '按存储的字节原样输出'] },
    platformOption,
  ],
  examples: ['stratigraph config shop:1.6', 'stratigraph config --raw shop:1.6 | sha256sum'],
  engineNeed: ({ words }) => ({ images: words.slice(0, 1) }),
  async execute(session, parsed) {
    const [word, more] = parsed.words;
    if (word === undefined || more !== undefined) throw new UsageFault((t) => t('usage.config'));
    const context = await session.context();
    const view = await readStoreView(context);
    const image = pickImage(session, view.graph, word, parsed);
    await namingDamage(view, [image], async () =>
      printDocument(session, await context.store.readDocument(image.id), !parsed.switches.has('raw')),
    );
  },
};
