/**
 * What commands do with an engine (`--source`, `--from`, `--to`). Loaded by `engineActions` in `source.ts` when a command
 * line names one: a client for its API and the checks of what it answers are more than all the rest of most commands.
 */
export { copyFromEngine, saveFromEngine } from '../place/engine/copyFromEngine';
export { copyToEngine } from '../place/engine/copyToEngine';
export { throughScratch } from '../place/engine/throughScratch';
export {
  engineLayerDocument,
  historyOfEngineImage,
  inspectEngineDocument,
  inspectEngineImage,
} from '../place/engine/engineDocuments';
export {
  previewEngineRemoval,
  removeEngineImages,
  tagEngineImage,
  untagEngineImage,
} from '../place/engine/engineImages';
export { findEngine, findEngines } from '../engine/findEngine';
export { EngineImages } from '../engine/readImages';
