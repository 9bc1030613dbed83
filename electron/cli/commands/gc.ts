import { addBytes } from '../../../shared/image/bytes';
import { translator } from '../../../shared/text/catalogue';
import { freeUnreached, previewUnreached } from '../../actions/upkeep/freeUnreached';
import { dropUnpacked } from '../../store/unpackedArchives';
import { readWholeStore } from '../source';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { UsageFault } from '../parser';
import { noteRunning } from '../sweep';
import { noteKept } from './rmi';

export const gc: Command = {
  name: 'gc',
  usage: 'gc [-n]',
  summary: [
    'Frees what no image, workspace or running load needs: blobs that a crash left, images removed by a clean-up that could still be taken back, unpacked layers that no mount shows, and unpacked copies of archives in the cache that nobody looks at.',
    '释放没有镜像、工作区或正在进行的载入所需要的内容：崩溃遗留的 blob、清理后仍可撤销的镜像，没有挂载使用的已解包层，以及缓存中无人查看的归档解包副本。',
  ],
  options: [{ long: 'dry-run', short: 'n', help: ['only say what would be freed', '只说明将释放的内容'] }],
  examples: ['stratigraph gc -n', 'stratigraph gc'],
  async execute(session, { switches, words }) {
    if (words.length > 0) throw new UsageFault((t) => t('usage.gc'));
    const preview = switches.has('dry-run');
    const context = await session.context();
    // What an image needs that cannot be read is not known: it may be among what goes.
    await readWholeStore(session);
    const freed = preview
      ? await previewUnreached(context)
      : await freeUnreached(context, session.run('gc'), ({ running }) => noteRunning(session, running));
    const archives = await dropUnpacked({ preview });
    session.endProgress();
    if (session.json) {
      session.out(jsonText({ ...freed, archives }));
      return freed.keptFor ? 1 : 0;
    }
    for (const digest of freed.blobs) session.out(`${preview ? 'Would free' : 'Freed'}: ${digest}\n`);
    const t = translator(session.language);
    const { bytes, unpacked } = freed;
    if (unpacked.count > 0)
      session.note(t(preview ? 'cli.wouldDropUnpacked' : 'cli.droppedUnpacked', unpacked));
    if (archives.count > 0)
      session.note(t(preview ? 'cli.wouldDropArchives' : 'cli.droppedArchives', archives));
    const all = addBytes(bytes, addBytes(unpacked.bytes, archives.bytes));
    session.note(t(preview ? 'cli.wouldFree' : 'cli.freedExactly', { bytes: all }));
    noteKept(session, freed.keptFor);
    return freed.keptFor ? 1 : 0;
  },
};
