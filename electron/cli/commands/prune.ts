import type { ImageId } from '../../../shared/image/digest';
import { translator } from '../../../shared/text/catalogue';
import { displayName } from '../../../shared/graph/sharing';
import { visibleText } from '../../../shared/text/format';
import { previewPrune, pruneImages } from '../../actions/images/pruneImages';
import { prunable } from '../../actions/images/removeImages';
import { withWholeLabels } from '../../actions/images/storeView';
import { asksLabels, imageRows, parseFilters } from './images';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { canAsk, confirm } from '../confirm';
import { UsageFault } from '../parser';
import { readWholeStore } from '../source';
import { sweptContext } from '../sweep';
import { noteKept, printPreview } from './rmi';

export const prune: Command = {
  name: 'prune',
  usage: 'prune [-a] [-f] [-n] [--filter FILTER]',
  summary: [
    'Removes images without a name, after saying on a terminal what goes and asking. What a workspace or a mount uses stays, and is said.',
    '删除没有名称的镜像；在终端中会先说明将删除的内容并询问。工作区或挂载正在使用的镜像会保留并列出。',
  ],
  options: [
    { long: 'all', short: 'a', help: ['remove every image, named or not', '删除全部镜像，无论有无名称'] },
    {
      long: 'filter',
      value: 'FILTER',
      many: true,
      help: [
        'only images that pass: until=TIME|AGE, label=K[=V], label!=K[=V], and those of images',
        '仅限符合条件的镜像：until=时间|时长、label=K[=V]、label!=K[=V]，以及 images 的筛选条件',
      ],
    },
    {
      long: 'force',
      short: 'f',
      help: ['ask nothing; without a terminal nothing is asked anyway', '不询问；没有终端时本来就不询问'],
    },
    { long: 'dry-run', short: 'n', help: ['only say what would be freed', '只说明将释放的内容'] },
  ],
  examples: ['stratigraph prune -n', 'stratigraph prune', 'stratigraph prune -a --filter until=240h'],
  async execute(session, { switches, values, words }) {
    if (words.length > 0) throw new UsageFault((t) => t('usage.prune'));
    const isPreview = switches.has('dry-run');
    const context = await sweptContext(session, { reads: true });
    const { graph } = await readWholeStore(session);
    const filters = values.get('filter') ?? [];
    const filtered = asksLabels(filters) ? await withWholeLabels(context, graph) : graph;
    const keep = parseFilters(filters, filtered, true);
    const fitting = new Set(imageRows(filtered).flatMap((row) => (keep(row) ? [row.image.id] : [])));
    const choice = { all: switches.has('all'), fits: ({ id }: { id: ImageId }) => fitting.has(id) };
    const { skipped } = await prunable(context, choice);
    const t = translator(session.language);
    for (const { image, usedBy } of skipped)
      session.note(
        t('cli.skippedInUse', {
          name: visibleText(displayName(image)),
          users: usedBy.map(visibleText).join(', '),
        }),
      );
    if (isPreview) {
      const preview = await previewPrune(context, choice);
      if (session.json) session.out(jsonText(preview));
      else printPreview(session, preview);
      return 0;
    }
    if (!switches.has('force') && canAsk()) {
      const preview = await previewPrune(context, choice);
      if (preview.images.length > 0) {
        // To standard error, beside the question: what is printed is what was done.
        printPreview({ ...session, out: (text) => session.note(text.trimEnd()) }, preview);
        if (!(await confirm(session))) {
          session.note(t('cli.nothingRemoved'));
          return 1;
        }
      }
    }
    const result = await pruneImages(context, choice, session.run('prune'));
    session.endProgress();
    if (session.json) session.out(jsonText(result));
    else {
      for (const name of result.untagged) session.out(`Untagged: ${name}\n`);
      for (const id of result.removed) session.out(`Deleted: ${id}\n`);
      session.note(t('cli.freed', { bytes: result.freedBytes }));
      noteKept(session, result.keptFor);
    }
    return 0;
  },
};
