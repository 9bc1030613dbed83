import { readRawBlob, resolveBlob } from '../../actions/images/rawBlob';
import { readStoreView } from '../../actions/images/storeView';
import type { Command } from '../command';
import { limitOption } from '../limits';
import { UsageFault } from '../parser';
import { sourceOption } from '../source';
import { printBlob } from '../rawOutput';

export const blob: Command = {
  name: 'blob',
  usage: 'blob [--source PLACE [--limit NAME=VALUE…]] DIGEST',
  summary: [
    'Prints a blob of the store byte for byte: a layer as it is stored, a manifest, a config, an attestation. It is held against its digest; exit code 1 where it is not that any more.',
    '逐字节输出仓库中的 blob：按存储形式的层、manifest、config 或证明。输出时与其 digest 核对，不一致时退出码为 1。',
  ],
  options: [sourceOption, limitOption],
  examples: ['stratigraph blob 83a6fb3c27b1 > layer.tar.gz', 'stratigraph blob 83a6fb3c27b1 | jq .layers'],
  engineNeed: ({ words: [blob = ''] }) => ({ blob }),
  async execute(session, { words }) {
    const [word, more] = words;
    if (word === undefined || more !== undefined) throw new UsageFault((t) => t('usage.blob'));
    const context = await session.context();
    const found = await resolveBlob(context, await readStoreView(context), word);
    await printBlob(session, { ...found, chunks: readRawBlob(context, found) });
  },
};
