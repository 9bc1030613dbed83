import { isLimitName, limitSpecs, limitText, raisedLimit } from '../../image/limits';
import { documentReasons, layerReasons, listReasons, saidReason, unsupportedReasons } from './faultReason';
import type { ProblemFacts, ReferenceFault, RequestFault } from '../../image/problem';
import { counted } from '../counted';
import { formatBytes, groupDigits, visibleName as v } from '../format';
import { transportName, transportPath, type Transport } from '../../image/transport';
import { engineProblemTexts } from './engineProblem';
import { keyProblemTexts } from './keyProblem';
import { placeProblemTexts } from './placeProblem';
import { limitTexts, limitValueText } from './limits';
import { mountProblemTexts } from './mountProblem';
import type { ProblemTexts } from './problemTexts';
import { standingText } from './standing';

/**
 * What people read when something does not work: for each code a title, why perhaps, and what they can do. English and
 * Simplified Chinese side by side. `{title}` and `{why}` also make the one sentence of the command line.
 */
/** What was not done because it was not what was shown, and why that may be, in both languages. */
const shownChanged: Readonly<
  Record<ProblemFacts['shown-changed']['what'], Readonly<Record<'title' | 'why', readonly [string, string]>>>
> = {
  images: {
    title: [
      'The images are not what was shown any more, nothing was removed',
      '镜像已与所显示的不同，没有移除任何内容',
    ],
    why: [
      'Another command or window has named, moved or deleted some of them meanwhile.',
      '期间另一条命令或另一个窗口命名、移动或删除了其中一些镜像。',
    ],
  },
  changes: {
    title: [
      'The changes in the workspace are not those that were shown any more, nothing was done',
      '工作区中的更改已与所显示的不同，没有执行任何操作',
    ],
    why: [
      'A program has written or deleted files in it meanwhile, or it was committed.',
      '期间有程序在其中写入或删除了文件，或者它已被提交。',
    ],
  },
  name: {
    title: [
      'The name is not that of the image that was shown any more, it stays as it is',
      '该名称已不再属于所显示的镜像，名称保持不变',
    ],
    why: [
      'Another command or window has given it to another image or taken it away meanwhile.',
      '期间另一条命令或另一个窗口将它给了另一个镜像或将其移除。',
    ],
  },
};

const none: readonly [() => string, () => string] = [() => '', () => ''];
/** Whether an input was to be looked at where it lies: then no store is at stake. */
const isLooked = (f: object): boolean => (f as { looked?: true }).looked === true;

const unchanged: readonly [(f: object) => string, (f: object) => string] = [
  (f) => (isLooked(f) ? 'Nothing was changed.' : 'Your store is unchanged.'),
  (f) => (isLooked(f) ? '未作任何更改。' : '仓库未受影响。'),
];

/** The same, and what can be done. */
const unchangedAnd = (en: string, zh: string): typeof unchanged => [
  (f) => `${unchanged[0](f)} ${en}`,
  (f) => `${unchanged[1](f)}${zh}`,
];
/** How a bound that was passed is raised, in words of the command line; '' where it cannot be. */
function raise(
  { name, limit, found }: ProblemFacts['limit-exceeded'],
  sentence: (words: string) => string,
): string {
  const value = name === undefined || !isLimitName(name) ? null : raisedLimit(name, limit, found);
  return name === undefined || value === null ? '' : sentence(`--limit ${name}=${limitText(name, value)}`);
}

/** What index.json is read up to. */
function longestList(column: 0 | 1): string {
  const [bytes, entries, values] = (['document-bytes', 'descriptors', 'json-values'] as const).map(
    (name) => limitValueText(name, limitSpecs[name].most)[column],
  );
  return column === 0
    ? `${bytes}, ${entries} entries or ${values} values`
    : `${bytes}、${entries} 个条目或 ${values} 个值`;
}

/** How one comes to what a word of another tool means. */
function transportWay({ transport, rest, copied }: ProblemFacts['transport-word'], column: 0 | 1): string {
  const name = rest.replace(/^\/\//, '');
  const path = transportPath(rest);
  const engine = (word: 'docker' | 'podman'): readonly [string, string] =>
    copied
      ? [
          `It is copied by copy --source ${word} ${v(name)} TO; an image of the store goes by its name alone.`,
          `请用 copy --source ${word} ${v(name)} TO 复制；仓库中的镜像只写名称。`,
        ]
      : [
          `It is copied by load --from ${word} ${v(name)}; an image of the store goes by its name alone.`,
          `请用 load --from ${word} ${v(name)} 复制；仓库中的镜像只写名称。`,
        ];
  const ways: Readonly<Record<Transport, readonly [string, string]>> = {
    docker: [
      `It is fetched by skopeo copy docker://${v(name)} oci-archive:FILE, and that file ${copied ? 'copied' : 'loaded'}; an image of the store goes by its name alone.`,
      `请先用 skopeo copy docker://${v(name)} oci-archive:FILE 取得，再${copied ? '复制' : '载入'}该文件；仓库中的镜像只写名称。`,
    ],
    'docker-daemon': engine('docker'),
    'containers-storage': engine('podman'),
    'docker-archive': byPath(),
    'oci-archive': byPath(),
    oci: byPath(),
    dir: byPath(),
  };
  function byPath(): readonly [string, string] {
    const one = transportName(rest);
    if (one !== '')
      return [
        `It is copied by copy --source ${v(path)} ${v(one)} ${copied ? 'TO' : 'store'}; an image of the store goes by its name.`,
        `请用 copy --source ${v(path)} ${v(one)} ${copied ? 'TO' : 'store'} 复制其中的一个镜像；仓库中的镜像只写名称。`,
      ];
    return copied
      ? [
          `The path alone is copied: copy ${v(path)} TO; an image of the store goes by its name.`,
          `请直接复制路径：copy ${v(path)} TO；仓库中的镜像只写名称。`,
        ]
      : [
          `The path alone is loaded: load ${v(path)}; an image of the store goes by its name.`,
          `请直接载入路径：load ${v(path)}；仓库中的镜像只写名称。`,
        ];
  }
  return (Object.hasOwn(ways, transport) ? ways[transport] : byPath())[column];
}

const copyAgain: typeof unchanged = [
  (f) => `${unchanged[0](f)} Copy or save the file again${isLooked(f) ? '' : ' and load that'}.`,
  (f) => `${unchanged[1](f)}请重新复制或导出该文件${isLooked(f) ? '' : '后再载入'}。`,
];

/** Why a call of the window was refused. */
const requestFaults: Readonly<Record<RequestFault, readonly [string, string]>> = {
  sender: ['The call came from elsewhere.', '该调用来自其他来源。'],
  arguments: ['It takes one argument.', '该请求只接受一个参数。'],
  paths: ['A list of paths is expected.', '应为路径列表。'],
  members: ['Its members are not those of the request.', '其中的字段与该请求不符。'],
  value: ['The value of {place} does not fit.', '{place} 的值不符合要求。'],
  deep: ['It is nested too deeply.', '嵌套过深。'],
  text: ['It holds too much text.', '文本过多。'],
  many: ['It holds too many values.', '值过多。'],
  kind: ['It holds what is neither a list nor an object.', '其中含有既非列表也非对象的内容。'],
  accessor: ['It holds an accessor.', '其中含有访问器。'],
  shared: ['It holds shared memory.', '其中含有共享内存。'],
  operation: ['There is no such operation.', '没有这项操作。'],
  file: ['No such file was chosen.', '没有选择过这个文件。'],
  compression: ['A docker-archive takes no layers in zstd.', 'docker-archive 不支持 zstd 压缩的层。'],
};

/** Why a folder is no store. */
const reasons: Readonly<Record<ProblemFacts['store-invalid']['reason'], readonly [string, string]>> = {
  missing: ['There is none; load and import make one.', '其中没有仓库；load 和 import 会创建仓库。'],
  gone: [
    'It is not there any more: its folder was moved, deleted or emptied, or its disk was taken away.',
    '它已不在原处：其目录已被移动、删除或清空，或所在磁盘已被移除。',
  ],
  'not-a-folder': ['It is no folder, or lies in something that is none.', '它不是目录，或位于非目录之中。'],
  unmakeable: ['No folder can be made there.', '无法在那里创建目录。'],
  'no-rights': ['No folder can be made there: permission is missing.', '无法在那里创建目录：权限不足。'],
  'read-only': ['No folder can be made there: the disk is read-only.', '无法在那里创建目录：磁盘为只读。'],
  unreadable: ['The folder cannot be read.', '无法读取该目录。'],
  'other-version': ['It is an image layout of another version.', '它是其他版本的镜像布局。'],
  'no-index': ['It has no index.json.', '其中没有 index.json。'],
  'other-files': ['It holds other files.', '其中有其他文件。'],
  'index-unreadable': ['Its index.json cannot be read.', '无法读取其中的 index.json。'],
  'index-damaged': ['Its index.json is damaged.', '其中的 index.json 已损坏。'],
};

const noStore = ({ reason }: ProblemFacts['store-invalid'], column: 0 | 1): string =>
  (reasons[reason] ?? reasons.unreadable)[column];

/** What somebody else made of a place in the store's folder. */
const faults: Readonly<Record<string, readonly [string, string]>> = {
  link: ['is a symbolic link, and what it leads to is not ours', '是符号链接，它指向的内容不属于仓库'],
  'not-a-folder': ['is no folder', '不是目录'],
  'not-a-file': ['is no regular file', '不是普通文件'],
  'not-empty': ['is not empty', '不是空的'],
  unreadable: ['cannot be read: permission is missing', '无法读取：权限不足'],
  rights: ['cannot be written to: you took that right from yourself', '无法写入：其权限不允许您写入'],
  'read-only': ['is on a disk that cannot be written to', '位于只读的磁盘上'],
  owner: ['belongs to another user', '属于其他用户'],
  writers: ['can be changed by other users', '可以被其他用户修改'],
  way: [
    'lies in a folder in which another user can put another one in its place',
    '所在的目录可被其他用户用别的目录替换',
  ],
  more: [
    'was not put there by Stratigraph, so what lies beside it is not swept',
    '不是 Stratigraph 放入的，因此不会清理该目录',
  ],
};

const foreign = ({ fault }: ProblemFacts['store-unsafe'], column: 0 | 1): string =>
  faults[fault]?.[column] ?? (column === 0 ? 'is not ours' : '不属于仓库');

/** Whether a fault keeps a folder from being read, too. */
const isUnusable = (fault: ProblemFacts['store-unsafe']['fault']): boolean =>
  ['link', 'not-a-folder', 'not-a-file', 'not-empty', 'unreadable'].includes(fault);

/** Places whose content cannot be made again: what stands there is not thrown away lightly. */
const isContent = (place: string): boolean =>
  /^(?:blobs|workspaces|quarantine)(?:\/|$)|^(?:oci-layout|index\.json|trash\.json)$/.test(place);

/** What can be done about a place that is not as we made it. */
function mend({ fault, place }: ProblemFacts['store-unsafe']): readonly [string, string] {
  if (fault === 'writers')
    return [
      'Take that right away (chmod -R go-w), or use another folder as the store (in a terminal: --store).',
      '请收回该权限（chmod -R go-w），或改用其他目录作为仓库（终端中用 --store）。',
    ];
  if (fault === 'way')
    return [
      'Move it to a folder of yours in which nobody else may write, or use another folder as the store (in a terminal: --store).',
      '请将其移到只有您可以写入的目录中，或改用其他目录作为仓库（终端中用 --store）。',
    ];
  if (fault === 'owner')
    return ['Work as that user, or copy the folder.', '请以该用户的身份操作，或复制该目录。'];
  if (fault === 'unreadable')
    return [
      'Work as the user whose store it is, or use another folder as the store (in a terminal: --store).',
      '请以仓库所有者的身份操作，或改用其他目录作为仓库（终端中用 --store）。',
    ];
  if (fault === 'rights')
    return [
      'What is in it can be looked at, saved and exported; give the right back (chmod -R u+w) to change it.',
      '其中的内容可以查看、保存和导出；如需更改，请恢复该权限（chmod -R u+w）。',
    ];
  if (fault === 'read-only')
    return [
      'What is in it can be looked at, saved and exported; copy the folder to change it.',
      '其中的内容可以查看、保存和导出；如需更改，请复制该目录。',
    ];
  if (fault === 'link')
    return isContent(place)
      ? [
          'Put what it leads to in its place (for another disk use a bind mount), or use another folder as the store (in a terminal: --store).',
          '请将它指向的内容放到此处（若在其他磁盘上，可使用 bind 挂载），或改用其他目录作为仓库（终端中用 --store）。',
        ]
      : [
          'Remove the link (what it leads to stays as it is), or use another folder as the store (in a terminal: --store).',
          '请删除该链接（它指向的内容不受影响），或改用其他目录作为仓库（终端中用 --store）。',
        ];
  return [
    'Move it away, or use another folder as the store (in a terminal: --store).',
    '请将其移走，或改用其他目录作为仓库（终端中用 --store）。',
  ];
}

const place = (f: { entry?: string; layer?: number; layers?: number }): [string, string] =>
  f.layer !== undefined && f.layers !== undefined
    ? [`in layer ${f.layer} of ${f.layers}`, `的第 ${f.layer} 层（共 ${f.layers} 层）`]
    : f.entry !== undefined && f.entry !== ''
      ? [`in ${v(f.entry)}`, `中的 ${v(f.entry)} `]
      : ['', ''];
const damagedTitle: readonly [
  (f: { file: string; entry?: string; layer?: number; layers?: number }) => string,
  (f: { file: string; entry?: string; layer?: number; layers?: number }) => string,
] = [
  (f) => `${v(f.file)} is damaged ${place(f)[0]}`.trim(),
  (f) => `${v(f.file)} ${place(f)[1]}已损坏`.replace(/ {2,}/g, ' '),
];

const seen = {
  empty: ['it is empty', '文件是空的'],
  unknown: ['its content is of no form that we know', '内容不是已知的格式'],
  tar: [
    'it is a tar archive without manifest.json or index.json',
    '它是 tar 归档，但没有 manifest.json 或 index.json',
  ],
  directory: ['the folder holds no image layout (no index.json)', '该目录不是镜像布局（没有 index.json）'],
  text: ['it is a text file', '它是文本文件'],
  rootfs: ['it is the tarball of a root filesystem', '它是根文件系统的 tar 归档'],
  'rootfs-folder': ['the folder is a root filesystem', '该目录是根文件系统'],
} as const;

/** Whether files were seen, of which nothing tells whether they are a root filesystem. */
const isBundle = (what: keyof typeof seen | 'special'): boolean => what === 'tar' || what === 'directory';

/** Why a file is not what was asked for: what was seen in it, or that it is no file that is looked into. */
const notThat = (what: keyof typeof seen | 'special'): readonly [string, string] =>
  what === 'special'
    ? [
        'It is a pipe, a socket or a device. Only files and folders are opened here.',
        '它是管道、套接字或设备。此处只打开文件和目录。',
      ]
    : [`It was looked into, and ${seen[what][0]}.`, `已检查其内容：${seen[what][1]}。`];

const parts = {
  manifest: ['a manifest', 'manifest'],
  config: ['the config of an image', '镜像配置'],
  layer: ['a layer', '一个层'],
  index: ['its index', '索引'],
} as const;

/** Layers as people see them elsewhere: the first 12 digits of each diff ID. */
const shortIds = ({ diffIds }: { diffIds: readonly string[] }): string =>
  diffIds.map((diffId) => v(diffId.slice(7, 19))).join(', ');

/** Why a name was refused, for a field and for a sentence. */
export const referenceFaults: Readonly<Record<ReferenceFault, readonly [string, string]>> = {
  empty: ['A name is needed, for example shop-api:1.6', '需要一个名称，例如 shop-api:1.6'],
  'too-long': ['The name is longer than 255 characters', '名称超过 255 个字符'],
  'upper-case': ['Names use small letters only, for example shop-api', '名称只能使用小写字母，例如 shop-api'],
  characters: [
    'Names use small letters, digits and . _ - only, for example shop-api',
    '名称只能包含小写字母、数字和 . _ -，例如 shop-api',
  ],
  tag: [
    'A tag uses letters, digits and . _ - only and has at most 128 of them',
    '标签只能包含字母、数字和 . _ -，最多 128 个字符',
  ],
  digest: ['A digest cannot be part of a name that is given', '指定名称时不能包含 digest'],
  'looks-like-id': [
    'sha256:… and 64 hex digits would be taken for an image ID',
    'sha256:… 和 64 位十六进制数会被当作镜像 ID',
  ],
  registry: [
    'The registry is no host name, for example registry.example:5000',
    '镜像源不是主机名，例如 registry.example:5000',
  ],
};

const diskReasons: Readonly<Record<string, readonly [string, string]>> = {
  EACCES: ['permission is missing', '没有权限'],
  EPERM: ['permission is missing', '没有权限'],
  EROFS: ['the disk is read-only', '磁盘为只读'],
  ENOENT: ['the folder does not exist', '文件夹不存在'],
  EISDIR: ['it is a folder', '它是文件夹'],
  ENOTDIR: ['a part of the path is no folder', '路径中有一部分不是文件夹'],
  ENOTEMPTY: ['the folder is not empty', '文件夹不是空的'],
  EEXIST: ['something of that name is there', '已有同名内容'],
  ELOOP: ['its links lead in a circle', '链接指向形成循环'],
  ENAMETOOLONG: ['the name is too long', '名称过长'],
  EBADF: ['it was not opened for writing', '它未以写入方式打开'],
  EPIPE: ['its reader has gone', '读取方已结束'],
  ENXIO: ['nobody reads from it', '没有程序在读取它'],
  'block-device': ['it is a disk, which a file would overwrite', '它是磁盘设备，写入会覆盖其内容'],
  stream: [
    'it is a pipe or a device, which only the command line writes into',
    '它是管道或设备，只有命令行可以写入',
  ],
  'another-kind': ['it is neither a file nor a pipe', '它既不是文件也不是管道'],
  'foreign-link': [
    'another user made a link on the way to it, which leads to where that user may not write',
    '通往它的链接由其他用户创建，指向该用户无权写入的位置',
  ],
  'foreign-folder': [
    'another user can exchange a folder on the way to it, and root would write elsewhere',
    '其他用户可以替换通往它的文件夹，root 可能因此写到别处',
  ],
  changed: ['it became something else meanwhile', '它在此期间变成了别的内容'],
  'layout-index': [
    'its index.json cannot be read, or would list more than is read',
    '它的 index.json 无法读取，或将列出过多内容',
  ],
  'layout-version': ['it is an image layout of another version than 1', '它是其他版本（不是 1）的镜像布局'],
  ENOSPC: ['no room is left', '空间不足'],
  EXDEV: ['it lies on another disk', '它位于另一个磁盘上'],
  EFBIG: ['the file is too large for the disk', '文件超出该磁盘允许的大小'],
  EBUSY: ['something else uses it', '其他程序正在使用它'],
  ETXTBSY: ['it is a program that runs', '它是正在运行的程序'],
  EINVAL: ['the file system does not take that', '文件系统不接受该操作'],
  ENOTSUP: ['the file system cannot do that', '文件系统不支持该操作'],
  EOPNOTSUPP: ['the file system cannot do that', '文件系统不支持该操作'],
  EMLINK: ['it has too many names', '它的名称过多'],
  ESTALE: ['it is gone from the server', '它已从服务器上消失'],
  EAGAIN: ['it is not ready', '它尚未就绪'],
  ENFILE: ['too many files are open', '打开的文件过多'],
  EDQUOT: ['your quota is used up', '配额已用尽'],
  EIO: ['the disk does not answer properly', '磁盘读写异常'],
  EMFILE: ['too many files are open', '打开的文件过多'],
  ENOMEM: ['there is no more memory', '内存不足'],
  EREMOTEIO: ['the server’s disk does not answer properly', '服务器的磁盘读写异常'],
  EUCLEAN: ['the file system is damaged', '文件系统已损坏'],
  ENODATA: ['the disk does not answer properly', '磁盘读写异常'],
  EBADMSG: ['the file system is damaged', '文件系统已损坏'],
  EPROTO: ['the server does not answer properly', '服务器应答异常'],
  ENOTCONN: ['the server is not connected', '服务器未连接'],
  ECONNREFUSED: ['the server does not answer', '服务器无响应'],
  ETIMEDOUT: ['the server does not answer', '服务器无响应'],
  EHOSTDOWN: ['the server does not answer', '服务器无响应'],
  EHOSTUNREACH: ['the server does not answer', '服务器无响应'],
  ENOLINK: ['the server does not answer', '服务器无响应'],
  ENODEV: ['the disk is gone', '磁盘已移除'],
  ENOMEDIUM: ['there is no disk in the drive', '驱动器中没有磁盘'],
  EMEDIUMTYPE: ['the disk in the drive is of another kind', '驱动器中的磁盘类型不符'],
  ENOLCK: ['there are no more locks', '没有更多可用的锁'],
  EDEADLK: ['something else uses it', '其他程序正在使用它'],
  ENOKEY: ['the key of the encrypted folder is missing', '缺少加密文件夹的密钥'],
  EKEYEXPIRED: ['your key for the server has expired', '访问服务器的密钥已过期'],
  EKEYREVOKED: ['your key for the server was revoked', '访问服务器的密钥已被撤销'],
  EKEYREJECTED: ['the server does not take your key', '服务器不接受你的密钥'],
};
const disk = (code: string, column: 0 | 1): string => diskReasons[code]?.[column] ?? code;

/** A file by its name; one whose name a fault does not tell, by what it is. */
const aFile = (path: string): readonly [string, string] =>
  path === '' ? ['A file', '文件'] : [v(path), v(path)];

/** Docker's manifests of schema 1, signed or not. */
const isSchema1 = (type: string): boolean => /\.distribution\.manifest\.v1\+/.test(type);

/** What there was too little of, in both languages. */
const shortages = {
  memory: ['The system gives no more memory', '系统无法再分配内存'],
  files: ['Too many files are open', '打开的文件过多'],
  processes: ['The system starts no more processes or threads', '系统无法再启动进程或线程'],
  any: [
    'A part of this program did not start: it needs more memory, open files or processes',
    '本程序的一部分未能启动：需要更多内存、可打开的文件或进程',
  ],
} as const satisfies Readonly<Record<ProblemFacts['system-short']['of'], readonly [string, string]>>;
const shortageWords = (of: string): readonly [string, string] =>
  Object.hasOwn(shortages, of) ? shortages[of as keyof typeof shortages] : shortages.any;

type BlobDamage = ProblemFacts['blob-damaged'];

/** Why a blob of the store is no good, in both languages. */
const blobFaults: Readonly<Record<BlobDamage['reason'], (f: BlobDamage) => readonly [string, string]>> = {
  missing: () => ['It is not there.', '文件不存在。'],
  digest: (f) => [`Its bytes have the digest ${v(f.found)}.`, `其内容的 digest 为 ${v(f.found)}。`],
  bytes: () => ['Its bytes have changed.', '其内容已改变。'],
  short: () => ['It ends early.', '其内容不完整。'],
  long: () => ['It is longer than it was.', '其内容比原来长。'],
  size: (f) => [
    `It has ${v(f.found)} bytes where ${v(f.expected ?? '')} are expected.`,
    `其大小为 ${v(f.found)} 字节，应为 ${v(f.expected ?? '')} 字节。`,
  ],
  form: () => ['It cannot be decompressed and read any more.', '其内容已无法解压和读取。'],
  'diff-id': (f) =>
    f.found === ''
      ? ['It is no layer, and the config says that it is.', '它不是镜像层，而配置称其为镜像层。']
      : [
          `Its tar has the diff ID ${v(f.found)}, which is not what the config says.`,
          `其 tar 的 diff ID 为 ${v(f.found)}，与配置不符。`,
        ],
  index: () => ['Its file index does not fit it.', '其文件索引与内容不符。'],
  layers: (f) => [
    `It has ${v(f.found)} diff IDs for ${v(f.expected ?? '')} layers.`,
    `它有 ${v(f.found)} 个 diff ID，而镜像层有 ${v(f.expected ?? '')} 个。`,
  ],
};

const damagedWhat = ({ image, layer, layers, file }: BlobDamage): readonly [string, string] =>
  image === undefined
    ? file === undefined
      ? ['A blob of the store', '仓库中的 blob ']
      : [`A blob of ${v(file)}`, `${v(file)} 中的 blob `]
    : [
        `Layer ${layer ?? 0} of ${layers ?? 0} of ${v(image)}`,
        `${v(image)} 的第 ${layer ?? 0} 层（共 ${layers ?? 0} 层）`,
      ];

/** A problem may come from a cache, or across a boundary: what is no reason of ours says that much. */
function damageOf(facts: BlobDamage): readonly [string, string] {
  const say = Object.hasOwn(blobFaults, facts.reason) ? blobFaults[facts.reason] : blobFaults.bytes;
  return say(facts);
}

/** All texts; a code without them does not compile. */
export const problemTexts: { readonly [C in keyof ProblemFacts]: ProblemTexts<C> } = {
  ...mountProblemTexts,
  ...engineProblemTexts,
  ...keyProblemTexts,
  ...placeProblemTexts,
  'not-a-rootfs': {
    title: [(f) => `${v(f.file)} is no root filesystem`, (f) => `${v(f.file)} 不是根文件系统`],
    why: [(f) => notThat(f.seen)[0], (f) => notThat(f.seen)[1]],
    advice: [
      () => 'Your store is unchanged. Import a folder, or a tarball as docker export or tar write it.',
      () => '仓库未受影响。请导入目录，或 docker export、tar 写出的 tar 归档。',
    ],
  },
  'not-an-image': {
    title: [(f) => `${v(f.file)} is not an image archive`, (f) => `${v(f.file)} 不是镜像归档`],
    why: [(f) => notThat(f.seen)[0], (f) => notThat(f.seen)[1]],
    advice: [
      (f) =>
        f.seen.startsWith('rootfs')
          ? `${unchanged[0](f)} Make an image of it by import.`
          : `${unchanged[0](f)} ${f.looked ? 'Images are read from' : 'Load'} what docker save, podman save or skopeo copy has written${
              isBundle(f.seen) ? '; of a root filesystem import makes an image' : ''
            }.`,
      (f) =>
        f.seen.startsWith('rootfs')
          ? `${unchanged[1](f)}请用 import 由它生成镜像。`
          : `${unchanged[1](f)}${f.looked ? '请使用' : '请载入'} docker save、podman save 或 skopeo copy 写出的文件${
              isBundle(f.seen) ? '；根文件系统请用 import 生成镜像' : ''
            }。`,
    ],
  },
  'is-an-image': {
    title: [
      (f) => `${v(f.file)} is a saved image, no root filesystem`,
      (f) => `${v(f.file)} 是已保存的镜像，不是根文件系统`,
    ],
    why: [
      () => 'It would become one layer, in which nobody could use what it holds.',
      () => '若作为一层导入，其中的内容将无法使用。',
    ],
    advice: [() => 'Your store is unchanged. Add it by load.', () => '仓库未受影响。请用 load 载入。'],
  },
  'transport-word': {
    title: [
      (f) => `${v(f.text)} is a word of skopeo and Podman`,
      (f) => `${v(f.text)} 是 skopeo 和 Podman 的写法`,
    ],
    why: [(f) => transportWay(f, 0), (f) => transportWay(f, 1)],
    advice: none,
  },
  'archive-truncated': {
    title: [
      (f) =>
        f.layer === undefined
          ? `${v(f.file)} ends too early`
          : `${v(f.file)} ends in the middle of layer ${f.layer} of ${f.layers ?? f.layer}`,
      (f) =>
        f.layer === undefined
          ? `${v(f.file)} 不完整`
          : `${v(f.file)} 在第 ${f.layer} 层（共 ${f.layers ?? f.layer} 层）中途结束`,
    ],
    why: [() => 'The file may have been cut off while it was copied.', () => '文件可能在复制时被截断。'],
    advice: copyAgain,
  },
  'archive-damaged': {
    title: damagedTitle,
    why: [
      (f) => `The archive breaks its format: ${saidReason(layerReasons, f, 0)}.`,
      (f) => `归档格式有误：${saidReason(layerReasons, f, 1)}。`,
    ],
    advice: copyAgain,
  },
  'digest-mismatch': {
    title: damagedTitle,
    why: [
      (f) =>
        `The bytes of ${f.layer === undefined ? v(f.entry) : 'the layer'} do not match the digest that the archive gives for it.`,
      (f) => `${f.layer === undefined ? `${v(f.entry)} ` : '该层'}的字节与归档给出的 digest 不符。`,
    ],
    advice: copyAgain,
  },
  'size-mismatch': {
    title: damagedTitle,
    why: [
      (f) => `${v(f.entry)} does not have the size that the archive gives for it.`,
      (f) => `${v(f.entry)} 的大小与归档给出的不符。`,
    ],
    advice: copyAgain,
  },
  'diff-id-mismatch': {
    title: damagedTitle,
    why: [
      () => "The uncompressed layer does not match the diff ID in the image's config.",
      () => '解压后的层与镜像配置中的 diff ID 不符。',
    ],
    advice: copyAgain,
  },
  'blob-missing': {
    title: [(f) => `${v(f.file)} is incomplete`, (f) => `${v(f.file)} 不完整`],
    why: [
      (f) => `It lists ${parts[f.what][0]} that it does not hold: ${v(f.entry)}.`,
      (f) => `其中列出了${parts[f.what][1]}，但没有包含：${v(f.entry)}。`,
    ],
    advice: unchangedAnd('Save the image again with all of its layers.', '请重新导出包含全部层的镜像。'),
  },
  'layers-missing': {
    title: [
      (f) => `${v(f.file)} needs ${counted(f.missing, 'layer')} that your store does not have`,
      (f) => `${v(f.file)} 需要仓库中没有的 ${groupDigits(f.missing)} 个层`,
    ],
    why: [
      (f) =>
        f.from === ''
          ? `It was saved without ${shortIds(f)}.`
          : `It was saved without ${shortIds(f)} for a store that has ${v(f.from)}.`,
      (f) =>
        f.from === ''
          ? `导出时省略了 ${shortIds(f)}。`
          : `导出时省略了 ${shortIds(f)}，要求目标已有 ${v(f.from)}。`,
    ],
    advice: [
      (f) =>
        f.from === ''
          ? 'Your store is unchanged. Save the image again with all of its layers.'
          : 'Your store is unchanged. Load that first, or save the image again with all of its layers.',
      (f) =>
        f.from === ''
          ? '仓库未受影响。请重新导出包含全部层的镜像。'
          : '仓库未受影响。请先载入该镜像，或重新导出包含全部层的镜像。',
    ],
  },
  'layer-list-invalid': {
    title: [
      (f) => `${v(f.file)} is neither an image nor a list of layers`,
      (f) => `${v(f.file)} 既不是镜像，也不是层的列表`,
    ],
    why: [
      (f) => `Line ${f.line} is no digest and no JSON list of digests.`,
      (f) => `第 ${f.line} 行不是 digest，也不是 digest 的 JSON 列表。`,
    ],
    advice: [
      () => "Give an archive, or what docker image inspect -f '{{json .RootFS.Layers}}' prints.",
      () => "请提供归档，或 docker image inspect -f '{{json .RootFS.Layers}}' 的输出。",
    ],
  },
  'document-invalid': {
    title: [(f) => `${v(f.file)} cannot be read as an image`, (f) => `无法将 ${v(f.file)} 读作镜像`],
    why: [
      (f) => `${v(f.entry)} ${saidReason(documentReasons, f, 0)}.`,
      (f) => `${v(f.entry)}：${saidReason(documentReasons, f, 1)}。`,
    ],
    advice: unchanged,
  },
  'layer-invalid': {
    title: damagedTitle,
    why: [
      (f) => `The layer cannot be read: ${saidReason(layerReasons, f, 0)}.`,
      (f) => `无法读取该层：${saidReason(layerReasons, f, 1)}。`,
    ],
    advice: unchanged,
  },
  unsupported: {
    title: [
      (f) => `${v(f.file)} is of a kind that cannot be ${f.looked ? 'read' : 'loaded'} yet`,
      (f) => `暂不支持${f.looked ? '读取' : '载入'} ${v(f.file)}`,
    ],
    why: [
      (f) => `${saidReason(unsupportedReasons, f, 0)}.`,
      (f) => `${saidReason(unsupportedReasons, f, 1)}。`,
    ],
    advice: unchangedAnd(
      'An archive of docker save or an OCI archive works.',
      '可使用 docker save 归档或 OCI 归档。',
    ),
  },
  'holds-no-image': {
    title: [(f) => `${v(f.file)} holds no image`, (f) => `${v(f.file)} 不含镜像`],
    why: [
      (f) =>
        isSchema1(f.type)
          ? 'It holds a manifest of schema 1, from before Docker 1.10, which has no image ID.'
          : f.type === ''
            ? 'It holds an artifact that does not say what it is.'
            : `It holds an artifact of the type ${v(f.type)}.`,
      (f) =>
        isSchema1(f.type)
          ? '其中为 Docker 1.10 之前的 schema 1 manifest，没有镜像 ID。'
          : f.type === ''
            ? '其中为未注明类型的制品。'
            : `其中为类型 ${v(f.type)} 的制品。`,
    ],
    advice: unchangedAnd(
      'An archive of docker save or an OCI archive of images works.',
      '可使用 docker save 归档或含镜像的 OCI 归档。',
    ),
  },
  'limit-exceeded': {
    title: [(f) => `${v(f.file)} goes beyond a limit`, (f) => `${v(f.file)} 超出限制`],
    why: [
      ({ what, limit, name }) =>
        name === undefined || !isLimitName(name)
          ? `${v(what)}: more than ${groupDigits(limit)}, which no ordinary image needs.`
          : `${v(what)} is past ${name} (${limitTexts[name][0]}, at most ${limitValueText(name, limit)[0]}).`,
      ({ what, limit, name }) =>
        name === undefined || !isLimitName(name)
          ? `${v(what)}：超过 ${groupDigits(limit)}，普通镜像不会如此。`
          : `${v(what)} 超出 ${name}（${limitTexts[name][1]}最多为 ${limitValueText(name, limit)[1]}）。`,
    ],
    advice: [
      (f) =>
        `${unchanged[0](f)}${raise(f, (words) => ` If you trust its source, allow more with ${words}.`)}`,
      (f) => `${unchanged[1](f)}${raise(f, (words) => `如信任其来源，可用 ${words} 放宽限制。`)}`,
    ],
    inWindow: [
      (f) => `${unchanged[0](f)}${raise(f, () => ' If you trust its source, more can be allowed.')}`,
      (f) => `${unchanged[1](f)}${raise(f, () => '如信任其来源，可放宽限制。')}`,
    ],
  },
  'digest-invalid': {
    title: [(f) => `${v(f.text)} is no digest`, (f) => `${v(f.text)} 不是 digest`],
    why: [
      () => 'A digest is sha256: and 64 hex digits in small letters.',
      () => 'digest 由 sha256: 和 64 位小写十六进制数组成。',
    ],
    advice: none,
  },
  'reference-invalid': {
    title: [
      (f) => (f.text === '' ? 'A name is needed' : `${v(f.text)} cannot be a name`),
      (f) => (f.text === '' ? '需要一个名称' : `${v(f.text)} 不能用作名称`),
    ],
    why: [(f) => `${referenceFaults[f.reason][0]}.`, (f) => `${referenceFaults[f.reason][1]}。`],
    advice: none,
  },
  'image-not-found': {
    title: [(f) => `No image is called ${v(f.name)}`, (f) => `没有名为 ${v(f.name)} 的镜像`],
    why: [() => 'It may have been renamed or deleted.', () => '它可能已被重命名或删除。'],
    advice: none,
  },
  'deleted-meanwhile': {
    title: [(f) => `${v(f.name)} was deleted while it was read`, (f) => `${v(f.name)} 在读取过程中被删除`],
    why: [
      () => 'Another command or window removed it from the store. Nothing is damaged.',
      () => '另一条命令或另一个窗口将其从仓库中移除。没有任何数据损坏。',
    ],
    advice: none,
  },
  'shown-changed': {
    title: [(f) => shownChanged[f.what].title[0], (f) => shownChanged[f.what].title[1]],
    why: [(f) => shownChanged[f.what].why[0], (f) => shownChanged[f.what].why[1]],
    advice: [() => 'Look at what is there now, then decide again.', () => '请查看现在的内容，再重新决定。'],
  },
  'image-list-unreadable': {
    title: [
      () => 'The list of images on standard input cannot be read',
      () => '无法读取标准输入上的镜像列表',
    ],
    why: [(f) => `${saidReason(listReasons, f, 0)}.`, (f) => `${saidReason(listReasons, f, 1)}。`],
    advice: [
      () => 'It must be JSON as Docker’s /images/json?all=1 gives it.',
      () => '内容须为 Docker /images/json?all=1 返回的 JSON。',
    ],
  },
  'image-ambiguous': {
    title: [(f) => `${v(f.name)} fits more than one image`, (f) => `${v(f.name)} 对应多个镜像`],
    why: [(f) => `It fits ${v(f.matches)}.`, (f) => `匹配：${v(f.matches)}。`],
    advice: [() => 'Use more digits of the ID, or a name.', () => '请使用更长的 ID 或名称。'],
  },
  'layer-not-image': {
    title: [
      (f) => `${v(f.name)} is a layer, and whole images are meant`,
      (f) => `${v(f.name)} 是一个层，而这里需要整个镜像`,
    ],
    why: [
      (f) => `A layer belongs to every image that stands on it; ${v(f.image)} is the image.`,
      (f) => `层属于所有建立在它之上的镜像；镜像是 ${v(f.image)}。`,
    ],
    advice: [
      (f) =>
        f.there
          ? `An engine gives whole images alone. Copy the image into the store (load --from), and name ${v(f.name)} there.`
          : `Name the image, or make one of the layers up to there: tag ${v(f.name)} NAME.`,
      (f) =>
        f.there
          ? `引擎只提供整个镜像。请先把镜像复制到仓库（load --from），再在仓库中指定 ${v(f.name)}。`
          : `请指定镜像，或用 tag ${v(f.name)} 名称 由该层及其下各层生成镜像。`,
    ],
  },
  'platform-not-found': {
    title: [
      (f) => `${v(f.name)} has no image for ${v(f.platform)} here`,
      (f) => `${v(f.name)} 没有 ${v(f.platform)} 平台的镜像`,
    ],
    why: [(f) => `It is here for ${v(f.known)}.`, (f) => `现有平台：${v(f.known)}。`],
    advice: none,
  },
  'name-not-found': {
    title: [(f) => `No image has the name ${v(f.name)}`, (f) => `没有镜像使用名称 ${v(f.name)}`],
    why: [() => 'It may have been taken away already.', () => '该名称可能已被移除。'],
    advice: none,
  },
  'layer-elsewhere': {
    title: [(f) => `The layer ${v(f.layer)} is not in this store`, (f) => `层 ${v(f.layer)} 不在此仓库中`],
    why: [
      (f) =>
        `It is one that may not be distributed, and came without its bytes${f.urls === '' ? '' : `; they were at ${v(f.urls)}`}.`,
      (f) => `该层属于不可分发的层，载入时不含其内容${f.urls === '' ? '' : `，原位于 ${v(f.urls)}`}。`,
    ],
    advice: [
      () => 'Load an archive that holds it, or save as an OCI archive, which may be without it.',
      () => '请载入含有该层的归档，或导出为可不含该层的 OCI 归档。',
    ],
  },
  'image-of-other-system': {
    title: [(f) => `${v(f.name)} cannot be mounted here`, (f) => `无法在此挂载 ${v(f.name)}`],
    why: [(f) => `It is an image for ${v(f.os)}.`, (f) => `这是 ${v(f.os)} 的镜像。`],
    advice: [
      () => 'Its files can be browsed, listed and read without a mount.',
      () => '无需挂载即可浏览、列出和读取其中的文件。',
    ],
  },
  'blob-unknown': {
    title: [
      (f) =>
        f.count > 1
          ? `${f.count} blobs begin with ${v(f.name)}`
          : `${f.place === undefined ? 'The store' : v(f.place)} holds no blob ${v(f.name)}`,
      (f) =>
        f.count > 1
          ? `有 ${f.count} 个 blob 以 ${v(f.name)} 开头`
          : `${f.place === undefined ? '仓库' : `${v(f.place)} `}中没有 blob ${v(f.name)}`,
    ],
    why: [
      (f) =>
        f.count > 1
          ? 'More digits of the digest tell them apart.'
          : 'A blob is named by the digest of its stored bytes, or by twelve digits of it or more; inspect lists those of an image.',
      (f) =>
        f.count > 1
          ? '请给出更多位 digest。'
          : 'blob 由其存储字节的 digest（或其前十二位及以上）指定；inspect 会列出镜像的 blob。',
    ],
    advice: none,
  },
  'layer-not-found': {
    title: [
      (f) => (f.image ? `${v(f.image)} has no layer ${v(f.name)}` : `There is no layer ${v(f.name)}`),
      (f) => (f.image ? `${v(f.image)} 没有层 ${v(f.name)}` : `没有层 ${v(f.name)}`),
    ],
    why: [
      (f) =>
        f.layers === undefined
          ? 'It may have been deleted with its last image.'
          : `It has ${counted(f.layers, 'layer')}, numbered from the base up, from 1.`,
      (f) =>
        f.layers === undefined
          ? '它可能已随最后一个镜像被删除。'
          : `它有 ${f.layers} 层，自底向上从 1 编号。`,
    ],
    advice: none,
  },
  'archive-empty': {
    title: [(f) => `${v(f.file)} holds no image`, (f) => `${v(f.file)} 中没有镜像`],
    why: [() => 'It is an archive of images with an empty list.', () => '这是一个镜像归档，但列表为空。'],
    advice: unchanged,
  },
  'nothing-to-save': {
    title: [() => 'There is nothing to save', () => '没有可导出的内容'],
    why: [() => 'No image was chosen.', () => '未选择镜像。'],
    advice: none,
  },
  'file-not-found': {
    title: [(f) => `There is no file ${v(f.path)}`, (f) => `没有文件 ${v(f.path)}`],
    why: [() => 'It may have been moved or renamed.', () => '它可能已被移动或重命名。'],
    advice: none,
  },
  'file-unreadable': {
    title: [(f) => `${aFile(f.path)[0]} cannot be read`, (f) => `无法读取 ${aFile(f.path)[1]}`],
    why: [(f) => `The system says: ${disk(f.reason, 0)}.`, (f) => `系统提示：${disk(f.reason, 1)}。`],
    advice: unchanged,
  },
  'file-unwritable': {
    title: [(f) => `${aFile(f.path)[0]} cannot be written`, (f) => `无法写入 ${aFile(f.path)[1]}`],
    why: [(f) => `The system says: ${disk(f.reason, 0)}.`, (f) => `系统提示：${disk(f.reason, 1)}。`],
    advice: [
      (f) =>
        f.variable === undefined
          ? 'Nothing was changed. Choose another place.'
          : `Nothing was changed. Make it writable, or name another folder by ${v(f.variable)}.`,
      (f) =>
        f.variable === undefined
          ? '未作任何更改。请选择其他位置。'
          : `未作任何更改。请使其可写，或用 ${v(f.variable)} 指定其他目录。`,
    ],
  },
  'settings-damaged': {
    title: [() => 'The settings were damaged, and begin anew', () => '设置文件已损坏，已重新开始'],
    why: [
      (f) => `${v(f.path)} is not JSON, or holds no settings.`,
      (f) => `${v(f.path)} 不是 JSON，或其中没有设置。`,
    ],
    advice: [
      (f) =>
        `What it said is kept in ${v(f.kept)}: correct it there and put it back while Stratigraph is closed.`,
      (f) => `原内容保存在 ${v(f.kept)}：更正后，请在 Stratigraph 关闭时放回原处。`,
    ],
  },
  'settings-unsaved': {
    title: [
      () => 'The setting holds until Stratigraph is closed; it could not be saved',
      () => '设置无法保存，仅在本次运行期间有效',
    ],
    why: [
      (f) =>
        f.reason === 'unread'
          ? `${v(f.path)} could not be read, and what it says is not overwritten.`
          : `${v(f.path)} cannot be written: ${disk(f.reason, 0)}.`,
      (f) =>
        f.reason === 'unread'
          ? `无法读取 ${v(f.path)}，因此不会覆盖其内容。`
          : `无法写入 ${v(f.path)}：${disk(f.reason, 1)}。`,
    ],
    advice: [
      (f) =>
        f.reason === 'unread'
          ? 'Make the file readable, then start again.'
          : 'Make room or give yourself the right to write there, then change the setting again.',
      (f) =>
        f.reason === 'unread'
          ? '请让该文件可读，然后重新启动。'
          : '请释放空间或取得写入权限，然后再次更改设置。',
    ],
  },
  'file-displaced': {
    title: [
      (f) => `What came into the place of ${v(f.path)} is called ${v(f.now)} now`,
      (f) => `占用 ${v(f.path)} 位置的内容现在名为 ${v(f.now)}`,
    ],
    why: [
      () => 'Something else put it there meanwhile, and keeps its name from being given back.',
      () => '其他程序在此期间将它放到该处，并阻止恢复其名称。',
    ],
    advice: [
      () => 'It is in the same folder, whole, and nothing removes it. Rename it, then try again.',
      () => '它完整保留在同一文件夹中，不会被删除。请重命名后重试。',
    ],
  },
  'lock-left': {
    title: [
      (f) => `It was done, but ${aFile(f.path)[0]} could not be removed afterwards`,
      (f) => `操作已完成，但之后无法删除 ${aFile(f.path)[1]}`,
    ],
    why: [
      (f) => `It is the lock that was held meanwhile. The system says: ${v(disk(f.reason, 0))}.`,
      (f) => `它是操作期间持有的锁。系统提示：${v(disk(f.reason, 1))}。`,
    ],
    advice: [
      () => 'Do not do it again: look at what there is. The next command removes the lock if it can.',
      () => '请勿重复该操作，请查看现状。下一个命令会在可能时删除该锁。',
    ],
  },
  'old-file-left': {
    title: [
      (f) => `${v(f.path)} was written, but what it replaced could not be removed`,
      (f) => `${v(f.path)} 已写入，但被它替换的文件无法删除`,
    ],
    why: [(f) => `The system says: ${v(disk(f.reason, 0))}.`, (f) => `系统提示：${v(disk(f.reason, 1))}。`],
    advice: [
      (f) => `The old file is in the same folder and is called ${v(f.now)} now.`,
      (f) => `旧文件在同一文件夹中，现在名为 ${v(f.now)}。`,
    ],
  },
  'no-room': {
    title: [
      (f) =>
        f.begun
          ? `The disk at ${v(f.disk)} has no room for ${v(f.path)}: it takes more than ${formatBytes(f.needed)}, ${formatBytes(f.free)} are left`
          : `The disk at ${v(f.disk)} has no room for ${v(f.path)}: it needs ${formatBytes(f.needed)}, ${formatBytes(f.free)} are free`,
      (f) =>
        f.begun
          ? `${v(f.disk)} 所在的磁盘放不下 ${v(f.path)}：需要超过 ${formatBytes(f.needed)}，仅剩 ${formatBytes(f.free)}`
          : `${v(f.disk)} 所在的磁盘放不下 ${v(f.path)}：需要 ${formatBytes(f.needed)}，可用 ${formatBytes(f.free)}`,
    ],
    why: [
      (f) => (f.begun ? 'What was written of it is removed again.' : 'Nothing of it was written.'),
      (f) => (f.begun ? '已写入的部分已被清除。' : '未写入任何内容。'),
    ],
    advice: [
      () =>
        'Free some space on that disk, or have a store, a target or a temporary folder (TMPDIR) on another one, then try again.',
      () => '请释放该磁盘的空间，或使用其他磁盘上的仓库、目标或临时目录（TMPDIR）后重试。',
    ],
  },
  'system-short': {
    title: [
      (f) => `${shortageWords(f.of)[0]}, so that this could not be done`,
      (f) => `${shortageWords(f.of)[1]}，无法完成操作`,
    ],
    why: [() => 'The images in the store are unchanged.', () => '仓库中的镜像未更改。'],
    advice: [
      () => 'End other programs or raise the limit of this one, then try again.',
      () => '请结束其他程序或提高本程序的限制后重试。',
    ],
  },
  'disk-full': {
    title: [
      (f) =>
        `${f.quota ? 'Your disk quota is used up' : 'The disk is full'}: ${aFile(f.path)[0].replace(/^A file$/, 'a file')} could not be written`,
      (f) => `${f.quota ? '磁盘配额已用尽' : '磁盘已满'}，无法写入 ${aFile(f.path)[1]}`,
    ],
    why: [() => 'What was written of it is removed again.', () => '已写入的部分已被清除。'],
    advice: [
      (f) =>
        `${f.quota ? 'Delete files of yours or have the quota raised' : 'Free some space'}${f.temporary ? ', or name another temporary folder by TMPDIR' : ''}, then try again.`,
      (f) =>
        `请${f.quota ? '删除部分文件或申请提高配额' : '释放空间'}${f.temporary ? '，或用 TMPDIR 指定其他临时目录' : ''}后重试。`,
    ],
  },
  'working-directory-gone': {
    title: [() => 'The working directory is not there any more', () => '当前工作目录已不存在'],
    why: [
      () => 'It was deleted, so that a path relative to it leads nowhere.',
      () => '它已被删除，相对于它的路径不再指向任何位置。',
    ],
    advice: [
      () => 'Go to another directory, or give the whole path, then try again.',
      () => '请切换到其他目录或给出完整路径后重试。',
    ],
  },
  unfinished: {
    title: [() => 'The command ended before it was done', () => '命令在完成之前结束'],
    why: [() => 'What it waited for will not come any more.', () => '它等待的内容不会再到来。'],
    advice: [
      () => 'What it was to do may not be done. Look at what there is, and run it again.',
      () => '它的工作可能没有完成。请检查现状，然后重新运行。',
    ],
  },
  'output-lost': {
    title: [
      ({ path = '' }) => `${path === '' ? 'Standard output' : v(path)} could not be written`,
      ({ path = '' }) => (path === '' ? '无法写入标准输出' : `无法写入 ${v(path)}`),
    ],
    why: [
      (f) =>
        f.reason === 'EPIPE'
          ? 'The reader has gone: what arrived is not whole.'
          : f.path === undefined
            ? `The system says: ${v(disk(f.reason, 0))}.`
            : `It refused what was written into it: ${v(disk(f.reason, 0))}.`,
      (f) =>
        f.reason === 'EPIPE'
          ? '读取方已结束，收到的内容不完整。'
          : f.path === undefined
            ? `系统提示：${v(disk(f.reason, 1))}。`
            : `目标拒绝写入：${v(disk(f.reason, 1))}。`,
    ],
    advice: [
      ({ stands }) =>
        stands === undefined ? 'Send it somewhere else, then try again.' : standingText(stands)[0],
      ({ stands }) => (stands === undefined ? '请改为输出到其他位置后重试。' : standingText(stands)[1]),
    ],
  },
  'target-there': {
    title: [(f) => `${v(f.path)} is there already`, (f) => `${v(f.path)} 已存在`],
    why: [
      (f) =>
        `A copy writes a new archive: it adds nothing to one, and does not write over a file (${formatBytes(f.bytes)}).`,
      (f) => `复制只写出新的归档：不会向已有归档添加内容，也不会覆盖文件（${formatBytes(f.bytes)}）。`,
    ],
    advice: [
      () =>
        'Nothing was changed. Name another file, or write over this one with `save -o`; a layout folder takes images beside what it has.',
      () => '未作任何更改。请换一个文件名，或用 `save -o` 覆盖此文件；布局目录可以在已有内容之外接收镜像。',
    ],
  },
  'target-in-store': {
    title: [(f) => `${v(f.path)} would lie inside of the store`, (f) => `${v(f.path)} 位于仓库目录内`],
    why: [
      () => "The store's folder holds only what the store put there.",
      () => '仓库目录只存放仓库自己的文件。',
    ],
    advice: [() => 'Nothing was written. Choose another folder.', () => '未写入任何内容。请选择其他文件夹。'],
  },
  'store-busy': {
    title: [() => 'The store is in use', () => '仓库正在被使用'],
    why: [
      (f) => `Another program (${v(f.owner)}) has been writing to it for more than ${f.seconds} s.`,
      (f) => `另一个程序（${v(f.owner)}）已占用超过 ${f.seconds} 秒。`,
    ],
    advice: [
      () => 'Nothing was changed. Try again when it has finished.',
      () => '未作任何更改。请等它结束后重试。',
    ],
  },
  'store-invalid': {
    title: [(f) => `${v(f.path)} cannot be used as a store`, (f) => `${v(f.path)} 不能用作仓库`],
    why: [(f) => noStore(f, 0), (f) => noStore(f, 1)],
    advice: [
      ({ reason }) =>
        reason === 'gone'
          ? 'Put it back and try again. To begin with an empty store there, start Stratigraph anew.'
          : 'Nothing was changed. Use another folder as the store (in a terminal: --store).',
      ({ reason }) =>
        reason === 'gone'
          ? '请将其放回原处后重试。如需在那里使用新的空仓库，请重新启动 Stratigraph。'
          : '未作任何更改。请改用其他目录作为仓库（终端中用 --store）。',
    ],
  },
  'list-too-long': {
    title: [
      (f) => (f.at === 'read' ? `${v(f.path)} lists more than is read` : `${v(f.path)} cannot list as much`),
      (f) => (f.at === 'read' ? `${v(f.path)} 的列表过长，不会读取` : `${v(f.path)} 无法列出这么多内容`),
    ],
    why: [
      ({ file, at }) =>
        `${v(file)} ${at === 'read' ? 'has' : 'would have'} more than ${longestList(0)}, and ${at === 'read' ? 'is not read' : 'would not be read any more'}.`,
      ({ file, at }) =>
        `${v(file)} ${at === 'read' ? '' : '将'}超过 ${longestList(1)}，${at === 'read' ? '因此不会读取' : '将无法再读取'}。`,
    ],
    advice: [
      ({ file, at }) =>
        at === 'read'
          ? 'No image is lost: stratigraph fsck --repair lists the images again and keeps the old list in quarantine/.'
          : `Your store is unchanged. ${file === 'trash.json' ? 'Free what was removed before (gc), then try again.' : 'Take names or images away first (untag, rmi), or use another store (in a terminal: --store).'}`,
      ({ file, at }) =>
        at === 'read'
          ? '镜像没有丢失：stratigraph fsck --repair 会重新列出镜像，并把旧列表保留在 quarantine/ 中。'
          : `仓库未受影响。${file === 'trash.json' ? '请先释放此前移除的内容（gc），再重试。' : '请先移除一些名称或镜像（untag、rmi），或改用其他仓库（终端中用 --store）。'}`,
    ],
  },
  'store-unsafe': {
    title: [
      (f) =>
        isUnusable(f.fault)
          ? `${v(f.path)} cannot be used as a store`
          : `Nothing is written to ${v(f.path)}, or deleted there`,
      (f) => (isUnusable(f.fault) ? `${v(f.path)} 不能用作仓库` : `不会在 ${v(f.path)} 中写入或删除任何内容`),
    ],
    why: [
      (f) => `${f.place === '.' ? 'The folder' : `${v(f.place)} in it`} ${foreign(f, 0)}.`,
      (f) => `${f.place === '.' ? '该目录' : `其中的 ${v(f.place)} `}${foreign(f, 1)}。`,
    ],
    advice: [(f) => `Nothing was changed. ${mend(f)[0]}`, (f) => `未作任何更改。${mend(f)[1]}`],
  },
  'blob-damaged': {
    title: [
      (f) =>
        `${damagedWhat(f)[0]} is ${f.reason === 'missing' ? 'missing' : 'damaged'}: ${v(f.digest.slice(0, 19))}`,
      (f) => `${damagedWhat(f)[1]}${f.reason === 'missing' ? '缺失' : '已损坏'}：${v(f.digest.slice(0, 19))}`,
    ],
    why: [(f) => damageOf(f)[0], (f) => damageOf(f)[1]],
    advice: [
      ({ file, kept }) =>
        file === undefined
          ? 'Nothing was changed. Run stratigraph fsck --repair, then load an archive that holds this image to repair it.'
          : kept
            ? `This was the unpacked copy of ${v(file)} in the cache, which is not used any more. Do the same again: ${v(file)} itself is read then.`
            : `Nothing was changed. Copy or save ${v(file)} again, from where it came from.`,
      ({ file, kept }) =>
        file === undefined
          ? '未作任何更改。请运行 stratigraph fsck --repair，然后载入包含该镜像的归档以修复。'
          : kept
            ? `损坏的是缓存中 ${v(file)} 的解包副本，该副本不再使用。请重新执行同一操作，届时会读取 ${v(file)} 本身。`
            : `未作任何更改。请从来源重新复制或保存 ${v(file)}。`,
    ],
  },
  cancelled: {
    title: [() => 'Cancelled', () => '已取消'],
    why: [() => 'Nothing was changed.', () => '未作任何更改。'],
    advice: none,
  },
  'request-invalid': {
    title: [
      (f) => `The window asked for something that does not exist (${v(f.what)})`,
      (f) => `窗口发出了无效的请求（${v(f.what)}）`,
    ],
    why: [
      (f) => requestFaults[f.reason][0].replace('{place}', () => v(f.place)),
      (f) => requestFaults[f.reason][1].replace('{place}', () => v(f.place)),
    ],
    advice: [
      () => 'Nothing was changed. Try it again; if that does not help, close the window and open it again.',
      () => '未作任何更改。请重试；如仍无效，请关闭窗口后重新打开。',
    ],
  },
  internal: {
    title: [() => 'Something went wrong inside of Stratigraph', () => 'Stratigraph 内部出现问题'],
    why: [(f) => `${v(f.message)}.`, (f) => `${v(f.message)}。`],
    advice: [
      () => 'This is a bug of ours; a report with the details helps.',
      () => '这是我们的缺陷，附上详情反馈会很有帮助。',
    ],
  },
};

/** Labels of facts beside the text. */
export const problem = {
  'problem.expected': ['Expected', '应为'],
  'problem.found': ['Found', '实为'],
  'problem.read': ['Read', '已读取'],
  'problem.readOf': [
    (f: { read: number; expected: number }) =>
      `${formatBytes(f.read)} of ${formatBytes(f.expected)}, then the file ended`,
    (f: { read: number; expected: number }) =>
      `${formatBytes(f.expected)} 中的 ${formatBytes(f.read)}，随后文件结束`,
  ],
  'problem.readOnly': [
    (f: { read: number }) => `${formatBytes(f.read)}, then the file ended`,
    (f: { read: number }) => `${formatBytes(f.read)}，随后文件结束`,
  ],
  'problem.entry': ['Member', '成员'],
  'problem.layer': ['Layer', '层'],
} as const;
