import type { PlaceNeed, ProblemFacts } from '../../image/problem';
import { visibleName as v } from '../format';
import type { ProblemTexts } from './problemTexts';

/** What people read where a place does not do what was asked of it; part of `problemTexts`. */
type Codes =
  | 'sources-full'
  | 'sources-invalid'
  | 'place-changed'
  | 'place-gone'
  | 'place-closed'
  | 'place-cannot'
  | 'source-listed'
  | 'source-is-store'
  | 'source-found';

type Pair = readonly [en: string, zh: string];

const why: Readonly<Record<PlaceNeed, Pair>> = {
  write: [
    'It is looked at where it lies, and nothing is ever written to it.',
    '它只是在原处被查看，不会被写入任何内容。',
  ],
  target: [
    'It is what is read here, and nothing is ever written to it.',
    '它正是此处读取的对象，不会被写入任何内容。',
  ],
  mount: [
    'A mount needs its layers in a store; here they are looked at where they lie.',
    '挂载需要层在仓库中；这里的层只是在原处被查看。',
  ],
  inside: [
    'An engine hands out whole images, and no files of a layer.',
    '引擎只提供完整的镜像，不提供层中的文件。',
  ],
  make: ['Images are made in the store alone.', '只有仓库中才能制作镜像。'],
  form: ['An engine writes archives in its own form.', '引擎只能按自己的格式写归档。'],
  lastName: ['An engine deletes an image with its last name.', '引擎移除最后一个名称时会删除镜像。'],
};
const advice: Readonly<Record<PlaceNeed, Pair>> = {
  write: ['Load it into the store, and change the image there.', '请先将其载入仓库，再在仓库中修改。'],
  target: ['Nothing was written. Choose another file.', '未写入任何内容。请选择其他文件。'],
  mount: ['Load the image into the store first.', '请先将镜像载入仓库。'],
  inside: ['Copy the image into the store, and look at it there.', '请将镜像复制到仓库后再查看。'],
  make: ['Copy the image into the store first.', '请先将镜像复制到仓库。'],
  form: ['Save it in that form, or copy it into the store first.', '请按该格式导出，或先复制到仓库。'],
  lastName: ['Give it another name first, or delete the image.', '请先添加另一个名称，或删除该镜像。'],
};
const of = (pairs: Readonly<Record<PlaceNeed, Pair>>, need: string): Pair =>
  pairs[Object.hasOwn(pairs, need) ? (need as PlaceNeed) : 'write'];

export const placeProblemTexts: { readonly [C in Codes]: ProblemTexts<C & keyof ProblemFacts> } = {
  'place-changed': {
    title: [(f) => `${v(f.path)} is not what it was`, (f) => `${v(f.path)} 已发生变化`],
    why: [() => 'It was changed while it was looked at.', () => '它在查看期间被修改。'],
    advice: [() => 'Open it again to see what it holds now.', () => '请重新打开以查看其当前内容。'],
  },
  'place-gone': {
    title: [(f) => `${v(f.name)} is not there any more`, (f) => `${v(f.name)} 已不在原处`],
    why: [
      (f) => `It was opened at ${v(f.path)}, and has been moved or deleted since.`,
      (f) => `它是在 ${v(f.path)} 打开的，之后被移走或删除。`,
    ],
    advice: [() => 'Put it back there, or close it here.', () => '请将其放回原处，或在此处关闭。'],
  },
  'place-closed': {
    title: [() => 'It was closed', () => '已关闭'],
    why: [
      () => 'It was only looked at where it lies; nothing of it was kept.',
      () => '它只是在原处被查看，没有保留任何内容。',
    ],
    advice: [() => 'Open it again to go on.', () => '请重新打开后继续。'],
  },
  'source-listed': {
    title: [(f) => `${v(f.name)} is listed already`, (f) => `${v(f.name)} 已在列表中`],
    why: [(f) => `It stands in the list as ${v(f.listed)}.`, (f) => `列表中的名称是 ${v(f.listed)}。`],
    advice: [() => 'Nothing was changed.', () => '未作任何更改。'],
  },
  'source-is-store': {
    title: [(f) => `${v(f.name)} is the store that is open`, (f) => `${v(f.name)} 就是当前打开的仓库`],
    why: [() => 'It is listed as the store already.', () => '它已作为仓库列出。'],
    advice: [() => 'Nothing was changed.', () => '未作任何更改。'],
  },
  'sources-full': {
    title: [(f) => `The list takes ${f.limit} places`, (f) => `列表最多容纳 ${f.limit} 处`],
    why: [() => 'It has as many, or more.', () => '其中已有这么多，或者更多。'],
    advice: [
      () => 'Take one off with stratigraph sources rm first; those beyond are not listed.',
      () => '请先用 stratigraph sources rm 移出一处；超出的不会列出。',
    ],
  },
  'sources-invalid': {
    title: [(f) => `${v(f.path)} is no list of sources`, (f) => `${v(f.path)} 不是来源列表`],
    why: [
      () => 'It is kept as it is, and what was added is not listed.',
      () => '它保持原样，其中加入的来源不会列出。',
    ],
    advice: [
      () => 'Mend the file, or move it away to begin a new list.',
      () => '请修复该文件，或将其移走以新建列表。',
    ],
  },
  'source-found': {
    title: [(f) => `${v(f.name)} was not added to the list`, (f) => `${v(f.name)} 不是加入列表的`],
    why: [
      () => 'It is listed because it was found, and it goes when it is found no more.',
      () => '它因被发现而列出，不再被发现时便会消失。',
    ],
    advice: [() => 'Nothing was changed.', () => '未作任何更改。'],
  },
  'place-cannot': {
    title: [(f) => `${v(f.place)} cannot do this`, (f) => `${v(f.place)} 无法执行此操作`],
    why: [(f) => of(why, f.need)[0], (f) => of(why, f.need)[1]],
    advice: [(f) => of(advice, f.need)[0], (f) => of(advice, f.need)[1]],
  },
};
