/** Messages of the guided page "How layers work", English and Simplified Chinese side by side. */
export const guide = {
  'guide.title': ['How layers work', '层的工作原理'],
  'guide.intro': [
    'A house, a few directories and one mount. Everything here really happens in a folder on your disk.',
    '一座房子、几个目录和一次挂载。这里的一切都真实发生在磁盘上的一个文件夹中。',
  ],
  'guide.steps': ['Steps', '步骤'],
  'guide.back': ['Back', '上一步'],
  'guide.next': [
    ({ name }: { name: string }) => `Next: ${name}`,
    ({ name }: { name: string }) => `下一步：${name}`,
  ],
  'guide.begin': ['Begin', '开始'],
  'guide.again': ['From the beginning', '从头开始'],
  'guide.try': ['Try it on a real image', '在真实镜像上试试'],
  'guide.loading': ['Building…', '正在搭建…'],
  'guide.picture': ['The directories as they are stacked', '目录的叠放方式'],
  'guide.directory': ['Directory', '目录'],
  'guide.commands': ['Commands that ran', '执行的命令'],
  'guide.done': ['done', '已完成'],

  'guide.material.name': ['Two directories of material', '两个材料目录'],
  'guide.material.short': ['Each is a layer. Neither will change again.', '每个都是一层，此后不再改变。'],
  'guide.material.text': [
    'material holds concrete and rebar. material2 holds a better concrete, and marble. On disk these are plain directories; in an image they are two layers.',
    'material 里有 concrete 和 rebar，material2 里有更好的 concrete 和 marble。在磁盘上它们只是普通目录，在镜像里就是两层。',
  ],
  'guide.stack.name': ['Stack them', '叠放起来'],
  'guide.stack.short': ['The upper concrete hides the lower one.', '上层的 concrete 遮住下层的。'],
  'guide.stack.text': [
    'overlayfs shows both as one directory, merge, with a third one, build, on top to write into. Where two layers have the same name the upper one is seen. The lower concrete is still there: hidden, not gone.',
    'overlayfs 把它们显示为一个目录 merge，最上面的 build 用于写入。同名文件只看得到上层的。下层的 concrete 仍然存在：被遮住，而没有消失。',
  ],
  'guide.build.name': ['Build on top', '在上面建造'],
  'guide.build.short': ['New and changed files land in build.', '新增和修改的文件落在 build。'],
  'guide.build.text': [
    'You add frame, and paint the concrete. A lower layer cannot change, so overlayfs copies concrete up into build first and changes the copy. That is copy-on-write: there are more copies of concrete on disk now than you can see in merge.',
    '你添加了 frame，并粉刷了 concrete。下层不能改变，所以 overlayfs 先把 concrete 复制到 build，再修改副本。这就是写时复制：磁盘上的 concrete 比 merge 中看到的要多。',
  ],
  'guide.remove.name': ['Take something away', '拿走一样东西'],
  'guide.remove.short': [
    'build marks the place. material2 keeps its marble.',
    'build 留下标记，material2 仍保留 marble。',
  ],
  'guide.remove.text': [
    'You delete marble from merge. A lower layer cannot change, so overlayfs puts a whiteout into build: a character device with the numbers 0:0. It hides the file below, and frees nothing.',
    '你从 merge 中删除 marble。下层不能改变，所以 overlayfs 在 build 中放入一个 whiteout：编号为 0:0 的字符设备。它遮住下层文件，但不释放任何空间。',
  ],
  'guide.layer.name': ['Make build a layer', '让 build 成为一层'],
  'guide.layer.short': ['Freeze it, put an empty directory on top.', '冻结它，在上面放一个空目录。'],
  'guide.layer.text': [
    'build becomes the third layer and an empty directory, next, takes its place on top. merge looks the same as before. This is a commit: an image is the stack of layers and a few lines of JSON that say how to run it.',
    'build 成为第三层，一个空目录 next 放到最上面。merge 看起来与之前相同。这就是提交：镜像就是层的叠放，加上几行说明如何运行的 JSON。',
  ],

  'guide.role.merge': ['what you see', '你看到的'],
  'guide.role.next': ['upper, writable', '上层，可写'],
  'guide.role.upper': ['upper, writable', '上层，可写'],
  'guide.role.lower': [
    ({ count }: { count: number }) => `lower ${count}`,
    ({ count }: { count: number }) => `下层 ${count}`,
  ],
  'guide.from': [
    ({ name }: { name: string }) => `from ${name}`,
    ({ name }: { name: string }) => `来自 ${name}`,
  ],
  'guide.hiddenBy': [
    ({ name }: { name: string }) => `hidden by ${name}`,
    ({ name }: { name: string }) => `被 ${name} 遮住`,
  ],
  'guide.hides': [
    ({ name }: { name: string }) => `hides ${name}`,
    ({ name }: { name: string }) => `遮住 ${name}`,
  ],
  'guide.stillThere': ['still stored', '仍然占用空间'],
  'guide.no': [({ name }: { name: string }) => `no ${name}`, ({ name }: { name: string }) => `没有 ${name}`],
  'guide.cell': [
    ({ row, name, text }: { row: string; name: string; text: string }) => `${row}: ${name}, ${text}`,
    ({ row, name, text }: { row: string; name: string; text: string }) => `${row}：${name}，${text}`,
  ],
  'guide.emptyDirectory': ['empty', '空'],
} as const;
