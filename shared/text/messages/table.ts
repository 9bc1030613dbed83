/** Messages of the table, English and Simplified Chinese side by side; see `../catalogue.ts`. */
export const table = {
  'table.repository': ['Repository', '仓库名'],
  'table.tag': ['Tag', '标签'],
  'table.id': ['Image ID', '镜像 ID'],
  'table.created': ['Created', '创建于'],
  'table.size': ['Size', '大小'],
  'table.shared': ['Shared', '共享'],
  'table.unique': ['Unique', '独有'],
  'table.bar': ['Shared and unique', '共享与独有'],
  'table.builtOn': ['Built on', '基于'],
  'table.platform': ['Platform', '平台'],
  'table.dangling': ['dangling', '悬空'],
  'table.noTag': ['none', '无'],
  'table.noDate': ['not recorded', '未记录'],
  'table.tagIt': ['Tag', '打标签'],
  'table.delete': ['Delete…', '删除…'],
  'table.selected': [
    ({ images }: { images: number }) => `${images} selected`,
    ({ images }: { images: number }) => `已选 ${images} 个`,
  ],
  'table.selectedHidden': [
    ({ images, hidden }: { images: number; hidden: number }) =>
      `${images} selected, ${hidden} hidden by the filter`,
    ({ images, hidden }: { images: number; hidden: number }) =>
      `已选 ${images} 个，其中 ${hidden} 个被筛选隐藏`,
  ],
  'table.frees': [
    ({ size }: { size: string }) => `deleting frees ${size}`,
    ({ size }: { size: string }) => `删除可释放 ${size}`,
  ],
} as const;
