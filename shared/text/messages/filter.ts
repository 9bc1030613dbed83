/** Messages of the filter and its popover, English and Simplified Chinese side by side; see `../catalogue.ts`. */
export const filter = {
  'filter.open': ['Filter by repository, label, size, age', '按仓库名、标签、大小、时间筛选'],
  'filter.title': ['Filter images', '筛选镜像'],
  'filter.any': ['Any', '不限'],
  'filter.repository': ['Repository', '仓库名'],
  'filter.label': ['Label', '元数据标签'],
  'filter.size': ['Size', '大小'],
  'filter.size.small': ['< 100 MB', '< 100 MB'],
  'filter.size.large': ['> 100 MB', '> 100 MB'],
  'filter.size.huge': ['> 1 GB', '> 1 GB'],
  'filter.age': ['Age', '创建时间'],
  'filter.age.week': ['< 7 d', '7 天内'],
  'filter.age.month': ['< 30 d', '30 天内'],
  'filter.age.old': ['> 90 d', '90 天前'],
  'filter.dangling': ['Dangling', '悬空'],
  'filter.dangling.only': ['Only', '仅悬空'],
  'filter.dangling.none': ['None', '不含悬空'],
  'filter.hint': [
    'It can be typed, too. * stands for any letters; a minus turns a token round.',
    '也可以直接输入。* 代表任意字符，减号表示排除。',
  ],
  'filter.unclear': [
    ({ text }: { text: string }) => `Not understood: ${text}`,
    ({ text }: { text: string }) => `无法识别：${text}`,
  ],
} as const;
