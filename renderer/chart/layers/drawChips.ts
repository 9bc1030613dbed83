import { select } from 'd3';
import { layerTitle } from '../../../shared/graph/layerTitle';
import { chipEnd } from './behindNames';
import { domId, type Frame, type Group } from './frame';
import type { ChipItem } from './scene';
import { depthShift, edgePath } from './shapes';
import { place } from './slide';

/** The fill of a chip in a lit lineage: its family's colour, deeper for older layers (design: colour). */
function lineageFill({ colour, depth }: ChipItem): string {
  const { darker, paler } = depthShift(depth);
  return `oklch(from var(--lin-${colour}-fill) calc(l + ${darker} * var(--lin-depth-step) * 0.55) calc(c * (var(--lin-chroma) - ${paler})) h)`;
}

/** Draws the chips in sight. */
export function drawChips(group: Group, frame: Frame): void {
  const { scene, text, words, lit, selected } = frame;
  const { chipWidth: width, chipHeight: height } = scene.metrics;
  const chips = group.selectAll<SVGGElement, ChipItem>('g.chip').data(frame.chips, ({ key }) => key);
  chips.exit().remove();
  const entered = chips.enter().append('g').attr('id', domId).attr('role', 'treeitem');
  entered.each(function (chip) {
    const g = select(this);
    if (chip.run.length > 1)
      for (const offset of [6, 3]) g.append('rect').attr('class', 'stack').attr('data-by', offset);
    g.append('rect').attr('class', 'body').attr('rx', 5);
    g.append('path').attr('class', `edge ${chip.dashed ? 'dashed' : ''}`);
    g.append('rect')
      .attr('class', `texture ${layerTitle(chip.main.createdBy).kind}`)
      .attr('rx', 5);
    g.append('text').attr('class', 'title');
    g.append('text').attr('class', 'foot');
    g.append('text').attr('class', 'amount');
  });
  const all = entered.merge(chips);
  place(all, entered, frame);
  const top = -height / 2;
  const middle = height / 2;
  all
    .attr(
      'class',
      (chip) =>
        `chip ${lit.hasChip(chip.place) ? 'lit' : ''} ${selected.chip === chip.place ? 'selected' : ''} ${
          chip === frame.hovered ? 'hovered' : ''
        } ${chip === frame.focused ? 'focused' : ''}`,
    )
    .attr('clip-path', (chip) => chipEnd(chip, frame))
    .attr('aria-label', (chip) => text.chipLabel(chip))
    .attr('aria-selected', (chip) => selected.chip === chip.place)
    .style('--c', ({ colour }) => `var(--lin-${colour})`)
    .style('--f', lineageFill);
  all.select('.body').attr('y', top).attr('width', width).attr('height', height);
  all
    .select('.texture')
    .attr('x', 4)
    .attr('y', top)
    .attr('width', width - 4)
    .attr('height', height);
  all.select('.edge').attr('transform', `translate(0,${top})`).attr('d', edgePath(height));
  all.selectAll<SVGRectElement, unknown>('.stack').each(function () {
    const by = Number(this.getAttribute('data-by'));
    select(this)
      .attr('x', by)
      .attr('y', top + by)
      .attr('rx', 5)
      .attr('width', width)
      .attr('height', height);
  });
  all
    .select<SVGTextElement>('.title')
    .attr('x', 12)
    .attr('y', top + middle - 3)
    .text((chip) => words.chip(chip).title);
  all
    .select<SVGTextElement>('.amount')
    .attr('x', width - 9)
    .attr('y', top + middle + 11)
    .text((chip) => words.chip(chip).amount);
  all
    .select<SVGTextElement>('.foot')
    .attr('x', 12)
    .attr('y', top + middle + 11)
    .attr('class', (chip) => (words.chip(chip).mono ? 'foot mono' : 'foot'))
    .text((chip) => words.chip(chip).foot);
}

/** More empty steps than this are told by their number. */
export const dotsAtMost = 8;

/** History steps without a layer that follow a chip's layers. */
export const emptyStepsOf = ({ run }: ChipItem): number =>
  run.reduce((sum, { emptySteps }) => sum + emptySteps.length, 0);

/** Hollow dots for the history steps that changed no files, after the layer that they follow. */
export function drawEmptySteps(group: Group, frame: Frame): void {
  const { chipHeight } = frame.scene.metrics;
  const shown = frame.emptySteps ? frame.chips.filter((chip) => emptyStepsOf(chip) > 0) : [];
  const rows = group.selectAll<SVGGElement, ChipItem>('g.steps').data(shown, ({ key }) => key);
  rows.exit().remove();
  const all = rows.enter().append('g').attr('class', 'steps').merge(rows);
  all.attr(
    'transform',
    ({ x, y, run }) => `translate(${x + 10},${y + chipHeight / 2 + (run.length > 1 ? 11 : 5)})`,
  );
  all.each(function (chip) {
    const count = emptyStepsOf(chip);
    const dots = select(this)
      .selectAll('circle')
      .data(Array.from({ length: Math.min(count, dotsAtMost) }));
    dots.exit().remove();
    dots
      .enter()
      .append('circle')
      .attr('r', 3)
      .attr('cx', (_, i) => i * 9);
    const more = select(this)
      .selectAll<SVGTextElement, number>('text')
      .data(count > dotsAtMost ? [count - dotsAtMost] : []);
    more.exit().remove();
    more
      .enter()
      .append('text')
      .merge(more)
      .attr('x', dotsAtMost * 9)
      .attr('y', 4)
      .text((rest) => `+${rest}`);
  });
}
