import { counted, newOf } from '../counted';
import { groupDigits, visibleText } from '../format';

interface Loaded {
  readonly subject: string;
  readonly images: number;
  readonly layers: number;
  readonly newLayers: number;
}
interface Saved {
  readonly subject: string;
  readonly file: string;
  readonly size: string;
}
interface Removed {
  readonly images: number;
  readonly names: number;
  readonly freed: string;
  /** Minutes after which it is freed; null where it is already. */
  readonly minutes: number | null;
}
const freedEn = ({ freed, minutes }: Removed): string =>
  minutes === null ? `, freed ${freed}` : `; ${freed} is free after ${counted(minutes, 'minute')}`;
const freedZh = ({ freed, minutes }: Removed): string =>
  minutes === null ? `，释放 ${freed}` : `，${minutes} 分钟后释放 ${freed}`;

interface Committed {
  /** Null for a dangling image. */
  readonly name: string | null;
  /** Null where no layer was made. */
  readonly size: string | null;
  readonly changes: number;
  readonly stay: number;
}
interface Subject {
  readonly subject: string;
}

/** Messages of operations, English and Simplified Chinese side by side; see `../catalogue.ts`. */
export const operation = {
  'operation.images': [
    ({ count }: { count: number }) => counted(count, 'image'),
    ({ count }: { count: number }) => `${groupDigits(count)} 个镜像`,
  ],
  'operation.title': ['Operations', '操作'],
  'operation.none': ['No operation has finished yet', '还没有已完成的操作'],
  'operation.idle': ['Ready', '就绪'],
  'operation.cancel': ['Cancel', '取消'],
  'operation.cancelOf': [
    ({ subject }: Subject) => `Cancel ${subject}`,
    ({ subject }: Subject) => `取消 ${subject}`,
  ],
  'operation.show': ['Show in folder', '在文件夹中显示'],
  'operation.nameMoved': [
    ({ name }: { name: string }) => `. ${name} was another image’s name before`,
    ({ name }: { name: string }) => `。${name} 此前是另一个镜像的名称`,
  ],
  'operation.putBack': ['Put back', '恢复'],
  'operation.putBackFor': [
    ({ minutes }: { minutes: number }) =>
      `Can be put back for ${counted(minutes, 'more minute', 'more minutes')}`,
    ({ minutes }: { minutes: number }) => `还可在 ${minutes} 分钟内恢复`,
  ],
  'operation.dismiss': ['Remove from the list', '从列表中移除'],
  'operation.dismissAll': ['Clear the list', '清空列表'],
  'operation.details': ['What happened', '查看原因'],
  'operation.finished': [
    ({ count }: { count: number }) => `${count} finished`,
    ({ count }: { count: number }) => `${count} 项已完成`,
  ],
  'operation.more': [
    ({ count }: { count: number }) => `+ ${count} more running`,
    ({ count }: { count: number }) => `另有 ${count} 项正在运行`,
  ],
  'operation.of': [
    ({ done, total }: { done: string; total: string }) => `${done} of ${total}`,
    ({ done, total }: { done: string; total: string }) => `${done} / ${total}`,
  ],
  'operation.secondsLeft': [
    ({ seconds }: { seconds: number }) =>
      seconds < 60
        ? `${seconds} s left`
        : seconds < 3600
          ? `${Math.round(seconds / 60)} min left`
          : `${Math.round(seconds / 360) / 10} h left`,
    ({ seconds }: { seconds: number }) =>
      seconds < 60
        ? `剩余 ${seconds} 秒`
        : seconds < 3600
          ? `剩余 ${Math.round(seconds / 60)} 分钟`
          : `剩余 ${Math.round(seconds / 360) / 10} 小时`,
  ],
  'operation.layer': [
    ({ layer, layers }: { layer: number; layers: number }) => `layer ${layer} of ${layers}`,
    ({ layer, layers }: { layer: number; layers: number }) => `第 ${layer} 层，共 ${groupDigits(layers)} 层`,
  ],
  'operation.image': [
    ({ image, images }: { image: number; images: number }) =>
      `image ${groupDigits(image)} of ${groupDigits(images)}`,
    ({ image, images }: { image: number; images: number }) =>
      `第 ${groupDigits(image)} 个镜像，共 ${groupDigits(images)} 个`,
  ],
  'operation.phase.starting': ['starting', '正在准备'],
  'operation.phase.reading': ['reading', '读取中'],
  'operation.phase.images': ['reading images', '正在读取镜像'],
  'operation.phase.verifying': ['verifying', '校验中'],
  'operation.phase.compressing': ['compressing layers', '正在压缩各层'],
  'operation.phase.writing': ['writing', '写入中'],
  'operation.phase.committing': ['putting into the store', '正在存入仓库'],
  'operation.phase.removing': ['removing', '删除中'],
  'operation.phase.unpacking': ['unpacking layers', '正在解包各层'],
  'operation.phase.waiting': [
    ({ name }: { name: string }) => `waiting for ${name}`,
    ({ name }: { name: string }) => `正在等待 ${name}`,
  ],
  'operation.phase.mounting': ['mounting', '挂载中'],

  'operation.load.running': [
    ({ subject }: Subject) => `Loading ${subject}`,
    ({ subject }: Subject) => `正在载入 ${subject}`,
  ],
  'operation.save.running': [
    ({ subject }: Subject) => `Saving ${subject}`,
    ({ subject }: Subject) => `正在导出 ${subject}`,
  ],
  'operation.remove.running': [
    ({ subject }: Subject) => `Deleting ${subject}`,
    ({ subject }: Subject) => `正在删除 ${subject}`,
  ],
  'operation.prune.running': [(_: Subject) => 'Pruning dangling images', (_: Subject) => '正在清理悬空镜像'],
  'operation.samples.running': [
    (_: Subject) => 'Loading the sample images',
    (_: Subject) => '正在载入示例镜像',
  ],

  'operation.load.done': [
    ({ subject, images, layers, newLayers }: Loaded) =>
      `Loaded ${subject} into the store: ${counted(images, 'image')}, ${newOf(newLayers, layers)}`,
    ({ subject, images, layers, newLayers }: Loaded) =>
      `已将 ${subject} 载入仓库：${groupDigits(images)} 个镜像，${groupDigits(layers)} 层中 ${newLayers} 层为新`,
  ],
  'operation.samples.done': [
    ({ images, layers, newLayers }: Loaded) =>
      `Loaded the sample images into the store: ${counted(images, 'image')}, ${newOf(newLayers, layers)}`,
    ({ images, layers, newLayers }: Loaded) =>
      `已将示例镜像载入仓库：${groupDigits(images)} 个镜像，${groupDigits(layers)} 层中 ${newLayers} 层为新`,
  ],
  'operation.moved': [
    ({ names }: { names: string }) => `; moved ${names}`,
    ({ names }: { names: string }) => `，${names} 改指新镜像`,
  ],
  'operation.unfit': [
    ({ names }: { names: string }) => `; no tree can be made of ${names}: its files cannot be used`,
    ({ names }: { names: string }) => `；无法由 ${names} 构成目录树，其中的文件不可用`,
  ],
  'operation.unkept': [
    (f: { count: number; path: string }) =>
      `; ${counted(f.count, 'socket')} left out${f.count === 1 ? '' : ', the first'}: ${visibleText(f.path)}`,
    (f: { count: number; path: string }) =>
      `；已略过 ${groupDigits(f.count)} 个套接字（第一个：${visibleText(f.path)}）`,
  ],
  'operation.notCopied': [
    (f: { count: number; path: string }) =>
      `; ${counted(f.count, 'device, pipe or socket', 'devices, pipes and sockets')} left out${f.count === 1 ? '' : ', the first'}: ${visibleText(f.path)}`,
    (f: { count: number; path: string }) =>
      `；已略过 ${groupDigits(f.count)} 个设备、管道或套接字（第一个：${visibleText(f.path)}）`,
  ],
  'operation.platformsLeft': [
    ({ name, platform, others }: { name: string; platform: string; others: string }) =>
      `; of ${name} this is ${platform}, ${others} left out`,
    ({ name, platform, others }: { name: string; platform: string; others: string }) =>
      `；${name} 为 ${platform}，不含 ${others}`,
  ],
  'operation.nameOnce': [
    ({ name, platform, others }: { name: string; platform: string; others: string }) =>
      `; ${name} is the name of ${platform} there, ${others} came without it`,
    ({ name, platform, others }: { name: string; platform: string; others: string }) =>
      `；在那里 ${name} 是 ${platform} 的名称，${others} 没有此名称`,
  ],
  'operation.namesNotTaken': [
    ({ names }: { names: string }) => `; without names that are no references: ${names}`,
    ({ names }: { names: string }) => `；不含不符合引用格式的名称：${names}`,
  ],
  'operation.leftOut': [
    ({ members }: { members: number }) =>
      `; ${counted(members, 'member')} left out that ${members === 1 ? 'belongs' : 'belong'} to volumes`,
    ({ members }: { members: number }) => `；已略过 ${groupDigits(members)} 个分卷成员`,
  ],
  'operation.referrersLeftOut': [
    ({ count }: { count: number }) =>
      `; without ${counted(count, 'signature or other artifact', 'signatures or other artifacts')}`,
    ({ count }: { count: number }) => `；不含 ${groupDigits(count)} 个签名或其他附件`,
  ],
  'operation.absentPlatforms': [
    ({ platforms }: { platforms: string }) => `; listed and not in it: ${platforms}`,
    ({ platforms }: { platforms: string }) => `；已列出但不在其中：${platforms}`,
  ],
  'operation.lostReferrers': [
    ({ count }: { count: number }) =>
      `; ${counted(count, 'signature or other artifact', 'signatures or other artifacts')} left out: the store has a layer in other bytes, so the manifest is another one`,
    ({ count }: { count: number }) =>
      `；已略过 ${groupDigits(count)} 个签名或其他附件：存储中某一层字节不同，manifest 因而不同`,
  ],
  'operation.converted': [
    ({ images }: { images: number }) =>
      images === 1
        ? '; converted from the form before Docker 1.10'
        : `; ${counted(images, 'image')} converted from the form before Docker 1.10`,
    ({ images }: { images: number }) => `，其中 ${groupDigits(images)} 个由 Docker 1.10 之前的格式转换而来`,
  ],
  'operation.save.done': [
    ({ subject, file, size }: Saved) => `Saved ${subject} to ${file}, ${size}`,
    ({ subject, file, size }: Saved) => `已将 ${subject} 导出到 ${file}，${size}`,
  ],
  'operation.keptFor': [
    ({ name }: { name: string }) =>
      `; nothing more was freed, since ${name} is not whole: load it again, or remove it`,
    ({ name }: { name: string }) => `；由于 ${name} 不完整，未释放其他内容：请重新载入或删除它`,
  ],
  'operation.remove.done': [
    (f: Removed) =>
      f.images === 0
        ? `Removed ${counted(f.names, 'name')}`
        : `Deleted ${counted(f.images, 'image')}${freedEn(f)}`,
    (f: Removed) =>
      f.images === 0 ? `已移除 ${f.names} 个名称` : `已删除 ${groupDigits(f.images)} 个镜像${freedZh(f)}`,
  ],
  'operation.prune.done': [
    (f: Removed) =>
      f.images === 0
        ? 'Pruned: no image was dangling'
        : `Pruned ${counted(f.images, 'dangling image')}${freedEn(f)}`,
    (f: Removed) =>
      f.images === 0 ? '清理完毕：没有悬空镜像' : `已清理 ${groupDigits(f.images)} 个悬空镜像${freedZh(f)}`,
  ],

  'operation.load.failed': [
    ({ subject }: Subject) => `${subject} was not loaded`,
    ({ subject }: Subject) => `未能载入 ${subject}`,
  ],
  'operation.samples.failed': [
    (_: Subject) => 'The sample images were not loaded',
    (_: Subject) => '未能载入示例镜像',
  ],
  // These say the same of one image and of several.
  'operation.save.failed': [
    ({ subject }: Subject) => `${subject} could not be saved`,
    ({ subject }: Subject) => `未能导出 ${subject}`,
  ],
  'operation.remove.failed': [
    ({ subject }: Subject) => `${subject} could not be deleted`,
    ({ subject }: Subject) => `未能删除 ${subject}`,
  ],
  'operation.prune.failed': [(_: Subject) => 'Nothing was pruned', (_: Subject) => '未能清理'],

  'operation.load.cancelled': [
    ({ subject }: Subject) => `Cancelled loading ${subject}; the store is unchanged`,
    ({ subject }: Subject) => `已取消载入 ${subject}，仓库未受影响`,
  ],
  'operation.samples.cancelled': [
    (_: Subject) => 'Cancelled loading the sample images; the store is unchanged',
    (_: Subject) => '已取消载入示例镜像，仓库未受影响',
  ],
  'operation.save.cancelled': [
    ({ subject }: Subject) => `Cancelled saving ${subject}; no file was written`,
    ({ subject }: Subject) => `已取消导出 ${subject}，没有写出文件`,
  ],
  'operation.remove.cancelled': [
    ({ subject }: Subject) => `Cancelled deleting ${subject}`,
    ({ subject }: Subject) => `已取消删除 ${subject}`,
  ],
  'operation.prune.cancelled': [(_: Subject) => 'Cancelled pruning', (_: Subject) => '已取消清理'],
  'operation.mount.running': [
    ({ subject }: Subject) => `Mounting ${subject}`,
    ({ subject }: Subject) => `正在挂载 ${subject}`,
  ],
  'operation.mount.failed': [
    ({ subject }: Subject) => `${subject} was not mounted`,
    ({ subject }: Subject) => `未能挂载 ${subject}`,
  ],
  'operation.mount.cancelled': [
    ({ subject }: Subject) => `Cancelled mounting ${subject}`,
    ({ subject }: Subject) => `已取消挂载 ${subject}`,
  ],
  'operation.workspace.running': [
    ({ subject }: Subject) => `Making the workspace ${subject}`,
    ({ subject }: Subject) => `正在创建工作区 ${subject}`,
  ],
  'operation.workspace.failed': [
    ({ subject }: Subject) => `The workspace ${subject} was not made`,
    ({ subject }: Subject) => `未能创建工作区 ${subject}`,
  ],
  'operation.workspace.cancelled': [
    (_: Subject) => 'Cancelled; no workspace was made',
    (_: Subject) => '已取消，未创建工作区',
  ],
  'operation.commit.running': [
    ({ subject }: Subject) => `Committing ${subject}`,
    ({ subject }: Subject) => `正在提交 ${subject}`,
  ],
  'operation.commit.failed': [
    ({ subject }: Subject) => `${subject} was not committed`,
    ({ subject }: Subject) => `未能提交 ${subject}`,
  ],
  'operation.commit.cancelled': [
    ({ subject }: Subject) => `Cancelled committing ${subject}; the workspace is as it was`,
    ({ subject }: Subject) => `已取消提交 ${subject}，工作区保持原样`,
  ],
  'operation.squash.running': [
    ({ subject }: Subject) => `Squashing ${subject}`,
    ({ subject }: Subject) => `正在合并 ${subject} 的层`,
  ],
  'operation.squash.failed': [
    ({ subject }: Subject) => `${subject} was not squashed`,
    ({ subject }: Subject) => `未能合并 ${subject} 的层`,
  ],
  'operation.squash.cancelled': [
    ({ subject }: Subject) => `Cancelled squashing ${subject}; the store is unchanged`,
    ({ subject }: Subject) => `已取消合并 ${subject}，仓库未受影响`,
  ],
  'operation.import.running': [
    ({ subject }: Subject) => `Importing ${subject}`,
    ({ subject }: Subject) => `正在导入 ${subject}`,
  ],
  'operation.import.failed': [
    ({ subject }: Subject) => `${subject} was not imported`,
    ({ subject }: Subject) => `未能导入 ${subject}`,
  ],
  'operation.import.cancelled': [
    ({ subject }: Subject) => `Cancelled importing ${subject}; the store is unchanged`,
    ({ subject }: Subject) => `已取消导入 ${subject}，仓库未受影响`,
  ],
  'operation.rewrite.running': [
    ({ subject }: Subject) => `Taking files out of ${subject}`,
    ({ subject }: Subject) => `正在从 ${subject} 移除文件`,
  ],
  'operation.rewrite.failed': [
    ({ subject }: Subject) => `Nothing was taken out of ${subject}`,
    ({ subject }: Subject) => `未能从 ${subject} 移除文件`,
  ],
  'operation.rewrite.cancelled': [
    ({ subject }: Subject) => `Cancelled taking files out of ${subject}; the store is unchanged`,
    ({ subject }: Subject) => `已取消从 ${subject} 移除文件，仓库未受影响`,
  ],
  'operation.hash.running': [
    ({ subject }: Subject) => `Comparing the contents of files: ${subject}`,
    ({ subject }: Subject) => `正在比较文件内容：${subject}`,
  ],
  'operation.hash.failed': [
    ({ subject }: Subject) => `The contents of files were not compared: ${subject}`,
    ({ subject }: Subject) => `未能比较文件内容：${subject}`,
  ],
  'operation.hash.cancelled': [
    ({ subject }: Subject) => `Stopped comparing the contents of files: ${subject}; what was read is kept`,
    ({ subject }: Subject) => `已停止比较文件内容：${subject}，已读取的结果会保留`,
  ],
  'operation.hash.done': [
    ({ layers, size }: { layers: number; size: string }) =>
      layers === 0
        ? 'The contents of the files were known already'
        : `Compared the contents of files in ${counted(layers, 'layer')} (${size})`,
    ({ layers, size }: { layers: number; size: string }) =>
      layers === 0 ? '文件内容早已读取' : `已比较 ${groupDigits(layers)} 层（${size}）的文件内容`,
  ],
  'operation.export.running': [
    ({ subject }: Subject) => `Exporting ${subject}`,
    ({ subject }: Subject) => `正在导出 ${subject} 的根文件系统`,
  ],
  'operation.export.failed': [
    ({ subject }: Subject) => `${subject} was not exported`,
    ({ subject }: Subject) => `未能导出 ${subject} 的根文件系统`,
  ],
  'operation.export.cancelled': [
    ({ subject }: Subject) => `Cancelled exporting ${subject}; no file was written`,
    ({ subject }: Subject) => `已取消导出 ${subject}，没有写出文件`,
  ],
  'operation.copy.running': [
    ({ subject }: Subject) => `Copying ${subject}`,
    ({ subject }: Subject) => `正在复制 ${subject}`,
  ],
  'operation.copy.failed': [
    ({ subject }: Subject) => `${subject} was not copied`,
    ({ subject }: Subject) => `未能复制 ${subject}`,
  ],
  'operation.copy.cancelled': [
    ({ subject }: Subject) => `Cancelled copying ${subject}; no file was written`,
    ({ subject }: Subject) => `已取消复制 ${subject}，没有写出文件`,
  ],
  'operation.mount.done': [
    ({ subject, path }: { subject: string; path: string }) => `Mounted ${subject} at ${path}`,
    ({ subject, path }: { subject: string; path: string }) => `已将 ${subject} 挂载到 ${path}`,
  ],
  'operation.workspace.done': [
    ({ name, subject }: { name: string; subject: string }) => `Workspace ${name} on ${subject} is ready`,
    ({ name, subject }: { name: string; subject: string }) => `${subject} 上的工作区 ${name} 已就绪`,
  ],
  'operation.commit.done': [
    ({ name, size, changes, stay }: Committed) =>
      `Committed ${name ?? 'a dangling image'}: ${
        size === null ? 'a history step, no layer' : `${size}, ${counted(changes, 'change')}`
      }${stay > 0 ? `, ${counted(stay, 'change')} left` : ''}`,
    ({ name, size, changes, stay }: Committed) =>
      `已提交${name === null ? '悬空镜像' : ` ${name}`}：${
        size === null ? '仅历史步骤，无新层' : `${size}，${changes} 项更改`
      }${stay > 0 ? `，${stay} 项保留` : ''}`,
  ],
  'operation.squash.done': [
    ({ name, size, changes }: Committed) =>
      `Squashed ${counted(changes, 'layer')} into one of ${size ?? '0 B'}: ${name ?? 'a dangling image'}`,
    ({ name, size, changes }: Committed) =>
      `已将 ${changes} 层合并为一层（${size ?? '0 B'}）：${name ?? '悬空镜像'}`,
  ],
  'operation.import.done': [
    ({ name, size, changes, stay }: Committed) =>
      `Imported ${name ?? 'a dangling image'}: ${size ?? '0 B'}, ${counted(changes, 'file')}${
        stay > 0
          ? `; ${counted(stay, 'member that can be no file was', 'members that can be no files were')} left out`
          : ''
      }`,
    ({ name, size, changes, stay }: Committed) =>
      `已导入${name === null ? '悬空镜像' : ` ${name}`}：${size ?? '0 B'}，${changes} 个文件${
        stay > 0 ? `；略去了 ${stay} 个不能作为文件的成员` : ''
      }`,
  ],
  'operation.rewrite.done': [
    ({ name, size, changes }: Committed) =>
      `Wrote ${counted(changes, 'layer')} anew (${size ?? '0 B'}): ${name ?? 'a dangling image'}. The old image still holds the files.`,
    ({ name, size, changes }: Committed) =>
      `已重写 ${changes} 层（${size ?? '0 B'}）：${name ?? '悬空镜像'}。旧镜像中仍有这些文件。`,
  ],
  'operation.export.done': [
    ({ subject, file, size }: Saved) => `Exported ${subject} to ${file}, ${size}`,
    ({ subject, file, size }: Saved) => `已将 ${subject} 导出到 ${file}，${size}`,
  ],
  'operation.copy.done': [
    ({ subject, file, size }: Saved) => `Copied ${subject} to ${file}, ${size}`,
    ({ subject, file, size }: Saved) => `已将 ${subject} 复制到 ${file}，${size}`,
  ],
} as const;
