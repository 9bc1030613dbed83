import { problem, type PlaceNeed } from '../../shared/image/problem';
import { needOfPart, type Place, type PlacePart } from './place';

/** Throws `place-cannot` where this cannot be had of a place. */
export function checkPlaceCan(place: Pick<Place, 'label' | 'cannot'>, need: PlaceNeed): void {
  if (place.cannot.includes(need)) throw problem('place-cannot', { place: place.label, need });
}

/** A part of a place. Throws `place-cannot` where it has none. */
export function partOf<P extends PlacePart>(place: Place, part: P): NonNullable<Place[P]> {
  const found = place[part];
  if (found === null) throw problem('place-cannot', { place: place.label, need: needOfPart[part] });
  return found;
}
