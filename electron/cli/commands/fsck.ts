import { damagedProblem } from '../../actions/records/workspaceRecords';
import { readStoreView } from '../../actions/images/storeView';
import { noteElsewhere } from '../noteElsewhere';
import { translator } from '../../../shared/text/catalogue';
import { formatBytes, groupDigits, visibleText } from '../../../shared/text/format';
import { problemSentence } from '../../../shared/text/problemText';
import { fsck as check } from '../../actions/upkeep/fsck';
import { jsonText } from '../columns';
import type { Command } from '../command';
import { UsageFault } from '../parser';
import { noteKept } from './rmi';

const kinds: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  index: ['index', '索引'],
  manifest: ['manifest', 'manifest'],
  config: ['config', 'config'],
  layer: ['layer', '层'],
  blob: ['blob', 'blob'],
};

export const fsck: Command = {
  name: 'fsck',
  usage: 'fsck [--repair]',
  summary: [
    'Reads everything that images of the store need and verifies it: digests, sizes, diff IDs, documents. Says which images a damaged blob belongs to. Exit code 1 when something is damaged.',
    '读取并校验仓库中镜像所需的全部内容：digest、大小、diff ID 和文档，并说明损坏的 blob 属于哪些镜像。发现损坏时退出码为 1。',
  ],
  options: [
    {
      long: 'repair',
      help: [
        'rebuild file indexes, drop unpacked layers that no mount shows, move damaged blobs to quarantine/, list images without a manifest no more, make an index.json shorter that is too long to be read',
        '重建文件索引，清除未挂载的解包层，把损坏的 blob 移至 quarantine/，不再列出没有 manifest 的镜像，并缩短过长而无法读取的 index.json',
      ],
    },
  ],
  examples: ['stratigraph fsck', 'stratigraph fsck --repair', 'stratigraph --json fsck | jq .damage'],
  async execute(session, { switches, words }) {
    if (words.length > 0) throw new UsageFault((t) => t('usage.fsck'));
    const repair = switches.has('repair');
    const report = await check(await session.context(), { repair }, session.run('fsck'));
    session.endProgress();
    const { damage, treeless, damagedWorkspaces, unfit } = report;
    const failed = [damage, treeless, damagedWorkspaces, unfit].some(({ length }) => length > 0) ? 1 : 0;
    if (session.json) {
      session.out(jsonText(report));
      return failed;
    }
    const zh = session.language === 'zh-CN';
    for (const { images, kind, digest, problem: fault, quarantined } of report.damage) {
      const what = kinds[kind]?.[zh ? 1 : 0] ?? kind;
      const moved = quarantined ? (zh ? '（已移至 quarantine/）' : ' (moved to quarantine/)') : '';
      session.out(
        `${visibleText(images.join(', '))}: ${what} ${digest}${moved}: ${problemSentence(fault, session.language)}\n`,
      );
    }
    const t = translator(session.language);
    for (const { digest, images, path } of treeless)
      session.out(`${t('cli.treeless', { name: images.join(', '), text: digest, path })}\n`);
    for (const { name, problem: fault } of report.unfit)
      session.out(
        `${name === null ? '' : `${visibleText(name)}: `}${problemSentence(fault, session.language)}\n`,
      );
    if (report.mended !== null) {
      const { names, images, unreadable, aside } = report.mended;
      session.out(
        zh
          ? `index.json 过长，已重新列出镜像；不再列出 ${images} 个镜像、其他镜像的 ${names} 个多余名称和 ${unreadable} 个无法读取的条目。旧列表保留在 ${visibleText(aside)}。\n`
          : `index.json was too long and lists the images again; left out: images ${images}, further names of others ${names}, entries that cannot be read ${unreadable}. The old list is ${visibleText(aside)}.\n`,
      );
    }
    for (const { digest, names } of report.droppedRoots) {
      const what = visibleText(names.length > 0 ? names.join(', ') : digest);
      session.out(
        zh
          ? `${what} 已从镜像列表中移除：其 manifest 已不存在。载入包含它的归档即可恢复。\n`
          : `${what} is no longer listed: its manifest is not there. Load an archive that holds it to have it back.\n`,
      );
    }
    for (const name of report.damagedWorkspaces)
      session.out(
        `${problemSentence((await damagedProblem((await session.context()).store.directory, name)).problem, session.language)}\n`,
      );
    const { graph } = await readStoreView(await session.context());
    noteElsewhere(session, graph, graph.images);
    const { blobs, bytes, staleIndexes: stale, staleCaches: caches, unreached } = report;
    const size = `${formatBytes(bytes)} (${groupDigits(bytes)} bytes)`;
    if (zh) {
      session.out(`已校验 ${blobs} 个 blob，${formatBytes(bytes)}；损坏 ${report.damage.length} 个。\n`);
      if (stale > 0) session.out(`${stale} 个层的文件索引${repair ? '已重建' : '需要重建（--repair）'}。\n`);
      for (const name of caches)
        session.out(
          `缓存 ${visibleText(name)} 已被改动、不是由本程序写入或由其他版本写入，不再采用${repair ? '，已清除' : ''}。\n`,
        );
      if (unreached.blobs > 0)
        session.out(
          `${unreached.blobs} 个 blob（${formatBytes(unreached.bytes)}）没有镜像需要：gc 可释放。\n`,
        );
    } else {
      session.out(`Verified ${blobs} blobs, ${size}; ${report.damage.length} damaged.\n`);
      if (stale > 0)
        session.out(
          `File indexes of layers ${repair ? 'made again' : 'to be made again (--repair)'}: ${stale}.\n`,
        );
      for (const name of caches)
        session.out(
          `Cache ${visibleText(name)} was changed, is not ours or was made by another version, and is passed over${repair ? '; dropped' : ''}.\n`,
        );
      if (unreached.blobs > 0)
        session.out(
          `No image needs ${unreached.blobs} blobs, ${formatBytes(unreached.bytes)}: gc frees them.\n`,
        );
    }
    noteKept(session, unreached.keptFor);
    return failed;
  },
};
