import { interrupt, type BaseType, type Selection } from 'd3';
import { crossPath, type CrossLink } from './crossLinks';
import type { Frame, Group } from './frame';
import { leadsIn, linksIn } from './links';
import type { CardItem, ChipItem, GroupItem } from './scene';
import { leadPath, lineWidth, linkPath } from './shapes';
import { slide } from './slide';

function shape<T>(
  paths: Selection<SVGPathElement, T, BaseType, unknown>,
  entered: Selection<SVGPathElement, T, BaseType, unknown>,
  path: (item: T) => string,
  animate: boolean,
): void {
  entered.attr('d', path);
  if (!animate) {
    paths
      .each(function () {
        interrupt(this);
      })
      .attr('d', path);
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
export function drawLinks(group: Group, frame: Frame): void {
  const { scene, lit } = frame;
  const shown = linksIn(scene, frame.area).map((chip) => scene.chip(chip));
  const links = group.selectAll<SVGPathElement, ChipItem>('path').data(shown, ({ key }) => key);
  links.exit().remove();
  const entered = links.enter().append('path');
  const all = entered.merge(links);
  const path = (chip: ChipItem): string => linkPath(scene.chip(chip.parent), chip, scene.metrics);
  shape(all, entered, path, frame.animate);
  all
    .attr('class', (chip) => (lit.hasChip(chip.place) ? 'lit' : null))
    .attr('stroke-width', (chip) => lineWidth(scene.through(chip.place)))
    .style('stroke', ({ colour }) => `var(--lin-${colour})`)
    // What is lit lies on top.
    .filter((chip) => lit.hasChip(chip.place))
    .raise();
}

/** Draws the leads from chips to the cards of the images that end there. */
export function drawLeads(group: Group, frame: Frame): void {
  const { scene, lit } = frame;
  const places = frame.chips.map((chip) => chip.place);
  const shown = leadsIn(scene, frame.area, places).map((card) => scene.card(card));
  const path =
    (part: 'bend' | 'level') =>
    (card: CardItem | GroupItem): string =>
      leadPath(scene.chip(card.chip), scene.folded(card.chip), card.y, scene.metrics, frame.pin.by)[part];
  for (const part of ['bend', 'level'] as const) {
    const leads = group
      .selectAll<SVGPathElement, CardItem | GroupItem>(`path.${part}`)
      .data(shown, ({ key }) => key);
    leads.exit().remove();
    const entered = leads.enter().append('path');
    const all = entered.merge(leads);
    shape(all, entered, path(part), false);
    all
      .attr('class', (card) => `${part} ${lit.hasCard(card.place) && lit.hasChip(card.chip) ? 'lit' : ''}`)
      .style('--c', ({ colour }) => `var(--lin-${colour})`);
  }
}

/** Draws cross links between chips that hold the same blob. */
export function drawCrossLinks(group: Group, frame: Frame): void {
  const { scene } = frame;
  const links = group.selectAll<SVGPathElement, CrossLink>('path').data(frame.crossLinks, ({ key }) => key);
  links.exit().remove();
  links
    .enter()
    .append('path')
    .merge(links)
    .attr('d', ({ from, to }) => crossPath(scene.chip(from), scene.chip(to), scene.metrics));
}
