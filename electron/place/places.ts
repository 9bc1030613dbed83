import { problem, type PlaceNeed } from '../../shared/image/problem';
import type { SourceId, SourceInfo } from '../../shared/ipc/source';
import type { ActionContext } from '../actions/ground/context';
import { checkPlaceCan, partOf } from './partOf';
import type { Place, PlaceListener, PlacePart, PlacesOfKind } from './place';

/** All places of a process, by kind. */
export class Places {
  constructor(private readonly kinds: readonly PlacesOfKind[]) {}

  /** Every place that is listed, kind by kind. */
  async list(): Promise<readonly SourceInfo[]> {
    return (await Promise.all(this.kinds.map(async (kind) => kind.list()))).flat();
  }

  /** Tells somebody of changes in any of them; returns a function that ends it. */
  watch(listener: PlaceListener): () => void {
    const ends = this.kinds.map((kind) => kind.watch(listener));
    return () => ends.forEach((end) => end());
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

  /** A part of a place. Throws `place-cannot` where it has none, and as {@link of}. */
  async part<P extends PlacePart>(id: SourceId, part: P): Promise<NonNullable<Place[P]>> {
    return partOf(await this.of(id), part);
  }

  /** Does something with the images of a place as a store has them. Throws `place-cannot` where it cannot be had for this, as {@link of}, and what `work` throws. */
  async within<T>(id: SourceId, need: PlaceNeed, work: (context: ActionContext) => Promise<T>): Promise<T> {
    const place = await this.of(id);
    checkPlaceCan(place, need);
    return partOf(place, 'layers').within(work);
  }
}
