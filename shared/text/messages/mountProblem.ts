import type { BindFault, ConfigChangeFault, ProblemFacts, RunFault } from '../../image/problem';
import { counted } from '../counted';
import { formatBytes, groupDigits, visibleName as v } from '../format';
import type { ProblemTexts } from './problemTexts';

/** What people read when mounts, workspaces, commits and runs do not work; part of `problemTexts`. */
type Codes =
  | 'mount-unavailable'
  | 'mount-failed'
  | 'mount-busy'
  | 'mount-not-found'
  | 'mount-point-invalid'
  | 'too-many-layers'
  | 'commit-too-many-layers'
  | 'workspace-not-found'
  | 'workspace-damaged'
  | 'workspace-remains'
  | 'workspace-exists'
  | 'workspace-name-invalid'
  | 'workspace-busy'
  | 'workspace-foreign'
  | 'image-in-use'
  | 'change-not-found'
  | 'name-reserved'
  | 'device-reserved'
  | 'attribute-unwritable'
  | 'access-list-foreign'
  | 'tree-changed'
  | 'tree-too-deep'
  | 'config-change-invalid'
  | 'runtime-missing'
  | 'runtime-failed'
  | 'run-refused'
  | 'bind-refused'
  | 'run-name-taken'
  | 'run-not-ended'
  | 'user-unknown'
  | 'nothing-to-run'
  | 'run-limit-low'
  | 'terminal-refused'
  | 'terminal-input-refused'
  | 'terminal-paste-refused'
  | 'action-unasked'
  | 'too-many-terminals'
  | 'too-much-at-once'
  | 'dialog-open'
  | 'app-closing'
  | 'nothing-to-squash'
  | 'nothing-to-remove'
  | 'removal-invalid'
  | 'removal-unproved';

type Pair = readonly [en: string, zh: string];
type Facts<C extends Codes> = ProblemFacts[C];

const none: readonly [() => string, () => string] = [() => '', () => ''];

const refusals: Readonly<Record<Facts<'terminal-refused'>['reason'], Pair>> = {
  declined: ['You declined it.', '您已拒绝。'],
  unasked: ['No key or click asked for it.', '没有按键或点按提出该请求。'],
  busy: ['Another question is still open.', '另一个询问尚未回答。'],
  long: [
    'The question could not show all of the command, which is too long: write it into a file and run that.',
    '命令太长，询问中无法完整显示：请将其写入文件后再运行。',
  ],
};
/** Whose rights a key of a workspace stands for (`Privileged.key`): a kind, the person's ID, and where their further IDs begin. */
function rightsWords(key: string, at: 0 | 1): string {
  const [, kind, user = '', from = ''] = /^(root|mapped|single|fuse)(?:-(\d+))?(?:-(\d+))?$/.exec(key) ?? [];
  const words: Readonly<Record<string, Pair>> = {
    root: ['root', 'root'],
    mapped: [
      from === '' ? `user ${user} with further IDs` : `user ${user} with the further IDs from ${from} on`,
      from === '' ? `用户 ${user}（另有其他 ID）` : `用户 ${user}（另有自 ${from} 起的 ID）`,
    ],
    single: [`user ${user} with one ID`, `用户 ${user}（只有一个 ID）`],
    fuse: [`user ${user} with fuse-overlayfs`, `用户 ${user}（使用 fuse-overlayfs）`],
  };
  return kind === undefined ? v(key) : (words[kind]?.[at] ?? v(key));
}
const pasteRefusals: Readonly<Record<Facts<'terminal-paste-refused'>['reason'], Pair>> = {
  declined: ['You declined it.', '您已拒绝。'],
  long: [
    'It may have been put on the clipboard by this window, and is too long to be shown in a question.',
    '它可能是由本窗口放入剪贴板的，而且过长，无法在询问中显示。',
  ],
  busy: ['Another question is open.', '另一个询问正在等待回答。'],
};
const pasteRefusal = (reason: Facts<'terminal-paste-refused'>['reason']): Pair =>
  pasteRefusals[Object.hasOwn(pasteRefusals, reason) ? reason : 'declined'];
const refusal = (reason: Facts<'terminal-refused'>['reason']): Pair =>
  refusals[Object.hasOwn(refusals, reason) ? reason : 'unasked'];
const unavailable: Readonly<Record<Facts<'mount-unavailable'>['reason'], Pair>> = {
  platform: ['Overlay mounts need Linux.', '叠加挂载需要 Linux。'],
  asked: [
    'STRATIGRAPH_OVERLAY asks for no mounts, or for a kind that there is not: it takes root, mapped, single and fuse.',
    'STRATIGRAPH_OVERLAY 要求不挂载，或指定了不存在的方式：可用值为 root、mapped、single 和 fuse。',
  ],
  'user-namespaces': [
    'This system does not let ordinary users make user namespaces (kernel.unprivileged_userns_clone, or AppArmor).',
    '系统不允许普通用户创建用户命名空间（kernel.unprivileged_userns_clone 或 AppArmor）。',
  ],
  'subordinate-ids': [
    'This user has no range of subordinate IDs in /etc/subuid and /etc/subgid.',
    '该用户在 /etc/subuid 和 /etc/subgid 中没有从属 ID 范围。',
  ],
  command: ['A program that it needs is missing.', '缺少所需的程序。'],
  'fuse-device': [
    'It would be done by fuse-overlayfs, which needs /dev/fuse, and that is missing or closed to you: load the module fuse, or give it to the container in which this runs (--device /dev/fuse).',
    '此处须使用 fuse-overlayfs，它需要 /dev/fuse，而该设备不存在或您无权打开：请加载 fuse 模块，或将其交给所在的容器（--device /dev/fuse）。',
  ],
  'fuse-run': [
    'STRATIGRAPH_OVERLAY asks for fuse-overlayfs, with which no command runs: it takes root, or a user namespace (mapped, single), or nothing.',
    'STRATIGRAPH_OVERLAY 要求使用 fuse-overlayfs，而它不能运行命令：请设为 root、mapped 或 single，或不设置。',
  ],
  kernel: [
    'The kernel refuses overlayfs inside of a user namespace here.',
    '内核拒绝在用户命名空间中使用 overlayfs。',
  ],
  elsewhere: [
    'What you have mounted of this store is in another user namespace, which cannot be entered from here.',
    '您已在另一个用户命名空间中挂载了此仓库的内容，从此处无法进入该命名空间。',
  ],
};

const unavailableAdvice = ({ reason, detail }: Facts<'mount-unavailable'>): Pair => {
  if (reason === 'subordinate-ids')
    return [
      'Give the user ranges by "sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER", with numbers that nobody has, then try again.',
      '请通过“sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 USER”为该用户分配无人使用的编号范围，然后重试。',
    ];
  if (reason === 'elsewhere')
    return [
      `Unmount it there or from outside of all of them (umount -a, workspace umount), or end what holds it (process ${v(detail)}), then try again.`,
      `请在那里或在所有用户命名空间之外将其卸载（umount -a、workspace umount），或结束持有它的进程（${v(detail)}），然后重试。`,
    ];
  return ['', ''];
};

const points: Readonly<Record<Facts<'mount-point-invalid'>['reason'], Pair>> = {
  'not-empty': [
    'It is not empty, and what is in it would be hidden.',
    '该目录不为空，挂载会遮住其中的内容。',
  ],
  'not-a-directory': ['It is no folder.', '它不是目录。'],
  'in-store': ['It lies inside of the store.', '它位于仓库内部。'],
  missing: ['It is not there.', '它不存在。'],
  foreign: [
    'Another user can rename a folder on the way to it, and something else would be covered.',
    '其他用户可以重命名通往它的某个文件夹，挂载可能遮住别的内容。',
  ],
};

const bindFaults: Readonly<Record<BindFault, Pair>> = {
  missing: [
    'It is not there, and is not made: name a file or folder that is there, a relative one as ./NAME.',
    '该路径不存在，也不会创建：请指定已有的文件或目录，相对路径以点和斜杠开头。',
  ],
  denied: ['It is closed to you, or a folder on the way to it.', '它或通往它的某个目录您无权进入。'],
  link: [
    'A link on the way to it lies in a folder for everybody and belongs to somebody else, who can lead it elsewhere: name what it leads to.',
    '通往它的链接位于公共目录中且属于其他用户，可能被改指别处：请直接指定链接所指的路径。',
  ],
  kernel: [
    'It lies in a folder of the kernel, through which a command reaches out of the image.',
    '它位于内核的目录中，命令可由此离开镜像。',
  ],
  device: ['It is a device, and a command opens none.', '它是设备，命令不能打开任何设备。'],
  store: [
    'It lies in the store or in a folder of our own: use cp or export for what is in there, and a folder elsewhere.',
    '它位于仓库或本程序自己的目录中：请将其中的内容复制或导出到别处的目录。',
  ],
  around: [
    'The store or a folder of our own lies in it, which a command must not change: name a folder beside it.',
    '仓库或本程序自己的目录位于其中，命令不得更改：请指定它旁边的目录。',
  ],
  hidden: [
    'It was mounted after the namespaces in which mounts and commands live were made: end what is mounted and runs (umount -a), and try again.',
    '它是在挂载与命令所用的命名空间建立之后才挂载的：请先结束所有挂载和运行中的命令，再重试。',
  ],
  changed: [
    'Something else came into its place while the command was about to start.',
    '在命令即将启动时，它所在的位置被换成了别的对象。',
  ],
  place: [
    'It is the root itself, or in /dev, /proc or /sys, which a command gets of its own.',
    '那是根目录本身，或位于 /dev、/proc、/sys 之中，命令在那里使用自己的内容。',
  ],
  twice: ['The place is that of another mount.', '该处已是另一个挂载的位置。'],
  covers: ['It would cover another mount, to which a link leads.', '它会遮住另一个挂载，有链接通向那里。'],
  'no-folder': ['The source is a folder, and what is there is none.', '来源是目录，而那里的对象不是目录。'],
  'no-file': ['The source is no folder, and what is there is one.', '来源不是目录，而那里是目录。'],
  'read-only': [
    'It is not there in the folder that is mounted above it, which is read-only: make it there first.',
    '上层挂载的目录中没有它，而该目录为只读：请先在其中创建。',
  ],
  unmade: [
    'It is not there in the folder that is mounted above it, and could not be made: make it there first.',
    '上层挂载的目录中没有它，也无法创建：请先在其中创建。',
  ],
  failed: ['The system refuses it', '系统拒绝'],
};

/** Of what a fault speaks: the source, or the target. */
const isOfTarget: ReadonlySet<BindFault> = new Set<BindFault>([
  'place',
  'twice',
  'covers',
  'no-folder',
  'no-file',
  'read-only',
  'unmade',
  'failed',
]);

/** `%` stands for the path. */
const runFaults: Readonly<Record<RunFault, Pair>> = {
  link: [
    'Its % is a link, where a folder of the kernel belongs, which would lead out of the image.',
    '其 % 是链接，而那里应是内核的目录，这会指向镜像之外。',
  ],
  directory: ['Its % is no folder.', '其 % 不是目录。'],
  file: ['Its % is no regular file.', '其 % 不是普通文件。'],
  kernel: [
    'Its % lies in a folder of the kernel, from where a program can reach out of the image.',
    '其 % 位于内核的目录中，程序可由此离开镜像。',
  ],
  loop: ['The links on the way to its % lead nowhere.', '通往其 % 的链接没有尽头。'],
  long: ['Its % is longer than a path can be.', '其 % 超过路径的最大长度。'],
  nul: ['Its % holds a zero byte.', '其 % 含有零字节。'],
  large: [
    'Its command line and environment are more than the kernel hands to a program (%).',
    '其命令行和环境变量超过内核可传给程序的大小（%）。',
  ],
  users: [
    'Its % is larger than a list of users or groups can be here (4 MiB).',
    '其 % 超过用户或用户组列表在此允许的大小（4 MiB）。',
  ],
  groups: [
    'Its % has the user in more groups than can be looked up: a runtime would take minutes. Name a user with a group (-u USER:GROUP).',
    '其 % 中该用户所属的组过多，无法逐一查找：运行时会花费数分钟。请同时指定用户和组（-u 用户:组）。',
  ],
};

const faults: Readonly<Record<ConfigChangeFault, Pair>> = {
  empty: ['It is empty.', '内容为空。'],
  instruction: [
    'These words change a config: CMD, ENTRYPOINT, ENV, EXPOSE, LABEL, ONBUILD, USER, WORKDIR, VOLUME, STOPSIGNAL, HEALTHCHECK.',
    '可更改配置的指令：CMD、ENTRYPOINT、ENV、EXPOSE、LABEL、ONBUILD、USER、WORKDIR、VOLUME、STOPSIGNAL、HEALTHCHECK。',
  ],
  trigger: [
    'ONBUILD takes no ONBUILD, FROM or MAINTAINER.',
    'ONBUILD 后不能是 ONBUILD、FROM 或 MAINTAINER。',
  ],
  arguments: ['The instruction cannot take these arguments.', '该指令不接受这些参数。'],
  json: [
    'A list in square brackets holds only strings in double quotes.',
    '方括号列表中只能有双引号括起的字符串。',
  ],
  name: ['A key has no name.', '键没有名称。'],
  port: [
    'A port is a number up to 65535, perhaps with /tcp, /udp or /sctp.',
    '端口是不超过 65535 的数字，可加 /tcp、/udp 或 /sctp。',
  ],
  duration: ['A duration looks like 30s or 1m30s.', '时长的写法如 30s 或 1m30s。'],
  signal: [
    'A signal is a name such as SIGTERM, or a number from 1 to 64.',
    '信号是 SIGTERM 这样的名称，或 1 到 64 的数字。',
  ],
  quote: ['A quote is not closed.', '引号没有闭合。'],
};

const who = (process: string, zh: boolean): string =>
  process === '' ? (zh ? '某个程序' : 'A program') : v(process);

/** A terminal of this window is open in a tree; `end` goes on or ends the sentence. */
const hereEn = (command: string, end: string): string =>
  `A terminal of this window is open in it (${v(command)})${end}`;
const hereZh = (command: string, end: string): string => `此窗口的终端（${v(command)}）正在其中打开${end}`;

const install = (packages: string): readonly [() => string, () => string] => [
  () => `Run "sudo apt-get install ${v(packages)}", then try again.`,
  () => `请运行“sudo apt-get install ${v(packages)}”后重试。`,
];

const workspaceKept: readonly [() => string, () => string] = [
  () => 'The workspace and everything in it is as it was.',
  () => '工作区及其内容保持原样。',
];

export const mountProblemTexts: { readonly [C in Codes]: ProblemTexts<C> } = {
  'mount-unavailable': {
    title: [() => 'Images cannot be mounted here', () => '此处无法挂载镜像'],
    why: [(f) => unavailable[f.reason][0], (f) => unavailable[f.reason][1]],
    advice: [
      (f) => (f.missing === '' ? unavailableAdvice(f)[0] : install(f.missing)[0]()),
      (f) => (f.missing === '' ? unavailableAdvice(f)[1] : install(f.missing)[1]()),
    ],
  },
  'mount-failed': {
    title: [
      (f) => `${v(f.target)} could not be mounted or unmounted`,
      (f) => `无法挂载或卸载 ${v(f.target)}`,
    ],
    why: [
      (f) =>
        f.system === undefined
          ? `The system says ${v(f.reason)}.`
          : `The store lies on ${v(f.system)}, on which Linux keeps nothing that is written to an overlay (${v(f.reason)}).`,
      (f) =>
        f.system === undefined
          ? `系统返回 ${v(f.reason)}。`
          : `仓库位于 ${v(f.system)} 上，Linux 无法在其上保存叠加挂载的写入内容（${v(f.reason)}）。`,
    ],
    advice: [
      (f) =>
        f.system === undefined
          ? 'Images and workspaces are as they were.'
          : 'Use a store on a local file system such as ext4, XFS, Btrfs or tmpfs (in a terminal: --store).',
      (f) =>
        f.system === undefined
          ? '镜像和工作区保持原样。'
          : '请使用位于本地文件系统（如 ext4、XFS、Btrfs 或 tmpfs）上的仓库（在终端中：--store）。',
    ],
  },
  'mount-busy': {
    title: [(f) => `${v(f.target)} is in use`, (f) => `${v(f.target)} 正在使用中`],
    why: [
      (f) => (f.here ? hereEn(f.process, '.') : `${who(f.process, false)} works in it.`),
      (f) => (f.here ? hereZh(f.process, '。') : `${who(f.process, true)}正在其中工作。`),
    ],
    advice: [
      (f) =>
        f.here
          ? 'Close that terminal, then try again.'
          : 'Close what is open there (a terminal, a file manager), then try again.',
      (f) => (f.here ? '请关闭该终端后重试。' : '请关闭在其中打开的终端或文件管理器后重试。'),
    ],
  },
  'mount-not-found': {
    title: [(f) => `${v(f.name)} is not mounted`, (f) => `${v(f.name)} 没有挂载`],
    why: [
      () => 'Neither an image nor a folder of that name is mounted.',
      () => '没有挂载该名称的镜像或目录。',
    ],
    advice: none,
  },
  'mount-point-invalid': {
    title: [(f) => `Nothing can be mounted at ${v(f.path)}`, (f) => `不能挂载到 ${v(f.path)}`],
    why: [(f) => points[f.reason][0], (f) => points[f.reason][1]],
    advice: [() => 'Name an empty folder.', () => '请指定一个空目录。'],
  },
  'too-many-layers': {
    title: [
      (f) => `${v(f.name)} has ${f.layers} layers, too many to mount`,
      (f) => `${v(f.name)} 有 ${f.layers} 层，过多而无法挂载`,
    ],
    why: [(f) => `overlayfs stacks at most ${f.limit}.`, (f) => `overlayfs 最多叠加 ${f.limit} 层。`],
    advice: [() => 'Squash some of its layers first.', () => '请先合并其中的一些层。'],
  },
  'commit-too-many-layers': {
    title: [
      (f) => `The changes in ${v(f.workspace)} cannot become a layer of their own`,
      (f) => `${v(f.workspace)} 中的更改无法再成为新的一层`,
    ],
    why: [
      (f) => `${v(f.name)} has ${f.layers} layers already, and overlayfs stacks at most ${f.limit}.`,
      (f) => `${v(f.name)} 已有 ${f.layers} 层，overlayfs 最多叠加 ${f.limit} 层。`,
    ],
    advice: [
      () =>
        'Nothing was committed and the workspace keeps its changes. Squash the image and open a workspace on the squashed one, or export this workspace.',
      () => '没有提交任何内容，工作区的更改都还在。请合并该镜像的层后在新镜像上打开工作区，或导出此工作区。',
    ],
  },
  'workspace-not-found': {
    title: [(f) => `No workspace is called ${v(f.name)}`, (f) => `没有名为 ${v(f.name)} 的工作区`],
    why: [() => 'It may have been renamed or removed.', () => '它可能已被重命名或删除。'],
    advice: none,
  },
  'workspace-remains': {
    title: [
      (f) => `The workspace ${v(f.name)} is removed, but not all of its files could be deleted`,
      (f) => `工作区 ${v(f.name)} 已移除，但未能删除它的全部文件`,
    ],
    why: [
      (f) => `Something in ${v(f.path)} is marked immutable, or is mounted there.`,
      (f) => `${v(f.path)} 中有文件被标记为不可更改，或有内容挂载在其中。`,
    ],
    advice: [
      () => 'Take the mark away (chattr -R -i) or unmount it; the next command deletes what is left.',
      () => '请取消该标记（chattr -R -i）或将其卸载；下一条命令会删除剩余的文件。',
    ],
  },
  'workspace-damaged': {
    title: [(f) => `The workspace ${v(f.name)} cannot be read`, (f) => `无法读取工作区 ${v(f.name)}`],
    why: [
      (f) =>
        f.lost === true
          ? 'It has no workspace.json: nobody knows which image it stands on.'
          : 'Its workspace.json is damaged, or of a newer version: nobody knows which image it stands on, so none is removed.',
      (f) =>
        f.lost === true
          ? '它没有 workspace.json：无法得知它基于哪个镜像。'
          : '它的 workspace.json 已损坏或来自更新的版本：无法得知它基于哪个镜像，因此不会删除任何镜像。',
    ],
    advice: [
      (f) =>
        `Nothing was changed. What was changed in it lies in workspaces/${v(f.name)} of the store: copy that out, then stratigraph workspace rm ${v(f.name)}.`,
      (f) =>
        `未作任何更改。其中的更改位于仓库的 workspaces/${v(f.name)}：请先复制出来，再运行 stratigraph workspace rm ${v(f.name)}。`,
    ],
  },
  'workspace-exists': {
    title: [(f) => `A workspace ${v(f.name)} is there already`, (f) => `工作区 ${v(f.name)} 已存在`],
    why: [() => 'A name stands for one workspace.', () => '一个名称只能用于一个工作区。'],
    advice: [() => 'Choose another name.', () => '请换一个名称。'],
  },
  'workspace-name-invalid': {
    title: [(f) => `${v(f.text)} cannot be a workspace's name`, (f) => `${v(f.text)} 不能用作工作区名称`],
    why: [
      () => 'A name begins with a letter or digit and has letters, digits, _ . and - after it, 128 at most.',
      () => '名称以字母或数字开头，可包含字母、数字、_、. 和 -，最长 128 个字符。',
    ],
    advice: none,
  },
  'workspace-busy': {
    title: [(f) => `The workspace ${v(f.name)} is in use`, (f) => `工作区 ${v(f.name)} 正在使用中`],
    why: [
      (f) =>
        f.here
          ? hereEn(f.process, ', and it has to rest for this.')
          : `${who(f.process, false)} runs in it or has a file of it open, and it has to rest for this.`,
      (f) =>
        f.here
          ? hereZh(f.process, '，此操作需要工作区处于静止状态。')
          : `${who(f.process, true)}正在其中运行或打开了其中的文件，此操作需要工作区处于静止状态。`,
    ],
    advice: [
      (f) =>
        `Close ${f.here ? 'that terminal' : 'it'}, then try again. The workspace and everything in it is as it was.`,
      (f) => `请关闭${f.here ? '该终端' : ''}后重试。工作区及其内容保持原样。`,
    ],
  },
  'workspace-foreign': {
    title: [
      (f) => `The workspace ${v(f.name)} was made under other rights`,
      (f) => `工作区 ${v(f.name)} 是用其他权限创建的`,
    ],
    why: [
      (f) => `It was made by ${rightsWords(f.made, 0)}, and this is ${rightsWords(f.now, 0)}.`,
      (f) => `它由${rightsWords(f.made, 1)}创建，而当前为${rightsWords(f.now, 1)}。`,
    ],
    advice: [
      () => 'Open it as the user who made it. Nothing was changed.',
      () => '请以创建它的用户打开。未作任何更改。',
    ],
  },
  'image-in-use': {
    title: [(f) => `${v(f.name)} is in use`, (f) => `${v(f.name)} 正在使用中`],
    why: [(f) => `It carries ${v(f.workspaces)}.`, (f) => `它承载着 ${v(f.workspaces)}。`],
    advice: [
      () => 'Remove the workspace or unmount the image first. Nothing was deleted.',
      () => '请先删除工作区或卸载镜像。未删除任何内容。',
    ],
  },
  'change-not-found': {
    title: [(f) => `${v(f.path)} is not changed in the workspace`, (f) => `工作区中 ${v(f.path)} 没有更改`],
    why: [() => 'It may have been changed back since.', () => '它可能已恢复原状。'],
    advice: workspaceKept,
  },
  'name-reserved': {
    title: [(f) => `${v(f.path)} cannot be put into a layer`, (f) => `${v(f.path)} 无法写入层`],
    why: [
      () => 'In layers a name that begins with .wh. says that something is deleted, and is no file.',
      () => '在层中，以 .wh. 开头的名称表示删除，而不是文件。',
    ],
    advice: [
      () => 'Rename it, remove it, or leave it out. Nothing was changed.',
      () => '请重命名、删除或排除它。未作任何更改。',
    ],
  },
  'device-reserved': {
    title: [(f) => `${v(f.path)} cannot be put into a layer`, (f) => `${v(f.path)} 无法写入层`],
    why: [
      () => 'A character device with the numbers 0:0 means a deletion to overlay file systems.',
      () => '设备号为 0:0 的字符设备在叠加文件系统中表示删除。',
    ],
    advice: [
      () => 'Remove it, or leave it out. Nothing was changed.',
      () => '请删除或排除它。未作任何更改。',
    ],
  },
  'attribute-unwritable': {
    title: [
      (f) => `The attribute ${v(f.attribute)} of ${v(f.path)} cannot be put into a layer`,
      (f) => `${v(f.path)} 的扩展属性 ${v(f.attribute)} 无法写入层`,
    ],
    why: [
      () => 'Layers have no way to write an extended attribute whose name has an equals sign.',
      () => '层无法写入名称中带有等号的扩展属性。',
    ],
    advice: [
      () => 'Remove the attribute (setfattr -x), or leave the file out. Nothing was changed.',
      () => '请删除该属性(setfattr -x)或排除此文件。未作任何更改。',
    ],
  },
  'access-list-foreign': {
    title: [
      (f) => `The access list of ${v(f.path)} cannot be put into a layer`,
      (f) => `${v(f.path)} 的访问控制列表无法写入层`,
    ],
    why: [
      () => 'It names users or groups that have no ID in your images: they are none of your range of IDs.',
      () => '其中的用户或用户组不在您的 ID 范围内，在镜像中没有对应的 ID。',
    ],
    advice: [
      () => 'Take these out of the list (setfacl -x), or leave the file out. Nothing was changed.',
      () => '请从列表中删除这些条目(setfacl -x)或排除此文件。未作任何更改。',
    ],
  },
  'tree-changed': {
    title: [(f) => `${v(f.path)} was changed while it was read`, (f) => `${v(f.path)} 在读取过程中被更改`],
    why: [() => 'Something else writes there at the moment.', () => '当前有其他程序正在写入该位置。'],
    advice: [
      () => 'Stop what writes there, and try again. Nothing was changed by this.',
      () => '请停止写入该位置的程序后重试。此操作未作任何更改。',
    ],
  },
  'tree-too-deep': {
    title: [(f) => `${v(f.path)} lies too deep for a layer`, (f) => `${v(f.path)} 的层级过深，无法写入层`],
    why: [
      (f) =>
        `A path in a layer has at most ${groupDigits(f.levels)} names and ${groupDigits(f.bytes)} bytes.`,
      (f) => `层中的路径最多有 ${groupDigits(f.levels)} 级、${groupDigits(f.bytes)} 字节。`,
    ],
    advice: [
      () => 'Move or remove what lies deeper. Nothing was changed.',
      () => '请移动或删除更深处的内容。未作任何更改。',
    ],
  },
  'config-change-invalid': {
    title: [(f) => `“${v(f.text)}” is no change to a config`, (f) => `“${v(f.text)}”不是有效的配置更改`],
    why: [(f) => faults[f.reason][0], (f) => faults[f.reason][1]],
    advice: none,
  },
  'runtime-missing': {
    title: [
      ({ named = '' }) => (named === '' ? 'No OCI runtime is installed' : `${v(named)} is no OCI runtime`),
      ({ named = '' }) => (named === '' ? '没有安装 OCI 运行时' : `${v(named)} 不是 OCI 运行时`),
    ],
    why: [
      ({ named = '' }) =>
        named === ''
          ? 'Running a command of an image needs crun or runc.'
          : 'STRATIGRAPH_RUNTIME has to be the path of crun or runc, or not be set.',
      ({ named = '' }) =>
        named === ''
          ? '运行镜像中的命令需要 crun 或 runc。'
          : 'STRATIGRAPH_RUNTIME 须为 crun 或 runc 的路径，或不设置。',
    ],
    advice: [(f) => install(f.packages)[0](), (f) => install(f.packages)[1]()],
  },
  'runtime-failed': {
    title: [(f) => `${v(f.runtime)} could not start the command`, (f) => `${v(f.runtime)} 无法启动命令`],
    why: [
      (f) =>
        'code' in f
          ? `It ended with exit code ${f.code} before the command began.`
          : `It says: ${v(f.reason)}.`,
      (f) => ('code' in f ? `它在命令开始之前以退出码 ${f.code} 结束。` : `其报告：${v(f.reason)}。`),
    ],
    advice: [
      () => 'The image and the workspace are as they were: try again.',
      () => '镜像和工作区保持原样：请重试。',
    ],
  },
  'run-not-ended': {
    title: [
      (f) => `What runs in ${v(f.name)} cannot be ended (process ${f.process})`,
      (f) => `无法结束 ${v(f.name)} 中正在运行的程序（进程 ${f.process}）`,
    ],
    why: [() => 'Neither the runtime nor the system ended it.', () => '运行时和系统都未能结束它。'],
    advice: [
      () => 'What it uses stays as it is, and the next command tries again.',
      () => '它所使用的内容保持不变，下一个命令会再次尝试。',
    ],
  },
  'run-refused': {
    title: [(f) => `${v(f.name)} cannot be run as it is`, (f) => `无法按原样运行 ${v(f.name)}`],
    why: [
      (f) => runFaults[f.reason][0].replace('%', () => v(f.path)),
      (f) => runFaults[f.reason][1].replace('%', () => v(f.path)),
    ],
    advice: [
      () => 'Nothing was started, the image and the workspace are as they were.',
      () => '未启动任何程序，镜像和工作区保持原样。',
    ],
  },
  'bind-refused': {
    title: [
      (f) =>
        isOfTarget.has(f.reason)
          ? `Nothing can be mounted at ${v(f.path)} for a command`
          : `${v(f.path)} cannot be mounted for a command`,
      (f) => (isOfTarget.has(f.reason) ? `无法为命令在 ${v(f.path)} 处挂载` : `无法为命令挂载 ${v(f.path)}`),
    ],
    why: [
      (f) =>
        f.reason === 'failed' ? `${bindFaults.failed[0]}: ${v(f.detail ?? '')}.` : bindFaults[f.reason][0],
      (f) =>
        f.reason === 'failed' ? `${bindFaults.failed[1]}：${v(f.detail ?? '')}。` : bindFaults[f.reason][1],
    ],
    advice: [() => 'Nothing was started.', () => '未启动任何程序。'],
  },
  'run-name-taken': {
    title: [(f) => `The name ${v(f.name)} is in use`, (f) => `名称 ${v(f.name)} 正在使用`],
    why: [() => 'Another command runs under it.', () => '另一个命令正以该名称运行。'],
    advice: [() => 'Nothing was started: use another name.', () => '未启动任何程序：请使用其他名称。'],
  },
  'user-unknown': {
    title: [
      (f) => `There is no user ${v(f.user)} to run as in ${v(f.image)}`,
      (f) => `${v(f.image)} 中没有可用的用户 ${v(f.user)}`,
    ],
    why: [
      () => 'It is not in its /etc/passwd or /etc/group, or its ID is outside of the range of this user.',
      () => '它不在其 /etc/passwd 或 /etc/group 中，或其 ID 超出当前用户的范围。',
    ],
    advice: [() => 'Name another user.', () => '请指定其他用户。'],
  },
  'run-limit-low': {
    title: [
      (f) => `A limit of ${counted(f.limit, 'process', 'processes')} is too low to start the command`,
      (f) => `最多 ${f.limit} 个进程不足以启动该命令`,
    ],
    why: [
      () => 'What the runtime needs to start it counts, too.',
      () => '运行时启动命令所需的进程也计算在内。',
    ],
    advice: [() => 'Allow more with --pids-limit.', () => '请用 --pids-limit 允许更多进程。'],
  },
  'nothing-to-run': {
    title: [(f) => `${v(f.name)} names no command to run`, (f) => `${v(f.name)} 没有指定要运行的命令`],
    why: [() => 'It has neither an entrypoint nor a command.', () => '它既没有 entrypoint，也没有默认命令。'],
    advice: [() => 'Give a command.', () => '请给出命令。'],
  },
  'terminal-refused': {
    title: [
      (f) =>
        f.what === 'shell'
          ? `The shell in ${v(f.name)} was not opened`
          : `The command in ${v(f.name)} was not run with this machine’s network`,
      (f) =>
        f.what === 'shell' ? `未在 ${v(f.name)} 中打开 Shell` : `未在 ${v(f.name)} 中使用本机网络运行该命令`,
    ],
    why: [(f) => refusal(f.reason)[0], (f) => refusal(f.reason)[1]],
    advice: [
      () => 'Nothing was started. “Try again” asks again.',
      () => '未启动任何程序。点按“重试”会再次询问。',
    ],
  },
  'terminal-input-refused': {
    title: [() => 'Some text was not typed into the terminal', () => '部分文字未输入到终端'],
    why: [
      () =>
        'It came neither from a key nor from the clipboard, so a program and not you may have written it.',
      () => '它既不是按键输入，也不是来自剪贴板，可能由程序而非您本人写入。',
    ],
    advice: [() => 'Type it on the keyboard, or paste it.', () => '请用键盘输入，或将其粘贴。'],
  },
  'terminal-paste-refused': {
    title: [() => 'The text was not pasted into the terminal', () => '文字未粘贴到终端'],
    why: [(f) => pasteRefusal(f.reason)[0], (f) => pasteRefusal(f.reason)[1]],
    advice: [
      () => 'Nothing was run. Paste it in shorter pieces, or copy it anew from another program.',
      () => '未运行任何内容。请分成较短的部分粘贴，或从其他程序中重新复制。',
    ],
  },
  'action-unasked': {
    title: [
      (f) => (f.what === 'copy' ? 'Nothing was copied' : 'Nothing was opened'),
      (f) => (f.what === 'copy' ? '未复制任何内容' : '未打开任何内容'),
    ],
    why: [() => 'No key or click asked for it.', () => '没有按键或点按提出该请求。'],
    advice: [() => 'Click or press a key to ask again.', () => '请点按或按键后重试。'],
  },
  'too-many-terminals': {
    title: [
      (f) => `No more than ${f.limit} terminals are open at once`,
      (f) => `最多同时打开 ${f.limit} 个终端`,
    ],
    why: [() => 'Each is a program that runs.', () => '每个终端都是一个正在运行的程序。'],
    advice: [() => 'Close one first. Nothing was started.', () => '请先关闭一个终端。未启动任何程序。'],
  },
  'too-much-at-once': {
    title: [
      (f) =>
        ({
          request: `The window asks for more than ${f.limit} things at once`,
          operation: `No more than ${f.limit} operations run at once`,
          message: `The window sends more than ${formatBytes(f.limit)} at once`,
        })[f.what],
      (f) =>
        ({
          request: `窗口同时提出了超过 ${f.limit} 个请求`,
          operation: `最多同时进行 ${f.limit} 个操作`,
          message: `窗口同时发送的数据超过 ${formatBytes(f.limit)}`,
        })[f.what],
    ],
    why: [() => 'Each takes memory and its turn on the disk.', () => '每一个都占用内存，并需轮流使用磁盘。'],
    advice: [
      () => 'Wait until some are done, then try again. Nothing was started.',
      () => '请等待其中一些完成后重试。未启动任何操作。',
    ],
  },
  'dialog-open': {
    title: [() => 'No second file dialog was opened', () => '未打开第二个文件对话框'],
    why: [() => 'This window has one already.', () => '此窗口已有一个。'],
    advice: [() => 'Answer or close that one first.', () => '请先处理或关闭该对话框。'],
  },
  'app-closing': {
    title: [() => 'Stratigraph is closing', () => 'Stratigraph 正在关闭'],
    why: [() => 'Nothing new is begun any more.', () => '不再开始新的操作。'],
    advice: [() => 'Start it again to go on. Nothing was changed.', () => '请重新启动后继续。未作任何更改。'],
  },
  'nothing-to-squash': {
    title: [(f) => `${v(f.name)} has nothing to squash there`, (f) => `${v(f.name)} 没有可合并的层`],
    why: [() => 'Squashing takes at least two layers.', () => '合并至少需要两层。'],
    advice: none,
  },
  'nothing-to-remove': {
    title: [(f) => `${v(f.name)} has nothing to remove`, (f) => `${v(f.name)} 中没有可移除的内容`],
    why: [(f) => `No layer of it holds ${v(f.paths)}.`, (f) => `其任何层都不含 ${v(f.paths)}。`],
    advice: [() => 'Your store is unchanged.', () => '仓库未受影响。'],
  },
  'removal-invalid': {
    title: [(f) => `${v(f.paths)} cannot be removed`, (f) => `无法移除 ${v(f.paths)}`],
    why: [() => 'A path below the root is needed.', () => '需要根目录下的路径。'],
    advice: [() => 'Your store is unchanged.', () => '仓库未受影响。'],
  },
  'removal-unproved': {
    title: [(f) => `${v(f.name)} cannot be rewritten`, (f) => `无法重写 ${v(f.name)}`],
    why: [
      (f) => `Without these paths /${v(f.path)} would not be what it is now, or would still be there.`,
      (f) => `移除这些路径后，/${v(f.path)} 会与现在不同，或仍然存在。`,
    ],
    advice: [
      () => 'Your store is unchanged. Squash the layers first, then remove the paths.',
      () => '仓库未受影响。请先合并这些层，再移除路径。',
    ],
  },
};
