/**
 * What commands do with an engine (`--source`, `--from`, `--to`). Loaded by `engineActions` in `source.ts` when a command
 * line names one: a client for its API and the checks of what it answers are more than all the rest of most commands.
 */
export { inScratch } from '../place/engine/inScratch';
export { imageOfBlob, lookAtEngine } from '../place/engine/lookAtEngine';
export { familiarNames } from '../engine/readImages';
export { enginePlace } from '../place/engine/enginePlace';
export { addedPaths } from '../engine/addedSources';
export { ownSurroundings } from '../engine/discover';
export { engineWords, findEngine, findEngines } from '../engine/findEngine';
export { EngineImages } from '../engine/readImages';
