import { problem, type PlaceNeed } from '../../shared/image/problem';
import { placeCan } from '../../shared/ipc/placeKinds';
import type { SourceId, SourceInfo } from '../../shared/ipc/source';
import type { ActionContext } from '../actions/ground/context';
import type { OpenEngine } from './engine/engineImages';
import type { Place, PlacesOfKind } from './place';

/** All places of a process, by kind. */
export class Places {
  constructor(private readonly kinds: readonly PlacesOfKind[]) {}

  /** Every place that is listed, kind by kind. */
  async list(): Promise<readonly SourceInfo[]> {
    return (await Promise.all(this.kinds.map(async (kind) => kind.list()))).flat();
  }

  /** The place of an ID. Throws `source-not-found`, or why it cannot be used now. */
  async of(id: SourceId): Promise<Place> {
    for (const kind of this.kinds) {
      const found = kind.find(id);
      if (found) return found;
    }
    const known = (await this.list()).map(({ word }) => word);
    throw problem('source-not-found', { name: id, known: known.join(', ') });
  }

  /** Does something with images of a place, as it has them: by its engine, or as a store has them. Throws as {@link of}, and what that throws. */
  async at<T>(
    id: SourceId,
    withEngine: (open: OpenEngine) => Promise<T>,
    withStore: (context: ActionContext) => Promise<T>,
  ): Promise<T> {
    const place = await this.of(id);
    return place.within ? place.within(withStore) : withEngine(place.engine);
  }

  /** The same for what a place has to be able to do. Throws `place-cannot` where it cannot, and as {@link of}. */
  async within<T>(id: SourceId, need: PlaceNeed, work: (context: ActionContext) => Promise<T>): Promise<T> {
    const place = await this.of(id);
    if (!place.within || !placeCan(id, need)) throw problem('place-cannot', { place: place.label, need });
    return place.within(work);
  }
}
