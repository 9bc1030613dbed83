import type { ChainId } from '../../shared/image/digest';
import { readLayerTree } from '../actions/layerTree';
import type { Handlers } from './handlerMap';
import type { HandlerWorld } from './handlerWorld';
import { Stoppable } from './stoppable';

/** Handlers for the insides of layers: the readings that run are kept by layer, so that they can be stopped. */
export function createLayerHandlers({
  context,
  send,
}: Pick<HandlerWorld, 'context' | 'send'>): Pick<Handlers, 'layer.tree' | 'layer.stop'> {
  const readings = new Stoppable<ChainId>();
  return {
    'layer.tree': (input) => {
      const { layer } = input;
      return readings.run(layer, (signal) =>
        readLayerTree(context, input, {
          signal,
          report: ({ done, total }) =>
            send('layer.reading', { layer, done: Math.min(done, total ?? done), total: total ?? done }),
        }),
      );
    },
    'layer.stop': ({ layer }) => {
      readings.stop(layer);
      return null;
    },
  };
}
