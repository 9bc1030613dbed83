import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chartInput } from '../../../renderer/chart/layers/input';
import { layoutLayers } from '../../../renderer/chart/layers/layout';
import { leadsIn, linksIn } from '../../../renderer/chart/layers/links';
import { itemAt } from '../../../renderer/chart/layers/hitTest';
import { metricsFor } from '../../../renderer/chart/layers/metrics';
import { pinOf, unpinned } from '../../../renderer/chart/layers/pin';
import { ViewTransform } from '../../../renderer/chart/layers/viewTransform';
import { makeScene } from '../../../renderer/chart/layers/scene';
import { indexGraph } from '../../../shared/graph/indexGraph';
import { randomGraph } from '../../setup/randomGraph';

const index = indexGraph(randomGraph({ images: 150, layers: 700, seed: 5 }));
const input = chartInput(index, {
  images: new Set(index.graph.images.map(({ id }) => id)),
  onlyTagged: false,
  foldFrom: 2,
  unfolded: new Set(),
});
const layout = layoutLayers(input.input);
const scene = makeScene(input, layout, index, metricsFor(layout, 900, 700));
const { metrics, space } = scene;
const half = metrics.chipHeight / 2;
const places = Array.from({ length: scene.chipCount }, (_, i) => i);
const cards = Array.from({ length: scene.cardCount }, (_, i) => i);

const areas = fc
  .tuple(
    fc.double({ min: -100, max: metrics.width + 100, noNaN: true }),
    fc.double({ min: -100, max: metrics.height + 100, noNaN: true }),
    fc.double({ min: 0, max: 900, noNaN: true }),
    fc.double({ min: 0, max: 900, noNaN: true }),
  )
  .map(([left, top, width, height]) => ({ left, top, right: left + width, bottom: top + height }));

describe('what is at a place is found as by looking at everything', () => {
  test('chips in an area', () => {
    fc.assert(
      fc.property(areas, (area) => {
        const all = places.filter((chip) => {
          const [x, y] = [scene.chipX(chip), scene.chipY(chip)];
          return (
            x <= area.right &&
            x + metrics.chipWidth >= area.left &&
            y - half <= area.bottom &&
            y + half >= area.top
          );
        });
        expect(space.chipsIn(area).sort((a, b) => a - b)).toEqual(all);
      }),
    );
  });

  test('cards in rows', () => {
    fc.assert(
      fc.property(areas, ({ top, bottom }) => {
        const [from, to] = space.cardsIn(top, bottom);
        const all = cards.filter((card) => {
          const y = scene.cardY(card);
          return y - half < bottom && y + half >= top;
        });
        expect(cards.slice(from, to)).toEqual(all);
      }),
    );
  });

  test('the item at a point', () => {
    fc.assert(
      fc.property(areas, ({ left: x, top: y }) => {
        const boxes = [
          ...places.map((place) => ({ item: scene.chip(place), width: metrics.chipWidth })),
          ...cards.map((place) => ({ item: scene.card(place), width: metrics.cardWidth })),
        ];
        const found = boxes.find(
          ({ item, width }) => x >= item.x && x <= item.x + width && Math.abs(item.y - y) <= half,
        );
        expect(itemAt(scene, x, y, unpinned)).toBe(found?.item ?? null);
      }),
    );
  });

  test('the item at a point of a view in which the cards are pinned', () => {
    fc.assert(
      fc.property(
        areas,
        fc.double({ min: -metrics.width, max: 200, noNaN: true }),
        ({ left: x, top: y }, at) => {
          const pin = pinOf(metrics, new ViewTransform(1, at, 0), 900);
          const boxes = [
            ...cards.map((place) => ({ item: scene.card(place), width: metrics.cardWidth })),
            ...(x >= pin.ground
              ? []
              : places.map((place) => ({ item: scene.chip(place), width: metrics.chipWidth }))),
          ];
          const found = boxes.find(({ item, width }) => {
            const from = item.x + (item.kind === 'chip' ? 0 : pin.by);
            return x >= from && x <= from + width && Math.abs(item.y - y) <= half;
          });
          expect(itemAt(scene, x, y, pin)).toBe(found?.item ?? null);
        },
      ),
    );
  });

  test('every line whose end is in sight is drawn, and none twice', () => {
    fc.assert(
      fc.property(areas, (area) => {
        const links = linksIn(scene, area);
        expect(new Set(links).size).toBe(links.length);
        const drawn = new Set(links);
        for (const chip of places) {
          const parent = scene.parentOf(chip);
          if (parent < 0) continue;
          const [x, y] = [scene.chipX(chip), scene.chipY(chip)];
          const sees = x >= area.left && x <= area.right && y >= area.top && y <= area.bottom;
          if (sees) expect(drawn.has(chip)).toBe(true);
        }
        const leads = leadsIn(scene, area, space.chipsIn(area));
        expect(new Set(leads).size).toBe(leads.length);
      }),
    );
  });

  test('the layer whose subtree is at a height of the far view', () => {
    fc.assert(
      fc.property(fc.nat({ max: layout.columns - 1 }), areas, (column, { top: y }) => {
        const found = places.find(
          (chip) => layout.column[chip] === column && space.spanTop(chip) < y && y <= space.spanBottom(chip),
        );
        expect(space.spanAt(column, y)).toBe(found ?? -1);
      }),
    );
  });

  test('the next chip of a column', () => {
    for (const chip of places) {
      const column = places
        .filter((other) => scene.chip(other).column === scene.chip(chip).column)
        .sort((a, b) => scene.chipY(a) - scene.chipY(b));
      const at = column.indexOf(chip);
      expect(space.beside(chip, -1)).toBe(column[at - 1] ?? -1);
      expect(space.beside(chip, 1)).toBe(column[at + 1] ?? -1);
    }
  });
});
