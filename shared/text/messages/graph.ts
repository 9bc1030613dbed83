import { counted } from '../counted';
import { groupDigits } from '../format';

/** Messages of the layer graph, English and Simplified Chinese side by side; see `../catalogue.ts`. */
export const graph = {
  'graph.noStep': ['No step recorded', '未记录步骤'],
  'graph.layers': [
    ({ count }: { count: number }) => counted(count, 'layer'),
    ({ count }: { count: number }) => `${groupDigits(count)} 层`,
  ],
  'graph.card.dangling': [
    ({ size }: { size: string }) => `no name, ${size}`,
    ({ size }: { size: string }) => `无名称，${size}`,
  ],
  'graph.card.platform': [
    ({ platform, size }: { platform: string; size: string }) => `${platform}, ${size}`,
    ({ platform, size }: { platform: string; size: string }) => `${platform}，${size}`,
  ],
  'graph.card.age': [
    ({ size, age }: { size: string; age: string }) => `${size}, ${age}`,
    ({ size, age }: { size: string; age: string }) => `${size}，${age}`,
  ],
  'graph.chip.label': [
    ({ title, layers, size, images }: { title: string; layers: number; size: string; images: number }) =>
      `${title}, ${counted(layers, 'layer')}, ${size}, in ${counted(images, 'image')}`,
    ({ title, layers, size, images }: { title: string; layers: number; size: string; images: number }) =>
      `${title}，${groupDigits(layers)} 层，${size}，用于 ${groupDigits(images)} 个镜像`,
  ],
  'graph.card.label': [
    ({ name, text, dangling }: { name: string; text: string; dangling: boolean }) =>
      `${dangling ? 'Dangling image' : 'Image'} ${name}, ${text}`,
    ({ name, text, dangling }: { name: string; text: string; dangling: boolean }) =>
      `${dangling ? '悬空镜像' : '镜像'} ${name}，${text}`,
  ],
  'graph.group': [
    ({ count, name }: { count: number; name: string }) => `${counted(count, 'image')} of ${name}`,
    ({ count, name }: { count: number; name: string }) => `${name} 的 ${groupDigits(count)} 个镜像`,
  ],
  'graph.group.several': [
    ({ count, repositories }: { count: number; repositories: number }) =>
      `${counted(count, 'image')}, ${counted(repositories, 'repository', 'repositories')}`,
    ({ count, repositories }: { count: number; repositories: number }) =>
      `${groupDigits(count)} 个镜像，${groupDigits(repositories)} 个仓库名`,
  ],
  'graph.group.dangling': [
    ({ count }: { count: number }) => counted(count, 'dangling image'),
    ({ count }: { count: number }) => `${groupDigits(count)} 个悬空镜像`,
  ],
  'graph.group.below': [
    ({ size }: { size: string }) => `collapsed, ${size} unique`,
    ({ size }: { size: string }) => `已收起，独有 ${size}`,
  ],
  'graph.group.label': [
    ({ name, text }: { name: string; text: string }) => `${name}, ${text}`,
    ({ name, text }: { name: string; text: string }) => `${name}，${text}`,
  ],
  'graph.block.below': [
    ({ count, size }: { count: number; size: string }) => `${counted(count, 'image')}, ${size}`,
    ({ count, size }: { count: number; size: string }) => `${groupDigits(count)} 个镜像，${size}`,
  ],
  'graph.collapse': ['Collapse what stands on it', '收起其上的镜像'],
  'graph.expand': [
    ({ count }: { count: number }) => `Show ${counted(count, 'image')}`,
    ({ count }: { count: number }) => `显示 ${groupDigits(count)} 个镜像`,
  ],
  'graph.expandAll': ['Expand all', '全部展开'],
  'graph.selectGroup': [
    ({ count }: { count: number }) => `Select ${counted(count, 'image')}`,
    ({ count }: { count: number }) => `选中 ${groupDigits(count)} 个镜像`,
  ],
  'graph.group.title': [
    ({ count }: { count: number }) => counted(count, 'image'),
    ({ count }: { count: number }) => `${groupDigits(count)} 个镜像`,
  ],
  'graph.group.unique': [
    ({ size }: { size: string }) => `${size} unique`,
    ({ size }: { size: string }) => `独有 ${size}`,
  ],
  'graph.group.nameless': ['dangling', '悬空'],
  'graph.lineage': ['Lineage in sight', '当前谱系'],
  'graph.lineage.all': ['All images', '全部镜像'],
  'graph.lineage.of': [
    ({ name }: { name: string }) => `Lineage of ${name}`,
    ({ name }: { name: string }) => `${name} 的谱系`,
  ],
  'graph.lineage.part': ['Part of the lineage', '谱系范围'],
  'graph.lineage.below': ['Stands on', '下层'],
  'graph.lineage.both': ['Both', '全部'],
  'graph.lineage.above': ['Stand on it', '上层'],
  'graph.lineage.leave': ['Show all images', '显示全部镜像'],
  'graph.zoomTo': ['Zoom to it', '放大到此处'],
  'graph.description': [
    'Up and Down read the tree, Left goes to what an item stands on, Right to what stands on it; with Ctrl, Up and Down stay in a column. Enter opens, Space selects',
    '上下键依次浏览树，左键转到下层，右键转到上层；按住 Ctrl 时上下键停留在同一列。Enter 打开，空格选中',
  ],
  'graph.legend': ['Line width = images through it', '线宽 = 经过的镜像数'],
  'graph.legend.far': ['Height = images that stand on it', '高度 = 其上的镜像数'],
  'graph.overview': ['Overview', '概览'],
  'graph.zoom': ['Zoom', '缩放'],
  'graph.zoom.in': ['Zoom in', '放大'],
  'graph.zoom.out': ['Zoom out', '缩小'],
  'graph.zoom.reset': ['Back to 100 %', '恢复 100%'],
  'graph.zoom.fit': ['Fit everything', '显示全部'],
  'graph.menu': ['Actions', '操作'],
  'graph.unfold': [
    ({ count }: { count: number }) => `Unfold ${counted(count, 'layer')}`,
    ({ count }: { count: number }) => `展开 ${groupDigits(count)} 层`,
  ],
  'graph.foldAgain': ['Fold again', '重新折叠'],
  'graph.selectSharing': ['Select the images that share it', '选中共享它的镜像'],
  'graph.inspect': ['Show in the inspector', '在检查器中显示'],
  'graph.hover.images': [
    ({ count }: { count: number }) => `in ${counted(count, 'image')}`,
    ({ count }: { count: number }) => `用于 ${groupDigits(count)} 个镜像`,
  ],
  'graph.hover.saves': [
    ({ size }: { size: string }) => `stored once, saves ${size}`,
    ({ size }: { size: string }) => `只存一份，节省 ${size}`,
  ],
  'graph.hover.more': [
    ({ count }: { count: number }) => `and ${count} more`,
    ({ count }: { count: number }) => `另有 ${groupDigits(count)} 个`,
  ],
  'graph.hover.steps': [
    ({ count }: { count: number }) => `then ${counted(count, 'empty step')}`,
    ({ count }: { count: number }) => `随后 ${groupDigits(count)} 个空步骤`,
  ],
  'graph.hover.own': [
    ({ unique, shared }: { unique: string; shared: string }) => `${unique} unique, ${shared} shared`,
    ({ unique, shared }: { unique: string; shared: string }) => `独有 ${unique}，共享 ${shared}`,
  ],
} as const;
