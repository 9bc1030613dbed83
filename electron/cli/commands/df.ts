import { shortDigest } from '../../../shared/image/digest';
import { formatAgeInWords, formatBytes, isNoDate } from '../../../shared/text/format';
import { readDiskUse, readEngineUse, type DiskUse, type DiskUseRow } from '../../actions/upkeep/diskUse';
import { columns, jsonText } from '../columns';
import { dockerSize, rowFormat, rowFormatOption } from '../rowFormat';
import type { Command, Session } from '../command';
import { limitOption } from '../limits';
import { UsageFault, type Parsed } from '../parser';
import { readWholeGraph, readWholeStore, sourceOf, sourceOption } from '../source';
import { sweptContext } from '../sweep';

const kinds: Readonly<Record<DiskUseRow['kind'], readonly [en: string, zh: string]>> = {
  images: ['Images', '镜像'],
  workspaces: ['Workspaces', '工作区'],
  unpacked: ['Unpacked layers', '解包的层'],
  indexes: ['File indexes', '文件索引'],
  unreached: ['Unreached blobs', '无人引用的 blob'],
};

/** How much of it that is, as Docker prints it. */
const share = (part: number, whole: number): string =>
  whole > 0 ? ` (${Math.floor((part / whole) * 100)}%)` : '';

/** The fields of Docker's templates for `system df`, with their headings. */
const heads = {
  Type: 'TYPE',
  TotalCount: 'TOTAL',
  Active: 'ACTIVE',
  Size: 'SIZE',
  Reclaimable: 'RECLAIMABLE',
};

/** What the place takes: of an engine what it tells itself, of which no layer is read. */
async function useOf(session: Session, parsed: Parsed): Promise<DiskUse> {
  const place = await sourceOf(session, parsed);
  if (place.layers === null) return readEngineUse(await readWholeGraph(session, place));
  const context = await sweptContext(session, { reads: true });
  await readWholeStore(session);
  return readDiskUse(context, { isFixed: place.cannot.includes('write') });
}

export const df: Command = {
  name: 'df',
  usage: 'df [--source PLACE [--limit NAME=VALUE…]] [-v] [--format FORMAT]',
  summary: [
    'Shows what the store takes on disk and what can be freed. Shared blobs are counted once; with -v each image with its shared, unique and reclaimable bytes, and what only goes with several. Reclaimable are, as in Docker, all images that nothing uses (prune -a).',
    '显示仓库占用的磁盘空间及可释放的空间。共享的 blob 只计一次；-v 列出每个镜像的共享、独占和可释放字节数，以及多个镜像共有的部分。与 Docker 相同，可释放指一切未被使用的镜像（prune -a）。',
  ],
  options: [
    sourceOption,
    limitOption,
    { long: 'verbose', short: 'v', help: ['each image on its own', '逐个列出镜像'] },
    rowFormatOption,
  ],
  examples: ['stratigraph df', 'stratigraph df -v', 'stratigraph --json df'],
  async execute(session, parsed) {
    const { switches, words } = parsed;
    if (words.length > 0) throw new UsageFault((t) => t('usage.df'));
    const format = rowFormat(session, parsed, heads);
    if (format && switches.has('verbose')) throw new UsageFault((t) => t('usage.dfFormat'));
    const use = await useOf(session, parsed);
    if (session.json) {
      session.out(jsonText(use));
      return;
    }
    const at = session.language === 'zh-CN' ? 1 : 0;
    const rows = use.rows.map(({ kind, count, active, size, reclaimable }) => [
      kinds[kind][at],
      String(count),
      String(active),
      formatBytes(size),
      formatBytes(reclaimable) + share(reclaimable, size),
    ]);
    if (format) {
      format(
        use.rows.map(({ kind, count, active, size, reclaimable }) => ({
          Type: kinds[kind][at],
          TotalCount: String(count),
          Active: String(active),
          Size: dockerSize(size, 4),
          Reclaimable: dockerSize(reclaimable, 4) + share(reclaimable, size),
        })),
      );
      return;
    }
    const total = [
      at === 1 ? '合计' : 'Total',
      '',
      '',
      formatBytes(use.total.size),
      formatBytes(use.total.reclaimable),
    ];
    session.out(columns([['TYPE', 'TOTAL', 'ACTIVE', 'SIZE', 'RECLAIMABLE'], ...rows, total]));
    if (!switches.has('verbose')) return;
    const now = Date.now();
    const images = [...use.images].sort((a, b) => b.unique - a.unique || (a.id < b.id ? -1 : 1));
    const table = images.map((image) => [
      image.names[0] ?? '<none>',
      shortDigest(image.id),
      isNoDate(image.created) ? 'N/A' : formatAgeInWords(image.created, now, session.language),
      formatBytes(image.size),
      formatBytes(image.shared),
      formatBytes(image.unique),
      formatBytes(image.reclaimable),
      image.usedBy.join(', '),
    ]);
    const head = ['IMAGE', 'ID', 'CREATED', 'SIZE', 'SHARED', 'UNIQUE', 'RECLAIMABLE', 'USED BY'];
    // What belongs to several goes when the last of them does: with it the columns add up to the row of images.
    const { size, reclaimable } = use.between;
    const between = [
      at === 1 ? '<共享>' : '<shared>',
      '',
      '',
      '',
      formatBytes(size),
      '',
      formatBytes(reclaimable),
      '',
    ];
    session.out(`\n${columns([head, ...table, ...(size > 0 ? [between] : [])])}`);
  },
};
