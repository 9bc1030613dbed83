import { isEngine } from '../../../shared/ipc/placeKinds';
import type { EngineHub } from '../../engine/engineHub';
import type { PlacesOfKind } from '../place';
import { enginePlace } from './enginePlace';

/** The engines that a hub follows. */
export function enginePlaces(hub: EngineHub): PlacesOfKind {
  return {
    list: () => hub.list(),
    watch: ({ placesChanged, imagesChanged }) =>
      hub.follow({ sourcesChanged: placesChanged, sourceChanged: imagesChanged }),
    find: (id) =>
      isEngine(id) ? enginePlace(id, { engine: hub.engine(id), view: () => hub.view(id) }) : null,
  };
}
