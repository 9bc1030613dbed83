/** Messages of native menus and dialogs, English and Simplified Chinese side by side; see `../catalogue.ts`. */
export const native = {
  'native.load': ['Load images', '载入镜像'],
  'native.loadButton': ['Load', '载入'],
  'native.save': ['Save images', '导出镜像'],
  'native.saveButton': ['Save', '导出'],
  'native.archives': ['Image archives', '镜像归档'],
  'native.allFiles': ['All files', '所有文件'],
  'native.menu.file': ['File', '文件'],
  'native.menu.load': ['Load…', '载入…'],
  'native.menu.loadDirectory': ['Load an OCI layout folder…', '载入 OCI 布局目录…'],
  'native.menu.save': ['Save selection…', '导出所选…'],
  'native.menu.view': ['View', '视图'],
  'native.menu.graph': ['Graph', '图谱'],
  'native.menu.strata': ['Strata', '地层'],
  'native.menu.table': ['Table', '列表'],
  'native.copy': ['Copy out', '复制出'],
  'native.copyButton': ['Copy', '复制'],
} as const;
