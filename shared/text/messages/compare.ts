import { counted } from '../counted';
import { groupDigits } from '../format';

/** Messages of the page that compares two images, English and Simplified Chinese side by side; see `../catalogue.ts`. */
export const compare = {
  'command.compare': ['Compare the two images', '比较两个镜像'],
  'command.compare.two': ['Select two images', '请选中两个镜像'],
  'compare.title': ['Compare', '比较'],
  'compare.of': [
    ({ a, b }: { a: string; b: string }) => `Compare, from ${a} to ${b}`,
    ({ a, b }: { a: string; b: string }) => `比较：从 ${a} 到 ${b}`,
  ],
  'compare.swap': ['Swap the direction', '互换方向'],
  'compare.gone': ['One of the two images is no longer here.', '其中一个镜像已不存在。'],
  'compare.button': ['Compare', '比较'],

  // bytes
  'compare.bytes': ['Layers, bytes as stored', '各层的存储大小'],
  'compare.bytes.unpacked': ['Layers, bytes as the engine counts them', '各层的大小（按引擎统计）'],
  'compare.both': ['in both', '两者共有'],
  'compare.both.forms': [
    ({ bytes }: { bytes: string }) => `in both; stored in other forms there, ${bytes}`,
    ({ bytes }: { bytes: string }) => `两者共有；另一方以其他形式存储，${bytes}`,
  ],
  'compare.only': ['only here', '仅此一方'],

  // layers
  'compare.layers': ['Layers', '层'],
  'compare.layers.counts': [
    (f: { common: number; first: number; second: number }) =>
      `${counted(f.common, 'layer')} in both, ${groupDigits(f.first)} and ${groupDigits(f.second)} above`,
    (f: { common: number; first: number; second: number }) =>
      `共有 ${groupDigits(f.common)} 层，其上分别为 ${groupDigits(f.first)} 层和 ${groupDigits(f.second)} 层`,
  ],
  'compare.trunk': ['Both stand on', '共同的基础'],
  'compare.noTrunk': ['They share no layer from the base up.', '从底层起就没有共享的层。'],
  'compare.sameLayers': ['Both have the same layers.', '两者的层完全相同。'],
  'compare.ends': [
    ({ name }: { name: string }) => `${name} ends here`,
    ({ name }: { name: string }) => `${name} 到此为止`,
  ],
  'compare.trunk.more': [
    ({ count, size }: { count: number; size: string }) => `${counted(count, 'more layer')} below, ${size}`,
    ({ count, size }: { count: number; size: string }) => `其下还有 ${groupDigits(count)} 层，${size}`,
  ],
  'compare.trunk.fewer': ['Show fewer', '收起'],
  'compare.equal': ['same content', '内容相同'],
  'compare.equal.once': [
    'The same content on other parents, stored once as one blob',
    '内容相同但父层不同，作为同一 blob 只存一份',
  ],
  'compare.equal.twice': ['The same content on other parents, stored twice', '内容相同但父层不同，存了两份'],
  'compare.command': ['same command', '命令相同'],
  'compare.command.hint': [
    'The same command gave different files, or the same files on other layers',
    '同一条命令产生了不同的文件',
  ],
  'compare.band': [
    (f: { title: string; size: string; where: string }) => `${f.title}, ${f.size}, ${f.where}`,
    (f: { title: string; size: string; where: string }) => `${f.title}，${f.size}，${f.where}`,
  ],
  'compare.in': [
    ({ name }: { name: string }) => `only in ${name}`,
    ({ name }: { name: string }) => `仅在 ${name}`,
  ],
  'compare.inspect': ['Show in the inspector', '在检查器中显示'],

  // config
  'compare.config': ['Configuration', '配置'],
  'compare.config.same': [
    ({ count }: { count: number }) => `${counted(count, 'setting')} the same`,
    ({ count }: { count: number }) => `${groupDigits(count)} 项相同`,
  ],
  'compare.config.none': ['Both say the same.', '两者的配置完全相同。'],
  'compare.config.reading': ['Reading the configurations', '正在读取配置'],
  'compare.setting': ['Setting', '设置'],
  'compare.notSet': ['not set', '未设置'],
  'compare.field.platform': ['Platform', '平台'],
  'compare.field.created': ['Created', '创建时间'],
  'compare.field.author': ['Author', '作者'],
  'compare.field.comment': ['Comment', '备注'],
  'compare.field.entrypoint': ['Entrypoint', 'ENTRYPOINT'],
  'compare.field.cmd': ['Command', '命令'],
  'compare.field.workdir': ['Working directory', '工作目录'],
  'compare.field.user': ['User', '用户'],
  'compare.field.env': ['Environment', '环境变量'],
  'compare.field.port': ['Port', '端口'],
  'compare.field.volume': ['Volume', '卷'],
  'compare.field.label': ['Label', '元数据标签'],
  'compare.field.stopSignal': ['Stop signal', '停止信号'],
  'compare.field.healthcheck': ['Health check', '健康检查'],
  'compare.field.other': ['Other', '其他'],

  // files
  'compare.files': ['Files', '文件'],
  'compare.files.reading': ['Comparing the files', '正在比较文件'],
  'compare.files.none': ['The files are the same.', '文件完全相同。'],
  'compare.files.noMatch': ['No path matches.', '没有匹配的路径。'],
  'compare.files.engine': [
    'An engine tells nothing of the files in a layer. Copy both images into the store to compare their files.',
    '引擎不提供层内文件的信息。把两个镜像复制到本地仓库后即可比较文件。',
  ],
  'compare.files.show': ['Differences', '差异'],
  'compare.files.all': [
    ({ count }: { count: string }) => `All ${count}`,
    ({ count }: { count: string }) => `全部 ${count}`,
  ],
  'compare.files.added': [
    ({ count }: { count: string }) => `Added ${count}`,
    ({ count }: { count: string }) => `新增 ${count}`,
  ],
  'compare.files.changed': [
    ({ count }: { count: string }) => `Changed ${count}`,
    ({ count }: { count: string }) => `更改 ${count}`,
  ],
  'compare.files.removed': [
    ({ count }: { count: string }) => `Removed ${count}`,
    ({ count }: { count: string }) => `删除 ${count}`,
  ],
  'compare.files.filter': ['Filter by path', '按路径筛选'],
  'compare.files.times': [
    ({ count }: { count: number }) =>
      `${counted(count, 'path')} more ${count === 1 ? 'differs' : 'differ'} in time only`,
    ({ count }: { count: number }) => `另有 ${groupDigits(count)} 个路径仅时间不同`,
  ],
  'compare.files.omitted': [
    ({ count }: { count: number }) => `${groupDigits(count)} more ${count === 1 ? 'is' : 'are'} not listed`,
    ({ count }: { count: number }) => `另有 ${groupDigits(count)} 项未列出`,
  ],
  'compare.files.unread': [
    ({ count }: { count: number }) =>
      `${counted(count, 'file')} of equal size ${count === 1 ? 'is' : 'are'} listed as changed: ${count === 1 ? 'its' : 'their'} contents were not compared yet.`,
    ({ count }: { count: number }) => `有 ${groupDigits(count)} 个大小相同的文件列为更改：尚未比较内容。`,
  ],
  'compare.files.unreadable': [
    ({ count }: { count: number }) =>
      `${counted(count, 'sparse file')} of equal size ${count === 1 ? 'is' : 'are'} listed as changed: ${count === 1 ? 'its' : 'their'} contents are not compared.`,
    ({ count }: { count: number }) => `有 ${groupDigits(count)} 个大小相同的稀疏文件列为更改：不比较其内容。`,
  ],
  'compare.files.read': [
    ({ size }: { size: string }) => `Compare contents (reads ${size})`,
    ({ size }: { size: string }) => `比较内容（读取 ${size}）`,
  ],
  'compare.files.stop': ['Stop', '停止'],
  'compare.from': ['From', '从'],
  'compare.to': ['To', '到'],
  'compare.before': ['Before', '之前'],
  'compare.after': ['After', '之后'],
  'compare.files.members': ['Show or hide what lies in it', '展开或收起其中内容'],
  'compare.files.contents': ['Show the difference', '查看差异'],
  'compare.contents': ['Contents', '内容'],
  'compare.contents.of': [
    ({ path }: { path: string }) => `Difference of ${path}`,
    ({ path }: { path: string }) => `${path} 的差异`,
  ],
  'compare.contents.reading': ['Reading both files', '正在读取两个文件'],
  'compare.contents.none': ['not a file here', '此处不是文件'],
  'compare.contents.same': ['The contents are the same.', '内容完全相同。'],
  'compare.contents.binary': [
    'This is no text: it is compared by size and digest.',
    '这不是文本，仅按大小和 digest 比较。',
  ],
  'compare.contents.large': [
    'More than 1 MiB is compared by size and digest, not line by line.',
    '超过 1 MiB 的文件仅按大小和 digest 比较，不逐行比较。',
  ],
  'compare.contents.omitted': [
    ({ count }: { count: number }) => `${counted(count, 'more line')}`,
    ({ count }: { count: number }) => `另有 ${groupDigits(count)} 行`,
  ],
  'compare.contents.skipped': [
    ({ count }: { count: number }) => `${counted(count, 'line')} the same`,
    ({ count }: { count: number }) => `${groupDigits(count)} 行相同`,
  ],
  'compare.line.same': ['In both', '两者都有'],
  'compare.line.gone': ['Removed', '删除'],
  'compare.line.new': ['Added', '新增'],
  'compare.path': ['Path', '路径'],
  'compare.what': ['What', '内容'],
  'compare.kind.added': ['Added', '新增'],
  'compare.kind.changed': ['Changed', '更改'],
  'compare.kind.removed': ['Removed', '删除'],
  'compare.what.within': [
    ({ count }: { count: number }) => `Directory, ${counted(count, 'path')} in it`,
    ({ count }: { count: number }) => `目录，含 ${groupDigits(count)} 个路径`,
  ],
  'compare.what.file': ['File', '文件'],
  'compare.what.directory': ['Directory', '目录'],
  'compare.what.symlink': [
    ({ target }: { target: string }) => `Link to ${target}`,
    ({ target }: { target: string }) => `链接到 ${target}`,
  ],
  'compare.what.node': ['Device or pipe', '设备或管道'],
  'compare.what.content': ['Contents', '内容不同'],
  'compare.what.unread': ['Same size, not compared', '大小相同，未比较'],
  'compare.what.mode': [
    ({ from, to }: { from: string; to: string }) => `Mode ${from} → ${to}`,
    ({ from, to }: { from: string; to: string }) => `权限 ${from} → ${to}`,
  ],
  'compare.what.owner': [
    ({ from, to }: { from: string; to: string }) => `Owner ${from} → ${to}`,
    ({ from, to }: { from: string; to: string }) => `所有者 ${from} → ${to}`,
  ],
  'compare.what.target': [
    ({ target }: { target: string }) => `Now links to ${target}`,
    ({ target }: { target: string }) => `改为链接到 ${target}`,
  ],
  'compare.what.type': ['Another kind of file', '文件类型不同'],
} as const;
