import { counted, newOf } from '../counted';
import { groupDigits } from '../format';

interface CopyOut {
  readonly subject: string;
  readonly engine: string;
}

/** Messages about where images are: the store and engines; see `../catalogue.ts`. */
/** What a place lacks of what was selected: `count` images, of which `names` has the first `told`; 0: a layer. */
interface GoneFacts {
  readonly place: string;
  readonly names: string;
  readonly count: number;
  readonly told: number;
}

export const source = {
  'source.state.not-running': ['not running', '未运行'],
  'source.state.refused': ['not usable', '不可用'],
  'source.state.connecting': ['connecting', '连接中'],
  'source.state.unread': ['not read', '未读取'],
  'source.state.gone': ['not there', '不存在'],
  'source.state.reading': ['reading', '读取中'],
  'source.state.part': [
    ({ percent }: { percent: number }) => `${percent} %`,
    ({ percent }: { percent: number }) => `${percent} %`,
  ],
  'source.tooltip': [
    ({ name, version, address }: { name: string; version: string | null; address: string }) =>
      `${name}${version === null ? '' : ` ${version}`}\n${address}`,
    ({ name, version, address }: { name: string; version: string | null; address: string }) =>
      `${name}${version === null ? '' : ` ${version}`}\n${address}`,
  ],
  'source.unpacked': ['unpacked', '解包后'],
  'source.unpacked.hint': [
    'Sizes of an engine are bytes of unpacked files, as it counts them',
    '引擎给出的大小是解包后文件的字节数',
  ],
  'source.trouble': [
    ({ name }: { name: string }) => `${name} could not be read`,
    ({ name }: { name: string }) => `无法读取 ${name}`,
  ],
  'source.reading': [
    ({ name }: { name: string }) => `Reading ${name}`,
    ({ name }: { name: string }) => `正在读取 ${name}`,
  ],
  'source.stale': ['What was read before is shown.', '显示的是之前读取的内容。'],
  'source.leftOut': [
    ({ name, images }: { name: string; images: number }) =>
      `${counted(images, 'image')} of ${name} cannot be read, and ${images === 1 ? 'is' : 'are'} not shown.`,
    ({ name, images }: { name: string; images: number }) =>
      `${name} 中有 ${groupDigits(images)} 个镜像无法读取，因此未显示。`,
  ],
  'source.leftOut.more': [
    ({ images }: { images: number }) => `and ${counted(images, 'other', 'others')}`,
    ({ images }: { images: number }) => `另有 ${groupDigits(images)} 个`,
  ],
  'source.empty': [
    ({ name }: { name: string }) => `There is no image in ${name} yet.`,
    ({ name }: { name: string }) => `${name} 中还没有镜像。`,
  ],
  'source.empty.store': ['There is no image in the store yet.', '仓库中还没有镜像。'],
  'source.look': [
    ({ name }: { name: string }) => `Look into ${name}`,
    ({ name }: { name: string }) => `查看 ${name}`,
  ],
  'source.look.hint': [
    ({ images }: { images: number }) => `Running here, ${counted(images, 'image')}`,
    ({ images }: { images: number }) => `正在本机运行，${groupDigits(images)} 个镜像`,
  ],
  'source.look.open': ['Open', '打开'],
  'source.onlyStore': [
    'Only for images in the store: copy it into the store first',
    '仅适用于仓库中的镜像：请先复制到仓库',
  ],
  'source.ownForm': [
    'An engine writes archives in its own form: use Save',
    '引擎只能按自己的格式写归档：请使用“导出”',
  ],
  'source.lastName': [
    'The only name: an engine deletes an image with its last name',
    '唯一的名称：引擎移除最后一个名称时会删除镜像',
  ],
  'source.containers': ['Containers', '容器'],
  'source.copyIn': ['Copy into the store', '复制到仓库'],

  'command.source': [
    ({ name }: { name: string }) => `Show the images of ${name}`,
    ({ name }: { name: string }) => `显示 ${name} 中的镜像`,
  ],
  'command.source.store': ['Show the images of the store', '显示仓库中的镜像'],
  'command.source.here': ['It is shown now', '正在显示'],
  'command.copyIn': [
    ({ images, name }: { images: number; name: string }) =>
      images === 1 ? `Copy ${name} into the store` : `Copy ${images} images into the store`,
    ({ images, name }: { images: number; name: string }) =>
      images === 1 ? `将 ${name} 复制到仓库` : `将 ${groupDigits(images)} 个镜像复制到仓库`,
  ],
  'command.copyIn.plain': ['Copy the selection into the store', '将所选镜像复制到仓库'],
  'command.copyOut': [
    ({ engine }: { engine: string }) => `Copy to ${engine}`,
    ({ engine }: { engine: string }) => `复制到 ${engine}`,
  ],

  'copyTo.here': ['Here already', '已在此处'],
  'copyTo.onlyLooked': [
    ({ name }: { name: string }) =>
      `${name} is only looked at and never changed: saving writes a new archive`,
    ({ name }: { name: string }) => `${name} 只供查看，不会被修改：保存可写出新的归档`,
  ],
  'copyTo.notReady': [
    ({ name }: { name: string }) => `${name} has not answered yet`,
    ({ name }: { name: string }) => `${name} 尚未应答`,
  ],
  'drag.images': [
    ({ count }: { count: number }) => counted(count, 'image'),
    ({ count }: { count: number }) => `${groupDigits(count)} 个镜像`,
  ],
  'drag.hint': ['Drop on a source to copy', '拖放到某个来源即可复制'],
  'drag.cancel': ['gives up', '放弃'],
  'drag.began': [
    ({ what }: { what: string }) => `${what} picked up. Drop on a source to copy, Esc gives up.`,
    ({ what }: { what: string }) => `已拾起 ${what}。拖放到某个来源即可复制，按 Esc 放弃。`,
  ],
  'drag.cancelled': ['Nothing was copied', '未复制任何内容'],
  'drag.sources': ['Places to copy to', '可复制到的位置'],

  'dialog.remove.used': [
    ({ names }: { names: string }) => `Containers use these images: ${names}.`,
    ({ names }: { names: string }) => `有容器正在使用这些镜像：${names}。`,
  ],
  'dialog.remove.used.stop': ['Stop and remove the containers first.', '请先停止并删除这些容器。'],
  'dialog.remove.used.remove': ['Remove the containers first.', '请先删除这些容器。'],
  'dialog.remove.force': [
    'Delete by force: the containers stay, without their image',
    '强制删除：容器会保留，但失去镜像',
  ],
  'dialog.remove.heldBy': [
    ({ names }: { names: string }) => `container ${names}`,
    ({ names }: { names: string }) => `容器 ${names}`,
  ],
  'dialog.remove.engine': [
    ({ before, after }: { before: string; after: string }) => `Unpacked ${before} → ${after}`,
    ({ before, after }: { before: string; after: string }) => `解包后 ${before} → ${after}`,
  ],
  'dialog.remove.backEngine': [
    'This cannot be undone; a copy in the store brings an image back.',
    '此操作无法撤销；仓库中若有副本，可用它恢复镜像。',
  ],

  'operation.copyIn.running': [
    ({ subject }: { subject: string }) => `Copying ${subject} into the store`,
    ({ subject }: { subject: string }) => `正在将 ${subject} 复制到仓库`,
  ],
  'operation.copyIn.failed': [
    ({ subject }: { subject: string }) => `${subject} could not be copied into the store`,
    ({ subject }: { subject: string }) => `未能将 ${subject} 复制到仓库`,
  ],
  'operation.copyIn.cancelled': [
    ({ subject }: { subject: string }) => `Cancelled copying ${subject}`,
    ({ subject }: { subject: string }) => `已取消复制 ${subject}`,
  ],
  'operation.copyIn.done': [
    ({
      subject,
      layers,
      newLayers,
    }: {
      subject: string;
      images: number;
      layers: number;
      newLayers: number;
    }) => `Copied ${subject} into the store, ${newOf(newLayers, layers)}`,
    ({
      subject,
      layers,
      newLayers,
    }: {
      subject: string;
      images: number;
      layers: number;
      newLayers: number;
    }) => `已将 ${subject} 复制到仓库，${groupDigits(layers)} 层中 ${newLayers} 层为新`,
  ],
  'operation.copyOut.running': [
    ({ subject, engine }: CopyOut) => `Copying ${subject} to ${engine}`,
    ({ subject, engine }: CopyOut) => `正在将 ${subject} 复制到 ${engine}`,
  ],
  'operation.copyOut.failed': [
    ({ subject, engine }: CopyOut) => `${subject} could not be copied to ${engine}`,
    ({ subject, engine }: CopyOut) => `未能将 ${subject} 复制到 ${engine}`,
  ],
  'operation.copyOut.cancelled': [
    ({ subject, engine }: CopyOut) => `Cancelled copying ${subject} to ${engine}`,
    ({ subject, engine }: CopyOut) => `已取消将 ${subject} 复制到 ${engine}`,
  ],
  'operation.copyOut.done': [
    ({ subject, engine, size }: { subject: string; engine: string; size: string }) =>
      `Copied ${subject} to ${engine}, ${size} sent`,
    ({ subject, engine, size }: { subject: string; engine: string; size: string }) =>
      `已将 ${subject} 复制到 ${engine}，发送了 ${size}`,
  ],
  'operation.look.running': [
    ({ subject }: { subject: string }) => `Opening ${subject}`,
    ({ subject }: { subject: string }) => `正在打开 ${subject}`,
  ],
  'operation.look.failed': [
    ({ subject }: { subject: string }) => `${subject} could not be opened`,
    ({ subject }: { subject: string }) => `未能打开 ${subject}`,
  ],
  'operation.look.cancelled': [
    ({ subject }: { subject: string }) => `Cancelled opening ${subject}`,
    ({ subject }: { subject: string }) => `已取消打开 ${subject}`,
  ],
  'operation.look.added': [
    ({ subject, images }: { subject: string; images: number }) =>
      `Added ${subject} to the sources, ${counted(images, 'image')}; nothing was loaded`,
    ({ subject, images }: { subject: string; images: number }) =>
      `已将 ${subject} 加入来源，${groupDigits(images)} 个镜像；未载入任何内容`,
  ],
  'source.add': ['Add a source…', '添加来源…'],
  'source.add.file': ['An archive…', '归档…'],
  'source.add.folder': ['An OCI layout folder…', 'OCI 布局目录…'],
  'source.add.engine': ['A Docker or Podman by its address…', '按地址添加 Docker 或 Podman…'],
  'source.added': [
    ({ address }: { address: string }) => `Added ${address} to the sources`,
    ({ address }: { address: string }) => `已将 ${address} 加入来源`,
  ],
  'source.keep': ['Keep in the list of sources', '保留在来源列表中'],
  'source.kept': [
    ({ name }: { name: string }) => `${name} stays in the list of sources`,
    ({ name }: { name: string }) => `${name} 会保留在来源列表中`,
  ],
  'source.remove': ['Remove from the list of sources', '从来源列表中移除'],
  'source.removed': [
    ({ name }: { name: string }) => `${name} is no longer in the list of sources; nothing of it was deleted`,
    ({ name }: { name: string }) => `${name} 已不在来源列表中，未删除其中的任何内容`,
  ],
  'source.more': [
    ({ name }: { name: string }) => `More about ${name}`,
    ({ name }: { name: string }) => `${name} 的更多操作`,
  ],
  'command.source.addFile': ['Add an archive to the sources…', '将归档加入来源…'],
  'command.source.addFolder': ['Add an OCI layout folder to the sources…', '将 OCI 布局目录加入来源…'],
  'command.source.addEngine': ['Add a Docker or Podman to the sources…', '将 Docker 或 Podman 加入来源…'],
  'command.source.keep': [
    ({ name }: { name: string }) => `Keep ${name} in the list of sources`,
    ({ name }: { name: string }) => `将 ${name} 保留在来源列表中`,
  ],
  'command.source.remove': [
    ({ name }: { name: string }) => `Remove ${name} from the list of sources`,
    ({ name }: { name: string }) => `从来源列表中移除 ${name}`,
  ],
  'command.source.found': [
    'It was found, not added: it goes when it is found no more',
    '它是被发现的，并非加入的：不再被发现时便会消失',
  ],
  'dialog.engine.title': ['Add a Docker or Podman', '添加 Docker 或 Podman'],
  'dialog.engine.field': ['Address', '地址'],
  'dialog.engine.hint': [
    'unix:///PATH, tcp://HOST:PORT or npipe://PIPE; a question follows before anything is connected',
    '以 unix://、tcp:// 或 npipe:// 开头；连接之前会先询问',
  ],
  'dialog.engine.do': ['Add…', '添加…'],
  'operation.look.done': [
    ({ subject, images }: { subject: string; images: number }) =>
      `Opened ${subject}, ${counted(images, 'image')}; nothing was loaded`,
    ({ subject, images }: { subject: string; images: number }) =>
      `已打开 ${subject}，${groupDigits(images)} 个镜像；未载入任何内容`,
  ],
  'place.archives': ['Archives and folders', '归档与文件夹'],
  'place.close': ['Close', '关闭'],
  'place.close.of': [
    ({ name }: { name: string }) => `Close ${name}`,
    ({ name }: { name: string }) => `关闭 ${name}`,
  ],
  'place.closed': [
    ({ name }: { name: string }) => `Closed ${name}; it was only looked at`,
    ({ name }: { name: string }) => `已关闭 ${name}，仅查看过，未作更改`,
  ],
  'place.selectionGone': [
    ({ place, names, count, told }: GoneFacts) =>
      count === 0
        ? `${place} has changed: the layer that was selected is no longer in it`
        : `${place} has changed: of what was selected ${names}${count > told ? ` and ${groupDigits(count - told)} more` : ''} ${count === 1 ? 'is' : 'are'} no longer in it`,
    ({ place, names, count, told }: GoneFacts) =>
      count === 0
        ? `${place} 已更改：所选的层已不在其中`
        : `${place} 已更改：所选的 ${names}${count > told ? ` 和另外 ${groupDigits(count - told)} 个镜像` : ''} 已不在其中`,
  ],
  'place.readAgain': [
    ({ name, images }: { name: string; images: number }) =>
      `${name} was read again, ${counted(images, 'image')}; nothing was loaded`,
    ({ name, images }: { name: string; images: number }) =>
      `已重新读取 ${name}，${groupDigits(images)} 个镜像；未载入任何内容`,
  ],
  'command.notice.dismiss': ['Dismiss the newest message', '关闭最新的消息'],
  'command.view.leave': ['Go out one level', '返回上一级'],
  'place.closeHere': ['Only for what was opened without loading', '仅适用于未载入而打开的内容'],
  'place.tooltip': [
    ({ address }: { address: string }) => `${address}\nLooked at where it lies, not in the store`,
    ({ address }: { address: string }) => `${address}\n在原处查看，不在仓库中`,
  ],
  'place.unread.tooltip': [
    ({ address }: { address: string }) => `${address}\nRead when you go there, where it lies`,
    ({ address }: { address: string }) => `${address}\n打开时才在原处读取`,
  ],
  'place.unread.hint': ['On your list of sources, read when you go there', '在来源列表中，打开时才读取'],
  'place.cannot.write': [
    'It is looked at where it lies and never changed: copy it into the store first',
    '它只是在原处被查看，不会被修改：请先复制到仓库',
  ],
  'place.cannot.inside': [
    'An engine hands out no files of a layer: copy it into the store first',
    '引擎不提供层中的文件：请先复制到仓库',
  ],
  'place.bytes': ['of layers and documents', '层与文档'],
  'place.size': ['Layers and documents', '层与文档'],
  'place.look.hint': [
    ({ images }: { images: number }) => `Opened, not loaded, ${counted(images, 'image')}`,
    ({ images }: { images: number }) => `已打开，未载入，${groupDigits(images)} 个镜像`,
  ],
  'place.compare': ['Compare with an image of the store…', '与仓库中的镜像比较…'],
  'place.compare.inStore': ['It is in the store: select two images', '它已在仓库中：请选择两个镜像'],
  'place.compare.title': [
    ({ name }: { name: string }) => `Compare ${name} with an image of the store`,
    ({ name }: { name: string }) => `将 ${name} 与仓库中的镜像比较`,
  ],
  'place.compare.with': ['Image of the store', '仓库中的镜像'],
  'place.compare.empty': ['There is no image in the store to compare with.', '仓库中没有可供比较的镜像。'],
  'place.compare.do': ['Compare', '比较'],
  'command.store.open': ['Open store…', '打开仓库…'],
  'command.store.recent': [
    ({ name }: { name: string }) => `Open store ${name}`,
    ({ name }: { name: string }) => `打开仓库 ${name}`,
  ],
  'command.look': ['Open an archive without loading…', '打开归档而不载入…'],
  'command.look.directory': ['Open an OCI layout folder without loading…', '打开 OCI 布局目录而不载入…'],
  'place.opening': [
    ({ name }: { name: string }) => `Opening ${name}`,
    ({ name }: { name: string }) => `正在打开 ${name}`,
  ],
  'place.saving': [
    ({ name, engine }: { name: string; engine: string }) => `Reading ${name} out of ${engine}`,
    ({ name, engine }: { name: string; engine: string }) => `正在从 ${engine} 读取 ${name}`,
  ],
} as const;
