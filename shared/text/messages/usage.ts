import { formatBytes } from '../format';

/** What is wrong with the words of a command line; the program's name stands before it. */
export const usage = {
  'usage.formatJson': ['give --json or --format, not both', '--json 与 --format 只能用一个'],
  'usage.dfFormat': ['--format is for the table without -v', '--format 用于不带 -v 的表格'],
  'usage.workspaceFormat': ['--format is for workspace ls', '--format 用于 workspace ls'],
  'usage.templateOpen': [
    'the template has {{ without }}; quote it for the shell',
    '模板中的 {{ 没有对应的 }}；请在命令行中加上引号',
  ],
  'usage.templateEnd': ['a block of the template has no {{end}}', '模板中的块没有结尾'],
  'usage.templateEnds': ['an action of the template ends too early', '模板中的动作不完整'],
  'usage.templateWord': [
    (f: { text: string }) => `the template has “${f.text}” where it has no meaning`,
    (f: { text: string }) => `模板中的“${f.text}”在此处没有意义`,
  ],
  'usage.templateString': [
    (f: { text: string }) => `the template has a text with an unknown escape: ${f.text}`,
    (f: { text: string }) => `模板中的文本含有未知的转义：${f.text}`,
  ],
  'usage.templateCall': [
    (f: { name: string }) => `the template calls ${f.name}, which cannot be called`,
    (f: { name: string }) => `模板调用了 ${f.name}，但它不能被调用`,
  ],
  'usage.templateFunction': [
    (f: { name: string; text: string }) => `templates know no ${f.name}; they know ${f.text}`,
    (f: { name: string; text: string }) => `模板中没有 ${f.name}；可用的有 ${f.text}`,
  ],
  'usage.templateArguments': [
    (f: { name: string }) => `${f.name} of the template cannot work on what it is given`,
    (f: { name: string }) => `模板的 ${f.name} 无法处理给定的值`,
  ],
  'usage.templateVariable': [
    (f: { name: string }) => `the template uses ${f.name} before it has a value`,
    (f: { name: string }) => `模板使用了尚未赋值的 ${f.name}`,
  ],
  'usage.templateField': [
    (f: { name: string; text: string }) =>
      `the template asks for ${f.name}, which is not there${f.text === '' ? '' : `; there are ${f.text}`}`,
    (f: { name: string; text: string }) =>
      `模板要求 ${f.name}，但不存在${f.text === '' ? '' : `；可用的有 ${f.text}`}`,
  ],
  'usage.templateIndex': [
    (f: { name: string; text: string }) => `the template asks for member ${f.name} of ${f.text}`,
    (f: { name: string; text: string }) => `模板要求第 ${f.name} 项，但只有 ${f.text} 项`,
  ],
  'usage.templateRange': [
    (f: { name: string; text: string }) =>
      `${f.name} of the template needs a list or an object, not ${f.text}`,
    (f: { name: string; text: string }) => `模板的 ${f.name} 需要列表或对象，而不是 ${f.text}`,
  ],
  'usage.templateNamed': [
    (f: { name: string }) => `the template uses “${f.name}”, which it does not define`,
    (f: { name: string }) => `模板使用了未定义的“${f.name}”`,
  ],
  'usage.templateLong': ['the template prints without an end', '模板的输出没有尽头'],
  'usage.engineFormat': [
    'save takes what an engine writes as it comes; copy --source takes --format, --compress, --except, --platform and -n, too',
    'save 按引擎写出的原样保存；--format、--compress、--except、--platform 和 -n 请用于 copy --source',
  ],
  'usage.compress': ['--compress takes none, gzip, zstd', '--compress 可以是 none、gzip、zstd'],
  'usage.compressZstd': [
    'Docker before 23 reads no zstd layers: --compress zstd needs --format oci-archive or oci-dir',
    'Docker 23 之前无法读取 zstd 层：请改用 OCI 归档或 OCI 目录',
  ],
  'usage.workspaceRename': [
    'workspace rename needs a workspace and its new name',
    'workspace rename 需要工作区及其新名称',
  ],
  'usage.workspaceCreate': [
    'workspace create needs an image, and perhaps a name',
    'workspace create 需要镜像，名称可选',
  ],
  'usage.tag': ['tag needs IMG and REF', 'tag 需要镜像和名称'],
  'usage.squash': [
    'squash needs an image, and perhaps a name for the new one',
    'squash 需要镜像，新镜像的名称可选',
  ],
  'usage.saveTo': [
    'save --to takes images of the store, and neither a file nor a format',
    'save --to 只接受仓库中的镜像，不接受文件或格式',
  ],
  'usage.ls': ['ls needs an image, and perhaps a path', 'ls 需要镜像，路径可选'],
  'usage.sort': [
    (f: { text: string }) => `--sort takes ${f.text}`,
    (f: { text: string }) => `--sort 可以是 ${f.text}`,
  ],
  'usage.loadFrom': [
    'load --from needs the images to copy, and takes no file',
    'load --from 需要要复制的镜像，不接受文件',
  ],
  'usage.import': [
    'import needs a tarball, a folder or -, and perhaps a name for the image',
    'import 需要 tar 归档、目录或 -，镜像名称可选',
  ],
  'usage.importInput': ['import - reads a tarball from standard input', 'import - 从标准输入读取 tar 归档'],
  'usage.find': ['find needs one pattern', 'find 需要一个模式'],
  'usage.export': ['export needs an image or a workspace', 'export 需要镜像或工作区'],
  'usage.diff': ['diff needs two images', 'diff 需要两个镜像'],
  'usage.completion': ['completion knows bash, zsh and fish', 'completion 支持 bash、zsh 和 fish'],
  'usage.commit': [
    'commit needs a workspace, and perhaps a name for the image',
    'commit 需要工作区，镜像名称可选',
  ],
  'usage.archiveTerminal': [
    'an archive is not written to a terminal: use -o FILE or a pipe',
    '归档不会写到终端：请用 -o 指定文件，或使用管道',
  ],
  'usage.tarballTerminal': [
    'a tarball is not written to a terminal: use -o FILE or a pipe',
    'tar 归档不会写到终端：请用 -o 指定文件，或使用管道',
  ],
  'usage.ociDir': ['--format oci-dir needs a folder: -o DIR', '--format oci-dir 需要用 -o 指定目录'],
  'usage.failBelow': ['--fail-below takes a number from 0 to 100', '--fail-below 需要 0 到 100 的数'],
  'usage.failBelowOne': [
    (f: { text: string; percent: string }) =>
      `--fail-below counts to 100: for ${f.percent} % write ${f.percent}, for ${f.text} % write ${f.text}%`,
    (f: { text: string; percent: string }) =>
      `--fail-below 以 100 为满分：表示 ${f.percent} % 请写 ${f.percent}，表示 ${f.text} % 请写 ${f.text}%`,
  ],
  'usage.diveRatio': [
    (f: { where: string; text: string }) =>
      `${f.where} takes a ratio from 0 to 1 or “disabled”, not ${JSON.stringify(f.text)}`,
    (f: { where: string; text: string }) =>
      `${f.where} 需要 0 到 1 的比例或 “disabled”，而不是 ${JSON.stringify(f.text)}`,
  ],
  'usage.diveSize': [
    (f: { where: string; text: string }) =>
      `${f.where} takes a size such as 20MB or “disabled”, not ${JSON.stringify(f.text)}`,
    (f: { where: string; text: string }) =>
      `${f.where} 需要类似 20MB 的大小或 “disabled”，而不是 ${JSON.stringify(f.text)}`,
  ],
  'usage.diveFile': [
    (f: { file: string }) =>
      `${f.file} is no file of dive’s rules: it needs “rules:” with a line for each rule, such as “lowestEfficiency: 0.95”`,
    (f: { file: string }) =>
      `${f.file} 不是 dive 的规则文件：需要 “rules:”，其下每条规则一行，例如 “lowestEfficiency: 0.95”`,
  ],
  'usage.exitCode': ['--exit-code takes a number from 0 to 255', '--exit-code 需要 0 到 255 的整数'],
  'usage.images': ['images takes one name', 'images 只接受一个名称'],
  'usage.workspaceLs': ['workspace ls takes nothing', 'workspace ls 不接受参数'],
  'usage.sources': [
    'sources takes nothing or ls, or add or rm and one place: an address, or the path of an archive or a folder',
    'sources 不接受参数或只接受 ls，或者接受一个动作（见 --help）和一处位置：地址，或归档、目录的路径',
  ],
  'usage.prune': ['prune takes no image; see rmi', 'prune 不接受镜像，请用 rmi'],
  'usage.graph': ['graph takes no image', 'graph 不接受镜像'],
  'usage.gc': ['gc takes no image; see rmi', 'gc 不接受镜像，请用 rmi'],
  'usage.fsck': ['fsck takes no image: it verifies the whole store', 'fsck 不接受镜像：它校验整个仓库'],
  'usage.limits': ['limits takes no words', 'limits 不接受参数'],
  'usage.limitForm': [
    (f: { text: string }) => `a limit is NAME=VALUE, not ${f.text}`,
    (f: { text: string }) => `限制的格式是“名称=值”，而不是 ${f.text}`,
  ],
  'usage.limitName': [
    (f: { name: string; text: string }) => `there is no limit ${f.name}: ${f.text}`,
    (f: { name: string; text: string }) => `没有限制 ${f.name}：可用 ${f.text}`,
  ],
  'usage.limitValue': [
    (f: { text: string }) => `${f.text} has no value that this limit can have; see stratigraph limits`,
    (f: { text: string }) => `${f.text} 的值不在允许范围内`,
  ],
  'usage.df': ['df takes no image', 'df 不接受镜像'],
  'usage.workspaceRm': ['workspace rm needs a workspace', 'workspace rm 需要工作区'],
  'usage.secrets': ['secrets needs an image', 'secrets 需要镜像'],
  'usage.save': ['save needs an image', 'save 需要镜像'],
  'usage.copy': ['copy needs what to copy, and where to', 'copy 需要来源和目标'],
  'usage.copyMixed': [
    'copy takes images, or paths of archives and folders, and not both at once',
    'copy 可以复制镜像，或归档和目录的路径，不能同时使用',
  ],
  'usage.copyFormat': [
    ({ path }: { path: string }) =>
      `the store and engines take images as they are; --format, --compress and --except are for a path to write, with a slash or a dot in it: ${path}`,
    ({ path }: { path: string }) =>
      `仓库和引擎按原样接收镜像；--format、--compress 和 --except 仅用于写入路径，路径中须有斜杠或点：${path}`,
  ],
  'usage.transport': [
    ({ text, path }: { text: string; path: string }) =>
      `${text} has the prefix of another tool; here a path stands alone: ${path}, and --format says in which form one is written`,
    ({ text, path }: { text: string; path: string }) =>
      `${text} 带有其他工具的前缀；这里只写路径：${path}，写出的格式由 --format 指定`,
  ],
  'usage.registry': [
    ({ text, way, image, path }: { text: string; way: string; image: string; path: string }) =>
      `${text} names an image of a registry, and a registry is no place yet that is read or written here: ${way} moves archives and layout folders to and from ${image}; a path of that spelling is written ${path}`,
    ({ text, way, image, path }: { text: string; way: string; image: string; path: string }) =>
      `${text} 是镜像仓库服务中的镜像，目前还不能从中读取或向其写入：请用 ${way} 在归档或布局目录与 ${image} 之间复制；若指这样写法的路径，请写 ${path}`,
  ],
  'usage.copyPlace': [
    ({ text }: { text: string }) =>
      `${text} is a place: its images are named behind it, copy --source ${text} IMG TO`,
    ({ text }: { text: string }) => `${text} 是一处来源：请用 copy --source ${text} 并写明其中的镜像和目标`,
  ],
  'usage.copyNamed': [
    ({ text, path, name }: { text: string; path: string; name: string }) =>
      `${text} is the path of a place with the name of an image: here they stand apart, copy --source ${path} ${name} TO`,
    ({ text, path, name }: { text: string; path: string; name: string }) =>
      `${text} 是一处来源的路径加镜像名称：请用 copy --source ${path} 并写明其中的镜像 ${name} 和目标`,
  ],
  'usage.loadFromPath': [
    ({ path }: { path: string }) =>
      `--from takes an engine: all images of an archive or a folder are loaded by load -i ${path}, one by copy --source ${path} IMG store`,
    ({ path }: { path: string }) =>
      `--from 接受引擎：载入归档或目录的全部镜像请用 load -i ${path}，只载入其中一个请用 copy --source ${path}，目标为仓库`,
  ],
  'usage.saveToPath': [
    ({ path }: { path: string }) => `--to takes an engine: a file is written by save -o ${path}`,
    ({ path }: { path: string }) => `--to 接受引擎：写入文件请用 save -o ${path}`,
  ],
  'usage.copySame': [
    'what is to be copied is there already; tag gives it another name',
    '要复制的镜像已在那里；可用 tag 添加名称',
  ],
  'usage.rmi': ['rmi needs an image', 'rmi 需要镜像'],
  'usage.manifest': ['manifest needs one image', 'manifest 需要一个镜像'],
  'usage.config': ['config needs one image', 'config 需要一个镜像'],
  'usage.blob': ['blob needs one digest', 'blob 需要一个 digest'],
  'usage.blobTerminal': [
    'what is no text is not written to a terminal: use a pipe or > FILE',
    '非文本内容不会写到终端：请使用管道或 > 文件',
  ],
  'usage.du': ['du needs an image, and perhaps a path', 'du 需要镜像，路径可选'],
  'usage.depth': [
    (f: { text: string }) => `a depth is a number of levels, not ${f.text}`,
    (f: { text: string }) => `层级数应为数字，而不是 ${f.text}`,
  ],
  'usage.type': [
    (f: { text: string }) => `--type is image or layer, not ${f.text}`,
    (f: { text: string }) => `--type 只能是镜像或层，不能是 ${f.text}`,
  ],
  'usage.version': ['version takes no words', 'version 不接受参数'],
  'usage.inspect': ['inspect needs an image or a layer', 'inspect 需要镜像或层'],
  'usage.store': ['--store needs DIR', '--store 需要目录'],
  'usage.stdinDockviz': ['--stdin needs --dockviz', '--stdin 需要 --dockviz'],
  'usage.load': ['load needs a file, or an archive on standard input', 'load 需要文件，或标准输入中的归档'],
  'usage.short': ['short takes no image', 'short 不接受镜像'],
  'usage.stdinSource': ['--stdin and --source exclude each other', '--stdin 与 --source 不能同时使用'],
  'usage.network': ['--network takes none or host', '--network 只能是 none 或 host'],
  'usage.processes': [
    '--pids-limit takes a whole number; -1 or 0 for no limit',
    '--pids-limit 需要整数；-1 或 0 表示不限制',
  ],
  'usage.volume': [
    (f: { text: string; name: string }) =>
      `--volume takes SOURCE:TARGET[:OPTIONS], not ${f.text === '' ? 'nothing' : f.text}; a path with a colon goes into --mount`,
    (f: { text: string; name: string }) =>
      `--volume 由来源、目标和可选的选项组成，以冒号隔开${f.text === '' ? '' : `，而不是 ${f.text}`}；含冒号的路径请用 --mount`,
  ],
  'usage.volumeSource': [
    (f: { text: string; name: string }) =>
      `there are no volumes here, so ${f.text} needs a file or folder of this machine before its target, as /data/web or ./web; --tmpfs TARGET gives an empty folder that goes with the command`,
    (f: { text: string; name: string }) =>
      `这里没有卷，${f.text} 的目标之前须是本机的文件或目录（相对路径以点和斜杠开头）；--tmpfs 可提供随命令消失的空目录`,
  ],
  'usage.mountTarget': [
    (f: { text: string; name: string }) =>
      `a target is an absolute path other than /, not ${f.text === '' ? 'nothing' : f.text}`,
    (f: { text: string; name: string }) =>
      `挂载目标应为 / 以外的绝对路径${f.text === '' ? '' : `，而不是 ${f.text}`}`,
  ],
  'usage.mountOption': [
    (f: { text: string; name: string }) =>
      `${f.name} has ${f.text === '' ? 'an empty option' : `the option ${f.text}`}, which a mount for a command does not take`,
    (f: { text: string; name: string }) =>
      `${f.name} 含有${f.text === '' ? '空选项' : `选项 ${f.text}`}，命令的挂载不支持`,
  ],
  'usage.mountBoth': [
    (f: { text: string; name: string }) => `${f.name} and ${f.text} exclude each other`,
    (f: { text: string; name: string }) => `${f.name} 与 ${f.text} 不能同时使用`,
  ],
  'usage.mountForm': [
    (f: { text: string; name: string }) =>
      `--mount takes type=bind,source=…,target=… or type=tmpfs,target=…, with commas between and a value each, not ${f.text === '' ? 'nothing' : f.text}`,
    (f: { text: string; name: string }) =>
      `--mount 由以逗号隔开的键与值组成，须有类型和目标，绑定挂载还须有来源${f.text === '' ? '' : `，而不是 ${f.text}`}`,
  ],
  'usage.mountType': [
    (f: { text: string; name: string }) =>
      `--mount takes type=bind or type=tmpfs, not ${f.text}: there are no volumes here`,
    (f: { text: string; name: string }) =>
      `--mount 的类型只能是绑定挂载或内存文件系统，而不是 ${f.text}：这里没有卷`,
  ],
  'usage.mountValue': [
    (f: { text: string; name: string }) => `${f.text === '' ? 'nothing' : f.text} is no value of ${f.name}`,
    (f: { text: string; name: string }) => `${f.name} 的值无效${f.text === '' ? '' : `：${f.text}`}`,
  ],
  'usage.propagation': [
    (f: { text: string; name: string }) =>
      `${f.text} cannot be had: what is mounted after the start is not passed between a command and this machine (rprivate)`,
    (f: { text: string; name: string }) => `无法使用 ${f.text}：命令启动之后的挂载不会在命令与本机之间传递`,
  ],
  'usage.envBytes': [
    (f: { file: string; line: number }) => `line ${f.line} of ${f.file} is no text in UTF-8`,
    (f: { file: string; line: number }) => `${f.file} 第 ${f.line} 行不是有效的文本编码`,
  ],
  'usage.envLong': [
    (f: { file: string; line: number }) => `line ${f.line} of ${f.file} is longer than 65,535 bytes`,
    (f: { file: string; line: number }) => `${f.file} 第 ${f.line} 行超过 65,535 字节`,
  ],
  'usage.envName': [
    (f: { file: string; line: number }) => `line ${f.line} of ${f.file} has no name before its =`,
    (f: { file: string; line: number }) => `${f.file} 第 ${f.line} 行在等号前没有变量名`,
  ],
  'usage.envBlank': [
    (f: { file: string; line: number }) =>
      `line ${f.line} of ${f.file} has a blank in the name of its variable`,
    (f: { file: string; line: number }) => `${f.file} 第 ${f.line} 行的变量名中含有空白`,
  ],
  'usage.envNul': [
    (f: { file: string; line: number }) => `line ${f.line} of ${f.file} has a zero byte`,
    (f: { file: string; line: number }) => `${f.file} 第 ${f.line} 行含有零字节`,
  ],
  'usage.envLarge': [
    (f: { file: string }) => `${f.file} is larger than what a command can be given`,
    (f: { file: string }) => `${f.file} 超过命令可接受的大小`,
  ],
  'usage.runName': [
    (f: { text: string }) =>
      `a name has letters, digits, _ . and -, two of them at the least, and begins with a letter or digit, which ${f.text} does not`,
    (f: { text: string }) =>
      `名称由至少两个字母、数字、下划线、点或连字符组成，以字母或数字开头，而 ${f.text} 不是`,
  ],
  'usage.hostname': [
    (f: { text: string }) => `a host name has 64 bytes at the most, which ${f.text} has not`,
    (f: { text: string }) => `主机名最多 64 字节，而 ${f.text} 不符合`,
  ],
  'usage.workdir': [
    (f: { text: string }) => `the working directory ${f.text} is none: it has to be an absolute path`,
    (f: { text: string }) => `工作目录 ${f.text} 无效：须为绝对路径`,
  ],
  'usage.run': ['run needs an image or a workspace', 'run 需要镜像或工作区'],
  'usage.untag': ['untag needs REF', 'untag 需要名称'],
  'usage.history': ['history needs one image', 'history 需要一个镜像'],
  'usage.cat': ['cat needs an image and a path', 'cat 需要镜像和路径'],
  'usage.analyze': ['analyze needs one image', 'analyze 需要一个镜像'],
  'usage.mount': ['mount takes an image and a folder', 'mount 只接受镜像和目录'],
  'usage.umount': ['umount needs an image, a folder, or -a', 'umount 需要镜像、目录或 -a'],
  'usage.rewrite': [
    'rewrite needs an image, --remove with a path, and perhaps a name for the new one',
    'rewrite 需要镜像和带路径的 --remove，新镜像的名称可选',
  ],
  'usage.sign': ['sign needs --key and one image', 'sign 需要 --key 和一个镜像'],
  'usage.encrypt': [
    'encrypt needs --recipient, an image, and perhaps a name for the new one',
    'encrypt 需要 --recipient 和镜像，新镜像的名称可选',
  ],
  'usage.decrypt': [
    'decrypt needs --key, an image, and perhaps a name for the new one',
    'decrypt 需要 --key 和镜像，新镜像的名称可选',
  ],
  'usage.verify': ['verify needs --key and one image', 'verify 需要 --key 和一个镜像'],
  'usage.passphrase': [
    '--passphrase-env and --passphrase-file exclude each other',
    '--passphrase-env 与 --passphrase-file 不能同时使用',
  ],
  'usage.passphraseEnv': [
    (f: { name: string }) => `there is no environment variable ${f.name}`,
    (f: { name: string }) => `没有环境变量 ${f.name}`,
  ],
  'usage.dangling': ['dangling takes true or false', 'dangling 只能是 true 或 false'],
  'usage.until': [
    (f: { text: string }) => `until takes a time or an age, as 2026-01-31T12:00 or 24h, not ${f.text}`,
    (f: { text: string }) => `until 需要时间或时长，如 2026-01-31T12:00 或 24h，而不是 ${f.text}`,
  ],
  'usage.filter': [
    (f: { name: string }) =>
      `there is no filter ${f.name}: use dangling, label, reference, before, since or until`,
    (f: { name: string }) => `没有筛选条件 ${f.name}：可用 dangling、label、reference、before、since、until`,
  ],
  'usage.format': [
    (f: { text: string }) => `--format takes ${f.text}`,
    (f: { text: string }) => `--format 可以是 ${f.text}`,
  ],
  'usage.noValue': [
    (f: { name: string }) => `--${f.name} takes no value`,
    (f: { name: string }) => `--${f.name} 不带值`,
  ],
  'usage.oneStart': [
    (f: { name: string }) => `${f.name} takes one image to start from`,
    (f: { name: string }) => `${f.name} 只接受一个起始镜像`,
  ],
  'usage.needs': [
    (f: { name: string; text: string }) => `${f.name} needs ${f.text}`,
    (f: { name: string; text: string }) => `${f.name} 需要 ${f.text}`,
  ],
  'usage.group': [
    (f: { name: string; verb: string; text: string; meant: boolean }) =>
      f.meant
        ? `there is no ${f.name} ${f.verb}: did you mean ${f.name} ${f.text}?`
        : `there is no ${f.name} ${f.verb}: ${f.name} takes ${f.text}`,
    (f: { name: string; verb: string; text: string; meant: boolean }) =>
      f.meant
        ? `没有 ${f.name} ${f.verb}：是否指 ${f.name} ${f.text}？`
        : `没有 ${f.name} ${f.verb}：${f.name} 可用 ${f.text}`,
  ],
  'usage.workspaceOne': [
    (f: { name: string }) => `workspace ${f.name} needs one workspace`,
    (f: { name: string }) => `workspace ${f.name} 需要一个工作区`,
  ],
  'usage.twice': [
    (f: { name: string }) => `--${f.name} is given twice`,
    (f: { name: string }) => `--${f.name} 重复出现`,
  ],
  'usage.pattern': [
    (f: { text: string }) =>
      `${f.text} is no pattern: a bracket is not closed or empty, or a backslash ends it`,
    (f: { text: string }) => `${f.text} 不是有效的通配符：方括号未闭合或为空，或以反斜杠结尾`,
  ],
  'usage.filterForm': [
    (f: { text: string }) => `a filter is key=value, not ${f.text}`,
    (f: { text: string }) => `筛选条件的格式是 key=value，而不是 ${f.text}`,
  ],
  'usage.verbs': [
    (f: { name: string; text: string }) => `${f.name} needs one of ${f.text}`,
    (f: { name: string; text: string }) => `${f.name} 需要以下之一：${f.text}`,
  ],
  'usage.cp': [
    'name what to copy as IMG:PATH, and where to: a path, or - for a tar on standard output',
    '请以镜像与路径（以冒号隔开）指定要复制的内容，并指定目标：路径，或用 - 表示向标准输出写归档',
  ],
  'usage.cpFrom': [
    (f: { text: string }) =>
      `what is copied is named as IMG:PATH, which ${f.text} is not; files come into a workspace through its folder (workspace path)`,
    (f: { text: string }) =>
      `要复制的内容须写作镜像与路径（以冒号隔开），而 ${f.text} 不是；要把文件放入工作区，请直接写入其目录`,
  ],
  'usage.engineLayer': [
    'an engine gives names to whole images only; copy the image into the store and tag a layer of it there',
    '引擎只能给整个镜像命名：请把镜像复制到仓库后再标记其中的层',
  ],
  'usage.engineAll': [
    (f: { name: string; engine: string; count: number; bytes: number; text: string }) =>
      `${f.name} reads layers, and ${f.engine} has to save each image for that: that would be ${formatBytes(f.bytes)} for all ${f.count} of its images; name the images that are meant, of ${f.text}`,
    (f: { name: string; engine: string; count: number; bytes: number; text: string }) =>
      `${f.name} 需要读取层，${f.engine} 须为此导出每个镜像：全部 ${f.count} 个镜像共需读取 ${formatBytes(f.bytes)}；请指定所需的镜像：${f.text}`,
  ],
  'usage.platform': [
    (f: { text: string }) => `a platform is OS/ARCH or OS/ARCH/VARIANT, not ${f.text}`,
    (f: { text: string }) => `平台的格式是“系统/架构”或“系统/架构/变体”，而不是 ${f.text}`,
  ],
  'usage.graphJson': ['graph prints JSON: use graph --json', 'graph 输出 JSON：请用 graph --json'],
  'usage.severalNames': [
    (f: { name: string; text: string }) =>
      `${f.name} has several names (${f.text}): name one, or use -f to remove all`,
    (f: { name: string; text: string }) => `${f.name} 有多个名称（${f.text}）：请指定其一，或用 -f 全部移除`,
  ],
  'usage.env': [
    (f: { text: string }) => `--env needs a name, not ${f.text === '' ? 'nothing' : f.text}`,
    (f: { text: string }) => `--env 需要变量名${f.text === '' ? '' : `，而不是 ${f.text}`}`,
  ],
  'usage.option': [
    (f: { name: string; text: string }) =>
      `unknown option ${f.name}${f.text === '' ? '' : `, did you mean ${f.text}?`}`,
    (f: { name: string; text: string }) =>
      `未知选项 ${f.name}${f.text === '' ? '' : `，是否想用 ${f.text}？`}`,
  ],
  'usage.bytes': [
    (f: { text: string }) =>
      `the word ${f.text} is not UTF-8; only paths in an image may be such, names of files and images may not`,
    (f: { text: string }) =>
      `参数 ${f.text} 不是有效的文字编码；只有镜像内的路径可以含任意字节，文件名和镜像名不可以`,
  ],
  'usage.optionFirst': [
    (f: { name: string }) => `${f.name} goes behind the command: stratigraph COMMAND ${f.name}`,
    (f: { name: string }) => `${f.name} 应写在命令之后`,
  ],
  'usage.command': [
    (f: { name: string; text: string }) =>
      `there is no command ${f.name}${f.text === '' ? '' : `, did you mean ${f.text}?`}`,
    (f: { name: string; text: string }) =>
      `没有命令 ${f.name}${f.text === '' ? '' : `，是否想用 ${f.text}？`}`,
  ],
  'usage.help': [
    (f: { command: string }) => `See "${f.command}".`,
    (f: { command: string }) => `“${f.command}”显示用法。`,
  ],
} as const;
