import { layouts, type LayoutJob } from './layouts';

/** Memory of a layout's arrays, to be handed over without a copy. */
function buffersOf(layout: object): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const value of Object.values(layout) as unknown[]) {
    if (ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer) buffers.add(value.buffer);
  }
  return [...buffers];
}

/** Runs layouts off the UI thread: takes `{ id, name, input }`, answers `{ id, layout }`. */
self.onmessage = ({ data: { id, name, input } }: MessageEvent<LayoutJob>): void => {
  const layout = layouts[name](input);
  self.postMessage({ id, layout }, { transfer: buffersOf(layout) });
};
