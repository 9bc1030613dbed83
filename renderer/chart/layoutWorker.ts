import { layoutLayers } from './layers/layout';
import type { LayersInput } from './layers/layoutTypes';

/** Runs layouts off the UI thread: takes `{ id, input }`, answers `{ id, layout }`. */
self.onmessage = ({ data }: MessageEvent<{ id: number; input: LayersInput }>): void => {
  self.postMessage({ id: data.id, layout: layoutLayers(data.input) });
};
