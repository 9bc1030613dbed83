import type { ImageId } from '../../../shared/image/digest';
import { headBox } from './drawHeads';
import { boxesOf } from './drawMarks';
import type { Frame } from './frame';
import { columnsWithin, type Box } from './scene';

/** The images whose heads, or whose blocks' heads, a box of the drawing meets. */
export function imagesFramed(frame: Frame, box: Box): readonly ImageId[] {
  const { scene, grid } = frame;
  const { from, to } = columnsWithin(grid, box.x, box.x + box.width);
  const found: ImageId[] = [];
  const meets = (head: Box | null): boolean =>
    head !== null && head.y < box.y + box.height && head.y + head.height > box.y;
  for (let column = from; column <= to; column++) {
    const head = scene.heads[column];
    if (head) {
      if (meets(headBox(frame, head) ?? boxesOf(frame, head)[0] ?? null)) found.push(head.image.id);
      continue;
    }
    const group = scene.groups[scene.layout.columnBlock[column] ?? -1];
    if (group && meets(headBox(frame, group))) for (const { id } of group.images) found.push(id);
  }
  return [...new Set(found)];
}
