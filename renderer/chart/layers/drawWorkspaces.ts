import { select } from 'd3';
import { domId, type Frame, type Group } from './frame';
import type { Pin } from './pin';
import type { Scene, WorkspaceItem } from './scene';
import type { Area } from './spatialIndex';
import { fitText } from './textFit';

const font = '500 12px "Inter Variable", sans-serif';
/** The sign of a workspace, 13 CSS pixels high. */
export const pencil = 'M8.25 2.25 1.5 9 1 12l3-.5 6.75-6.75zM7 3.5l2.5 2.5';

/** Workspaces whose boxes or leads meet an area, moved by a pin. */
export function workspacesIn(
  { metrics, workspaces }: Scene,
  area: Area,
  { by }: Pin,
): readonly WorkspaceItem[] {
  const { workspaceWidth, workspaceGap, chipHeight } = metrics;
  return workspaces.filter(
    ({ x, y }) =>
      x + by - workspaceGap < area.right &&
      x + by + workspaceWidth > area.left &&
      Math.abs(2 * y - area.top - area.bottom) < area.bottom - area.top + chipHeight,
  );
}

/** Draws workspaces as dashed children of their images' cards, each with a dashed lead. */
export function drawWorkspaces(group: Group, frame: Frame): void {
  const { scene, text } = frame;
  const { workspaceWidth: width, workspaceGap: gap, chipHeight } = scene.metrics;
  const height = chipHeight - 10;
  const shown = workspacesIn(scene, frame.area, frame.pin);
  const items = group.selectAll<SVGGElement, WorkspaceItem>('g.workspace').data(shown, ({ key }) => key);
  items.exit().remove();
  const entered = items.enter().append('g').attr('id', domId).attr('role', 'treeitem');
  entered.each(function () {
    const g = select(this);
    g.append('path').attr('class', 'lead');
    g.append('rect').attr('class', 'body').attr('rx', 7);
    g.append('path').attr('class', 'pencil').attr('d', pencil);
    g.append('text').attr('class', 'title');
  });
  const all = entered.merge(items);
  all
    .attr('transform', ({ x, y }) => `translate(${x + frame.pin.by},${y})`)
    .attr(
      'class',
      (item) =>
        `workspace ${item === frame.hovered ? 'hovered' : ''} ${item === frame.focused ? 'focused' : ''}`,
    )
    .attr('aria-label', ({ name }) => text.workspaceLabel(name));
  all.select('.lead').attr('d', `M${-gap} 0H0`);
  all
    .select('.body')
    .attr('y', -height / 2)
    .attr('width', width)
    .attr('height', height);
  all.select('.pencil').attr('transform', 'translate(9,-7)');
  all
    .select('.title')
    .attr('x', 27)
    .attr('y', 4)
    .text(({ name }) => fitText(name, width - 36, font));
}
