import type { Group } from './frame';
import type { ChipItem, Scene } from './scene';
import { boxes } from './drawItems';
import { leadPath, lineWidth, linkPath } from './shapes';

/**
 * Everything as few large paths, for when more is in sight than can be read: one for the chips and a few for the edges
 * of each family, one for all cards. The browser paints a path of ten thousand boxes faster than it lays out as many
 * elements.
 */
export function drawFar(group: Group, scene: Scene): void {
  const { metrics } = scene;
  group.selectAll('*').remove();
  const byColour = new Map<number, ChipItem[]>();
  const byWidth = new Map<string, ChipItem[]>();
  for (const chip of scene.chips) {
    put(byColour, chip.colour, chip);
    if (chip.parent >= 0) {
      const width = Math.round(lineWidth(chip.run[0]?.imageCount ?? 1) / 3) * 3;
      put(byWidth, `${chip.colour} ${Math.max(1.5, width)}`, chip);
    }
  }
  group
    .append('path')
    .attr('class', 'leads')
    .attr(
      'd',
      scene.cards
        .map((card) => {
          const chip = scene.chips[card.chip];
          if (!chip) return '';
          const { bend, level } = leadPath(chip, card.y, metrics);
          return bend + level;
        })
        .join(''),
    );
  for (const [key, chips] of byWidth) {
    const [colour, width] = key.split(' ');
    group
      .append('path')
      .attr('class', 'link')
      .attr('stroke-width', width ?? null)
      .attr('d', chips.map((chip) => linkPath(scene.chips[chip.parent] as ChipItem, chip, metrics)).join(''))
      .style('stroke', `var(--lin-${colour})`);
  }
  for (const [colour, chips] of byColour) {
    group
      .append('path')
      .attr('class', 'chips')
      .attr('d', boxes(chips, metrics.chipWidth, metrics.chipHeight))
      .style('fill', `color-mix(in oklab, var(--lin-${colour}), var(--lin-${colour}-fill))`);
  }
  group
    .append('path')
    .attr('class', 'cards')
    .attr('d', boxes(scene.cards, metrics.cardWidth, metrics.chipHeight - 2));
}

function put<K>(map: Map<K, ChipItem[]>, key: K, chip: ChipItem): void {
  const list = map.get(key);
  if (list) list.push(chip);
  else map.set(key, [chip]);
}
