import { counted } from '../counted';
import { groupDigits } from '../format';

/** Messages of native menus and dialogs, English and Simplified Chinese side by side; see `../catalogue.ts`. */
export const native = {
  'native.load': ['Load images', '载入镜像'],
  'native.loadButton': ['Load', '载入'],
  'native.look': ['Open without loading', '打开而不载入'],
  'native.lookButton': ['Open', '打开'],
  'native.import': ['Import a root filesystem', '导入根文件系统'],
  'native.importButton': ['Choose', '选择'],
  'native.add': ['Add to the sources', '加入来源'],
  'native.addButton': ['Add', '添加'],
  'native.store': ['Open a store', '打开仓库'],
  'native.storeButton': ['Open', '打开'],
  'native.askEngine': [
    ({ address }: { address: string }) => `Add the engine at ${address}?`,
    ({ address }: { address: string }) => `要添加位于 ${address} 的引擎吗？`,
  ],
  'native.askEngineDetail': [
    'Stratigraph connects to this address whenever it runs, until it is taken off the list, and images can be copied there. Add it only if you just asked for it.',
    'Stratigraph 每次运行时都会连接此地址，直到将其移出列表；镜像可以复制到那里。仅当刚刚提出过此请求时才添加。',
  ],
  'native.askEngineYes': ['Add', '添加'],
  'native.askEngineNo': ['Do not add', '不添加'],
  'native.held': ['What the target has already', '目标已有的内容'],
  'native.heldButton': ['Choose', '选择'],
  'native.heldFiles': ['Image archives and lists of layers', '镜像归档和层列表'],
  'native.save': ['Save images', '导出镜像'],
  'native.saveButton': ['Save', '导出'],
  'native.archives': ['Image archives', '镜像归档'],
  'native.allFiles': ['All files', '所有文件'],
  'native.menu.file': ['File', '文件'],
  'native.menu.load': ['Load…', '载入…'],
  'native.menu.loadDirectory': ['Load an OCI layout folder…', '载入 OCI 布局目录…'],
  'native.menu.look': ['Open without loading…', '打开而不载入…'],
  'native.menu.store': ['Open store…', '打开仓库…'],
  'native.menu.save': ['Save selection…', '导出所选…'],
  'native.menu.view': ['View', '视图'],
  'native.menu.graph': ['Graph', '图谱'],
  'native.menu.strata': ['Strata', '地层'],
  'native.menu.map': ['Map', '占用图'],
  'native.menu.overlap': ['Overlap', '重叠图'],
  'native.menu.table': ['Table', '列表'],
  'native.copy': ['Copy out', '复制出'],
  'native.askShell': [
    ({ name }: { name: string }) => `Open a shell of this machine in ${name}?`,
    ({ name }: { name: string }) => `要在 ${name} 中打开本机的 Shell 吗？`,
  ],
  'native.askShellDetail': [
    'It runs outside of any container and with your rights: what is typed there can read and change all your files. Open it only if you just asked for it. For this place you are asked once until Stratigraph is closed.',
    '它在任何容器之外以您的权限运行：在其中输入的命令可以读取和更改您的所有文件。仅当您刚刚提出此请求时才打开。在关闭 Stratigraph 之前，同一位置只询问一次。',
  ],
  'native.askShellYes': ['Open shell', '打开 Shell'],
  'native.askShellNo': ['Do not open', '不打开'],
  'native.askNetwork': [
    ({ name }: { name: string }) => `Run a command with this machine’s network in ${name}?`,
    ({ name }: { name: string }) => `要在 ${name} 中使用本机网络运行命令吗？`,
  ],
  'native.askNetworkDetail': [
    ({ text }: { text: string }) =>
      `${text}\n\nIt runs in a container, but reaches every network and every port that this machine reaches. Run it only if you just asked for it. For this command in this place you are asked once until Stratigraph is closed.`,
    ({ text }: { text: string }) =>
      `${text}\n\n它在容器中运行，但可访问本机能够访问的所有网络和端口。仅当您刚刚提出此请求时才运行。在关闭 Stratigraph 之前，同一位置的同一命令只询问一次。`,
  ],
  'native.askNetworkYes': ['Run', '运行'],
  'native.askNetworkNo': ['Do not run', '不运行'],
  'native.askPaste': [
    ({ name }: { name: string }) => `Paste this text into the terminal in ${name}?`,
    ({ name }: { name: string }) => `要将这段文字粘贴到 ${name} 中的终端吗？`,
  ],
  'native.askPastePage': [
    ({ text }: { text: string }) =>
      `${text}\n\nIt was copied or selected in this window, or may have been. The terminal reaches beyond a container: paste it only if it is what you expect.`,
    ({ text }: { text: string }) =>
      `${text}\n\n它是（或可能是）在本窗口中复制或选取的。该终端可访问容器之外的内容：仅当它与您预期的一致时才粘贴。`,
  ],
  'native.askPasteLines': [
    ({ text }: { text: string }) =>
      `${text}\n\nIt has line ends, at which the program in this terminal may run what stands before them.`,
    ({ text }: { text: string }) =>
      `${text}\n\n其中含有换行，该终端中的程序可能会在换行处立即运行前面的内容。`,
  ],
  'native.askPasteYes': ['Paste', '粘贴'],
  'native.askPasteNo': ['Do not paste', '不粘贴'],
  'native.leave': ['Close Stratigraph?', '要关闭 Stratigraph 吗？'],
  'native.leavePrograms': [
    ({ count, names }: { count: number; names: string }) =>
      `${counted(count, 'program')} in ${count === 1 ? 'a terminal' : 'terminals'} would end: ${names}.`,
    ({ count, names }: { count: number; names: string }) => `终端中的 ${count} 个程序会被结束：${names}。`,
  ],
  'native.leaveOperations': [
    ({ count, names }: { count: number; names: string }) =>
      `${counted(count, 'operation')} would be cancelled: ${names}. The store stays whole.`,
    ({ count, names }: { count: number; names: string }) =>
      `${groupDigits(count)} 项操作会被取消：${names}。仓库保持完好。`,
  ],
  'native.leaveYes': ['End and close', '结束并关闭'],
  'native.leaveNo': ['Keep open', '保持打开'],
  'native.menu.quit': ['Quit Stratigraph', '退出 Stratigraph'],
  'native.pageEnded': ['The window’s page ended and was loaded again.', '窗口的页面意外结束，已重新加载。'],
  'native.pageEndedAgain': ['The window’s page has ended again.', '窗口的页面再次意外结束。'],
  'native.pageEndedDetail': [
    'Perhaps memory ran out. Terminals of the window were ended; your store is whole, and what was being loaded or saved goes on.',
    '可能是内存不足。窗口中的终端已结束；仓库完好，正在进行的载入或导出会继续。',
  ],
  'native.pageHangs': ['The window does not answer.', '窗口没有响应。'],
  'native.pageHangsDetail': [
    'Loading it again ends its terminals; your store is whole, and what is being loaded or saved goes on. Closing it cancels that.',
    '重新加载会结束其中的终端；仓库完好，正在进行的载入或导出会继续。关闭窗口会将其取消。',
  ],
  'native.pageWait': ['Wait', '等待'],
  'native.pageLoad': ['Load again', '重新加载'],
  'native.pageClose': ['Close', '关闭'],
  'native.pageGood': ['OK', '好'],
  'native.copyButton': ['Copy', '复制'],
} as const;
