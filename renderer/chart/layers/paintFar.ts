import type { BlockItem } from './blocks';
import { FarColumns } from './farColumns';
import type { Target } from './target';
import { fonts } from './itemText';
import type { Paint, Pen } from './paint';
import { fitEnd, textWidth } from './textFit';

/** Blocks of cards are at least this high, CSS pixels: a line of text with its margins. */
export const blockHeight = 19;
/** Blocks of layers from this height on have their title. */
const titleHeight = 15;
/** A title is cut to no fewer letters than these. */
const lettersFrom = 5;
/** What is less high than this is drawn together with its neighbours, CSS pixels. */
const quantum = 2;
/** From this height on a block stands apart from the next one, CSS pixels. */
const gapFrom = 6;

/**
 * Paints the drawing from far away, where chips and cards are too small to read: every layer as high as the rows of all
 * that stands on it, so that a family is an outcrop of strata; cards as blocks, each of one repository where it has
 * enough rows. Coordinates are CSS pixels of the element. Costs what the element has room for, however many there are.
 */
export function paintFar(paint: Paint, blocks: readonly BlockItem[]): void {
  const columns = new FarColumns(paint.frame.scene, paint.transform);
  const [first, last] = columns.within(paint.frame.area.width);
  for (let column = first; column <= last; column++) paintColumn(paint, column, columns);
  paintBlocks(paint, blocks, columns);
}

function paintColumn(paint: Paint, column: number, columns: FarColumns): void {
  const { frame, transform } = paint;
  const { scene, area, selected } = frame;
  const { space } = scene;
  const x = columns.x(column);
  const width = columns.width(column);
  const chips = space.blocksIn(column, area.top, area.bottom, quantum / transform.k);
  const boxes = chips.map((chip): Block => {
    const y = space.spanTop(chip) * transform.k + transform.y;
    const height = Math.max((space.spanBottom(chip) - space.spanTop(chip)) * transform.k, quantum);
    return { chip, y, height, free: apart(height) };
  });
  paintGaps(paint, boxes, x, column > 0 ? columns.gap(column - 1) : 0);
  paintBoxes(paint, boxes, x, width, column);
  for (const { chip, y, height } of boxes) {
    const isMarked = chip === selected.chip || isChip(frame.hovered, chip) || isChip(frame.focused, chip);
    if (height >= titleHeight) paintChipWords(paint, chip, x, y, y + height, width);
    if (isMarked) paintMark(paint, chip, x, y, width, height);
  }
}

/** A layer seen from far away, CSS pixels. */
interface Block {
  readonly chip: number;
  readonly y: number;
  readonly height: number;
  /** What is free at its lower end. */
  readonly free: number;
}

const isChip = (target: Target | null, chip: number): boolean =>
  target?.kind === 'chip' && target.place === chip;

/** What is free below a block before the next one begins. */
const apart = (height: number): number => (height >= gapFrom ? 1 : height >= 3 ? 0.5 : 0);

/**
 * Blocks of one colour that nothing parts, made into one: most blocks are a few pixels high, and each rectangle costs as
 * much as a large one.
 */
function joined(blocks: readonly Block[], colourOf: (chip: number) => string): readonly Block[] {
  const found: { chip: number; y: number; height: number; free: number }[] = [];
  let last: (typeof found)[number] | undefined;
  for (const block of blocks) {
    const end = block.y + block.height;
    if (
      last?.free === 0 &&
      block.free === 0 &&
      block.y <= last.y + last.height + 0.01 &&
      colourOf(block.chip) === colourOf(last.chip)
    )
      last.height = Math.max(last.height, end - last.y);
    else found.push((last = { ...block }));
  }
  return found;
}

/** Paints rectangles of many blocks, those of one colour at once. */
function paintInColours(
  ctx: Pen,
  blocks: readonly Block[],
  colourOf: (chip: number) => string,
  box: (block: Block) => void,
): void {
  let colour = '';
  for (const block of blocks) {
    const next = colourOf(block.chip);
    if (next !== colour) {
      if (colour !== '') ctx.fill();
      ctx.beginPath();
      ctx.fillStyle = colour = next;
    }
    box(block);
  }
  if (colour !== '') ctx.fill();
}

/** Paints what joins blocks to the ones they stand on. */
function paintGaps(paint: Paint, blocks: readonly Block[], x: number, gap: number): void {
  if (gap <= 0) return;
  const { ctx, frame, palette } = paint;
  const { scene, lit } = frame;
  const line = (chip: number): string => palette.line(scene.colourOf(chip));
  for (const isLit of lit.size > 0 ? [false, true] : [false]) {
    ctx.globalAlpha = isLit ? 0.55 : 0.16;
    const some = lit.size > 0 ? blocks.filter(({ chip }) => lit.hasChip(chip) === isLit) : blocks;
    paintInColours(ctx, joined(some, line), line, ({ y, height, free }) =>
      ctx.rect(x - gap, y, gap, height - free),
    );
  }
  ctx.globalAlpha = 1;
}

function paintBoxes(paint: Paint, blocks: readonly Block[], x: number, width: number, column: number): void {
  const { ctx, frame, palette } = paint;
  const { scene, lit } = frame;
  const fill = (chip: number): string => palette.fill(scene.colourOf(chip), column);
  for (const isLit of lit.size > 0 ? [false, true] : [false]) {
    const some = lit.size > 0 ? blocks.filter(({ chip }) => lit.hasChip(chip) === isLit) : blocks;
    ctx.globalAlpha = lit.size > 0 && !isLit ? 0.5 : 1;
    paintInColours(ctx, joined(some, fill), fill, ({ y, height, free }) => {
      if (height > 8 && free > 0) ctx.roundRect(x, y, width, height - free, 3);
      else ctx.rect(x, y, width, height - free);
    });
    if (!isLit) continue;
    ctx.lineWidth = 1;
    for (const { chip, y, height } of some) {
      if (height < gapFrom) continue;
      ctx.strokeStyle = palette.line(scene.colourOf(chip));
      ctx.strokeRect(x + 0.5, y + 0.5, width - 1, height - 2);
    }
  }
  ctx.globalAlpha = 1;
}

/** The outline of what is selected, hovered or focused. */
function paintMark(paint: Paint, chip: number, x: number, y: number, width: number, height: number): void {
  const { ctx, frame, palette } = paint;
  const isSelected = chip === frame.selected.chip;
  const isFocused = frame.focusShown && isChip(frame.focused, chip);
  if (!isSelected && !isFocused && !isChip(frame.hovered, chip)) return;
  ctx.strokeStyle = palette.get(isSelected || isFocused ? 'focus' : 'text');
  ctx.lineWidth = isSelected || isFocused ? 2.5 : 1.5;
  ctx.strokeRect(x + 1, y + 1, width - 2, Math.max(2, height - 2));
}

/** The title of a block of a layer, in the middle of its part in sight. */
function paintChipWords(
  { ctx, frame, palette }: Paint,
  place: number,
  x: number,
  y0: number,
  y1: number,
  width: number,
): void {
  const { scene, text, area } = frame;
  const room = width - 12;
  const from = Math.max(y0, 0);
  const to = Math.min(y1, area.height);
  if (to - from < titleHeight || room < 16) return;
  const chip = scene.chip(place);
  const title = titleIn(text.title(chip), room);
  const tall = to - from >= 2 * titleHeight + 4;
  if (title === '' && !tall) return;
  const middle = (from + to) / 2;
  ctx.textAlign = 'left';
  ctx.font = fonts.smallMedium;
  ctx.fillStyle = palette.get('lin-ink');
  ctx.fillText(title, x + 6, tall ? middle - 3 : middle + 4);
  if (!tall) return;
  ctx.font = fonts.small;
  ctx.fillStyle = palette.get('lin-ink-2');
  const foot = text
    .blockFoot(scene.imagesAbove(place), chip)
    .find((words) => textWidth(words, fonts.small) <= room);
  ctx.fillText(foot ?? '', x + 6, title === '' ? middle + 4 : middle + 11);
}

/** A title shortened to its room; '' where so little is left of it that it would say nothing. */
function titleIn(whole: string, room: number): string {
  const title = fitEnd(whole, room, fonts.smallMedium);
  return title !== whole && title.length <= lettersFrom ? '' : title;
}

function paintBlocks(paint: Paint, blocks: readonly BlockItem[], columns: FarColumns): void {
  const { ctx, frame, palette, transform } = paint;
  const { scene, text, selected, area } = frame;
  const { cardX: x, cardWidth: width } = columns;
  ctx.textAlign = 'left';
  for (const block of blocks) {
    const y0 = block.top * transform.k + transform.y;
    const height = (block.bottom - block.top) * transform.k;
    ctx.beginPath();
    ctx.roundRect(x, y0 + 0.5, width, Math.max(1, height - 2), Math.min(4, height / 3));
    ctx.fillStyle = palette.get('surface');
    ctx.fill();
    const isHovered = frame.hovered?.kind === 'block' && frame.hovered.key === block.key;
    ctx.strokeStyle = palette.get(isHovered ? 'text' : 'line-strong');
    ctx.lineWidth = isHovered ? 1.5 : 1;
    ctx.stroke();
    // Selected and focused cards are marks on their block, at their own rows.
    let chosen = 0;
    for (let card = block.from; selected.cards.size > 0 && card < block.to; card++) {
      if (!selected.cards.has(card)) continue;
      chosen++;
      ctx.fillStyle = palette.get('accent');
      const y = scene.cardY(card) * transform.k + transform.y;
      ctx.fillRect(x - 5, y - 1.5, 4, 3);
    }
    const { focused } = frame;
    if (
      frame.focusShown &&
      focused?.kind === 'card' &&
      focused.place >= block.from &&
      focused.place < block.to
    ) {
      ctx.strokeStyle = palette.get('focus');
      ctx.lineWidth = 2;
      ctx.strokeRect(x - 2, y0 - 1.5, width + 4, height + 2);
    }
    const from = Math.max(y0, 0);
    const to = Math.min(y0 + height, area.height);
    if (to - from < titleHeight) continue;
    const all = block.to - block.from;
    ctx.font = fonts.smallMedium;
    ctx.fillStyle = palette.get(chosen === all ? 'accent-text' : 'text');
    const room = width - 14;
    const group = text.group(block.images, (shown) => textWidth(shown, fonts.smallMedium) <= room);
    const words = fitEnd(group, room, fonts.smallMedium);
    ctx.fillText(words, x + 7, (from + to) / 2 + 4);
  }
}
