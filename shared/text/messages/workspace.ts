/** Messages of workspaces, commits, mounts, runs and squashes, English and Simplified Chinese side by side. */

interface Count {
  readonly count: number;
}
interface Named {
  readonly name: string;
}
const s = (count: number): string => (count === 1 ? '' : 's');

export const workspace = {
  'workspace.section': ['Workspaces', '工作区'],
  'workspace.mounts': ['Mounted images', '已挂载镜像'],
  'workspace.learn': ['Learn', '学习'],
  'workspace.on': [({ name }: Named) => `on ${name}`, ({ name }: Named) => `基于 ${name}`],
  'workspace.mounted': ['Mounted', '已挂载'],
  'workspace.unmounted': ['Not mounted', '未挂载'],
  'workspace.mount': ['Mount', '挂载'],
  'workspace.unmount': ['Unmount', '卸载'],
  'workspace.run': ['Run…', '运行…'],
  'workspace.openFolder': ['Open folder', '打开文件夹'],
  'workspace.copyPath': ['Copy path', '复制路径'],
  'workspace.showImage': ['Show its image in the graph', '在图谱中显示其镜像'],
  'workspace.export': ['Export as a tarball…', '导出为 tar 归档…'],
  'workspace.rename': ['Rename…', '重命名…'],
  'workspace.remove': ['Remove workspace…', '删除工作区…'],
  'workspace.more': ['More for this workspace', '此工作区的更多操作'],
  'workspace.back': ['Back to the images', '返回镜像'],
  'workspace.wentAway': [
    ({ name }: Named) => `The workspace ${name} is no longer there: it was removed or renamed elsewhere.`,
    ({ name }: Named) => `工作区 ${name} 已不存在：它在别处被删除或重命名。`,
  ],
  'mount.wentAway': [
    ({ name }: Named) => `${name} is no longer mounted: it was unmounted elsewhere.`,
    ({ name }: Named) => `${name} 已不再挂载：它在别处被卸载。`,
  ],
  'workspace.gone': ['This workspace is gone', '该工作区已不存在'],
  'workspace.loading': ['Reading what changed', '正在读取更改'],
  'workspace.changesOf': [
    ({ ticked, count }: Count & { ticked: number }) =>
      ticked === count ? `${count} change${s(count)}` : `${ticked} of ${count} changes`,
    ({ ticked, count }: Count & { ticked: number }) =>
      ticked === count ? `${count} 项更改` : `${count} 项更改中的 ${ticked} 项`,
  ],
  'workspace.tickHint': [
    'Tick what goes into the commit. The rest stays here.',
    '勾选要提交的更改，其余留在工作区。',
  ],
  'workspace.tickAll': ['Tick all changes', '勾选全部更改'],
  'workspace.tick': [({ name }: Named) => `Commit ${name}`, ({ name }: Named) => `提交 ${name}`],
  'workspace.look': [
    ({ name }: Named) => `Show the difference of ${name}`,
    ({ name }: Named) => `查看 ${name} 的差异`,
  ],
  'workspace.filter': ['Filter paths', '筛选路径'],
  'workspace.parents': ['Show parent directories', '显示上级目录'],
  'workspace.omitted': [
    ({ count }: Count) => `${count} further change${s(count)} ${count === 1 ? 'is' : 'are'} not listed`,
    ({ count }: Count) => `另有 ${count} 项更改未列出`,
  ],
  'workspace.none': ['Nothing has changed yet', '尚无更改'],
  'workspace.noneHint': [
    'Change files in the folder, or run a command in the terminal below. What you add, edit and delete appears here.',
    '在文件夹中修改文件，或在下方终端中运行命令。新增、编辑和删除的内容会显示在这里。',
  ],
  'workspace.noMatch': ['No path matches the filter', '没有匹配的路径'],
  'workspace.list': ['Changes', '更改'],
  'workspace.path': ['Path', '路径'],
  'workspace.what': ['What', '更改内容'],
  'workspace.size': ['Size', '大小'],
  'workspace.copiedUp': ['Copied up', '写时复制'],
  'workspace.nothing': ['none', '无'],
  'workspace.kind.added': ['added', '新增'],
  'workspace.kind.changed': ['changed', '更改'],
  'workspace.kind.removed': ['removed', '删除'],
  'workspace.what.newFile': ['New file', '新文件'],
  'workspace.what.newDirectory': [
    ({ count }: Count) => (count === 0 ? 'New directory' : `New directory, ${count} file${s(count)}`),
    ({ count }: Count) => (count === 0 ? '新目录' : `新目录，${count} 个文件`),
  ],
  'workspace.what.newLink': [
    ({ target }: { target: string }) => `New link to ${target}`,
    ({ target }: { target: string }) => `新链接，指向 ${target}`,
  ],
  'workspace.what.newNode': ['New device or pipe', '新设备或管道'],
  'workspace.what.edited': ['Edited', '已编辑'],
  'workspace.what.editedBytes': [
    ({ size }: { size: string }) => `Edited, ${size} differ`,
    ({ size }: { size: string }) => `已编辑，${size} 不同`,
  ],
  'workspace.what.mode': [
    ({ from, to }: { from: string; to: string }) => `Mode ${from} → ${to}`,
    ({ from, to }: { from: string; to: string }) => `权限 ${from} → ${to}`,
  ],
  'workspace.what.owner': [
    ({ from, to }: { from: string; to: string }) => `Owner ${from} → ${to}`,
    ({ from, to }: { from: string; to: string }) => `属主 ${from} → ${to}`,
  ],
  'workspace.what.target': [
    ({ target }: { target: string }) => `Link now to ${target}`,
    ({ target }: { target: string }) => `链接改指 ${target}`,
  ],
  'workspace.what.xattrs': ['Attributes', '扩展属性'],
  'workspace.what.times': ['Times only', '仅时间'],
  'workspace.what.parent': ['Holds changes', '含有更改'],
  'workspace.what.type': ['Replaced', '类型替换'],
  'workspace.what.whiteout': [
    ({ size }: { size: string }) => `Whiteout, hides ${size}`,
    ({ size }: { size: string }) => `whiteout，遮住 ${size}`,
  ],
  'workspace.what.directoryGone': [
    ({ size }: { size: string }) => `Whole directory, hides ${size}`,
    ({ size }: { size: string }) => `整个目录，遮住 ${size}`,
  ],
  'workspace.hint.mode': [
    ({ name, size, left }: Named & { size: string; left: string }) =>
      `${name} was copied whole (${size}) only to change its metadata. Untick it and the new layer shrinks to ${left}.`,
    ({ name, size, left }: Named & { size: string; left: string }) =>
      `${name} 仅因元数据更改而被整体复制（${size}）。取消勾选后新层缩小到 ${left}。`,
  ],
  'workspace.hint.bytes': [
    ({ name, size, bytes }: Named & { size: string; bytes: string }) =>
      `${name}: ${size} copied up to change ${bytes}; it is stored twice now.`,
    ({ name, size, bytes }: Named & { size: string; bytes: string }) =>
      `${name}：为更改 ${bytes} 复制了 ${size}，现在存有两份。`,
  ],
  'workspace.untick': ['Untick', '取消勾选'],

  'commit.title': ['Commit', '提交'],
  'commit.name': ['Name', '名称'],
  'commit.nameHint': ['Leave empty to make a dangling image', '留空则生成悬空镜像'],
  'commit.nameLast': [
    ({ name }: Named) => `${name} was just committed. Leave empty to make a dangling image`,
    ({ name }: Named) => `刚提交了 ${name}。留空则生成悬空镜像`,
  ],
  'commit.nameNext': [({ name }: Named) => `Name it ${name}`, ({ name }: Named) => `命名为 ${name}`],
  'commit.message': ['Message', '说明'],
  'commit.author': ['Author', '作者'],
  'commit.config': ['Config changes', '配置更改'],
  'commit.add': ['Add', '添加'],
  'commit.addChange': ['Add a config change', '添加配置更改'],
  'commit.word': ['Instruction', '指令'],
  'commit.arguments': ['Arguments', '参数'],
  'commit.removeChange': [({ name }: Named) => `Remove ${name}`, ({ name }: Named) => `移除 ${name}`],
  'commit.layer': ['New layer', '新层'],
  'commit.after': [
    ({ size }: { size: string }) => `about ${size} after commit`,
    ({ size }: { size: string }) => `提交后约 ${size}`,
  ],
  'commit.files': [
    ({ size }: { size: string }) => `${size} of files`,
    ({ size }: { size: string }) => `文件 ${size}`,
  ],
  'commit.filesAtLeast': [
    ({ size }: { size: string }) => `more than ${size} of files`,
    ({ size }: { size: string }) => `文件超过 ${size}`,
  ],
  'commit.packed': [
    'The sizes of its files: the layer is compressed when it is committed, and mostly takes less.',
    '此为文件大小：提交时层会被压缩，通常占用更少。',
  ],
  'commit.layerNumber': [({ count }: Count) => `Layer ${count}`, ({ count }: Count) => `第 ${count} 层`],
  'commit.noLayer': ['No layer: a history step only', '无新层，仅历史步骤'],
  'commit.summary': [
    ({ count, whiteouts }: Count & { whiteouts: number }) =>
      `${count} change${s(count)}${whiteouts > 0 ? `, ${whiteouts} whiteout${s(whiteouts)}` : ''}`,
    ({ count, whiteouts }: Count & { whiteouts: number }) =>
      `${count} 项更改${whiteouts > 0 ? `，${whiteouts} 个 whiteout` : ''}`,
  ],
  'commit.stay': [
    ({ count }: Count) => `${count} change${s(count)} stay${count === 1 ? 's' : ''} here`,
    ({ count }: Count) => `${count} 项留在此处`,
  ],
  'commit.do': [
    ({ count }: Count) => (count === 0 ? 'Commit a history step' : `Commit ${count} change${s(count)}`),
    ({ count }: Count) => (count === 0 ? '提交历史步骤' : `提交 ${count} 项更改`),
  ],
  'commit.unlisted': [
    ({ count }: Count) =>
      `${count} change${s(count)} that ${count === 1 ? 'is' : 'are'} not listed will be committed, too.`,
    ({ count }: Count) => `未列出的 ${count} 项更改也会一并提交。`,
  ],
  'commit.tooMany': [
    ({ count, most }: { count: number; most: number }) =>
      `A commit takes ${most} config changes; these are ${count}. Remove some, or commit twice.`,
    ({ count, most }: { count: number; most: number }) =>
      `一次提交最多 ${most} 项配置更改，当前有 ${count} 项。请移除一些，或分两次提交。`,
  ],
  'commit.running': ['Committing…', '正在提交…'],

  'terminal.tooManyWords': [
    ({ most }: { most: number }) => `A command takes ${most} words at most. Put it into a script.`,
    ({ most }: { most: number }) => `命令最多 ${most} 个词。请改写成脚本。`,
  ],
  'terminal.title': ['Terminal', '终端'],
  'terminal.history': ['Run history', '运行记录'],
  'terminal.new': ['Open another terminal', '打开新终端'],
  'terminal.close': ['Close this terminal', '关闭此终端'],
  'terminal.runDefault': ['Run the image’s command', '运行镜像的默认命令'],
  'terminal.runShell': ['Shell inside (sh)', '内部 Shell（sh）'],
  'terminal.hostShell': [
    ({ user }: { user: string }) => `Shell on this machine, as ${user}`,
    ({ user }: { user: string }) => `本机 Shell，身份为 ${user}`,
  ],
  'terminal.hostTitle': [
    ({ name, user }: { name: string; user: string }) => `${name}, as ${user} on this machine`,
    ({ name, user }: { name: string; user: string }) => `${name}，在本机以 ${user} 身份`,
  ],
  'terminal.start': [
    'Run commands in this workspace: with its own programs in a container, or with this machine’s tools in its folder.',
    '在此工作区中运行命令：在容器中使用其自带程序，或在其目录中使用本机工具。',
  ],
  'terminal.noRuntime': [
    ({ packages }: { packages: string }) =>
      `No OCI runtime is installed (sudo apt-get install ${packages}). A shell with this machine’s tools works.`,
    ({ packages }: { packages: string }) =>
      `没有安装 OCI 运行时（sudo apt-get install ${packages}）。仍可使用本机工具的 Shell。`,
  ],
  'terminal.ended': [
    ({ code }: { code: string }) => `Ended: ${code}`,
    ({ code }: { code: string }) => `已结束：${code}`,
  ],
  'terminal.again': ['Start again', '重新启动'],
  'terminal.change': ['Change the command', '修改命令'],
  'terminal.leave': ['Ctrl+Shift+Esc leaves the terminal', 'Ctrl+Shift+Esc 离开终端'],
  'terminal.menu': ['Text of the terminal', '终端文字'],
  'terminal.copy': ['Copy', '复制'],
  'terminal.paste': ['Paste', '粘贴'],
  'terminal.selectAll': ['Select all', '全选'],
  'terminal.clear': ['Clear', '清除'],
  'terminal.nothingSelected': ['No text is selected', '未选中文字'],
  'terminal.hasEnded': ['It has ended', '已结束'],
  'terminal.closeTitle': [
    ({ count }: Count) => `Close ${count === 1 ? 'the terminal' : `${count} terminals`}`,
    ({ count }: Count) => `关闭 ${count} 个终端`,
  ],
  'terminal.closeText': [
    ({ name }: Named) => `${name} is running in it, and ends when it is closed. What it has written stays.`,
    ({ name }: Named) => `${name} 正在其中运行，关闭终端会将其结束。已写入的内容会保留。`,
  ],
  'terminal.closeKeep': ['Keep it open', '保持打开'],
  'terminal.closeDo': ['End it and close', '结束并关闭'],
  'terminal.closeFirst': [
    ({ name, count }: Named & Count) =>
      `${name} has to rest for this, and ${count === 1 ? 'a terminal is' : `${count} terminals are`} open in it. What was written there stays.`,
    ({ name, count }: Named & Count) =>
      `此操作需要 ${name} 处于静止状态，而其中打开了 ${count} 个终端。已写入的内容会保留。`,
  ],
  'terminal.waits': ['nothing is running', '没有程序在运行'],
  'terminal.runs': [({ name }: Named) => `${name} is running`, ({ name }: Named) => `正在运行 ${name}`],
  'terminal.thenCommit': ['Close and commit', '关闭并提交'],
  'terminal.thenUnmount': ['Close and unmount', '关闭并卸载'],
  'terminal.thenRemove': ['Close and remove', '关闭并移除'],
  'terminal.thenRename': ['Close and rename', '关闭并重命名'],
  'terminal.resize': ['Height of the terminals', '终端高度'],
  'terminal.noHistory': ['Nothing has been run here yet', '尚未运行任何命令'],
  'terminal.command': ['Command', '命令'],
  'terminal.commandHint': [
    'Empty: the image’s own. Quotes and backslashes work as in a shell.',
    '留空则使用镜像自带的命令。引号和反斜杠的用法与 Shell 相同。',
  ],
  'terminal.argumentsHint': [
    'Empty: no arguments. The image’s command belongs to its own entrypoint.',
    '留空则没有参数。镜像自带的命令只用于它自己的 ENTRYPOINT。',
  ],
  'terminal.openQuote': [
    'A quote is still open, or a backslash ends the line. Both work as in a shell.',
    '引号未闭合，或行末有反斜杠。两者的用法与 Shell 相同。',
  ],
  'terminal.entrypoint': ['Entrypoint', 'ENTRYPOINT'],
  'terminal.entrypointHint': [
    'Empty: the image’s own. "" for none.',
    '留空则使用镜像自带的；输入 "" 表示不使用。',
  ],
  'terminal.noEntrypointHint': ['Empty: none, as in the image.', '留空则没有，与镜像相同。'],
  'terminal.none': ['none', '无'],
  'terminal.willRun': ['What will run', '将运行'],
  'terminal.runsNothing': [
    'Nothing yet: the image has no command of its own. Type one.',
    '暂无：镜像没有自带的命令，请输入。',
  ],
  'terminal.network': ['With this machine’s network', '使用本机网络'],
  'terminal.runTitle': [({ name }: Named) => `Run ${name}`, ({ name }: Named) => `运行 ${name}`],
  'terminal.runHint': [
    'What it writes is thrown away at the end. Open a workspace to keep it.',
    '结束后写入的内容会被丢弃。如需保留，请创建工作区。',
  ],
  'terminal.run': ['Run', '运行'],
  'terminal.stop': ['Stop', '停止'],

  'run.withoutRules': [
    'No cgroup holds rules for devices here: the command cannot make device files (CAP_MKNOD), and none but the usual ones open.',
    '此处没有 cgroup 可执行设备规则：命令不能创建设备文件（CAP_MKNOD），只能打开常用设备。',
  ],
  'run.withoutLimit': [
    (f: { processes: number }) =>
      `No cgroup counts processes here: the command is not held to ${f.processes} of them.`,
    (f: { processes: number }) => `此处没有 cgroup 可统计进程：不会将命令限制为 ${f.processes} 个进程。`,
  ],
  'run.withoutFilter': [
    (f: { runtime: string }) =>
      `${f.runtime} was built without seccomp: no system call is kept from the command.`,
    (f: { runtime: string }) => `${f.runtime} 未启用 seccomp：不会限制命令的系统调用。`,
  ],

  'workspace.dialog.title': [
    ({ name }: Named) => `Open a workspace on ${name}`,
    ({ name }: Named) => `为 ${name} 创建工作区`,
  ],
  'workspace.dialog.what': [
    'A writable overlay on the image: change files, see what changed, commit it as a new image. The image itself stays as it is, and the workspace survives restarts.',
    '镜像之上的可写叠加层：修改文件、查看更改，再提交为新镜像。镜像本身不变，工作区在重启后依然保留。',
  ],
  'workspace.dialog.name': ['Name of the workspace', '工作区名称'],
  'workspace.dialog.taken': ['A workspace has this name already.', '已有同名工作区。'],
  'workspace.dialog.hint': ['Letters, digits, _ . and -', '字母、数字、_、. 和 -'],
  'workspace.dialog.create': ['Open workspace', '创建工作区'],
  'workspace.renameTitle': [({ name }: Named) => `Rename ${name}`, ({ name }: Named) => `重命名 ${name}`],
  'workspace.renameDo': ['Rename', '重命名'],
  'workspace.removeTitle': [({ name }: Named) => `Remove ${name}?`, ({ name }: Named) => `删除 ${name}？`],
  'workspace.removeText': [
    ({ count }: Count) =>
      count === 0
        ? 'Nothing is changed in it. The image stays. This cannot be undone.'
        : `${count} uncommitted change${s(count)} will be lost. The image stays. This cannot be undone.`,
    ({ count }: Count) =>
      count === 0
        ? '其中没有更改。镜像保留。此操作无法撤销。'
        : `${count} 项未提交的更改将丢失。镜像保留。此操作无法撤销。`,
  ],
  'workspace.removed': [
    ({ name }: { name: string }) => `Removed the workspace ${name}`,
    ({ name }: { name: string }) => `已删除工作区 ${name}`,
  ],
  'workspace.removedForGood': [
    ({ name }: { name: string }) => `Removed the workspace ${name}; it cannot be put back`,
    ({ name }: { name: string }) => `已删除工作区 ${name}，无法恢复`,
  ],
  'workspace.removeDo': ['Remove workspace', '删除工作区'],

  'mount.readOnly': ['Read-only', '只读'],
  'mount.unmount': ['Unmount', '卸载'],
  'mount.up': ['Up', '上一级'],
  'mount.root': ['Root', '根目录'],
  'mount.name': ['Name', '名称'],
  'mount.mode': ['Mode', '权限'],
  'mount.owner': ['Owner', '属主'],
  'mount.modified': ['Modified', '修改时间'],
  'mount.copyOut': ['Copy out…', '复制出…'],
  'mount.empty': ['This directory is empty', '此目录为空'],
  'mount.loading': ['Reading the directory', '正在读取目录'],
  'mount.more': ['More entries are not listed', '还有更多条目未列出'],
  'mount.files': ['Files', '文件'],
  'mount.copyPath': ['Copy the path', '复制路径'],

  'squash.title': [({ name }: Named) => `Squash ${name}`, ({ name }: Named) => `合并 ${name} 的层`],
  'squash.what': [
    'Merges layers into one. What was covered or deleted among them is gone; the root filesystem stays the same. A new image is made, the old one stays.',
    '把多层合并为一层。其中被覆盖或删除的内容不再存在，根文件系统不变。会生成新镜像，旧镜像保留。',
  ],
  'squash.from': ['From', '起始层'],
  'squash.all': ['All layers', '全部层'],
  'squash.fromLayer': [
    ({ count, name }: Count & Named) => `Layer ${count} up: ${name}`,
    ({ count, name }: Count & Named) => `从第 ${count} 层起：${name}`,
  ],
  'squash.result': [
    ({ count, size, kept }: Count & { size: string; kept: string }) =>
      `${count} layers with ${size} of files become one with ${kept} of them.`,
    ({ count, size, kept }: Count & { size: string; kept: string }) =>
      `${count} 层（含 ${size} 文件）合并为一层，保留其中 ${kept}。`,
  ],
  'squash.lost': [
    ({ size, names }: { size: string; names: string }) =>
      `Of these ${size} lie in layers shared with ${names}, and will be stored a second time.`,
    ({ size, names }: { size: string; names: string }) => `其中 ${size} 与 ${names} 共享，将另存一份。`,
  ],
  'squash.nothingLost': ['No sharing is lost.', '不会失去共享。'],
  'squash.name': ['Name of the new image', '新镜像名称'],
  'squash.do': ['Squash', '合并'],
  'squash.fromHere': ['Squash from here…', '从此层开始合并…'],

  'command.workspace': ['Open a workspace…', '创建工作区…'],
  'command.mount': ['Mount read-only', '以只读方式挂载'],
  'command.run': ['Run…', '运行…'],
  'command.lineage': ['Show only its lineage', '只显示它的谱系'],
  'command.lineage.leave': ['Show all images', '显示全部镜像'],
  'command.squash': ['Squash layers…', '合并层…'],
  'command.export': ['Export root filesystem…', '导出根文件系统…'],
  'command.guide': ['How layers work', '层的工作原理'],
  'command.images': ['Back to the images', '返回镜像'],
  'command.squash.one': ['it has only one layer', '只有一层'],
  'graph.workspace': [
    ({ name }: Named) => `Workspace ${name}. Enter opens it.`,
    ({ name }: Named) => `工作区 ${name}。按 Enter 打开。`,
  ],
} as const;
