import type { Camera } from './camera';
import { openGroups } from './drawGround';
import type { ChartSelection, Frame, Shown } from './frame';
import { stackHeights, type Stacks } from './heights';
import { columnsWithin, fittingColumn, makeGrid, metricsFor, piecesWithin, type Grid } from './scene';

/** Bands in sight from which on a canvas paints them. */
const farFrom = 700;
/** CSS pixels beyond the view that count as in sight. */
const margin = 40;

/** Makes grids; heights are kept while they hold, whatever the width of columns does. */
export class GridMaker {
  private kept: { readonly of: Shown; readonly room: number; readonly stacks: Stacks } | null = null;

  /** The grid of a scene in the camera's size and width of columns; the camera learns what fits it. */
  make(shown: Shown, camera: Camera): Grid {
    const { scene } = shown;
    const metrics = metricsFor(camera.width, openGroups(scene).length > 0);
    const stacks = this.stacksOf(shown, camera.height - metrics.top - metrics.foot);
    camera.fitTo(fittingColumn(scene, metrics, camera.width));
    const grid = makeGrid(scene, metrics, stacks, camera.columnWidth, camera.height);
    camera.show(grid.width, grid.height);
    return grid;
  }

  private stacksOf(shown: Shown, room: number): Stacks {
    if (this.kept?.of !== shown || this.kept.room !== room) {
      const { scene, scale, emptySteps } = shown;
      const stacks = stackHeights(scene.input.input.layers, { scale, room, emptySteps });
      this.kept = { of: shown, room, stacks };
    }
    return this.kept.stacks;
  }
}

/** The columns and pieces that a camera sees. */
export function inSight(
  { scene }: Shown,
  grid: Grid,
  { x, width }: Camera,
): Pick<Frame, 'from' | 'to' | 'pieces' | 'far'> {
  const { from, to } = columnsWithin(grid, x - margin, x + width + margin);
  const pieces = from <= to ? piecesWithin(scene, from, to) : [];
  return { from, to, pieces, far: pieces.length > farFrom };
}

/** A frame with nothing in it, to ask where things are. */
export function bareFrame(shown: Shown, grid: Grid, camera: Camera, selection: ChartSelection): Frame {
  const { x: left, y: top, width, height } = camera;
  const none = { hovered: null, focused: null, lit: null, from: 0, to: -1, pieces: [], far: false } as const;
  return { ...shown, grid, selection, left, top, width, height, ...none, motion: 'set' };
}
