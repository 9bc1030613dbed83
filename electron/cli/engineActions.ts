/**
 * What commands do with an engine (`--source`, `--from`, `--to`). Loaded by `engineActions` in `source.ts` when a command
 * line names one: a client for its API and the checks of what it answers are more than all the rest of most commands.
 */
export { copyFromEngine, saveFromEngine } from '../actions/copyFromEngine';
export { copyToEngine } from '../actions/copyToEngine';
export { throughScratch } from '../actions/throughScratch';
export {
  engineLayerDocument,
  historyOfEngineImage,
  inspectEngineDocument,
  inspectEngineImage,
} from '../actions/engineDocuments';
export {
  previewEngineRemoval,
  removeEngineImages,
  tagEngineImage,
  untagEngineImage,
} from '../actions/engineImages';
export { findEngine, findEngines } from '../engine/findEngine';
export { EngineImages } from '../engine/readImages';
