import { counted } from '../counted';
import { groupDigits } from '../format';

/** What is said of copies between places. */
export const copy = {
  'copyMoves.title': [
    ({ count, place }: { count: number; place: string }) =>
      count === 1
        ? `A name in ${place} would go to another image`
        : `${groupDigits(count)} names in ${place} would go to other images`,
    ({ count, place }: { count: number; place: string }) =>
      `${place} 中的 ${groupDigits(count)} 个名称将改为指向其他镜像`,
  ],
  'copyMoves.holder': [
    ({ image, size, others }: { image: string; size: string; others: string }) =>
      others === ''
        ? `The name of ${image} (${size}) now, which stays there without a name`
        : `A name of ${image} (${size}) now, which keeps ${others}`,
    ({ image, size, others }: { image: string; size: string; others: string }) =>
      others === ''
        ? `目前是 ${image}（${size}）的名称，该镜像会留下，但不再有名称`
        : `目前是 ${image}（${size}）的一个名称，该镜像会保留 ${others}`,
  ],
  'copyMoves.named': ['the names that it comes with', '随复制带来的名称'],
  'copyMoves.taker': [
    ({ image, size }: { image: string; size: string }) => `Goes to ${image} (${size}), which is copied`,
    ({ image, size }: { image: string; size: string }) => `将指向所复制的 ${image}（${size}）`,
  ],
  'copyMoves.more': [
    ({ count }: { count: number }) => `and ${counted(count, 'other', 'others')}`,
    ({ count }: { count: number }) => `另有 ${groupDigits(count)} 个`,
  ],
  'copyMoves.changed': [
    'Other names would move than those that were shown before. Nothing was copied yet.',
    '将要移动的名称与之前显示的不同，尚未复制任何内容。',
  ],
  'copyMoves.do': [
    ({ count }: { count: number }) => (count === 1 ? 'Copy and move the name' : 'Copy and move the names'),
    ({ count }: { count: number }) => (count === 1 ? '复制并移动名称' : '复制并移动这些名称'),
  ],
  'copyMoves.notAsked': [
    ({ place }: { place: string }) =>
      `Nothing was copied to ${place}: names there would go to other images, and a dialog is open. Close it and copy again.`,
    ({ place }: { place: string }) =>
      `未向 ${place} 复制任何内容：那里的名称会改为指向其他镜像，而有对话框正打开。请关闭后再次复制。`,
  ],
  'copyMoves.done': [
    ({ names, place }: { names: string; place: string }) => `Moved in ${place} to what was copied: ${names}`,
    ({ names, place }: { names: string; place: string }) => `${place} 中已改为指向所复制的镜像：${names}`,
  ],
  'copyMoves.undo': [
    ({ count }: { count: number }) =>
      count === 1 ? 'Give the name back' : `Give the ${groupDigits(count)} names back`,
    ({ count }: { count: number }) => (count === 1 ? '归还该名称' : `归还这 ${groupDigits(count)} 个名称`),
  ],
  'copyMoves.undone': [
    ({ names, place }: { names: string; place: string }) =>
      `Given back in ${place}: ${names}. What was copied stays there`,
    ({ names, place }: { names: string; place: string }) =>
      `已在 ${place} 中归还名称：${names}。所复制的镜像仍在其中`,
  ],
} as const;
