import { counted } from '../counted';
import { groupDigits } from '../format';

/** Messages about equal content in different places, English and Simplified Chinese side by side; see `../catalogue.ts`. */
export const equal = {
  'equal.title': ['Also under', '也位于'],
  'equal.once': ['The same content on other parents, stored once.', '内容相同但父层不同，只存一份。'],
  'equal.copies': [
    ({ copies, size }: { copies: number; size: string }) =>
      `The same content on other parents, stored in ${counted(copies, 'copy', 'copies')}: ${size} more than one takes.`,
    ({ copies, size }: { copies: number; size: string }) =>
      `内容相同但父层不同，存了 ${groupDigits(copies)} 份，多占 ${size}。`,
  ],
  'equal.base': ['No parent', '没有父层'],
  'equal.images': [
    ({ count }: { count: number }) => counted(count, 'image'),
    ({ count }: { count: number }) => `${groupDigits(count)} 个镜像`,
  ],
  'equal.advice': ['Advice', '建议'],
  'equal.rebase': [
    ({ count, base, size }: { count: number; base: string; size: string }) =>
      `Rebase ${count === 1 ? 'this image' : `these ${groupDigits(count)} images`} on ${base}: frees ${size}.`,
    ({ count, base, size }: { count: number; base: string; size: string }) =>
      `将${count === 1 ? '此镜像' : `这 ${groupDigits(count)} 个镜像`}改为基于 ${base}，可释放 ${size}。`,
  ],
  'equal.why': [
    ({ layers, size }: { layers: number; size: string }) =>
      `${counted(layers, 'layer')} above it (${size}) ${layers === 1 ? 'has' : 'have'} the same content there already. The bytes are exact; whether it runs on the other base, a build has to show.`,
    ({ layers, size }: { layers: number; size: string }) =>
      `其上 ${groupDigits(layers)} 层（${size}）的内容在那里已经存在。字节数是精确的，能否在另一基础上运行需通过构建验证。`,
  ],
  'command.duplicates': ['Find duplicate files…', '查找重复文件…'],
  'duplicates.title': ['Duplicate files', '重复文件'],
  'duplicates.intro': [
    'Files with the same contents that lie in different layers take their bytes more than once. To find them, layers that may hold some are read and their files hashed; the hashes are kept, so that each layer is read once.',
    '位于不同层、内容相同的文件会重复占用空间。查找时会读取可能含有重复文件的层并计算其文件的哈希；哈希会保留，每层只需读取一次。',
  ],
  'duplicates.find': ['Find duplicate files', '查找重复文件'],
  'duplicates.again': ['Find again', '重新查找'],
  'duplicates.stop': ['Stop', '停止'],
  'duplicates.stale': ['The store has changed since.', '此后仓库已发生变化。'],
  'duplicates.finding': ['Reading layers', '正在读取层'],
  'duplicates.none': ['No file lies in more than one layer.', '没有文件同时位于多个层中。'],
  'duplicates.waste': [
    ({ size }: { size: string }) => `${size} more than once`,
    ({ size }: { size: string }) => `重复占用 ${size}`,
  ],
  'duplicates.exact': [
    ({ count, stored }: { count: number; stored: string }) =>
      `${counted(count, 'file')}, unpacked and exact; about ${stored} on disk`,
    ({ count, stored }: { count: number; stored: string }) =>
      `${groupDigits(count)} 个文件，按解包后的精确大小；磁盘上约 ${stored}`,
  ],
  'duplicates.more': [
    ({ count }: { count: number }) => `${groupDigits(count)} more ${count === 1 ? 'is' : 'are'} not listed`,
    ({ count }: { count: number }) => `另有 ${groupDigits(count)} 项未列出`,
  ],
  'duplicates.path': ['File', '文件'],
  'duplicates.copies': ['Layers', '层数'],
  'duplicates.size': ['Size', '大小'],
  'duplicates.wasted': ['More than once', '重复占用'],
  'duplicates.where': ['Where it lies', '所在位置'],
  'duplicates.showLayer': ['Show the layer', '显示该层'],
  'equal.showBase': ['Show the base', '显示基础镜像'],
} as const;
