import { isEngine } from '../../../shared/ipc/placeKinds';
import type { EngineHub } from '../../engine/engineHub';
import type { PlacesOfKind } from '../place';

/** The engines that a hub follows. */
export function enginePlaces(hub: EngineHub): PlacesOfKind {
  return {
    list: () => hub.list(),
    find: (id) => {
      if (!isEngine(id)) return null;
      const engine = hub.engine(id);
      const view = (): ReturnType<EngineHub['view']> => hub.view(id);
      return { id, label: engine.name, view, engine: { engine, view } };
    },
  };
}
