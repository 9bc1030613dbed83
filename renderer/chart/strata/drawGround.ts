import { select } from 'd3';
import { fitNameTo, ShownTexts } from '../layers/fitApart';
import { fitEnd, textWidth } from '../layers/textFit';
import { fonts } from './fonts';
import { solidOf } from './fills';
import type { Frame, Layer } from './frame';
import { groupAbove } from './groups';
import type { FamilyItem, GroupItem, Scene } from './scene';

/** From the ground to the row of the open groups' brackets, and to that of the families; CSS pixels. */
const bracketRow = 13;
export const bracketHeight = 18;
const familyRow = 16;

/** Top of the families' feet below the ground. */
export const familyTop = (hasBrackets: boolean): number => familyRow + (hasBrackets ? bracketHeight + 2 : 0);

/** Whether groups can be opened and shut below the ground: where there are many images, or one is shut. */
export const hasGroups = ({ groups, input }: Scene): boolean =>
  input.input.grouped && (input.images.length > groupAbove || groups.some(({ shut }) => shut));

/** Open groups of a repository: each has a bracket below its columns. */
export const openGroups = (scene: Scene): readonly GroupItem[] =>
  hasGroups(scene)
    ? scene.groups.filter(({ shut, name, from, to }) => !shut && name.repository !== null && from <= to)
    : [];

/** Width that the foot of a family may take: up to the next family, or to the end of the drawing. */
function footRoom({ scene, grid }: Frame, family: FamilyItem): number {
  const at = scene.families.indexOf(family);
  const next = scene.families[at + 1];
  const end = next ? (grid.x0[next.from] ?? 0) - 20 : grid.width - 8;
  return end - (grid.x0[family.from] ?? 0);
}

/** Where the foot of a family is in sight: it stays while any of the family does. */
export function footBox(
  frame: Frame,
  family: FamilyItem,
): { readonly x: number; readonly y: number; readonly width: number } {
  const { grid, left, scene } = frame;
  const start = grid.x0[family.from] ?? 0;
  const room = footRoom(frame, family);
  const x = Math.max(start, Math.min(left + 22, start + room - 150));
  return {
    x,
    y: grid.base + familyTop(openGroups(scene).length > 0),
    width: start + room - x,
  };
}

/** Draws the ground, the families' feet and the brackets of open groups. */
export function drawGround(group: Layer, frame: Frame): void {
  const { scene, grid, palette, text, left, width } = frame;
  const { base } = grid;
  const start = Math.max(left, (grid.x0[0] ?? 0) - 10);
  const end = Math.min(left + width, grid.width - grid.metrics.right + 10);
  group
    .selectAll<SVGPathElement, number>('path.ground')
    .data([0])
    .join('path')
    .attr('class', 'ground')
    .attr('d', `M${start} ${base + 2.5}H${end}`);
  group
    .selectAll<SVGRectElement, number>('rect.bed')
    .data([0])
    .join('rect')
    .attr('class', 'bed')
    .attr('x', start)
    .attr('y', base + 3)
    .attr('width', Math.max(0, end - start))
    .attr('height', 7);
  const sees = (from: number, to: number): boolean =>
    (grid.x0[from] ?? 0) < left + width && (grid.x1[to] ?? 0) > left - 160;
  const feet = group
    .selectAll<SVGGElement, FamilyItem>('g.family')
    .data(
      scene.families.filter(({ from, to }) => sees(from, to)),
      ({ key }) => key,
    )
    .join((enter) => {
      const g = enter.append('g').attr('class', 'family');
      g.append('path').attr('class', 'chevron');
      g.append('rect').attr('width', 10).attr('height', 10).attr('rx', 3).attr('class', 'swatch');
      g.append('text').attr('class', 'name');
      g.append('text').attr('class', 'count');
      g.append('text').attr('class', 'note');
      return g;
    });
  const grouped = hasGroups(scene);
  const among = new ShownTexts(() => scene.families.map((family) => text.familyName(family)));
  feet.each(function (family) {
    const g = select(this);
    const { x, y, width: room } = footBox(frame, family);
    g.attr('transform', `translate(${x},${y})`);
    const foldable = grouped && family.group !== null;
    g.attr('display', room < 10 ? 'none' : null);
    g.select('.chevron')
      .attr('d', family.group?.shut === true ? 'M-10 3l4 4-4 4' : 'M-12 5l4 4 4-4')
      .attr('display', foldable ? null : 'none');
    g.select('.swatch').attr('x', 0).attr('y', 3).attr('fill', solidOf(palette, family.colour));
    const shown = room >= 64;
    const whole = text.familyName(family);
    const countWidth = textWidth(String(family.images), fonts.plain) + 6;
    // The name matters more: where the two do not fit, how many images there are is said by the card alone.
    const both = textWidth(whole, fonts.name) + countWidth <= room - 16;
    const count = both || room >= 160 ? String(family.images) : '';
    const nameRoom = Math.max(0, room - 16 - (count === '' ? 0 : countWidth));
    const name = fitNameTo(whole, among, nameRoom, fonts.name);
    g.select('.name')
      .attr('x', 16)
      .attr('y', 12)
      .text(shown ? name : '');
    g.select('.count')
      .attr('x', 16 + textWidth(name, fonts.name) + 6)
      .attr('y', 12)
      .text(shown ? count : '');
    g.select('.note')
      .attr('x', 0)
      .attr('y', 28)
      .text(shown ? fitEnd(text.familyNote(family), room, fonts.small) : '');
  });
  const brackets = group
    .selectAll<SVGGElement, GroupItem>('g.bracket')
    .data(
      openGroups(scene).filter(({ from, to }) => sees(from, to)),
      ({ key }) => key,
    )
    .join((enter) => {
      const g = enter.append('g').attr('class', 'bracket');
      g.append('path').attr('class', 'line');
      g.append('path').attr('class', 'chevron').attr('d', 'M1 5.5l3.5 3.5 3.5-3.5');
      g.append('text').attr('class', 'note').attr('x', 13).attr('y', 11);
      return g;
    });
  brackets.each(function (item) {
    const g = select(this);
    const x0 = grid.x0[item.from] ?? 0;
    const x1 = grid.x1[item.to] ?? 0;
    const x = Math.max(x0, Math.min(left + 8, x1 - 60));
    g.select('.line').attr('d', `M${x0} ${base + bracketRow}v3H${x1}v-3`);
    g.select('.chevron').attr('transform', `translate(${x},${base + bracketRow + 3})`);
    const words = fitEnd(text.groupTitle(item), x1 - x - 16, fonts.small);
    g.select('.note')
      .attr('transform', `translate(${x},${base + bracketRow + 3})`)
      .text(words === '…' ? '' : words);
  });
}

/** The open group or the family whose foot is at a point of the drawing. */
export function footAt(frame: Frame, x: number, y: number): GroupItem | null {
  const { scene, grid } = frame;
  const below = y - grid.base;
  const brackets = openGroups(scene);
  if (brackets.length > 0 && below >= bracketRow - 3 && below <= bracketRow + bracketHeight) {
    return brackets.find(({ from, to }) => x >= (grid.x0[from] ?? 0) && x <= (grid.x1[to] ?? 0)) ?? null;
  }
  const top = familyTop(brackets.length > 0);
  if (below < top - 2 || below > top + 34) return null;
  if (!hasGroups(scene)) return null;
  const found = scene.families.find((family) => {
    const box = footBox(frame, family);
    return x >= box.x - 14 && x <= box.x + Math.min(box.width, 260);
  });
  return found?.group ?? null;
}
