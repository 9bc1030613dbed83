/**
 * Where something stood that is gone, what the focus goes to: of what stood there before, in its order, the next that stays, else the last
 * that stood before it. Null where nothing stays.
 *
 * @param count How many there were.
 * @param at The place of what is gone, from 0.
 * @param stands What stands now for the one at a place; null where it is gone, too.
 */
export function inPlace<T>(count: number, at: number, stands: (place: number) => T | null): T | null {
  for (let place = at + 1; place < count; place++) {
    const next = stands(place);
    if (next !== null) return next;
  }
  for (let place = Math.min(at, count) - 1; place >= 0; place--) {
    const last = stands(place);
    if (last !== null) return last;
  }
  return null;
}
