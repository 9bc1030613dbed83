import { type BaseType, type Selection } from 'd3';
import type { Frame, Group } from './frame';
import type { CardItem, ChipItem } from './scene';
import { leadPath, lineWidth, linkPath } from './shapes';

const slide = 220;

function shape<T>(
  paths: Selection<SVGPathElement, T, BaseType, unknown>,
  entered: Selection<SVGPathElement, T, BaseType, unknown>,
  path: (item: T) => string,
  animate: boolean,
): void {
  entered.attr('d', path);
  if (!animate) {
    paths.interrupt().attr('d', path);
    return;
  }
  paths
    .filter(function (item) {
      return this.getAttribute('d') !== path(item);
    })
    .transition()
    .duration(slide)
    .attr('d', path);
}

/** Draws the edges in sight: as wide as the images that run through them. */
export function drawLinks(group: Group, frame: Frame, far: boolean): void {
  const { scene, lit } = frame;
  const { chipWidth, columnPitch, metrics } = { ...scene.metrics, metrics: scene.metrics };
  const shown = scene.chips.filter((chip) => {
    const below = scene.chips[chip.parent];
    if (!below) return false;
    if (far) return lit.chips.has(chip.place) && lit.chips.has(chip.parent);
    const top = Math.min(below.y, chip.y) - 12;
    return frame.sees(below.x + chipWidth, top, columnPitch - chipWidth, Math.abs(below.y - chip.y) + 24);
  });
  const links = group.selectAll<SVGPathElement, ChipItem>('path').data(shown, ({ key }) => key);
  links.exit().remove();
  const entered = links.enter().append('path');
  const all = entered.merge(links);
  shape(all, entered, (chip) => linkPath(scene.chips[chip.parent] as ChipItem, chip, metrics), frame.animate);
  all
    .attr('class', (chip) => (lit.chips.has(chip.place) ? 'lit' : null))
    .attr('stroke-width', (chip) => lineWidth(chip.run[0]?.imageCount ?? 1))
    .style('stroke', ({ colour }) => `var(--lin-${colour})`)
    // What is lit lies on top.
    .filter((chip) => lit.chips.has(chip.place))
    .raise();
}

/** Draws the leads from chips to the cards of the images that end there. */
export function drawLeads(group: Group, frame: Frame, far: boolean): void {
  const { scene, lit } = frame;
  const { metrics } = scene;
  const shown = scene.cards.filter((card) => {
    const chip = scene.chips[card.chip];
    if (!chip) return false;
    if (far) return lit.cards.has(card.place) && lit.chips.has(card.chip);
    const top = Math.min(chip.y, card.y) - 2;
    return frame.sees(chip.x + metrics.chipWidth, top, metrics.cardX - chip.x, Math.abs(chip.y - card.y) + 4);
  });
  const path = (part: 'bend' | 'level') => (card: CardItem) =>
    leadPath(scene.chips[card.chip] as ChipItem, card.y, metrics)[part];
  for (const part of ['bend', 'level'] as const) {
    const leads = group.selectAll<SVGPathElement, CardItem>(`path.${part}`).data(shown, ({ key }) => key);
    leads.exit().remove();
    const entered = leads.enter().append('path');
    const all = entered.merge(leads);
    shape(all, entered, path(part), false);
    all
      .attr(
        'class',
        (card) => `${part} ${lit.cards.has(card.place) && lit.chips.has(card.chip) ? 'lit' : ''}`,
      )
      .style('--c', ({ colour }) => `var(--lin-${colour})`);
  }
}
