import { counted } from '../counted';
import { groupDigits } from '../format';

interface Counted {
  readonly count: number;
}
interface Sized {
  readonly size: string;
}

/** Messages of the strata, English and Simplified Chinese side by side; see `../catalogue.ts`. */
export const strata = {
  'strata.title': ['Strata', '地层'],
  'strata.description': [
    'Up and down along the layers of an image, left and right to the next image, Enter opens, Space selects',
    '上下键沿镜像的层移动，左右键移到相邻镜像，Enter 打开，空格选中',
  ],
  'strata.menu': ['Actions', '操作'],

  // view bar
  'strata.height': ['Height', '高度'],
  'strata.height.linear': ['Linear', '线性'],
  'strata.height.balanced': ['Balanced', '均衡'],
  'strata.height.equal': ['Equal', '等高'],
  'strata.order': ['Order', '排序'],
  'strata.order.lineage': ['Lineage', '谱系'],
  'strata.order.size': ['Size', '大小'],
  'strata.order.age': ['Age', '时间'],
  'strata.options': ['More options', '更多选项'],
  'strata.group': ['Group where there are many images', '镜像较多时分组'],
  'strata.openAll': ['Open all groups', '展开所有分组'],
  'strata.shutAll': ['Close all groups', '收起所有分组'],
  'strata.legend': ['Kinds of layers', '层的种类'],
  'strata.kind.rootfs': ['Root filesystem', '根文件系统'],
  'strata.kind.packages': ['Packages', '软件包'],
  'strata.kind.build': ['Built or fetched', '构建或下载'],
  'strata.kind.copy': ['Copied files', '复制的文件'],
  'strata.key.linear': ['height = size', '高度 = 大小'],
  'strata.key.balanced': ['height = square root of size', '高度 = 大小的平方根'],

  // on the drawing
  'strata.dangling': ['dangling', '悬空'],
  'strata.sharedBy': [
    ({ count }: Counted) => `shared by ${count}`,
    ({ count }: Counted) => `${groupDigits(count)} 个镜像共享`,
  ],
  'strata.family': [
    ({ stored, saved }: { stored: string; saved: string }) => `${stored} stored, ${saved} saved`,
    ({ stored, saved }: { stored: string; saved: string }) => `存储 ${stored}，节省 ${saved}`,
  ],
  'strata.family.alone': [({ size }: Sized) => `${size} stored`, ({ size }: Sized) => `存储 ${size}`],
  'strata.tags': [
    ({ count }: Counted) => counted(count, 'tag'),
    ({ count }: Counted) => `${groupDigits(count)} 个标签`,
  ],
  'strata.images': [
    ({ count }: Counted) => counted(count, 'image'),
    ({ count }: Counted) => `${groupDigits(count)} 个镜像`,
  ],
  'strata.chosen': [
    ({ count }: Counted) => `${count} selected`,
    ({ count }: Counted) => `已选 ${groupDigits(count)} 个`,
  ],

  // read aloud
  'strata.band.label': [
    ({ title, size, count }: { title: string; size: string; count: number }) =>
      `${title}, layer of ${size}, ${count > 1 ? `shared by ${count} images` : 'in one image'}`,
    ({ title, size, count }: { title: string; size: string; count: number }) =>
      `${title}，层，${size}，${count > 1 ? `由 ${groupDigits(count)} 个镜像共享` : '仅用于一个镜像'}`,
  ],
  'strata.band.part': [
    ({ label, part, parts }: { label: string; part: number; parts: number }) =>
      `${label}, part ${part} of ${parts}`,
    ({ label, part, parts }: { label: string; part: number; parts: number }) =>
      `${label}，第 ${part} 段，共 ${parts} 段`,
  ],
  'strata.head.label': [
    ({ name, size, layers, dangling }: { name: string; size: string; layers: number; dangling: boolean }) =>
      `${dangling ? 'Dangling image' : 'Image'} ${name}, ${size}, ${counted(layers, 'layer')}`,
    ({ name, size, layers, dangling }: { name: string; size: string; layers: number; dangling: boolean }) =>
      `${dangling ? '悬空镜像' : '镜像'} ${name}，${size}，${groupDigits(layers)} 层`,
  ],
  'strata.group.label': [
    ({ title, size, count }: { title: string; size: string; count: number }) =>
      `Group ${title}, ${counted(count, 'image')}, ${size}`,
    ({ title, size, count }: { title: string; size: string; count: number }) =>
      `分组 ${title}，${groupDigits(count)} 个镜像，${size}`,
  ],

  // hover card
  'strata.hover.shared': [
    ({ count }: Counted) => (count === 1 ? 'In one image' : `Shared by ${count} images`),
    ({ count }: Counted) => (count === 1 ? '仅用于一个镜像' : `${groupDigits(count)} 个镜像共享`),
  ],
  'strata.hover.saves': [
    ({ size }: Sized) => `Stored once, saves ${size}`,
    ({ size }: Sized) => `只存一份，节省 ${size}`,
  ],
  'strata.hover.chain': ['chain ID', 'chain ID'],
  'strata.hover.broken': [
    ({ count }: Counted) => `In ${counted(count, 'part')}, because of the order`,
    ({ count }: Counted) => `因排序分为 ${count} 段`,
  ],
  'strata.hover.steps': [
    ({ count }: Counted) => `${counted(count, 'empty step')} after it`,
    ({ count }: Counted) => `其后有 ${groupDigits(count)} 个空步骤`,
  ],
  'strata.hover.stored': [
    ({ stored, saved }: { stored: string; saved: string }) => `${stored} stored, sharing saves ${saved}`,
    ({ stored, saved }: { stored: string; saved: string }) => `存储 ${stored}，共享节省 ${saved}`,
  ],
  'strata.hover.open': ['Double-click opens it', '双击展开'],

  // menus
  'strata.group.open': [
    ({ count }: Counted) => `Show its ${counted(count, 'image')}`,
    ({ count }: Counted) => `展开其中 ${groupDigits(count)} 个镜像`,
  ],
  'strata.group.shut': [
    ({ title }: { title: string }) => `Draw ${title} as one block`,
    ({ title }: { title: string }) => `将 ${title} 收为一块`,
  ],
  'strata.group.select': [
    ({ count }: Counted) => `Select its ${counted(count, 'image')}`,
    ({ count }: Counted) => `选中其中 ${groupDigits(count)} 个镜像`,
  ],

  // overview
  'strata.overview': ['Overview of all columns', '所有列的概览'],

  // rail
  'rail.label': ['Sidebar', '侧边栏'],
  'rail.strip': ['Sources and filters', '来源与筛选'],
  'rail.show': ['Show the sidebar', '显示侧边栏'],
  'rail.places': ['Workspaces and mounts', '工作区与挂载'],
  'rail.filters': ['Families and filters', '谱系与筛选'],
} as const;
