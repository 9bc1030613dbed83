import { layouts, type LayoutInput, type LayoutJob, type LayoutName, type LayoutOutput } from './layouts';

/** Memory of a layout's arrays, to be handed over without a copy. */
function buffersOf(layout: object): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const value of Object.values(layout) as unknown[]) {
    if (ArrayBuffer.isView(value) && value.buffer instanceof ArrayBuffer) buffers.add(value.buffer);
  }
  return [...buffers];
}

function run<N extends LayoutName>({ name, input }: LayoutJob<N>): LayoutOutput<N> {
  const layout = layouts[name] as (input: LayoutInput<N>) => LayoutOutput<N>;
  return layout(input);
}

/** Runs layouts off the UI thread: takes `{ id, name, input }`, answers `{ id, layout }`. */
self.onmessage = ({ data }: MessageEvent<LayoutJob>): void => {
  const layout = run(data);
  self.postMessage({ id: data.id, layout }, { transfer: buffersOf(layout) });
};
