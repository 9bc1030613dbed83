import { counted } from '../counted';
import { formatBytes, groupDigits, visibleName } from '../format';

/** What `rewrite` says of what it does. */
export const rewrite = {
  'rewrite.layer': [
    (f: { number: number; count: number; bytes: number }) =>
      `Layer ${f.number}: ${counted(f.count, 'entry goes', 'entries go')}, ${formatBytes(f.bytes)} of files`,
    (f: { number: number; count: number; bytes: number }) =>
      `第 ${f.number} 层：移除 ${groupDigits(f.count)} 项，文件共 ${formatBytes(f.bytes)}`,
  ],
  'rewrite.kept': [
    (f: { count: number }) =>
      `${counted(f.count, 'layer stays', 'layers stay')} as they are`.replace(
        /^1 layer stays as they are$/,
        '1 layer stays as it is',
      ),
    (f: { count: number }) => `${groupDigits(f.count)} 层保持不变`,
  ],
  'rewrite.frees': [
    (f: { bytes: number }) =>
      `Deleting the old image afterwards would free ${formatBytes(f.bytes)} of these layers`,
    (f: { bytes: number }) => `之后删除旧镜像可释放这些层的 ${formatBytes(f.bytes)}`,
  ],
  'rewrite.shared': [
    (f: { bytes: number; name: string }) =>
      `Would no longer share ${formatBytes(f.bytes)} with ${f.name}, where the paths stay`,
    (f: { bytes: number; name: string }) =>
      `不再与 ${f.name} 共享 ${formatBytes(f.bytes)}，那里的路径仍会保留`,
  ],
  'rewrite.title': [
    (f: { name: string }) => `Take files out of ${f.name}`,
    (f: { name: string }) => `从 ${f.name} 移除文件`,
  ],
  'rewrite.what': [
    'Makes a new image that has these files in none of its layers. Only layers that hold one are written anew; the old image stays until it is deleted.',
    '生成一个任何层中都不含这些文件的新镜像。只重写含有它们的层；旧镜像会保留，直到被删除。',
  ],
  'rewrite.files': ['Files to take out', '要移除的文件'],
  'rewrite.first': [
    (f: { shown: number; count: number }) =>
      `These are the first ${groupDigits(f.shown)} of ${counted(f.count, 'file')}. Take out the others of the new image then.`,
    (f: { shown: number; count: number }) =>
      `这里是 ${groupDigits(f.count)} 个文件中的前 ${groupDigits(f.shown)} 个。其余文件请之后从新镜像中移除。`,
  ],
  'rewrite.looking': ['Looking for what this changes…', '正在查看会有哪些更改…'],
  'rewrite.stop': ['Stop', '停止'],
  'rewrite.look': ['Look again', '再次查看'],
  'rewrite.changes': [
    (f: { count: number }) => `${counted(f.count, 'layer is', 'layers are')} written anew`,
    (f: { count: number }) => `重写 ${groupDigits(f.count)} 层`,
  ],
  'rewrite.stays': ['The same contents stay elsewhere', '相同内容仍留在别处'],
  'rewrite.do': ['Take out', '移除'],
  'rewrite.taken': [
    (f: { text: string; literal: boolean; count: number; path: string }) =>
      `${visibleName(f.text)} was taken as a ${f.literal ? 'path that is there, not as a pattern' : 'pattern'}: ${counted(f.count, 'path')} (${f.path}).`,
    (f: { text: string; literal: boolean; count: number; path: string }) =>
      `${visibleName(f.text)} ${f.literal ? '是已有的路径，未作为通配符' : '作为通配符'}：${groupDigits(f.count)} 个路径（${f.path}）。`,
  ],
  'rewrite.elsewhere': [
    (f: { path: string; name: string; layer: number }) =>
      `The same contents also stand at ${visibleName(f.path)} in layer ${f.layer} of ${visibleName(f.name)}, and stay there.`,
    (f: { path: string; name: string; layer: number }) =>
      `${visibleName(f.name)} 第 ${f.layer} 层的 ${visibleName(f.path)} 也有相同内容，会继续保留。`,
  ],
  'rewrite.elsewhereMore': [
    (f: { count: number }) => `… and at ${counted(f.count, 'further place', 'further places')}.`,
    (f: { count: number }) => `……另有 ${groupDigits(f.count)} 处。`,
  ],
  'rewrite.done': [
    (f: { count: number; kept: number }) =>
      `${counted(f.count, 'layer was', 'layers were')} written anew, ${groupDigits(f.kept)} kept. The old image still holds the paths.`,
    (f: { count: number; kept: number }) =>
      `已重写 ${groupDigits(f.count)} 层，保留 ${groupDigits(f.kept)} 层。旧镜像中仍有这些路径。`,
  ],
} as const;
