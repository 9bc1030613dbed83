import { translator } from '../../../shared/text/catalogue';
import { layerOf, resolveImage } from '../../actions/images/resolveImage';
import { previewSquash, squashImage } from '../../actions/making/squashImage';
import { readStoreView } from '../../actions/images/storeView';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { imageStands } from '../standing';
import { UsageFault } from '../parser';

export const squash: Command = {
  name: 'squash',
  usage: 'squash [-n] [--from LAYER] IMG [REF]',
  summary: [
    'Merges the layers of an image into one: the root filesystem stays the same, what was covered or deleted is gone. Makes a new image; the old one stays.',
    '把镜像的各层合并为一层：根文件系统不变，被覆盖或删除的内容不再存在。生成新镜像，旧镜像保留。',
  ],
  options: [
    {
      long: 'from',
      value: 'LAYER',
      help: [
        'merge from this layer up: its number from the base, or an ID',
        '从该层（自底向上的序号或 ID）开始合并',
      ],
    },
    {
      long: 'dry-run',
      short: 'n',
      help: ['only say what it would give, and what sharing it would lose', '只说明结果以及会失去的共享'],
    },
  ],
  examples: [
    'stratigraph squash shop:1.6 shop:1.6-flat',
    'stratigraph squash -n --from 4fbb26bd6abe shop:1.6',
  ],
  async execute(session, { switches, values, words }) {
    const [name, reference, more] = words;
    if (name === undefined || more !== undefined) throw new UsageFault((t) => t('usage.squash'));
    const t = translator(session.language);
    const context = await session.context();
    const { graph } = await readStoreView(context);
    const { image } = resolveImage(graph, name);
    const text = values.get('from')?.[0];
    const from = text === undefined ? null : layerOf(graph, image, text);
    if (switches.has('dry-run')) {
      const preview = await previewSquash(context, image.id, from);
      if (session.json) session.out(jsonText(preview));
      else {
        const { layers, bytes, keptBytes: kept } = preview;
        session.out(`${t('cli.wouldSquash', { layers, bytes, kept })}\n`);
        if (preview.sharedBytes > 0)
          session.out(
            `${t('cli.wouldNotShare', { bytes: preview.sharedBytes, names: preview.sharedWith.join(', ') })}\n`,
          );
      }
      return;
    }
    const what = { image: image.id, from, reference: reference ?? null };
    const result = await squashImage(context, what, session.run(name));
    session.endProgress();
    const stands = imageStands(result.name, result.id);
    if (session.json) session.out(jsonText(result), stands);
    else {
      session.out(`${result.id}\n`, stands);
      session.note(t('cli.squashed', { layers: result.changes, bytes: result.layerBytes ?? 0 }));
    }
  },
};
