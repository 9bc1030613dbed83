import type { Direction } from '../chartKeys';
import type { Tile } from './mapLayout';

/** The nearest block of the first level in a direction; from nothing, and for `first`, the largest one. */
export function nextTile(tiles: readonly Tile[], from: Tile | null, direction: Direction): Tile | null {
  const level = tiles.filter((tile) => tile.level === 1);
  if (!from || direction === 'first') return level[0] ?? null;
  if (direction === 'last') return level[level.length - 1] ?? null;
  const horizontal = direction === 'left' || direction === 'right';
  const sign = direction === 'right' || direction === 'down' ? 1 : -1;
  let best: Tile | null = null;
  let bestCost = Infinity;
  for (const tile of level) {
    if (tile === from) continue;
    const gap = horizontal
      ? sign > 0
        ? tile.x0 - from.x1
        : from.x0 - tile.x1
      : sign > 0
        ? tile.y0 - from.y1
        : from.y0 - tile.y1;
    if (gap < -1) continue;
    // Beside means beside some part of it: what overlaps across the way comes before what is only near.
    const across = horizontal
      ? Math.max(0, Math.max(tile.y0, from.y0) - Math.min(tile.y1, from.y1))
      : Math.max(0, Math.max(tile.x0, from.x0) - Math.min(tile.x1, from.x1));
    const start = horizontal ? Math.abs(tile.y0 - from.y0) : Math.abs(tile.x0 - from.x0);
    const cost = Math.max(0, gap) + across * 3 + start * 0.01;
    if (cost < bestCost) {
      bestCost = cost;
      best = tile;
    }
  }
  return best;
}
