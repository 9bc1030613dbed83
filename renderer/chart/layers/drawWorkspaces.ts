import { select } from 'd3';
import { domId, type Frame, type Group } from './frame';
import type { WorkspaceItem } from './scene';
import { fitEnd } from './textFit';

const font = '500 12px "Inter Variable", sans-serif';
const pencil = 'M8.25 2.25 1.5 9 1 12l3-.5 6.75-6.75zM7 3.5l2.5 2.5';

/** Draws workspaces as dashed children of their images' cards, each with a dashed lead. */
export function drawWorkspaces(group: Group, frame: Frame, far: boolean): void {
  const { scene, text } = frame;
  const { workspaceWidth: width, workspaceGap: gap, chipHeight } = scene.metrics;
  const height = chipHeight - 10;
  const shown = scene.workspaces.filter(
    (item) =>
      item === frame.focused || (!far && frame.sees(item.x - gap, item.y - height / 2, width + gap, height)),
  );
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
    .attr('transform', ({ x, y }) => `translate(${x},${y})`)
    .attr(
      'class',
      (item) =>
        `workspace ${item === frame.hovered ? 'hovered' : ''} ${item === frame.focused ? 'focused' : ''}`,
    )
    .attr('aria-label', ({ name }) => text.workspaceLabel(name))
    .attr('aria-level', ({ card }) => (scene.cards[card]?.image.layers.length ?? 0) + 2);
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
    .text(({ name }) => fitEnd(name, width - 36, font));
}
