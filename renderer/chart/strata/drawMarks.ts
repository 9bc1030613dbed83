import { solidOf } from './fills';
import { chosenOf, type Frame, type Layer } from './frame';
import { headBox, linesOf } from './drawHeads';
import { bandBox, blockBox, columnTop, type BandItem, type Box, type GroupItem, type Item } from './scene';
import { chosenRuns, outline, ownRoots } from './selected';

function rects(layer: Layer, name: string, boxes: readonly Box[], grow: number, radius: number): void {
  layer
    .selectAll<SVGRectElement, Box>(`rect.${name}`)
    .data([...boxes])
    .join('rect')
    .attr('class', name)
    .attr('x', ({ x }) => x - grow)
    .attr('y', ({ y }) => y - grow)
    .attr('width', ({ width }) => Math.max(0, width + 2 * grow))
    .attr('height', ({ height }) => Math.max(0, height + 2 * grow))
    .attr('rx', radius);
}

function paths(
  layer: Layer,
  name: string,
  list: readonly { readonly d: string; readonly stroke?: string }[],
): void {
  layer
    .selectAll<SVGPathElement, { d: string; stroke?: string }>(`path.${name}`)
    .data([...list])
    .join('path')
    .attr('class', name)
    .attr('d', ({ d }) => d)
    .attr('stroke', ({ stroke }) => stroke ?? null);
}

/** What lies below the bands: grounds of selected columns, stitches between the parts of broken bands, blocks' grounds. */
export function drawBelow(layer: Layer, frame: Frame): void {
  const { scene, grid, palette, pieces, far } = frame;
  // A painting has its own: over it they would colour the bands.
  rects(layer, 'chosen', far ? [] : chosenGrounds(frame), 0, 6);
  const blocks = blocksIn(frame);
  rects(
    layer,
    'block',
    blocks.map((group) => blockBox(grid, scene, group)),
    1,
    4,
  );
  const broken = new Map<number, BandItem>();
  for (const piece of pieces) {
    const band = scene.bands[piece] as BandItem;
    if (band.parts > 1) broken.set(band.place, band);
  }
  paths(
    layer,
    'stitch',
    [...broken.values()].map((band) => ({ d: seam(frame, band), stroke: solidOf(palette, band.colour) })),
  );
}

/** The grounds behind selected columns in sight, from above their heads down. */
export function chosenGrounds(frame: Frame): readonly Box[] {
  const { scene, grid, from, to, selection } = frame;
  if (selection.images.size === 0) return [];
  const isChosen = (column: number): boolean => {
    const head = scene.heads[column];
    if (head) return selection.images.has(head.image.id);
    const block = scene.groups[scene.layout.columnBlock[column] ?? -1];
    return block !== undefined && chosenOf(block, selection) > 0;
  };
  const half = grid.metrics.gap / 2;
  return chosenRuns(scene, from, to, isChosen).map((run) => {
    let top = grid.base;
    for (let column = run.from; column <= run.to; column++) {
      const head = scene.heads[column] ?? scene.groups[scene.layout.columnBlock[column] ?? -1] ?? null;
      const box = head && headBox(frame, head);
      top = Math.min(top, box ? box.y - 8 : columnTop(grid, scene, column));
    }
    const x = (grid.x0[run.from] ?? 0) - half;
    return { x, y: top, width: (grid.x1[run.to] ?? 0) + half - x, height: grid.base - top };
  });
}

/** Blocks in sight. */
export function blocksIn({ scene, from, to }: Frame): readonly GroupItem[] {
  const found = new Set<GroupItem>();
  for (let column = from; column <= to; column++) {
    const group = scene.groups[scene.layout.columnBlock[column] ?? -1];
    if (group) found.add(group);
  }
  return [...found];
}

/** A line through the middle of a broken band from its first part to its last, as far as it is in sight. */
function seam({ scene, grid, left, width }: Frame, band: BandItem): string {
  const pieces = (scene.piecesOf[band.place] ?? []).map((piece) => scene.bands[piece] as BandItem);
  const { y, height } = bandBox(grid, band);
  const first = pieces[0];
  const last = pieces[pieces.length - 1];
  if (!first || !last) return '';
  const from = Math.max(left - 10, grid.x1[first.to] ?? 0);
  const to = Math.min(left + width + 10, grid.x0[last.from] ?? 0);
  return from < to ? `M${from} ${y + height / 2}H${to}` : '';
}

/** What lies above the bands: outlines of what only the selection holds, of the selected layer, of hover and focus. */
export function drawAbove(layer: Layer, frame: Frame): void {
  const { scene, grid, selection, hovered, focused, from, to } = frame;
  const own: { d: string }[] = [];
  for (const root of ownRoots(scene, selection)) {
    for (const piece of scene.piecesOf[root] ?? []) {
      const band = scene.bands[piece] as BandItem;
      if (band.to < from || band.from > to) continue;
      own.push({ d: outline(grid, scene, root, band.from, band.to) });
    }
  }
  paths(layer, 'own', own);
  const chosen = selection.layer === null ? undefined : scene.input.placeOfLayer.get(selection.layer);
  const chosenBands = (chosen === undefined ? [] : (scene.piecesOf[chosen] ?? [])).map(
    (piece) => scene.bands[piece] as BandItem,
  );
  rects(
    layer,
    'chosen-band',
    chosenBands.map((band) => bandBox(grid, band)),
    1,
    4,
  );
  const hoveredBands =
    hovered?.kind === 'band'
      ? (scene.piecesOf[hovered.place] ?? []).map((piece) => scene.bands[piece] as BandItem)
      : [];
  paths(
    layer,
    'seam',
    hoveredBands.length > 1 && hoveredBands[0] ? [{ d: seam(frame, hoveredBands[0]) }] : [],
  );
  const hoverBoxes = hoveredBands.map((band) => bandBox(grid, band));
  if (hovered && hovered.kind !== 'band') hoverBoxes.push(...boxesOf(frame, hovered));
  rects(layer, 'hovered', hoverBoxes, 1, 4);
  rects(layer, 'focus', focused ? boxesOf(frame, focused) : [], 1, 5);
}

/** The boxes of an item: a band, a head, a block with its head. */
export function boxesOf(frame: Frame, item: Item): Box[] {
  const { scene, grid } = frame;
  if (item.kind === 'band') return [bandBox(grid, item)];
  if (item.kind === 'group') {
    if (!item.shut) return [];
    const block = blockBox(grid, scene, item);
    const head = linesOf(frame, item).height;
    return [{ x: block.x - 2, y: block.y - head, width: block.width + 4, height: block.height + head }];
  }
  const box = headBox(frame, item);
  if (box) return [box];
  const x = grid.x0[item.column] ?? 0;
  const y = columnTop(grid, scene, item.column);
  return [{ x, y, width: (grid.x1[item.column] ?? 0) - x, height: grid.base - y }];
}

/** The line from the hover card to its band: down the gap on the band's left, then into it. */
export function drawLeader(
  layer: Layer,
  frame: Frame,
  leader: { readonly x: number; readonly y: number } | null,
): void {
  const { hovered, grid } = frame;
  const band = leader && hovered?.kind === 'band' ? hovered : null;
  const box = band && bandBox(grid, band);
  const middle = box ? box.y + box.height / 2 : 0;
  paths(layer, 'leader', box && leader ? [{ d: `M${leader.x} ${leader.y}V${middle}H${box.x}` }] : []);
  layer
    .selectAll<SVGCircleElement, Box>('circle.leader-end')
    .data(box && leader ? [box] : [])
    .join('circle')
    .attr('class', 'leader-end')
    .attr('cx', ({ x }) => x + 1)
    .attr('cy', middle)
    .attr('r', 3.5);
}

/** Where the leader of a band runs: in the gap on its left, before a family in the free room there. */
export function leaderX({ scene, grid }: Frame, band: BandItem): number {
  const x = grid.x0[band.from] ?? 0;
  const first = scene.families.some(({ from }) => from === band.from);
  return first ? x - Math.min(12, grid.metrics.familyGap / 2) : x - grid.metrics.gap / 2;
}

/** A frame that a person drags over heads. */
export function drawMarquee(layer: Layer, box: Box | null): void {
  rects(layer, 'marquee', box ? [box] : [], 0, 2);
}
