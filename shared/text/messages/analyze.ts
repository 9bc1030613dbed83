import { counted } from '../counted';
import { formatBytes, groupDigits } from '../format';

/** What `analyze` says of wasted bytes. */
export const analyze = {
  'analyze.score': [
    (f: { score: string; visible: number; bytes: number; wasted: number }) =>
      `Score ${f.score} %: ${formatBytes(f.visible)} of ${formatBytes(f.bytes)} are visible, ${formatBytes(f.wasted)} (${groupDigits(f.wasted)} bytes) are not.`,
    (f: { score: string; visible: number; bytes: number; wasted: number }) =>
      `得分 ${f.score}%：${formatBytes(f.bytes)} 中有 ${formatBytes(f.visible)} 可见，${formatBytes(f.wasted)}（${groupDigits(f.wasted)} 字节）不可见。`,
  ],
  'analyze.below': [
    (f: { score: string; limit: string }) => `The score ${f.score} is below ${f.limit}.`,
    (f: { score: string; limit: string }) => `得分 ${f.score} 低于 ${f.limit}。`,
  ],
  'analyze.rules': [
    (f: { rules: string }) => `The image fails dive’s rules: ${f.rules}.`,
    (f: { rules: string }) => `镜像未通过 dive 的规则：${f.rules}。`,
  ],
  'analyze.more': [
    (f: { count: number }) => `${counted(f.count, 'path')} more; --json lists them.`,
    (f: { count: number }) => `另有 ${groupDigits(f.count)} 个路径，可用 --json 列出。`,
  ],
  'analyze.same': ['copied again, nothing changed', '再次复制，没有变化'],
  'analyze.metadata': [
    (f: { mode: boolean; owner: boolean; times: boolean }) => {
      const parts = [
        ...(f.mode ? ['mode'] : []),
        ...(f.owner ? ['owner'] : []),
        ...(f.times ? ['time'] : []),
      ];
      const last = parts.pop() ?? '';
      return `copied only to change its ${parts.length === 0 ? last : `${parts.join(', ')} and ${last}`}`;
    },
    (f: { mode: boolean; owner: boolean; times: boolean }) =>
      `仅因更改${[...(f.mode ? ['权限'] : []), ...(f.owner ? ['属主'] : []), ...(f.times ? ['时间'] : [])].join('、')}而复制`,
  ],
  'analyze.content': ['covered by other content', '被其他内容覆盖'],
  'analyze.unread': ['covered by a file of the same size', '被相同大小的文件覆盖'],
  'analyze.type': ['replaced by something that is no file', '被非文件对象取代'],
  'analyze.deleted': ['deleted', '已删除'],
  'analyze.directory': [
    (f: { files: number }) => `deleted with its directory (${counted(f.files, 'file')})`,
    (f: { files: number }) => `随目录删除（${groupDigits(f.files)} 个文件）`,
  ],
  'analyze.repeated': ['listed twice in its own layer', '在同一层中重复出现'],
} as const;
