import type { ChainId } from '../../shared/image/digest';
import { readLayerTree } from '../actions/layerTree';
import type { Handlers } from './handlerMap';
import type { HandlerWorld } from './handlers';

/** Handlers for the insides of layers: the readings that run are kept by layer, so that they can be stopped. */
export function createLayerHandlers({
  context,
  send,
}: Pick<HandlerWorld, 'context' | 'send'>): Pick<Handlers, 'layer.tree' | 'layer.stop'> {
  const running = new Map<ChainId, Set<AbortController>>();
  return {
    'layer.tree': async (input) => {
      const { layer } = input;
      const stop = new AbortController();
      const others = running.get(layer) ?? new Set();
      running.set(layer, others.add(stop));
      try {
        return await readLayerTree(context, input, {
          signal: stop.signal,
          report: ({ done, total }) =>
            send('layer.reading', { layer, done: Math.min(done, total ?? done), total: total ?? done }),
        });
      } finally {
        others.delete(stop);
        if (others.size === 0) running.delete(layer);
      }
    },
    'layer.stop': ({ layer }) => {
      for (const stop of running.get(layer) ?? []) stop.abort();
      return null;
    },
  };
}
