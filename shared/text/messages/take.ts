/** Messages of taking a view away as a file, English and Simplified Chinese side by side; see `../catalogue.ts`. */
export const take = {
  'export.button': ['Export this view', '导出此视图'],
  'export.picture': ['What is on screen', '屏幕所示'],
  'export.data': ['The data behind it', '背后的数据'],
  'export.nothing': ['Nothing is shown', '没有显示内容'],
  'export.png': ['PNG picture…', 'PNG 图片…'],
  'export.svg': ['SVG drawing…', 'SVG 矢量图…'],
  'export.dot': ['Graphviz DOT…', 'Graphviz DOT…'],
  'export.json': ['JSON…', 'JSON…'],
  'export.csv': ['CSV table…', 'CSV 表格…'],
  'export.done': [
    ({ file, size }: { file: string; size: string }) => `Wrote ${file}, ${size}`,
    ({ file, size }: { file: string; size: string }) => `已写入 ${file}，${size}`,
  ],
  'native.view': ['Export view', '导出视图'],
  'native.viewButton': ['Export', '导出'],
  'command.export.png': ['Export this view as PNG…', '把此视图导出为 PNG…'],
  'command.export.svg': ['Export this view as SVG…', '把此视图导出为 SVG…'],
  'command.export.dot': ['Export this view as Graphviz DOT…', '把此视图导出为 Graphviz DOT…'],
  'command.export.json': ['Export this view’s data as JSON…', '把此视图的数据导出为 JSON…'],
  'command.export.csv': ['Export this view’s data as CSV…', '把此视图的数据导出为 CSV…'],
} as const;
