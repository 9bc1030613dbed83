import { counted, newOf } from '../counted';
import { formatBytes, groupDigits, visibleName } from '../format';

interface Sizes {
  readonly bytes: number;
}

/** A name, and the images that are without it now: the first few by ID, how many more, and how many in all. */
interface Moved {
  readonly name: string;
  readonly others: string;
  readonly more: number;
  readonly count: number;
}

interface Kept {
  readonly name: string | null;
  readonly root: string | null;
  readonly keeper: 'list' | 'entry' | 'trash' | 'workspace';
}

const keptName = ({ name, root }: Kept): string =>
  [
    name === null ? '' : visibleName(name),
    root === null ? '(index.json)' : name === null ? root : `(${root})`,
  ]
    .join(' ')
    .trim();

/** Messages of one area, English and Simplified Chinese side by side; see `../catalogue.ts`. */
export const cli = {
  'cli.freed': [
    (f: Sizes) => `${formatBytes(f.bytes)} freed.`,
    (f: Sizes) => `已释放 ${formatBytes(f.bytes)}。`,
  ],
  'cli.keptFor': [
    (f: Kept) =>
      `Nothing more is freed: ${keptName(f)} is not whole, so that nobody knows what it needs. ${
        f.keeper === 'trash'
          ? 'It was cleaned up and can still be put back: free it with stratigraph gc.'
          : f.keeper === 'workspace'
            ? 'A workspace stands on it: look with stratigraph fsck, and load it again or remove that workspace.'
            : f.root === null
              ? 'The entry of the list cannot be read: take it away with the tool that has written it.'
              : `Look with stratigraph fsck, and load it again or remove it: stratigraph rmi ${f.root}.`
      }`,
    (f: Kept) =>
      `不再释放其他内容：${keptName(f)} 不完整，无法得知它需要什么。${
        f.keeper === 'trash'
          ? '它已被清理但仍可撤销：用 stratigraph gc 释放。'
          : f.keeper === 'workspace'
            ? '有工作区基于它：请用 stratigraph fsck 检查，然后重新载入该镜像或删除该工作区。'
            : f.root === null
              ? '列表中的该条目无法读取：请用写入它的工具将其移除。'
              : `请用 stratigraph fsck 检查，然后重新载入它，或将其删除：stratigraph rmi ${f.root}。`
      }`,
  ],
  'cli.goOn': ['Go on? [y/N]', '是否继续？[y/N]'],
  'cli.nothingRemoved': ['Nothing was removed.', '未删除任何内容。'],
  'cli.freedExactly': [
    (f: Sizes) => `${formatBytes(f.bytes)} (${groupDigits(f.bytes)} bytes) freed.`,
    (f: Sizes) => `已释放 ${formatBytes(f.bytes)}（${groupDigits(f.bytes)} 字节）。`,
  ],
  'cli.skippedInUse': [
    (f: { name: string; users: string }) => `${f.name} stays: it is in use by ${f.users}.`,
    (f: { name: string; users: string }) => `${f.name} 保留：${f.users} 正在使用。`,
  ],
  'cli.wouldFree': [
    (f: Sizes) => `Would free ${formatBytes(f.bytes)} (${groupDigits(f.bytes)} bytes).`,
    (f: Sizes) => `将释放 ${formatBytes(f.bytes)}（${groupDigits(f.bytes)} 字节）。`,
  ],
  'cli.droppedUnpacked': [
    (f: Sizes & { count: number }) =>
      `Dropped: ${counted(f.count, 'unpacked layer')} (${formatBytes(f.bytes)})`,
    (f: Sizes & { count: number }) => `已清除 ${groupDigits(f.count)} 个已解包层（${formatBytes(f.bytes)}）`,
  ],
  'cli.wouldDropUnpacked': [
    (f: Sizes & { count: number }) =>
      `Would drop: ${counted(f.count, 'unpacked layer')} (${formatBytes(f.bytes)})`,
    (f: Sizes & { count: number }) => `将清除 ${groupDigits(f.count)} 个已解包层（${formatBytes(f.bytes)}）`,
  ],
  'cli.droppedArchives': [
    (f: Sizes & { count: number }) =>
      `Dropped: ${counted(f.count, 'unpacked archive or saved image', 'unpacked archives and saved images')} (${formatBytes(f.bytes)})`,
    (f: Sizes & { count: number }) =>
      `已清除 ${groupDigits(f.count)} 个归档解包副本或已导出的镜像（${formatBytes(f.bytes)}）`,
  ],
  'cli.wouldDropArchives': [
    (f: Sizes & { count: number }) =>
      `Would drop: ${counted(f.count, 'unpacked archive or saved image', 'unpacked archives and saved images')} (${formatBytes(f.bytes)})`,
    (f: Sizes & { count: number }) =>
      `将清除 ${groupDigits(f.count)} 个归档解包副本或已导出的镜像（${formatBytes(f.bytes)}）`,
  ],
  'cli.wouldFreeAndKeep': [
    (f: Sizes & { kept: number }) =>
      `Would free ${formatBytes(f.bytes)} (${groupDigits(f.bytes)} bytes); ${formatBytes(f.kept)} stays`,
    (f: Sizes & { kept: number }) =>
      `将释放 ${formatBytes(f.bytes)}（${groupDigits(f.bytes)} 字节）；保留 ${formatBytes(f.kept)}`,
  ],
  'cli.standardInput': ['standard input', '标准输入'],
  'cli.standardOutput': ['standard output', '标准输出'],
  'cli.added': [
    (f: Sizes & { layers: number; fresh: number }) =>
      `${formatBytes(f.bytes)} added, ${newOf(f.fresh, f.layers)}.`,
    (f: Sizes & { layers: number; fresh: number }) =>
      `新增 ${formatBytes(f.bytes)}，${groupDigits(f.layers)} 层中有 ${groupDigits(f.fresh)} 层是新的。`,
  ],
  'cli.layerElsewhere': [
    (f: { name: string; layer: number; layers: number; text: string }) =>
      `${visibleName(f.name)}: layer ${f.layer} of ${f.layers} is not here; it may be left where it came from${
        f.text === '' ? '' : ` (${visibleName(f.text)})`
      }. What needs its files does not work.`,
    (f: { name: string; layer: number; layers: number; text: string }) =>
      `${visibleName(f.name)}：第 ${f.layer} 层（共 ${f.layers} 层）不在仓库中，可保留在原处${
        f.text === '' ? '' : `（${visibleName(f.text)}）`
      }。需要其中文件的操作无法进行。`,
  ],
  'cli.nameMoved': [
    (f: Moved) =>
      f.count <= 1
        ? `${f.name} named another image before${f.count === 0 ? '' : `, ${f.others}`}; that one is without this name now.`
        : `${f.name} named other images before, ${f.others}${f.more > 0 ? ` and ${f.more} more` : ''}; those are without this name now.`,
    (f: Moved) =>
      f.count <= 1
        ? `${f.name} 之前指向另一个镜像${f.count === 0 ? '' : `（${f.others}）`}；那个镜像已不再有此名称。`
        : `${f.name} 之前指向其他镜像（${f.others}${f.more > 0 ? ` 等，另有 ${f.more} 个` : ''}）；那些镜像已不再有此名称。`,
  ],
  'cli.nameWouldMove': [
    (f: Moved) =>
      `${f.name} is the name of ${f.others}${f.more > 0 ? ` and ${f.more} more` : ''} there, which would be without it.`,
    (f: Moved) =>
      `${f.name} 在那里是 ${f.others}${f.more > 0 ? ` 等（另有 ${f.more} 个）` : ''} 的名称，复制后将不再属于该镜像。`,
  ],
  'cli.otherManifest': [
    (f: { name: string; manifest: string }) =>
      `${f.name} names this image in another form there, ${f.manifest}; that form stays in the folder, without a name.`,
    (f: { name: string; manifest: string }) =>
      `${f.name} 在那里指向同一镜像的另一种形式（${f.manifest}）；该形式仍留在目录中，但不再有名称。`,
  ],
  'cli.wouldSend': [
    (f: Sizes & { layers: number; left: number; leftBytes: number }) =>
      `Would send ${formatBytes(f.bytes)}, ${counted(f.layers, 'layer')}${
        f.left > 0
          ? `; ${counted(f.left, 'layer is', 'layers are')} there already (${formatBytes(f.leftBytes)})`
          : ''
      }.`,
    (f: Sizes & { layers: number; left: number; leftBytes: number }) =>
      `将传输 ${formatBytes(f.bytes)}，${groupDigits(f.layers)} 层${
        f.left > 0 ? `；另有 ${groupDigits(f.left)} 层（${formatBytes(f.leftBytes)}）已在那里` : ''
      }。`,
  ],
  'cli.nameOfOthers': [
    (f: Moved) =>
      `${f.name} is the name of several images here, and stands for the last. ${f.others}${f.more > 0 ? ` and ${f.more} more` : ''} ${f.count === 1 ? 'goes' : 'go'} without it: \`tag\` gives a name where ${f.count === 1 ? 'it is' : 'they are'} then.`,
    (f: Moved) =>
      `${f.name} 在此处是多个镜像的名称，指其中最后一个。${f.others}${f.more > 0 ? ` 等，另有 ${f.more} 个` : ''} ${f.count === 1 ? '' : '都'}将没有此名称：复制后可用 \`tag\` 另起名称。`,
  ],
  'cli.replaced': [
    (f: { bytes: number }) => `A file of ${formatBytes(f.bytes)} that was there is replaced.`,
    (f: { bytes: number }) => `原有的文件（${formatBytes(f.bytes)}）已被替换。`,
  ],
  'cli.nameLeftOut': [
    (f: { name: string }) =>
      `A Docker archive takes no name like “${f.name}”: the image is in it without that name. \`tag\` gives it another.`,
    (f: { name: string }) =>
      `Docker 归档不接受“${f.name}”这样的名称：镜像在其中，但没有此名称。可用 \`tag\` 另起名称。`,
  ],
  'cli.nameNotTaken': [
    (f: { name: string }) =>
      `“${f.name}” is no name that the store and engines take: the image came without it. \`tag\` gives it another.`,
    (f: { name: string }) =>
      `“${f.name}”不是仓库和引擎接受的名称：镜像已复制，但没有此名称。可用 \`tag\` 另起名称。`,
  ],
  'cli.referrersLeftOut': [
    (f: { count: number }) =>
      `${counted(f.count, 'signature or other artifact is', 'signatures or other artifacts are')} not in it: the manifest or index that was signed is not, or is another one. Sign what is made of it, or save without --compress and --platform.`,
    (f: { count: number }) =>
      `其中不含 ${groupDigits(f.count)} 个签名或其他附件：所签名的 manifest 或索引不在其中，或已不同。请对结果重新签名，或不使用 --compress 和 --platform 保存。`,
  ],
  'cli.referrersNoRoom': [
    (f: { count: number }) =>
      `${counted(f.count, 'signature or other artifact was', 'signatures or other artifacts were')} left out: a docker-archive, which engines take, too, has no room for any. An OCI archive or layout keeps them (--format).`,
    (f: { count: number }) =>
      `已略过 ${groupDigits(f.count)} 个签名或其他附件：Docker 归档（引擎也使用该形式）无法容纳。OCI 归档或布局（--format）会保留。`,
  ],
  'cli.lostReferrers': [
    (f: { count: number }) =>
      `${counted(f.count, 'signature or other artifact was', 'signatures or other artifacts were')} left out: the store has a layer of the image in other bytes, so its manifest is another one than was signed. To keep them, load the image saved whole, without --except.`,
    (f: { count: number }) =>
      `已略过 ${groupDigits(f.count)} 个签名或其他附件：存储中该镜像的某一层字节不同，因此其 manifest 与所签名的不同。若要保留，请加载完整保存的镜像（不使用 --except）。`,
  ],
  'cli.converted': [
    (f: { count: number }) =>
      `${counted(f.count, 'image')} converted from the form that Docker had before 1.10; the image IDs are those of docker load.`,
    (f: { count: number }) =>
      `已从 Docker 1.10 之前的格式转换 ${groupDigits(f.count)} 个镜像；镜像 ID 与 docker load 一致。`,
  ],
  'cli.unfit': [
    (f: { name: string; layer: number; layers: number; path: string }) =>
      `${visibleName(f.name)} cannot be mounted, run, exported or listed: no tree can have /${visibleName(f.path)} in layer ${f.layer} of ${f.layers}.`,
    (f: { name: string; layer: number; layers: number; path: string }) =>
      `${visibleName(f.name)} 无法挂载、运行、导出或列出文件：第 ${f.layer} 层（共 ${f.layers} 层）中的 /${visibleName(f.path)} 无法存在于任何目录树中。`,
  ],
  'cli.treeless': [
    (f: { name: string; text: string; path: string }) =>
      `${visibleName(f.name)} cannot be mounted, run, exported or listed: no tree can have /${visibleName(f.path)} of layer ${f.text}.`,
    (f: { name: string; text: string; path: string }) =>
      `${visibleName(f.name)} 无法挂载、运行、导出或列出文件：层 ${f.text} 中的 /${visibleName(f.path)} 无法存在于任何目录树中。`,
  ],
  'cli.membersLeftOut': [
    (f: { count: number }) =>
      f.count === 1
        ? '1 member was left out: it is the label of a volume, or the rest of a file that began on another volume.'
        : `${groupDigits(f.count)} members were left out: each is the label of a volume, or the rest of a file that began on another volume.`,
    (f: { count: number }) =>
      `已略过 ${groupDigits(f.count)} 个成员：它们是分卷标签，或在另一分卷中开始的文件的剩余部分。`,
  ],
  'cli.left': [
    'Left before it was done. Nothing that was there is lost; the next command cleans up.',
    '已提前退出。原有内容没有丢失，下一条命令会清理残留。',
  ],
  'cli.unkept': [
    (f: { count: number; path: string }) =>
      f.count === 1
        ? `${visibleName(f.path)} was left out: a socket means something only to the program that listens there.`
        : `${groupDigits(f.count)} sockets were left out, ${visibleName(f.path)} is the first: they mean something only to the programs that listen there.`,
    (f: { count: number; path: string }) =>
      `已略过 ${groupDigits(f.count)} 个套接字（第一个：${visibleName(f.path)}）：它们只对正在监听的程序有意义。`,
  ],
  'cli.ownStore': [
    (f: { path: string }) => `${visibleName(f.path)} was left out: it is the store that the image goes into.`,
    (f: { path: string }) => `已略过 ${visibleName(f.path)}：它就是镜像要存入的仓库。`,
  ],
  'cli.copied': [
    (f: Sizes & { file: string; entries: number; leftOut: number }) =>
      `${visibleName(f.file)}: ${formatBytes(f.bytes)}, ${counted(f.entries, 'entry', 'entries')}${
        f.leftOut === 0 ? '' : `; ${counted(f.leftOut, 'device or pipe', 'devices and pipes')} left out`
      }.`,
    (f: Sizes & { file: string; entries: number; leftOut: number }) =>
      `${visibleName(f.file)}：${formatBytes(f.bytes)}，${groupDigits(f.entries)} 个条目${
        f.leftOut === 0 ? '' : `；略过 ${groupDigits(f.leftOut)} 个设备或管道`
      }。`,
  ],
  'cli.copyOwners': [
    'Owners are given by root alone: what is copied is yours.',
    '只有超级用户能设置属主：复制的内容归你所有。',
  ],
  'cli.exported': [
    (f: Sizes & { file: string; entries: number }) =>
      `${visibleName(f.file)}: ${formatBytes(f.bytes)}, ${counted(f.entries, 'entry', 'entries')}.`,
    (f: Sizes & { file: string; entries: number }) =>
      `${visibleName(f.file)}：${formatBytes(f.bytes)}，${groupDigits(f.entries)} 个条目。`,
  ],
  'cli.imported': [
    (f: Sizes & { entries: number }) =>
      `A layer of ${formatBytes(f.bytes)}, ${counted(f.entries, 'entry', 'entries')}.`,
    (f: Sizes & { entries: number }) => `一层，${formatBytes(f.bytes)}，${groupDigits(f.entries)} 个条目。`,
  ],
  'cli.wouldSquash': [
    (f: Sizes & { layers: number; kept: number }) =>
      `Would merge ${counted(f.layers, 'layer')} of ${formatBytes(f.bytes)} into one with ${formatBytes(f.kept)} of files`,
    (f: Sizes & { layers: number; kept: number }) =>
      `将把 ${groupDigits(f.layers)} 层（${formatBytes(f.bytes)}）合并为一层，含 ${formatBytes(f.kept)} 文件`,
  ],
  'cli.wouldNotShare': [
    (f: Sizes & { names: string }) => `Would no longer share ${formatBytes(f.bytes)} with ${f.names}`,
    (f: Sizes & { names: string }) => `将不再与 ${f.names} 共享 ${formatBytes(f.bytes)}`,
  ],
  'cli.squashed': [
    (f: Sizes & { layers: number }) =>
      `${counted(f.layers, 'layer is', 'layers are')} one of ${formatBytes(f.bytes)}.`,
    (f: Sizes & { layers: number }) => `${groupDigits(f.layers)} 层已合并为一层，${formatBytes(f.bytes)}。`,
  ],
  'cli.duplicates': [
    (f: { count: number; waste: number; stored: number }) =>
      `${counted(f.count, 'file lies', 'files lie')} in more than one layer: ${formatBytes(f.waste)} unpacked, about ${formatBytes(f.stored)} on disk, more than once.`,
    (f: { count: number; waste: number; stored: number }) =>
      `${groupDigits(f.count)} 个文件存在于多个层中：重复 ${formatBytes(f.waste)}（解包后），磁盘上约 ${formatBytes(f.stored)}。`,
  ],
  'cli.platformsLeftOut': [
    (f: { name: string; platform: string; others: string; more: number }) =>
      `${f.name}: a docker-archive holds one platform, here ${f.platform}; ${f.others}${f.more > 0 ? ` and ${f.more} more` : ''} left out. --platform takes another one, --format oci-archive or oci-dir keeps all.`,
    (f: { name: string; platform: string; others: string; more: number }) =>
      `${f.name}：Docker 归档只含一个平台，此处为 ${f.platform}；未写出 ${f.others}${f.more > 0 ? ` 等，另有 ${f.more} 个` : ''}。--platform 可选其他平台，OCI 归档或目录保留全部平台。`,
  ],
  'cli.nameOnce': [
    (f: { name: string; platform: string; others: string; more: number }) =>
      `${f.name}: a docker-archive gives a name to one image, here that of ${f.platform}; ${f.others}${f.more > 0 ? ` and ${f.more} more` : ''} are in it without this name. --format oci-archive or oci-dir keeps all under it.`,
    (f: { name: string; platform: string; others: string; more: number }) =>
      `${f.name}：Docker 归档中一个名称只属于一个镜像，此处为 ${f.platform}；${f.others}${f.more > 0 ? ` 等，另有 ${f.more} 个` : ''} 也在其中，但没有此名称。OCI 归档或目录则全部以此名称保留。`,
  ],
  'cli.platformsAbsent': [
    (f: { others: string; more: number }) =>
      `Listed and not in it: ${f.others}${f.more > 0 ? ` and ${f.more} more` : ''}. Load an archive with them, and they are there under the same name.`,
    (f: { others: string; more: number }) =>
      `已列出但不在其中：${f.others}${f.more > 0 ? ` 等，另有 ${f.more} 个` : ''}。载入含有它们的归档后，即以同一名称出现。`,
  ],
  'cli.platform': [
    (f: { name: string; platform: string; others: string; more: number }) =>
      `${f.name}: this is ${f.platform}; --platform takes ${f.others}${f.more > 0 ? ` and ${f.more} more` : ''}.`,
    (f: { name: string; platform: string; others: string; more: number }) =>
      `${f.name}：当前为 ${f.platform}；--platform 可选 ${f.others}${f.more > 0 ? ` 等，另有 ${f.more} 个` : ''}。`,
  ],
} as const;
