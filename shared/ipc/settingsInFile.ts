import { z } from 'zod';
import { defaultSettings } from './defaultSettings';
import { settingsShape as shape } from './settings';

/** Settings as a file may hold them: what is missing or broken falls back to its default, one by one. */
export const settingsInFile = z.object({
  theme: shape.theme.catch(defaultSettings.theme),
  language: shape.language.catch(defaultSettings.language),
  density: shape.density.catch(defaultSettings.density),
  view: shape.view.catch(defaultSettings.view),
  sidebar: shape.sidebar.catch(defaultSettings.sidebar),
  inspector: shape.inspector.catch(defaultSettings.inspector),
  sidebarWidth: shape.sidebarWidth.catch(defaultSettings.sidebarWidth),
  inspectorWidth: shape.inspectorWidth.catch(defaultSettings.inspectorWidth),
  terminalHeight: shape.terminalHeight.catch(defaultSettings.terminalHeight),
  graphSizes: shape.graphSizes.catch(defaultSettings.graphSizes),
  graphFold: shape.graphFold.catch(defaultSettings.graphFold),
  graphEmptySteps: shape.graphEmptySteps.catch(defaultSettings.graphEmptySteps),
  graphOnlyTagged: shape.graphOnlyTagged.catch(defaultSettings.graphOnlyTagged),
  strataHeight: shape.strataHeight.catch(defaultSettings.strataHeight),
  strataOrder: shape.strataOrder.catch(defaultSettings.strataOrder),
  strataGrouped: shape.strataGrouped.catch(defaultSettings.strataGrouped),
  mapDetail: shape.mapDetail.catch(defaultSettings.mapDetail),
  overlapUnit: shape.overlapUnit.catch(defaultSettings.overlapUnit),
  showDangling: shape.showDangling.catch(defaultSettings.showDangling),
  tableSort: shape.tableSort.catch(defaultSettings.tableSort),
  tableGroup: shape.tableGroup.catch(defaultSettings.tableGroup),
  saveFormat: shape.saveFormat.catch(defaultSettings.saveFormat),
  saveCompression: shape.saveCompression.catch(defaultSettings.saveCompression),
});
