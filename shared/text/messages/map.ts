import { counted } from '../counted';
import { groupDigits } from '../format';

/** Messages of the map, English and Simplified Chinese side by side; see `../catalogue.ts`. */
export const map = {
  'app.view.map': ['Map', '占用'],
  'command.view.map': ['Show the map', '显示占用'],
  'shortcuts.map': ['In the map and the overlap', '在占用图和重叠图中'],
  'shortcuts.map.travel': ['Go to a neighbour', '移到相邻的块'],
  'shortcuts.map.in': ['Go in', '进入'],
  'shortcuts.map.out': ['Come out', '返回上一级'],
  'map.name': ['Map of the bytes', '占用图'],
  'map.description': [
    'Arrow keys go to neighbours, Enter goes into a block, Backspace comes out, Space selects',
    '方向键移到相邻的块，Enter 进入，退格键返回，空格选中',
  ],
  'map.path': ['Where you are', '当前位置'],
  'map.out': ['Back out', '返回上一级'],
  'map.detail': ['Detail', '细节'],
  'map.detail.images': ['Images', '镜像'],
  'map.detail.layers': ['Layers', '层'],
  'map.store': ['Store', '本地仓库'],
  'map.nameless': ['No name', '没有名称'],
  'map.nameless.inList': ['no name', '无名称'],
  'map.across': ['Shared by several repositories', '由多个仓库名共享'],
  'map.across.short': ['Shared', '共享'],
  'map.sharedBy': [
    ({ names }: { names: string }) => `Shared by ${names}`,
    ({ names }: { names: string }) => `由 ${names} 共享`,
  ],
  'map.two': [
    ({ first, second }: { first: string; second: string }) => `${first}, ${second}`,
    ({ first, second }: { first: string; second: string }) => `${first}、${second}`,
  ],
  'map.andMore': [
    ({ names, count }: { names: string; count: number }) => `${names} and ${groupDigits(count)} more`,
    ({ names, count }: { names: string; count: number }) => `${names} 等 ${groupDigits(count)} 个`,
  ],
  'map.images': [
    ({ count }: { count: number }) => counted(count, 'image'),
    ({ count }: { count: number }) => `${groupDigits(count)} 个镜像`,
  ],
  'map.repositories': [
    ({ count }: { count: number }) => counted(count, 'repository', 'repositories'),
    ({ count }: { count: number }) => `${groupDigits(count)} 个仓库名`,
  ],
  'map.both': [
    ({ first, second }: { first: string; second: string }) => `${first}, ${second}`,
    ({ first, second }: { first: string; second: string }) => `${first}，${second}`,
  ],
  'map.documents': ['Manifests and configs', '清单与配置'],
  'map.rest': [
    ({ count }: { count: number }) => `and ${groupDigits(count)} smaller`,
    ({ count }: { count: number }) => `另有 ${groupDigits(count)} 个较小的`,
  ],
  'map.rest.folder': ['the rest of the folder', '文件夹的其余部分'],
  'map.moreFiles': [
    ({ count }: { count: number }) =>
      count === 1 ? '1 more file or folder' : `${groupDigits(count)} more files and folders`,
    ({ count }: { count: number }) => `另有 ${groupDigits(count)} 个文件和文件夹`,
  ],
  'map.kind.store': ['Store', '本地仓库'],
  'map.kind.repository': ['Repository', '仓库名'],
  'map.kind.nameless': ['Dangling images', '悬空镜像'],
  'map.kind.image': ['Image', '镜像'],
  'map.kind.across': ['Group', '分组'],
  'map.kind.together': ['Shared bytes', '共享部分'],
  'map.kind.layer': ['Layer', '层'],
  'map.kind.documents': ['Documents', '文档'],
  'map.kind.rest': ['Small blocks', '小块'],
  'map.kind.directory': ['Folder', '文件夹'],
  'map.kind.file': ['File', '文件'],
  'map.label': [
    (f: { kind: string; title: string; size: string; percent: number; shared: string; place: string }) =>
      `${f.kind} ${f.title}, ${f.size}, ${f.percent} % of ${f.place === '' ? 'the store' : f.place}${f.shared === '' ? '' : `, shared by ${f.shared}`}`,
    (f: { kind: string; title: string; size: string; percent: number; shared: string; place: string }) =>
      `${f.kind} ${f.title}，${f.size}，占${f.place === '' ? '本地仓库' : ` ${f.place} `}的 ${f.percent}%${f.shared === '' ? '' : `，由 ${f.shared} 共享`}`,
  ],
  'map.label.inLayer': [
    (f: { kind: string; title: string; size: string; percent: number }) =>
      `${f.kind} ${f.title}, ${f.size}, ${f.percent} % of the layer`,
    (f: { kind: string; title: string; size: string; percent: number }) =>
      `${f.kind} ${f.title}，${f.size}，占该层的 ${f.percent}%`,
  ],
  'map.area': ['Area = bytes on disk', '面积 = 磁盘占用'],
  'map.area.elsewhere': ['Area = bytes of layers and documents', '面积 = 层与文档的大小'],
  'map.area.unpacked': ['Area = bytes, unpacked', '面积 = 解包后的大小'],
  'map.area.files': ['Area = bytes of files, unpacked', '面积 = 解包后的文件大小'],
  'map.edge': ['Edge = images that share it', '左边线 = 共享它的镜像数'],
  'map.none': [
    ({ names }: { names: string }) => `No bytes of their own: ${names}`,
    ({ names }: { names: string }) => `没有独占的字节：${names}`,
  ],
  'map.texture.rootfs': ['Root filesystem', '根文件系统'],
  'map.texture.packages': ['Packages', '软件包'],
  'map.texture.build': ['Built or fetched', '构建或下载'],
  'map.texture.copy': ['Copied files', '复制的文件'],
  'map.reading': [
    ({ title }: { title: string }) => `Reading the files of ${title}`,
    ({ title }: { title: string }) => `正在读取 ${title} 的文件`,
  ],
  'map.reading.stop': ['Stop', '停止'],
  'map.noFiles': [
    ({ deletions }: { deletions: number }) =>
      deletions === 0
        ? 'No file in it has contents.'
        : `No file in it has contents. It deletes ${counted(deletions, 'path')} of the layers below.`,
    ({ deletions }: { deletions: number }) =>
      deletions === 0
        ? '其中没有带内容的文件。'
        : `其中没有带内容的文件，它删除了下层的 ${groupDigits(deletions)} 个路径。`,
  ],
  'map.card.own': [
    ({ size }: { size: string }) => `${size} that no other image holds`,
    ({ size }: { size: string }) => `其中 ${size} 仅此镜像拥有`,
  ],
  'map.card.shared': [
    ({ size }: { size: string }) => `needs ${size} more that others hold, too`,
    ({ size }: { size: string }) => `另需 ${size}，与其他镜像共享`,
  ],
  'map.card.repository': [
    ({ count }: { count: number }) =>
      `What only its ${counted(count, 'image')} ${count === 1 ? 'holds' : 'hold'}`,
    ({ count }: { count: number }) => `仅由其 ${groupDigits(count)} 个镜像拥有的部分`,
  ],
  'map.card.across': [
    'Bytes that images of several repositories hold. Stored once, drawn once.',
    '多个仓库名的镜像共同拥有的部分，只存一份，也只画一次。',
  ],
  'map.card.documents': [
    'The JSON documents that say what each image is made of',
    '描述每个镜像构成的 JSON 文档',
  ],
  'map.card.rest': ['Too small to be drawn one by one here', '在此处太小，无法逐个绘制'],
  'map.card.unpacked': [
    ({ tar, size }: { tar: string; size: string }) => `${tar} stored as ${size}`,
    ({ tar, size }: { tar: string; size: string }) => `${tar}，存储为 ${size}`,
  ],
  'map.card.layerFiles': [
    ({ files, size }: { files: string; size: string }) => `Files of this layer: ${files} stored as ${size}`,
    ({ files, size }: { files: string; size: string }) => `该层的文件共 ${files}，存储为 ${size}`,
  ],
  'map.card.files': [
    ({ count }: { count: number }) => counted(count, 'file'),
    ({ count }: { count: number }) => `${groupDigits(count)} 个文件`,
  ],
  'map.card.sparse': ['sparse: counted with its holes', '稀疏文件：空洞也计入'],
  'map.card.sharedIn': [
    ({ count }: { count: number }) => `In ${counted(count, 'image')}, stored once`,
    ({ count }: { count: number }) => `用于 ${groupDigits(count)} 个镜像，只存一份`,
  ],
  'map.card.chains': [
    ({ count }: { count: number }) => `The same blob on ${groupDigits(count)} different parents`,
    ({ count }: { count: number }) => `同一 blob 出现在 ${groupDigits(count)} 个不同的父层之上`,
  ],
  'map.menu.enter': ['Go in', '进入'],
  'map.menu.out': ['Come out', '返回上一级'],
  'map.menu.selectImages': [
    ({ count }: { count: number }) => `Select its ${counted(count, 'image')}`,
    ({ count }: { count: number }) => `选中其 ${groupDigits(count)} 个镜像`,
  ],
  'map.menu.copyPath': ['Copy the path', '复制路径'],
} as const;
