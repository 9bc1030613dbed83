import { readLayerTree } from '../actions/inside/layerTree';
import type { Handlers } from './handlerMap';
import type { HandlerWorld } from './handlerWorld';
import { Stoppable } from './stoppable';

/** Handlers for the insides of layers: the readings that run are kept by layer, so that they can be stopped. */
export function createLayerHandlers({
  places,
  send,
}: Pick<HandlerWorld, 'places' | 'send'>): Pick<Handlers, 'layer.tree' | 'layer.stop'> {
  const readings = new Stoppable<string>();
  return {
    'layer.tree': (input) => {
      const { source, layer } = input;
      return readings.run(`${source} ${layer}`, (signal) =>
        places.within(source, 'inside', (context) =>
          readLayerTree(context, input, {
            signal,
            report: ({ done, total }) =>
              send('layer.reading', { layer, done: Math.min(done, total ?? done), total: total ?? done }),
          }),
        ),
      );
    },
    'layer.stop': ({ source, layer }) => {
      readings.stop(`${source} ${layer}`);
      return null;
    },
  };
}
