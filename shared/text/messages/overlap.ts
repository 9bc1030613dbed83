import { counted } from '../counted';
import { groupDigits } from '../format';

/** Messages of the overlap matrix, English and Simplified Chinese side by side; see `../catalogue.ts`. */
export const overlap = {
  'app.view.overlap': ['Overlap', '重叠'],
  'command.view.overlap': ['Show the overlap', '显示重叠'],
  'overlap.name': ['Bytes of layers that images share, two by two', '镜像两两之间共享的层字节'],
  'overlap.description': [
    'Arrow keys go from cell to cell, Space selects both images, Enter opens, Backspace comes out',
    '方向键在单元格之间移动，空格选中两个镜像，Enter 打开，退格键返回',
  ],
  'overlap.path': ['Where you are', '当前位置'],
  'overlap.out': ['Back out', '返回上一级'],
  'overlap.all': ['All images', '全部镜像'],
  'overlap.unit': ['Cells', '单元格'],
  'overlap.unit.bytes': ['Bytes', '字节'],
  'overlap.unit.share': ['% of the smaller', '占较小者的 %'],
  'overlap.unit.share.hint': [
    'How much of the smaller of the two the other one holds, too',
    '两者中较小的一个有多少也在另一个里',
  ],
  'overlap.scale.bytes': ['Shared bytes of layers', '各层的共享字节'],
  'overlap.scale.share': ['Shared layers, of the smaller one', '共享的层占较小者的比例'],
  'overlap.scale.nothing': ['nothing', '无'],
  'overlap.level.image': [
    ({ count }: { count: number }) => counted(count, 'image'),
    ({ count }: { count: number }) => `${groupDigits(count)} 个镜像`,
  ],
  'overlap.level.repository': [
    ({ count, images }: { count: number; images: number }) =>
      `${counted(count, 'repository', 'repositories')}, ${counted(images, 'image')}`,
    ({ count, images }: { count: number; images: number }) =>
      `${groupDigits(count)} 个仓库名，${groupDigits(images)} 个镜像`,
  ],
  'overlap.level.family': [
    ({ count, images }: { count: number; images: number }) =>
      `${counted(count, 'family', 'families')}, ${counted(images, 'image')}`,
    ({ count, images }: { count: number; images: number }) =>
      `${groupDigits(count)} 个谱系，${groupDigits(images)} 个镜像`,
  ],
  'overlap.level.run': [
    ({ count, images }: { count: number; images: number }) =>
      `${counted(count, 'group')}, ${counted(images, 'image')}`,
    ({ count, images }: { count: number; images: number }) =>
      `${groupDigits(count)} 组，${groupDigits(images)} 个镜像`,
  ],
  'overlap.nameless': ['no name', '无名称'],
  'overlap.rest': [
    ({ count }: { count: number }) => counted(count, 'other image'),
    ({ count }: { count: number }) => `其他 ${groupDigits(count)} 个镜像`,
  ],
  'overlap.run': [
    ({ from, to }: { from: string; to: string }) => `${from} to ${to}`,
    ({ from, to }: { from: string; to: string }) => `${from} 至 ${to}`,
  ],
  'overlap.two': [
    ({ a, b }: { a: string; b: string }) => `${a} and ${b}`,
    ({ a, b }: { a: string; b: string }) => `${a} 与 ${b}`,
  ],
  'overlap.cell': [
    (f: { row: string; column: string; bytes: string; percent: number }) =>
      `${f.row} and ${f.column}: ${f.bytes} shared, ${f.percent} % of the smaller`,
    (f: { row: string; column: string; bytes: string; percent: number }) =>
      `${f.row} 与 ${f.column}：共享 ${f.bytes}，占较小者的 ${f.percent}%`,
  ],
  'overlap.cell.own': [
    ({ row, bytes }: { row: string; bytes: string }) => `${row}: ${bytes} of layers`,
    ({ row, bytes }: { row: string; bytes: string }) => `${row}：各层共 ${bytes}`,
  ],
  'overlap.card.share': [
    ({ percent }: { percent: string }) => `${percent} of the smaller one`,
    ({ percent }: { percent: string }) => `占较小者的 ${percent}`,
  ],
  'overlap.card.only': ['only here', '仅此一方'],
  'overlap.card.common': ['in both', '两者共有'],
  'overlap.card.nothing': ['They share no layer', '没有共享的层'],
  'overlap.card.noBlob': ['They share no blob', '没有共享的 blob'],
  'overlap.card.twice': [
    ({ count, size }: { count: number; size: string }) =>
      `${counted(count, 'layer')} of the same content ${count === 1 ? 'is' : 'are'} stored in another form for each: ${size} together`,
    ({ count, size }: { count: number; size: string }) =>
      `${groupDigits(count)} 层内容相同，但各以不同形式存储：合计 ${size}`,
  ],
  'overlap.card.layers': [
    'layers as stored, without manifests and configs',
    '各层的存储大小，不含清单和配置',
  ],
  'overlap.menu.enter': ['Show their images', '显示其中的镜像'],
  'overlap.menu.select': [
    ({ count }: { count: number }) => `Select ${counted(count, 'image')}`,
    ({ count }: { count: number }) => `选中 ${groupDigits(count)} 个镜像`,
  ],
  'overlap.menu.copy': ['Copy the shared bytes', '复制共享字节数'],

  // two images in the inspector
  'pair.title': ['Side by side', '两相对照'],
  'pair.common': ['In both', '两者共有'],
  'pair.only': [
    ({ name }: { name: string }) => `Only in ${name}`,
    ({ name }: { name: string }) => `仅在 ${name}`,
  ],
  'pair.bar': [
    (f: { a: string; common: string; b: string }) =>
      `Only the first ${f.a}, both ${f.common}, only the second ${f.b}`,
    (f: { a: string; common: string; b: string }) => `仅第一个 ${f.a}，两者共有 ${f.common}，仅第二个 ${f.b}`,
  ],
  'pair.parts': ['Where they part', '分叉之处'],
  'pair.after': [
    ({ count }: { count: number }) => `after ${counted(count, 'common layer')}`,
    ({ count }: { count: number }) => `在 ${groupDigits(count)} 个共有层之后`,
  ],
  'pair.atOnce': ['They share no layer from the base up.', '从底层起就没有共享的层。'],
  'pair.contained': [
    ({ inner, outer }: { inner: string; outer: string }) => `${outer} stands on all of ${inner}.`,
    ({ inner, outer }: { inner: string; outer: string }) => `${outer} 完全构建在 ${inner} 之上。`,
  ],
  'pair.equal': ['Both have the same layers.', '两者的层完全相同。'],
  'pair.sameCommand': ['The same command gave different files.', '同一条命令产生了不同的文件。'],
  'pair.ends': ['ends here', '到此为止'],
  'pair.empty': ['changes no files', '不改动文件'],
  'pair.twice': [
    (f: { count: number; size: string }) =>
      `${counted(f.count, 'layer')} of the same content ${f.count === 1 ? 'is' : 'are'} stored in another form for each: ${f.size} together.`,
    (f: { count: number; size: string }) =>
      `${f.count} 层内容相同，但两个镜像各以不同形式存储：合计 ${f.size}。`,
  ],
  'pair.layers': ['Layers in common', '共有的层'],
  'pair.elsewhere': ['Same content on other parents', '内容相同但父层不同'],
  'pair.elsewhere.once': ['one blob', '同一 blob'],
  'pair.elsewhere.twice': ['stored twice', '存了两份'],
  'pair.gone': ['only in the first', '仅在第一个'],
  'pair.new': ['only in the second', '仅在第二个'],
} as const;
