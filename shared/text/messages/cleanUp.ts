import { counted } from '../counted';
import { groupDigits } from '../format';

interface Reason {
  readonly name: string;
  readonly age: string;
}

/** Messages of the clean-up page, English and Simplified Chinese side by side; see `../catalogue.ts`. */
export const cleanUp = {
  'cleanup.title': ['Clean up', '清理'],
  'cleanup.hint': [
    'Nothing is deleted until you press the button. Layers that another image needs always stay.',
    '按下按钮前不会删除任何内容。其他镜像需要的层始终保留。',
  ],
  'cleanup.images': ['Images', '镜像'],
  'cleanup.frees': ['frees', '释放'],
  'cleanup.stays': ['stays', '保留'],
  'cleanup.caches': ['Rebuilt when needed', '需要时会重建'],
  'cleanup.trash': ['Removed, can be put back', '已移除，可以恢复'],
  'cleanup.reading': ['Looking for what may go', '正在查找可清理的内容'],
  'cleanup.nothing': [
    'No image to clean up: none is dangling, superseded or long unused, or a workspace or mount holds it',
    '没有可清理的镜像：没有悬空、被取代或长期未用的镜像，或它们正由工作区或挂载使用',
  ],
  'cleanup.reason.dangling': [
    ({ name, age }: Reason) =>
      name === '' ? `No name, last used ${age}` : `No name, the same layers as ${name}; last used ${age}`,
    ({ name, age }: Reason) =>
      name === '' ? `没有名称，上次使用：${age}` : `没有名称，与 ${name} 的层完全相同，上次使用：${age}`,
  ],
  'cleanup.reason.duplicate': [
    ({ name }: Reason) => `The same layers as ${name}`,
    ({ name }: Reason) => `与 ${name} 的层完全相同`,
  ],
  'cleanup.reason.superseded': [
    ({ name, age }: Reason) => `${name} is newer; last used ${age}`,
    ({ name, age }: Reason) => `${name} 更新，上次使用：${age}`,
  ],
  'cleanup.reason.unused': [({ age }: Reason) => `Last used ${age}`, ({ age }: Reason) => `上次使用：${age}`],
  'cleanup.freesNothing': [
    'Frees its config and manifest alone: other images use every layer of it',
    '只释放其配置和清单：其他镜像用到它的每一层',
  ],
  'cleanup.unpacked': ['Unpacked layers', '已解包的层'],
  'cleanup.unpacked.what': [
    ({ count }: { count: number }) => `${counted(count, 'layer')}, made for mounts that have ended`,
    ({ count }: { count: number }) => `${groupDigits(count)} 层，为已结束的挂载而解包`,
  ],
  'cleanup.interrupted': ['Interrupted loads', '中断的载入'],
  'cleanup.interrupted.what': [
    ({ count, since }: { count: number; since: string }) =>
      `${counted(count, 'load')}${since === '' ? '' : count === 1 ? `, from ${since}` : `, the oldest from ${since}`}`,
    ({ count, since }: { count: number; since: string }) =>
      `${groupDigits(count)} 次载入${since === '' ? '' : count === 1 ? `，于 ${since}` : `，最早于 ${since}`}`,
  ],
  'cleanup.holds': ['Stays, and who holds it', '保留的内容及其使用者'],
  'cleanup.held.workspace': [
    ({ name }: { name: string }) => `Held by ${name}`,
    ({ name }: { name: string }) => `由 ${name} 使用`,
  ],
  'cleanup.held.what': [
    ({ name }: { name: string }) => `needs ${name}, so it is not in this list`,
    ({ name }: { name: string }) => `需要 ${name}，因此不在此列表中`,
  ],
  'cleanup.undoHint': [
    ({ minutes }: { minutes: number }) =>
      `Deleted images can be put back for ${counted(minutes, 'minute')}. After that, or with “Free now”, their bytes are free.`,
    ({ minutes }: { minutes: number }) =>
      `删除的镜像可在 ${minutes} 分钟内恢复，之后（或按“立即释放”后）才释放空间。`,
  ],
  'cleanup.freed': ['freed, exactly', '将释放，精确为'],
  'cleanup.amounts': [
    ({ before, after, caches }: { before: string; after: string; caches: string | null }) =>
      `Images ${before} → ${after}${caches === null ? '' : `, caches − ${caches}`}`,
    ({ before, after, caches }: { before: string; after: string; caches: string | null }) =>
      `镜像 ${before} → ${after}${caches === null ? '' : `，缓存 − ${caches}`}`,
  ],
  'cleanup.button': [
    ({ images, caches }: { images: number; caches: boolean }) =>
      images === 0
        ? caches
          ? 'Clear caches'
          : 'Nothing ticked'
        : `Delete ${counted(images, 'image')}${caches ? ', clear caches' : ''}`,
    ({ images, caches }: { images: number; caches: boolean }) =>
      images === 0
        ? caches
          ? '清除缓存'
          : '未勾选'
        : `删除 ${groupDigits(images)} 个镜像${caches ? '并清除缓存' : ''}`,
  ],
  'cleanup.tick': ['Tick something first', '请先勾选'],
  'cleanup.all': ['Tick all images', '勾选全部镜像'],
  'cleanup.restore': ['Put back', '恢复'],
  'cleanup.collect': ['Free now', '立即释放'],
  'cleanup.noNames': ['Images without a name', '没有名称的镜像'],
  'cleanup.trash.what': [
    ({ images, age }: { images: number; age: string }) => `${counted(images, 'image')}, removed ${age}`,
    ({ images, age }: { images: number; age: string }) => `${groupDigits(images)} 个镜像，移除于 ${age}`,
  ],
  'cleanup.restored': ['Put back what was removed', '已恢复移除的内容'],
  'cleanup.tooLate': [
    'What was removed is gone: the garbage collector has run. Load it again to have it back.',
    '垃圾回收已运行，镜像已不存在。请重新载入。',
  ],
  'cleanup.collected': [
    ({ size }: { size: string }) => `Freed ${size}`,
    ({ size }: { size: string }) => `已释放 ${size}`,
  ],
  'operation.cleanup.running': [
    (_: { subject: string }) => 'Cleaning up',
    (_: { subject: string }) => '正在清理',
  ],
  'operation.cleanup.done': [
    ({ images, size }: { images: number; size: string | null }) =>
      images === 0
        ? `Cleared caches, freed ${size ?? '0 B'}`
        : `Deleted ${counted(images, 'image')}${size === null ? '' : `, cleared ${size} of caches`}`,
    ({ images, size }: { images: number; size: string | null }) =>
      images === 0
        ? `已清除缓存，释放 ${size ?? '0 B'}`
        : `已删除 ${groupDigits(images)} 个镜像${size === null ? '' : `，清除缓存 ${size}`}`,
  ],
  'operation.cleanup.failed': [
    (_: { subject: string }) => 'The clean-up stopped; nothing that another image needs was touched',
    (_: { subject: string }) => '清理已停止，其他镜像需要的内容未受影响',
  ],
  'operation.cleanup.cancelled': [
    (_: { subject: string }) => 'Cancelled the clean-up',
    (_: { subject: string }) => '已取消清理',
  ],
  'command.cleanup': ['Clean up…', '清理…'],
} as const;
