import { translator } from '../../../shared/text/catalogue';
import { previewPrune, pruneImages } from '../../actions/pruneImages';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { UsageFault } from '../parser';
import { printPreview } from './rmi';

export const prune: Command = {
  name: 'prune',
  usage: 'prune [-a] [-n]',
  summary: ['Removes images without a name.', '删除没有名称的镜像。'],
  options: [
    { long: 'all', short: 'a', help: ['remove every image, named or not', '删除全部镜像，无论有无名称'] },
    { long: 'dry-run', short: 'n', help: ['only say what would be freed', '只说明将释放的内容'] },
  ],
  examples: ['stratigraph prune -n', 'stratigraph prune'],
  async execute(session, { switches, words }) {
    if (words.length > 0) throw new UsageFault((t) => t('usage.prune'));
    const context = await session.context();
    const all = switches.has('all');
    if (switches.has('dry-run')) {
      const preview = await previewPrune(context, { all });
      if (session.json) session.out(jsonText(preview));
      else printPreview(session, preview);
      return;
    }
    const result = await pruneImages(context, { all }, session.run('prune'));
    session.endProgress();
    if (session.json) session.out(jsonText(result));
    else {
      for (const name of result.untagged) session.out(`Untagged: ${name}\n`);
      for (const id of result.removed) session.out(`Deleted: ${id}\n`);
      session.note(translator(session.language)('cli.freed', { bytes: result.freedBytes }));
    }
  },
};
