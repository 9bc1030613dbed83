import { limitSpecs, type LimitName } from '../../image/limits';
import { counted } from '../counted';
import { groupDigits } from '../format';

/** What each bound counts, to be read before "at most 4 MiB". English and Simplified Chinese side by side. */
export const limitTexts: Readonly<Record<LimitName, readonly [en: string, zh: string]>> = {
  'document-bytes': ['size of a manifest, config or index', 'manifest、配置或索引的大小'],
  'documents-total': ['size of all documents of one input together', '一个输入中所有文档的总大小'],
  'manifest-bytes': ['size of manifest.json', 'manifest.json 的大小'],
  'json-values': ['values in a JSON document', 'JSON 文档中值的数量'],
  'json-depth': ['levels of lists and objects in a document', '文档中列表和对象的嵌套层数'],
  descriptors: ['descriptors of a layout', '布局中的描述符数量'],
  'index-depth': ['indexes within one another', '索引的嵌套层数'],
  images: ['images in one archive', '一个归档中的镜像数量'],
  names: ['names in one archive', '一个归档中的名称数量'],
  layers: ['layers of an image', '一个镜像的层数'],
  'layers-total': ['layers of all images of one input together', '一个输入中所有镜像的层数总和'],
  'archive-members': ['members of an archive', '归档的成员数量'],
  'layer-members': ['members of a layer, with the folders that they imply', '层的成员数量，包括隐含的目录'],
  'extension-bytes': ['size of an extension header', '扩展头的大小'],
  'path-bytes': ['length of a name or link target', '名称或链接目标的长度'],
  'names-total': ['length of all names and link targets together', '所有名称和链接目标的总长度'],
  'path-depth': ['folders in a name', '名称中的目录层数'],
  'xattr-bytes': ['size of the extended attributes of a file', '一个文件的扩展属性大小'],
  'xattrs-total': ['size of all extended attributes together', '所有扩展属性的总大小'],
  'sparse-regions': ['regions of a sparse file', '稀疏文件的区域数量'],
  'expanded-bytes': ['size after decompression', '解压后的大小'],
  'expansion-ratio': ['bytes out of a decompressor for each byte in', '解压后与压缩前的字节之比'],
  time: ['time for one load or import', '一次载入或导入的时间'],
};

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A bound's value for people: `4 MiB`, `100 000`, `6 h`. */
export function limitValueText(name: LimitName, value: number): readonly [en: string, zh: string] {
  switch (limitSpecs[name].unit) {
    case 'bytes': {
      let [rest, unit] = [value, 0];
      for (; rest >= 1024 && rest % 1024 === 0 && unit < byteUnits.length - 1; unit++) rest /= 1024;
      const text = `${groupDigits(rest)} ${byteUnits[unit] ?? 'B'}`;
      return [text, text];
    }
    case 'seconds':
      if (value % 3600 === 0) return [`${value / 3600} h`, `${value / 3600} 小时`];
      if (value % 60 === 0) return [`${value / 60} min`, `${value / 60} 分钟`];
      return [counted(value, 'second'), `${groupDigits(value)} 秒`];
    case 'count': {
      const text = groupDigits(value);
      return [text, text];
    }
  }
}

/** Asking before a bound is raised, and the list of bounds. */
export const limits = {
  'limits.raise': ['Raise the limit…', '提高限制…'],
  'limits.title': [
    ({ file }: { file: string }) => `Load ${file} with a higher limit?`,
    ({ file }: { file: string }) => `以更高的限制载入 ${file}？`,
  ],
  'limits.explain': [
    'Limits keep a broken or malicious file from taking all memory, disk or time. Raise one only for a file whose source you trust.',
    '限制可防止损坏或恶意的文件耗尽内存、磁盘或时间。仅在信任文件来源时提高限制。',
  ],
  'limits.now': ['Now', '当前'],
  'limits.then': ['For this load', '本次载入'],
  'limits.confirm': [
    ({ value }: { value: string }) => `Raise to ${value} and load`,
    ({ value }: { value: string }) => `提高到 ${value} 并载入`,
  ],
} as const;
