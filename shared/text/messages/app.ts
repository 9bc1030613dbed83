import { counted } from '../counted';
import { groupDigits } from '../format';

interface Done {
  readonly what: string;
  readonly place: string;
}

/** Messages of the window's frame, English and Simplified Chinese side by side; see `../catalogue.ts`. */
export const app = {
  'app.name': ['Stratigraph', 'Stratigraph'],
  'app.close': ['Close', '关闭'],
  'app.tryAgain': ['Try again', '重试'],
  'app.undo': ['Undo', '撤销'],
  'app.dismiss': ['Dismiss', '关闭'],
  'app.copied': ['Copied', '已复制'],
  'app.loading': ['Reading the store', '正在读取仓库'],
  'app.count': [
    ({ images, layers }: { images: number; layers: number }) =>
      `${counted(images, 'image')}, ${counted(layers, 'layer')}`,
    ({ images, layers }: { images: number; layers: number }) =>
      `${groupDigits(images)} 个镜像，${groupDigits(layers)} 层`,
  ],
  'app.selected': [
    ({ images }: { images: number }) => `${counted(images, 'image')} selected`,
    ({ images }: { images: number }) => `已选 ${groupDigits(images)} 个镜像`,
  ],
  'app.selectedOne': [
    ({ name }: { name: string }) => `${name} selected`,
    ({ name }: { name: string }) => `已选 ${name}`,
  ],
  'app.selectedLayer': [
    ({ name }: { name: string }) => `Layer ${name} selected`,
    ({ name }: { name: string }) => `已选层 ${name}`,
  ],
  'app.selectedNone': ['Nothing selected', '未选中任何内容'],

  // toolbar
  'app.toolbar': ['Toolbar', '工具栏'],
  'app.storeOpens': [
    ({ name }: { name: string }) => `${name} opens in a window of its own`,
    ({ name }: { name: string }) => `${name} 将在单独的窗口中打开`,
  ],
  'app.store': ['Store', '本地仓库'],
  'app.view': ['View', '视图'],
  'app.viewNow': [
    ({ view }: { view: string }) => `View: ${view}`,
    ({ view }: { view: string }) => `视图：${view}`,
  ],
  'app.view.graph': ['Graph', '图谱'],
  'app.view.strata': ['Strata', '地层'],
  'app.view.table': ['Table', '列表'],
  'app.omnibox': ['Search images and commands', '搜索镜像和命令'],
  'app.load': ['Load', '载入'],
  'app.load.hint': ['Load into the store', '载入到仓库'],
  'app.save': ['Save', '导出'],
  'app.save.options': ['Save in another format', '以其他格式导出'],
  'app.save.nothing': ['Select the images to save first', '请先选中要导出的镜像'],
  'app.more': ['More', '更多'],
  'app.window.minimize': ['Minimize', '最小化'],
  'app.window.maximize': ['Maximize', '最大化'],
  'app.window.restore': ['Restore', '还原'],
  'app.window.close': ['Close the window', '关闭窗口'],

  // sidebar
  'app.sidebar': ['Sidebar', '侧边栏'],
  'app.sidebar.resize': ['Width of the sidebar', '侧边栏宽度'],
  'app.inspector': ['Inspector', '检查器'],
  'app.inspector.resize': ['Width of the inspector', '检查器宽度'],
  'app.inspector.show': ['Show the inspector', '显示检查器'],
  'app.main': ['Images', '镜像'],
  'app.sources': ['Sources', '来源'],
  'app.families': ['Families', '谱系'],
  'app.families.all': ['Show all', '全部显示'],
  'app.family.noLayers': ['Without layers', '没有层的镜像'],
  'app.show': ['Show', '显示'],
  'app.show.dangling': ['Dangling images', '悬空镜像'],
  'app.onDisk': ['on disk', '占用磁盘'],
  'app.sharingSaves': [
    ({ size }: { size: string }) => `sharing saves ${size}`,
    ({ size }: { size: string }) => `共享节省 ${size}`,
  ],
  'field.tooLong': [
    ({ count, most }: { count: string; most: string }) =>
      `This is ${count} characters long; at most ${most} can be taken. Shorten it.`,
    ({ count, most }: { count: string; most: string }) => `内容有 ${count} 个字符，最多 ${most} 个。请缩短。`,
  ],
  'app.sharingNone': ['nothing is shared yet', '还没有共享的层'],
  'app.bytes': [
    ({ exact }: { exact: string }) => `${exact} bytes`,
    ({ exact }: { exact: string }) => `${exact} 字节`,
  ],

  // view bars
  'app.viewBar': ['View options', '视图选项'],
  'app.sizes': ['Sizes', '大小'],
  'app.sizes.layer': ['Layer', '单层'],
  'app.sizes.cumulative': ['Cumulative', '累计'],
  'app.fold': ['Fold runs', '折叠连续层'],
  'app.fold.hint': [
    'Unbranched layers without an image of their own stand as one stack',
    '把没有分支、也没有自己镜像的连续层叠成一摞',
  ],
  'app.emptySteps': ['Empty steps', '空步骤'],
  'app.emptySteps.hint': ['History steps that changed no files', '没有改动文件的历史步骤'],
  'app.onlyTagged': ['Only tagged', '仅带标签'],
  'app.onlyTagged.hint': ['Hide images without a name', '隐藏没有名称的镜像'],
  'app.groupBy': ['Group by', '分组'],
  'app.group.none': ['None', '不分组'],
  'app.group.repository': ['Repository', '仓库名'],
  'app.group.family': ['Family', '谱系'],
  'app.legend.shared': ['shared', '共享'],
  'app.legend.unique': ['unique', '独有'],
  'app.filter': ['Filter', '筛选'],
  'app.filter.placeholder': ['Filter by name, ID or command', '按名称、ID 或命令筛选'],
  'app.filter.clear': ['Clear the filter', '清除筛选'],
  'app.filter.count': [
    ({ shown, all }: { shown: number; all: number }) => `${shown} of ${all}`,
    ({ shown, all }: { shown: number; all: number }) => `${shown} / ${all}`,
  ],
  'app.noMatch': [
    ({ text }: { text: string }) => `No image matches “${text}”.`,
    ({ text }: { text: string }) => `没有与“${text}”匹配的镜像。`,
  ],
  'app.allHidden': ['Every image is hidden by the sidebar.', '所有镜像都被侧边栏的选项隐藏。'],
  'app.allHidden.show': ['Show all images', '显示所有镜像'],
  'app.graph': ['Layer graph', '层图谱'],

  // first start
  'app.empty.title': ['Begin with an image', '从一个镜像开始'],
  'app.empty.drop': ['Drop a tarball anywhere in this window', '把 tar 包拖进窗口任意位置'],
  'app.empty.drop.hint': ['docker save or OCI, compressed or not', 'docker save 或 OCI 归档，压缩与否均可'],
  'app.empty.choose': ['Choose file…', '选择文件…'],
  'app.empty.add.hint': [
    'An archive, a folder or an engine, looked at where it is',
    '归档、文件夹或引擎，在原处查看',
  ],
  'app.empty.samples': ['Load the sample images', '载入示例镜像'],
  'app.empty.samples.hint': ['A few small images that share layers', '几个共享层的小镜像'],
  'app.empty.samples.load': ['Load', '载入'],

  // drop
  'app.drop.title': [
    ({ files }: { files: number }) => `Drop to add ${counted(files, 'file')} to the store`,
    ({ files }: { files: number }) => `松开即将 ${files} 个文件添加到仓库`,
  ],
  'app.drop.hint': ['Told apart by their content, checked while they are read', '按内容识别，边读取边校验'],
  'app.drop.alt': ['Hold Alt to look inside without loading', '按住 Alt 可只查看而不载入'],
  'app.drop.look': [
    ({ files }: { files: number }) => `Drop to open ${counted(files, 'file')} without loading`,
    ({ files }: { files: number }) => `松开即打开 ${files} 个文件，不载入`,
  ],
  'app.drop.look.hint': [
    'Looked at where they lie; nothing is written to the store',
    '在原处查看，不会写入仓库',
  ],
  'app.drop.cancel': ['cancel', '取消'],
  'app.drop.asked': [
    'A dialog is open: close it, then drop the files. Nothing was added.',
    '对话框正打开：请先关闭它，再拖放文件。尚未添加任何内容。',
  ],
  'app.drop.nothing': [
    'Only files and folders from this computer can be added.',
    '只能添加本机上的文件和文件夹。',
  ],

  // trouble
  'app.storeTrouble': ['The store could not be read', '无法读取仓库'],
  'app.notice.choose': ['Choose another file…', '选择其他文件…'],
  'app.notice.show': ['Show the store', '显示仓库'],
  'app.notice.copy': ['Copy details', '复制详情'],
  'app.notice.layer': [
    ({ layer, layers }: { layer: number; layers: number }) => `Layer ${layer} of ${layers}`,
    ({ layer, layers }: { layer: number; layers: number }) => `第 ${layer} 层，共 ${groupDigits(layers)} 层`,
  ],
  'app.notices': ['Messages', '消息'],
  'app.notices.dismissAll': ['Dismiss all', '全部关闭'],
  'app.notices.more': [
    ({ count }: { count: number }) =>
      `${counted(count, 'earlier message')} ${count === 1 ? 'comes' : 'come'} up when these are dismissed`,
    ({ count }: { count: number }) => `关闭这些消息后还会显示之前的 ${groupDigits(count)} 条`,
  ],

  // names
  'app.named': [
    ({ name }: { name: string; from: string }) => `Added the name ${name}`,
    ({ name }: { name: string; from: string }) => `已添加名称 ${name}`,
  ],
  'app.nameMoved': [
    ({ name, from }: { name: string; from: string }) =>
      from === name ? `${name} now names another image` : `${name} now names another image than ${from}`,
    ({ name, from }: { name: string; from: string }) =>
      from === name ? `${name} 已指向另一个镜像` : `${name} 已不再指向 ${from}`,
  ],
  'app.nameRemoved': [
    ({ name, dangling }: { name: string; dangling: boolean }) =>
      dangling ? `Removed the name ${name}; its image is dangling now` : `Removed the name ${name}`,
    ({ name, dangling }: { name: string; dangling: boolean }) =>
      dangling ? `已移除名称 ${name}，它的镜像现在悬空` : `已移除名称 ${name}`,
  ],
  'app.renamed': [
    ({ from, name }: { from: string; name: string }) => `Renamed ${from} to ${name}`,
    ({ from, name }: { from: string; name: string }) => `已将 ${from} 改名为 ${name}`,
  ],

  // commands
  'command.load': ['Load an image archive…', '载入镜像归档…'],
  'command.import': ['Import a root filesystem…', '导入根文件系统…'],
  'command.import.directory': ['Import a root filesystem folder…', '导入根文件系统目录…'],
  'import.title': [
    ({ file }: { file: string }) => `Import ${file}`,
    ({ file }: { file: string }) => `导入 ${file}`,
  ],
  'import.what': [
    'A root filesystem becomes an image of one layer. What the image starts is set by config changes, for example CMD.',
    '根文件系统将成为单层镜像。镜像启动什么由配置更改（例如 CMD）设定。',
  ],
  'import.do': ['Import', '导入'],
  'import.offer': ['Import as an image…', '导入为镜像…'],
  'command.load.directory': ['Load an OCI layout folder…', '载入 OCI 布局目录…'],
  'command.save': [
    ({ images, name }: { images: number; name: string }) =>
      images === 1 ? `Save ${name} to an archive…` : `Save ${images} images to an archive…`,
    ({ images, name }: { images: number; name: string }) =>
      images === 1 ? `将 ${name} 导出为归档…` : `将 ${groupDigits(images)} 个镜像导出为归档…`,
  ],
  'command.save.plain': ['Save the selection…', '导出所选镜像…'],
  'command.save.options': ['Choose the format, then save…', '选择格式并导出…'],
  'command.remove': [
    ({ images, name }: { images: number; name: string }) =>
      images === 1 ? `Delete ${name}…` : `Delete ${images} images…`,
    ({ images, name }: { images: number; name: string }) =>
      images === 1 ? `删除 ${name}…` : `删除 ${groupDigits(images)} 个镜像…`,
  ],
  'command.remove.plain': ['Delete the selection…', '删除所选镜像…'],
  'command.tag': [
    ({ name }: { name: string }) => `Add a name to ${name}…`,
    ({ name }: { name: string }) => `为 ${name} 添加名称…`,
  ],
  'command.tag.plain': ['Add a name…', '添加名称…'],
  'command.rename': [
    ({ name }: { name: string }) => `Rename ${name}…`,
    ({ name }: { name: string }) => `重命名 ${name}…`,
  ],
  'command.rename.plain': ['Rename, or name a dangling image…', '重命名，或为悬空镜像命名…'],
  'command.untag': [
    ({ name }: { name: string }) => `Remove the name ${name}`,
    ({ name }: { name: string }) => `移除名称 ${name}`,
  ],
  'command.copyId': [
    ({ images }: { images: number }) => (images === 1 ? 'Copy the image ID' : `Copy ${images} image IDs`),
    ({ images }: { images: number }) =>
      images === 1 ? '复制镜像 ID' : `复制 ${groupDigits(images)} 个镜像 ID`,
  ],
  'command.copyId.plain': ['Copy the ID of the selection', '复制所选内容的 ID'],
  'command.copyCommand': [
    ({ tool }: { tool: string }) => `Copy as a ${tool} command`,
    ({ tool }: { tool: string }) => `复制为 ${tool} 命令`,
  ],
  'command.copyChainId': ['Copy the chain ID of the layer', '复制层的 chain ID'],
  'command.clearSelection': ['Clear the selection', '取消选择'],
  'command.selectAll': ['Select all images', '选中所有镜像'],
  'command.samples': ['Load the sample images', '载入示例镜像'],
  'command.prune': ['Prune dangling images…', '清理悬空镜像…'],
  'command.prune.nothing': ['No image is dangling', '没有悬空镜像'],
  'command.undo': ['Undo the last change', '撤销上一次改动'],
  'command.undo.what': [
    ({ what, place }: Done) => `Undo in ${place}: ${what}`,
    ({ what, place }: Done) => `在 ${place} 中撤销：${what}`,
  ],
  'command.undo.nothing': [
    ({ place }: { place: string }) => `Nothing to undo in ${place}`,
    ({ place }: { place: string }) => `${place} 中没有可撤销的改动`,
  ],
  'command.undo.final': [
    ({ what, place }: Done) => `The last change in ${place} cannot be undone: ${what}`,
    ({ what, place }: Done) => `${place} 中上一次改动无法撤销：${what}`,
  ],
  'app.undone': [
    ({ what, place }: Done) => `Undone in ${place}: ${what}`,
    ({ what, place }: Done) => `已在 ${place} 中撤销：${what}`,
  ],
  'command.palette': ['Search and run commands', '搜索与运行命令'],
  'command.view.graph': ['Show the graph', '显示图谱'],
  'command.view.strata': ['Show the strata', '显示地层'],
  'command.view.table': ['Show the table', '显示列表'],
  'command.sidebar': ['Show or hide the sidebar', '显示或隐藏侧边栏'],
  'command.sidebar.none': ['There is no sidebar here yet', '此处尚无侧边栏'],
  'command.selectAll.none': ['No image is in sight', '没有可见的镜像'],
  'command.inspector': ['Show or hide the inspector', '显示或隐藏检查器'],
  'command.filter': ['Filter the images', '筛选镜像'],
  'command.nextPane': ['Go to the next pane', '转到下一个窗格'],
  'command.operations': ['Show operations', '显示操作'],
  'command.refresh': ['Read the store again', '重新读取仓库'],
  'command.preferences': ['Preferences…', '偏好设置…'],
  'command.shortcuts': ['Keyboard shortcuts', '键盘快捷键'],
  'command.about': ['About Stratigraph', '关于 Stratigraph'],
  'command.theme.light': ['Use the light theme', '使用浅色主题'],
  'command.theme.dark': ['Use the dark theme', '使用深色主题'],
  'command.theme.system': ['Follow the theme of the system', '跟随系统主题'],
  'command.language.en': ['Switch to English', '切换到英文（English）'],
  'command.language.zh-CN': ['Switch to Chinese (简体中文)', '切换到简体中文'],
  'command.density.compact': ['Use compact rows', '使用紧凑行距'],
  'command.density.regular': ['Use regular rows', '使用标准行距'],
  'command.nothingSelected': ['Nothing is selected', '未选中任何镜像'],
  'command.selectOne': ['Select one image', '请选中一个镜像'],

  // palette
  'palette.label': ['Search and run commands', '搜索与运行命令'],
  'palette.placeholder': ['Type a command, a name or an ID', '输入命令、名称或 ID'],
  'palette.forSelection': ['For the selection', '用于所选内容'],
  'palette.anywhere': ['Anywhere', '任意位置'],
  'palette.images': ['Images', '镜像'],
  'palette.choose': ['choose', '选择'],
  'palette.run': ['run', '运行'],
  'palette.close': ['close', '关闭'],
  'palette.nothing': [
    ({ text }: { text: string }) => `Nothing matches “${text}”.`,
    ({ text }: { text: string }) => `没有与“${text}”匹配的内容。`,
  ],
  'palette.more': [
    ({ count }: { count: number }) => `${count} more; keep typing to narrow down`,
    ({ count }: { count: number }) => `还有 ${count} 项，继续输入以缩小范围`,
  ],

  // shortcuts dialog
  'shortcuts.general': ['General', '通用'],
  'shortcuts.selection': ['Selection', '所选内容'],
  'shortcuts.view': ['Views', '视图'],
  'shortcuts.graph': ['In the graph', '在图谱中'],
  'shortcuts.graph.travel': ['Travel along the layers', '沿着层移动'],
  'shortcuts.graph.beside': ['To the next in the same column', '转到同一列的下一项'],
  'shortcuts.graph.open': ['Open in the inspector', '在检查器中打开'],
  'shortcuts.graph.select': ['Select', '选中'],
  'shortcuts.graph.fit': ['Fit everything', '显示全部'],
  'shortcuts.graph.zoom': ['Zoom', '缩放'],
  'shortcuts.graph.menu': ['Menu of what has the focus', '打开焦点处的菜单'],
  'shortcuts.stepBack': [
    'Step back: out of the selection, a message, what was gone into, what was opened',
    '逐步返回：依次取消选择、关闭消息、返回上一级、关闭已打开的内容',
  ],
  'shortcuts.look': ['Held while dropping: open without loading', '拖放时按住：打开而不载入'],
  'shortcuts.scale': ['Scale the window', '缩放窗口'],
  'key.ctrl': ['Ctrl', 'Ctrl'],
  'key.shift': ['Shift', 'Shift'],
  'key.delete': ['Del', 'Del'],
  'key.backspace': ['Backspace', '退格'],
  'key.enter': ['Enter', 'Enter'],
  'key.escape': ['Esc', 'Esc'],
  'key.space': ['Space', '空格'],
} as const;
