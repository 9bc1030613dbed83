import { treemapSquarify, type HierarchyRectangularNode } from 'd3';
import type { MapNode } from './mapTree';

/** A block with its place, CSS pixels from the top left of the drawing. */
export interface Tile {
  readonly node: MapNode;
  /** Place of the block that it lies in, -1 for those directly in the drawing. */
  readonly parent: number;
  /** 1 for what lies directly in the drawing. */
  readonly level: number;
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  /** Height of the title that lies over its top; 0 where there is none. */
  readonly strip: number;
  /** Where text may begin below the titles of what it lies in. */
  readonly textTop: number;
  /** Its own blocks are drawn. */
  readonly open: boolean;
}

/** How much is drawn. */
export interface MapDetail {
  /** Levels below the one that fills the drawing. */
  readonly levels: number;
  /** Blocks that stay closed. */
  readonly closed?: (node: MapNode) => boolean;
}

/** Smallest area that is drawn by itself, square pixels. */
const least = 64;
/** Smallest sides of a block whose own blocks are drawn. */
const leastOpen = 14;
/** A block of which more than this would be too small to draw stays closed. */
const mostRest = 0.5;
/** Titles: smallest sides of a block that has one, and its height by level. */
const titled = { width: 64, height: 34 } as const;
const stripHeight = [0, 22, 18, 18] as const;

interface Place {
  value: number;
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** Places of blocks in a rectangle, areas in proportion to `values` (largest first) and near to squares. */
function squarify(values: readonly number[], box: Place): readonly Place[] {
  const children = values.map((value): Place => ({ value, x0: 0, y0: 0, x1: 0, y1: 0 }));
  const parent = { value: values.reduce((sum, value) => sum + value, 0), children };
  // d3's tiling reads value and children and writes the four sides, nothing else.
  treemapSquarify(parent as unknown as HierarchyRectangularNode<unknown>, box.x0, box.y0, box.x1, box.y1);
  return children;
}

/** What of a block's children is drawn: those large enough, and the rest as one. */
function drawable(node: MapNode, area: number): readonly MapNode[] {
  const { children, bytes } = node;
  const scale = bytes > 0 ? area / bytes : 0;
  let count = children.length;
  while (count > 0 && (children[count - 1]?.bytes ?? 0) * scale < least) count--;
  // One small block is no harder to draw than a block that stands for it.
  if (children.length - count < 2) return children;
  const rest = children.slice(count);
  const restBytes = rest.reduce((sum, child) => sum + child.bytes, 0);
  const merged: MapNode = {
    key: `${node.key}/rest`,
    kind: 'rest',
    count: rest.length,
    bytes: restBytes,
    children: rest,
    colour: 0,
  };
  return [...children.slice(0, count), merged];
}

/** Bytes of a list of blocks that stand for small ones. */
function restOf(children: readonly MapNode[]): number {
  const last = children[children.length - 1];
  return last?.kind === 'rest' ? last.bytes : 0;
}

/**
 * Lays out what lies in `root` in a rectangle of CSS pixels, areas exactly in proportion to bytes: titles lie over their
 * blocks and take no area. Depth first, a block before what lies in it. Costs what is drawn, not what there is.
 */
export function layoutMap(root: MapNode, width: number, height: number, detail: MapDetail): readonly Tile[] {
  const tiles: Tile[] = [];
  const fill = (node: MapNode, box: Place, parent: number, level: number, textTop: number): void => {
    const area = (box.x1 - box.x0) * (box.y1 - box.y0);
    const children = drawable(node, area);
    const places = squarify(
      children.map(({ bytes }) => bytes),
      box,
    );
    children.forEach((child, i) => {
      const place = places[i] as Place;
      const w = place.x1 - place.x0;
      const h = place.y1 - place.y0;
      const top = Math.max(place.y0, textTop);
      const open =
        level < detail.levels &&
        child.children.length > 0 &&
        child.kind !== 'rest' &&
        detail.closed?.(child) !== true &&
        Math.min(w, h) >= leastOpen &&
        restOf(drawable(child, w * h)) <= child.bytes * mostRest;
      const strip =
        open && w >= titled.width && place.y1 - top >= titled.height ? (stripHeight[level] ?? 18) : 0;
      const at = tiles.length;
      const { x0, y0, x1, y1 } = place;
      tiles.push({ node: child, parent, level, x0, y0, x1, y1, strip, textTop: top, open });
      if (open) fill(child, place, at, level + 1, top + strip);
    });
  };
  if (root.bytes > 0 && width > 0 && height > 0)
    fill(root, { value: root.bytes, x0: 0, y0: 0, x1: width, y1: height }, -1, 1, 0);
  return tiles;
}

/** The innermost block at a point; a title belongs to its block. */
export function tileAt(tiles: readonly Tile[], x: number, y: number): Tile | null {
  let found: Tile | null = null;
  for (const tile of tiles) {
    if (x < tile.x0 || x >= tile.x1 || y < tile.y0 || y >= tile.y1) continue;
    found = tile;
    if (tile.strip > 0 && y >= tile.textTop && y < tile.textTop + tile.strip) return tile;
  }
  return found;
}

/** Where the title of a block lies. */
export const stripOf = (tile: Tile): { readonly y0: number; readonly y1: number } => ({
  y0: tile.textTop,
  y1: tile.textTop + tile.strip,
});
