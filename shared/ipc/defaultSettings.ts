import type { Settings } from './settings';

/** The settings of a first start. */
export const defaultSettings: Settings = {
  theme: 'system',
  language: 'system',
  density: 'regular',
  view: 'graph',
  sidebar: true,
  inspector: true,
  sidebarWidth: null,
  inspectorWidth: null,
  terminalHeight: null,
  graphSizes: 'layer',
  graphFold: true,
  graphEmptySteps: false,
  graphOnlyTagged: false,
  strataHeight: 'balanced',
  strataOrder: 'lineage',
  strataGrouped: true,
  mapDetail: 'layers',
  overlapUnit: 'bytes',
  showDangling: true,
  tableSort: { column: 'created', descending: true },
  tableGroup: 'none',
  saveFormat: 'docker-archive',
  saveCompression: 'kept',
};
