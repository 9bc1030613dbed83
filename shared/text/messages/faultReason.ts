import type {
  AnswerReason,
  DocumentReason,
  LayerReason,
  ListReason,
  Reason,
  UnsupportedReason,
} from '../../image/faultReason';
import { visibleName as v } from '../format';

type Pair = readonly [english: string, chinese: string];

/** What is wrong with a document: the rest of a sentence that begins with its name. `{0}`, `{1}` stand for what is named. */
export const documentReasons: Readonly<Record<DocumentReason, Pair>> = {
  json: ['is not JSON', '不是 JSON'],
  'no-object': ['is no JSON object', '不是 JSON 对象'],
  'no-list': ['is no list', '不是列表'],
  'key-twice': ['has the key {0} twice', '键 {0} 出现了两次'],
  'key-two-spellings': ['has the key {0} in two spellings', '键 {0} 有两种大小写写法'],
  'key-spelling': ['has the key {0} in another spelling', '键 {0} 的大小写写法不符'],
  'member-type': ['has the member {0} of another type', '成员 {0} 的类型不符'],
  'member-date': [
    'has the member {0}, which is no date as 2024-01-31T12:00:00Z',
    '成员 {0} 不是 2024-01-31T12:00:00Z 这样的日期',
  ],
  'no-schema': ['has no schemaVersion 2', '没有值为 2 的 schemaVersion'],
  'manifest-and-index': ['is a manifest and an index at once', '同时是 manifest 和索引'],
  'manifest-of-two': [
    'is a manifest of today and one of Docker’s schema 1 at once',
    '同时是新旧两种格式的 manifest',
  ],
  'manifest-for-index': ['is a manifest where an index should be', '应为索引，却是 manifest'],
  'part-no-list': ['{0} is no list', '{0} 不是列表'],
  'part-no-descriptor': ['{0} is no descriptor', '{0} 不是描述符'],
  'part-no-digest': ['{0} has no sha256 digest', '{0} 没有 sha256 digest'],
  'part-no-size': ['{0} has no size', '{0} 没有大小'],
  'part-type': ['{0} has no media type as its {1}', '{0} 的 {1} 不是媒体类型'],
  'own-type': ['has no media type as its {0}', '{0} 不是媒体类型'],
  'listed-as': ['is listed as {0} and calls itself {1}', '列出的类型为 {0}，自称的类型为 {1}'],
  'no-layout-version': ['has no imageLayoutVersion', '没有 imageLayoutVersion'],
  'no-diff-ids': ['has no list of diff IDs', '没有 diff ID 列表'],
  'no-diff-id': ['has no sha256 diff ID for layer {0}', '第 {0} 层没有 sha256 diff ID'],
  'layers-manifest': [
    'does not name as many layers as the manifest, {0} against {1}',
    '列出 {0} 层，而 manifest 列出 {1} 层',
  ],
  'layers-archive': [
    'does not name as many layers as manifest.json, {0} against {1}',
    '列出 {0} 层，而 manifest.json 列出 {1} 层',
  ],
  'no-config-name': ['has no config', '没有指明配置'],
  'no-layer-name': ['has no name for a layer', '有一层没有名称'],
  'image-no-object': ['has an image that is no object', '有一个镜像不是对象'],
  'tags-no-list': ['has tags or layers that are no list', '标签或层不是列表'],
  'name-invalid': ['has a name that is none: {0}', '有无效的名称：{0}'],
  'not-reached': ['lists an image that index.json does not reach', '列出了 index.json 未引用的镜像'],
  'not-layer': ['is no layer', '不是层'],
  'no-tags': ['has no tags for {0}', '{0} 没有标签'],
  'layer-no-id': ['names a layer that is no ID: {0}', '指明的层不是 ID：{0}'],
  'parent-no-id': ['has a parent that is no ID: {0}', '父层不是 ID：{0}'],
  'parent-missing': ['stands on the layer {0}, which is not here', '所依赖的层 {0} 不在其中'],
  'parent-loop': ['stands on itself, by way of {0}', '经由 {0} 依赖自身'],
  'no-layer-list': ['has no list of layers', '没有层的列表'],
  'layer-no-digest': ['has a layer without a digest', '有一层没有 digest'],
  'layer-no-size': ['has a layer without a size', '有一层没有大小'],
};

/** What is wrong with a list of images: a sentence without its end. */
export const listReasons: Readonly<Record<ListReason, Pair>> = {
  json: ['It is not JSON', '不是 JSON'],
  'json-bound': ['It has more levels or values than are read', '层级或值的数量超出可读取的范围'],
  'no-list': ['It is no list', '不是列表'],
  'no-object': ['Entry {0} is no object', '第 {0} 项不是对象'],
  'no-text': ['{0} of entry {1} is no text', '第 {1} 项的 {0} 不是文本'],
  'no-number': ['{0} of entry {1} is no whole number', '第 {1} 项的 {0} 不是整数'],
  'no-texts': ['{0} of entry {1} is no list of texts', '第 {1} 项的 {0} 不是文本列表'],
};

/** What is wrong with an engine's answer, behind what was asked for and a colon. */
export const answerReasons: Readonly<Record<AnswerReason, Pair>> = {
  json: ['the answer is not JSON', '回答不是 JSON'],
  'json-bound': [
    'the answer has more levels or values than are read',
    '回答的层级或值的数量超出可读取的范围',
  ],
  member: ['{0} is not what it should be', '{0} 不是应有的内容'],
  whole: ['the answer is not what it should be', '回答不是应有的内容'],
  'other-image': ['the answer is about another image, {0}', '回答的是另一个镜像 {0}'],
  bytes: ['the answer has more than {0} bytes', '回答超过 {0} 字节'],
  line: ['the answer has a line of more than {0} bytes', '回答中有一行超过 {0} 字节'],
  http: ['the answer is not HTTP ({0})', '回答不是 HTTP（{0}）'],
  status: ['the answer is HTTP {0}', '回答为 HTTP {0}'],
  'no-archive': ['what it sent is no archive of images', '发送的内容不是镜像归档'],
  'archive-ends': [
    'the archive that it sent ends after {0} bytes, before it is whole',
    '发送的归档在 {0} 字节处结束，并不完整',
  ],
  'api-version': ['{0} is no version of the API', '{0} 不是 API 版本'],
};

/** What is of a kind that cannot be loaded. */
export const unsupportedReasons: Readonly<Record<UnsupportedReason, Pair>> = {
  'layer-compression': ['It holds layers that are packed with {0}', '其中有用 {0} 压缩的层'],
  'layout-version': ['Its image layout is of version {0}', '其镜像布局为版本 {0}'],
};

/** What is wrong with a layer or an archive, behind a colon or behind the name of a member. */
export const layerReasons: Readonly<Record<LayerReason, Pair>> = {
  'not-tar': ['it is no tar archive', '不是 tar 归档'],
  'tar-form': ['it is no tar as there can be', '不符合 tar 的格式'],
  'tar-ends': ['the layer ends in the middle of a member', '层在一个成员的中间结束'],
  'tar-checksum': ['header checksum is wrong', '头部校验和错误'],
  'tar-checksum-first': [
    'header checksum is wrong; the data may be compressed or no tar',
    '头部校验和错误；数据可能经过压缩，或不是 tar',
  ],
  'tar-limit': ['goes beyond the limit {0}', '超出上限 {0}'],
  'tar-zeros': [
    'a member follows a block of zeros, where archives end',
    '归档应在零块处结束，其后却还有成员',
  ],
  'tar-type': ['its type {0} is none that engines unpack', '类型 {0} 不是容器引擎能解包的类型'],
  'number-negative': ['negative {0}', '{0} 为负数'],
  'number-range': ['{0} out of range', '{0} 超出范围'],
  'number-form': ['{0} is not a number', '{0} 不是数字'],
  'pax-number': ['pax {0} is not a number', 'pax 的 {0} 不是数字'],
  'pax-range': ['pax {0} is out of range', 'pax 的 {0} 超出范围'],
  'pax-length': ['pax record has no length', 'pax 记录没有长度'],
  'pax-cut': ['pax record is cut off', 'pax 记录不完整'],
  'pax-key': ['pax record has no key', 'pax 记录没有键'],
  'nul-name': ['NUL in a name', '名称中含有 NUL'],
  'nul-pax': ['NUL in a pax name', 'pax 名称中含有 NUL'],
  'nul-attribute': ['NUL in the name of an extended attribute', '扩展属性的名称中含有 NUL'],
  'sparse-form': ['a sparse file of a form that no engine reads', '稀疏文件的形式不是容器引擎能读取的'],
  'sparse-data': ['sparse map does not fit its data', '稀疏映射与数据不符'],
  'sparse-cut': ['sparse map is cut off', '稀疏映射不完整'],
  'sparse-long': ['sparse map is too long', '稀疏映射过长'],
  'sparse-order': ['sparse map is out of order', '稀疏映射顺序错误'],
  'sparse-half': ['sparse map has half a region', '稀疏映射中有不完整的区段'],
  'sparse-range': ['sparse map holds a number that is out of range', '稀疏映射中有超出范围的数字'],
  'sparse-number': ['sparse map holds what is no number', '稀疏映射中有不是数字的内容'],
  'stream-ends': ['the {0} stream ends early', '{0} 数据流不完整'],
  'stream-memory': ['the {0} stream asks for more memory than is given', '{0} 数据流要求的内存超出允许值'],
  'stream-damaged': ['the {0} stream is damaged', '{0} 数据流已损坏'],
  'outside-layer': ['leads out of the layer', '指向层之外'],
  'outside-archive': ['leads out of the archive', '指向归档之外'],
  'whiteout-nothing': ['is a deletion of nothing', '删除标记没有对象'],
  'owner-range': ['has an owner out of range', '所有者超出范围'],
  'attribute-large': [
    'has an extended attribute that is larger than Linux allows',
    '扩展属性超出 Linux 允许的大小',
  ],
  'capability-form': [
    'has a security.capability attribute of a form that no kernel takes',
    'security.capability 属性的格式无效，内核不会接受',
  ],
  'access-list-form': [
    'has an access list ({0}) that no kernel takes there',
    '的访问控制列表（{0}）无效，内核不会接受',
  ],
  'symlink-empty': ['is a link to nothing', '是没有目标的链接'],
  'symlink-long': ['is a link whose target has more than {0} bytes', '链接目标超过 {0} 字节'],
  'device-numbers': [
    'is a device with the numbers {0}, which Linux does not know',
    '是编号为 {0} 的设备，Linux 没有这样的编号',
  ],
  'entries-many': [
    'is one of more than {0} files and folders in the layers of an image',
    '使该镜像各层的文件和目录总数超过 {0} 个',
  ],
  'links-long': ['links make too many paths too long', '链接使过多的路径过长'],
  'links-many': ['too many links on the way', '途中链接过多'],
  'implied-many': ['names too many folders that the layer does not list', '涉及过多未在层中列出的目录'],
  'path-long': ['leads to a path of more than {0} bytes or {1} folders', '路径超过 {0} 字节或 {1} 层目录'],
  'name-long': ['has a name of more than {0} bytes', '名称超过 {0} 字节'],
  'under-file': ['lies below {0}, which is no directory', '位于 {0} 之下，而后者不是目录'],
  'root-object': ['is the root, and no directory', '是根，却不是目录'],
  'hardlink-missing': [
    'is a hard link to {0}, which is not in the layer',
    '是指向 {0} 的硬链接，而它不在该层中',
  ],
  'hardlink-directory': ['is a hard link to the directory {0}', '是指向目录 {0} 的硬链接'],
  'hardlink-replaced': ['is a hard link to {0}, which it replaces', '是指向 {0} 的硬链接，却会取代它'],
  'system-name': ['has a name that is longer than the file system takes', '名称超出文件系统允许的长度'],
  'system-unknown': ['has something that the file system does not know', '含有文件系统不支持的内容'],
  'system-loop': ['lies behind links that lead in a circle', '位于循环链接之后'],
  'system-below-file': ['lies below what is no directory', '位于并非目录的路径之下'],
  'system-directory': ['is in the place of a directory', '占据了目录的位置'],
  'system-names': ['has more names than the file system takes', '硬链接数超出文件系统允许值'],
  'system-refused': ['has something that the system does not let be made', '含有系统不允许创建的内容'],
  'system-attribute': [
    'has an extended attribute that is larger than the file system takes',
    '扩展属性超出文件系统允许的大小',
  ],
  'system-attribute-name': [
    'has an extended attribute with a name that is longer than the file system takes',
    '扩展属性的名称超出文件系统允许的长度',
  ],
  'index-damaged': ['its file index is damaged', '其文件索引已损坏'],
};

/**
 * A reason in words, as the rest of a sentence. A problem may come across a boundary: what is no reason of ours is said as
 * little as can be.
 */
export function saidReason(
  table: Readonly<Record<string, Pair>>,
  { reason, named = [], member = '' }: Reason<string>,
  column: 0 | 1,
): string {
  const text =
    (Object.hasOwn(table, reason) ? table[reason] : undefined)?.[column] ??
    ['cannot be read', '无法读取'][column];
  const said = (text ?? '').replace(/\{([01])\}/g, (_, at: string) => v(named[Number(at)] ?? ''));
  return member === '' ? said : `${v(member)}${[': ', '：'][column]}${said}`;
}
