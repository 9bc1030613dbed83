import { layerTitle } from '../../../shared/graph/layerTitle';
import { dotsAtMost, emptyStepsOf } from './drawChips';
import { cardStack } from './drawCards';
import { pencil, workspacesIn } from './drawWorkspaces';
import { fonts, lineMargin } from './itemText';
import { roundBox, type Paint, type Pen } from './paint';
import { cardPoint, chipPoint } from './paintLinks';
import type { CardItem, ChipItem, GroupItem } from './scene';
import { fitText } from './textFit';

/** How much can be read: below 60 % one line that keeps its size, from far away repositories and strata. */
export type Detail = 'full' | 'less' | 'far';

/** What can be read at a scale: below 50 % a row has no room for a line. */
export const detailOf = (k: number): Detail => (k < 0.5 ? 'far' : k < 0.6 ? 'less' : 'full');

const kinds = new WeakMap<ChipItem, string>();

function kindOf(chip: ChipItem): string {
  let kind = kinds.get(chip);
  if (kind === undefined) kinds.set(chip, (kind = layerTitle(chip.main.createdBy).kind));
  return kind;
}

/** Paints the chips in sight as `drawChips` draws them. */
export function paintChips(paint: Paint, detail: Detail): void {
  const { ctx, frame, palette, texture, transform } = paint;
  const { scene, lit, selected, words } = frame;
  const width = (scene.metrics.chipWidth * transform.kx) / transform.k;
  const { chipHeight: height } = scene.metrics;
  const half = height / 2;
  for (const chip of frame.chips) {
    const { x, y } = chipPoint(paint, chip.place);
    const isLit = lit.hasChip(chip.place);
    const colour = palette.line(chip.colour);
    if (chip.run.length > 1) {
      ctx.fillStyle = palette.get('raised');
      ctx.strokeStyle = palette.get('line-strong');
      ctx.lineWidth = 1;
      for (const by of [6, 3]) {
        roundBox(ctx, x + by, y - half + by, width, height, 5);
        ctx.fill();
        ctx.stroke();
      }
    }
    roundBox(ctx, x, y - half, width, height, 5);
    const isFilled = isLit || detail !== 'full';
    ctx.fillStyle = isFilled ? palette.fill(chip.colour, chip.depth) : palette.get('raised');
    ctx.fill();
    ctx.lineWidth = isLit ? 1.5 : 1;
    ctx.strokeStyle = isLit ? colour : palette.get('line-strong');
    if (chip === frame.hovered) {
      ctx.lineWidth = 1.5;
      ctx.strokeStyle = palette.get('text');
    }
    if (selected.chip === chip.place || (frame.focusShown && chip === frame.focused)) {
      ctx.lineWidth = 2.5;
      ctx.strokeStyle = palette.get('focus');
    }
    ctx.stroke();
    paintEdge(ctx, x, y - half, height, colour, chip.dashed);
    if (isLit) {
      const pattern = texture(kindOf(chip));
      if (pattern) {
        ctx.save();
        // The pattern begins at the chip, as in the other drawing.
        ctx.translate(x, y);
        roundBox(ctx, 4, -half, width - 4, height, 5);
        ctx.fillStyle = pattern;
        ctx.fill();
        ctx.restore();
      }
    }
    ctx.textAlign = 'left';
    if (detail === 'less') {
      paintLine(paint, chip, x, y, palette.get('lin-ink'));
      continue;
    }
    const { title, foot, mono, amount } = words.chip(chip);
    ctx.font = fonts.title;
    ctx.fillStyle = palette.get(isLit ? 'lin-ink' : 'text');
    ctx.fillText(title, x + 12, y - 3);
    ctx.fillStyle = palette.get(isLit ? 'lin-ink-2' : 'text-3');
    ctx.font = mono ? fonts.mono : fonts.small;
    ctx.fillText(foot, x + 12, y + 11);
    ctx.font = fonts.small;
    ctx.textAlign = 'right';
    ctx.fillText(amount, x + width - 9, y + 11);
  }
  ctx.textAlign = 'left';
}

/** Paints the one line of an item that is seen small, as large as text always is. */
function paintLine(
  { ctx, frame, transform }: Paint,
  item: ChipItem | CardItem | GroupItem,
  x: number,
  y: number,
  ink: string,
): void {
  const { k, kx } = transform;
  const isName = item.kind === 'chip' || item.kind === 'group' || item.image.names.length > 0;
  const font = isName ? fonts.smallMedium : fonts.mono;
  ctx.font = font.replace('11px', `${11 / k}px`);
  ctx.fillStyle = ink;
  ctx.textAlign = 'left';
  ctx.fillText(frame.words.line(item, kx), x + lineMargin / k, y + 4 / k);
}

function paintEdge(ctx: Pen, x: number, y: number, height: number, colour: string, dashed: boolean): void {
  ctx.beginPath();
  ctx.moveTo(x + 4, y);
  ctx.lineTo(x + 4, y + height);
  ctx.arc(x + 5, y + height - 5, 5, Math.PI / 2 + 0.2, Math.PI);
  ctx.lineTo(x, y + 5);
  ctx.arc(x + 5, y + 5, 5, Math.PI, 1.5 * Math.PI - 0.2);
  ctx.closePath();
  if (!dashed) {
    ctx.fillStyle = colour;
    ctx.fill();
    return;
  }
  ctx.strokeStyle = colour;
  ctx.lineWidth = 3;
  ctx.setLineDash([4, 3]);
  ctx.stroke();
  ctx.setLineDash([]);
}

/** Paints the hollow dots of the empty steps in sight. */
export function paintEmptySteps(paint: Paint): void {
  const { ctx, frame, palette } = paint;
  if (!frame.emptySteps) return;
  const { chipHeight } = frame.scene.metrics;
  ctx.font = fonts.small;
  for (const chip of frame.chips) {
    const count = emptyStepsOf(chip);
    if (count === 0) continue;
    const at = chipPoint(paint, chip.place);
    const x = at.x + 10;
    const y = at.y + chipHeight / 2 + (chip.run.length > 1 ? 11 : 5);
    ctx.fillStyle = palette.get('surface');
    ctx.strokeStyle = palette.get('line-control');
    ctx.lineWidth = 1.5;
    for (let i = 0; i < Math.min(count, dotsAtMost); i++) {
      ctx.beginPath();
      ctx.arc(x + i * 9, y, 3, 0, 2 * Math.PI);
      ctx.fill();
      ctx.stroke();
    }
    if (count <= dotsAtMost) continue;
    ctx.fillStyle = palette.get('text-3');
    ctx.fillText(`+${count - dotsAtMost}`, x + dotsAtMost * 9, y + 4);
  }
}

/** Paints what pinned cards stand on, as `drawGround` draws it. */
export function paintGround({ ctx, frame, palette, transform }: Paint): void {
  const { pin, area } = frame;
  if (pin.by === 0) return;
  const stretch = transform.kx / transform.k;
  const x = pin.ground * stretch;
  ctx.fillStyle = palette.get('canvas');
  ctx.fillRect(x, area.top, area.right * stretch - x, area.bottom - area.top);
  ctx.fillStyle = palette.get('line');
  ctx.fillRect(x, area.top, 1, area.bottom - area.top);
}

/** Paints the cards in sight as `drawCards` draws them. */
export function paintCards(paint: Paint, detail: Detail): void {
  const { ctx, frame, palette, transform } = paint;
  const { scene, lit, selected } = frame;
  const width = (scene.metrics.cardWidth * transform.kx) / transform.k;
  const height = scene.metrics.chipHeight - 2;
  const half = height / 2;
  for (const card of frame.cards) {
    const { x, y } = cardPoint(paint, card.place);
    const isSelected = selected.cards.has(card.place);
    const nameless = card.kind === 'card' && card.image.names.length === 0;
    const isFocused = frame.focusShown && card === frame.focused;
    if (isSelected || isFocused) {
      roundBox(ctx, x - 3, y - half - 3, width + 6, height + 6, 11);
      ctx.strokeStyle = palette.get('focus');
      ctx.lineWidth = 2;
      ctx.stroke();
    }
    if (card.kind === 'group') {
      ctx.fillStyle = palette.get('surface');
      ctx.strokeStyle = palette.get('line-strong');
      ctx.lineWidth = 1;
      for (const by of cardStack) {
        roundBox(ctx, x + by, y - half + by, width, height, 8);
        ctx.fill();
        ctx.stroke();
      }
    }
    roundBox(ctx, x, y - half, width, height, 8);
    ctx.fillStyle = palette.get(isSelected ? 'accent' : nameless ? 'canvas' : 'surface');
    ctx.fill();
    if (!isSelected || card === frame.hovered) {
      const isLit = lit.hasCard(card.place);
      ctx.lineWidth = card === frame.hovered ? 1.5 : 1;
      ctx.strokeStyle = palette.get(
        card === frame.hovered ? 'text' : isLit ? 'text-2' : nameless ? 'line-control' : 'line-strong',
      );
      if (nameless) ctx.setLineDash([4, 3]);
      ctx.stroke();
      ctx.setLineDash([]);
    }
    if (detail === 'less') paintLine(paint, card, x, y, palette.get(isSelected ? 'text-on-accent' : 'text'));
    else paintCardWords(paint, card, x, y, isSelected);
  }
}

function paintCardWords(
  { ctx, frame, palette }: Paint,
  card: CardItem | GroupItem,
  x: number,
  y: number,
  isSelected: boolean,
): void {
  const { title, mono, badge, badgeWidth, badgeX, foot } = frame.words.card(card);
  const ink = (token: 'text' | 'text-2' | 'text-3'): string =>
    palette.get(isSelected ? 'text-on-accent' : token);
  ctx.textAlign = 'left';
  ctx.font = mono ? fonts.mono : fonts.title;
  ctx.fillStyle = ink('text');
  ctx.fillText(title, x + 9, y - 3);
  if (badgeWidth > 0) {
    roundBox(ctx, x + badgeX, y - 14, badgeWidth, 14, 7);
    ctx.fillStyle = isSelected ? 'rgba(255,255,255,0.22)' : palette.get('selected-quiet');
    ctx.fill();
    ctx.font = fonts.smallMedium;
    ctx.textAlign = 'center';
    ctx.fillStyle = ink('text-2');
    ctx.fillText(badge, x + badgeX + badgeWidth / 2, y - 3.5);
    ctx.textAlign = 'left';
  }
  ctx.font = fonts.small;
  ctx.fillStyle = ink('text-3');
  ctx.fillText(foot, x + 9, y + 11);
}

/** Paints workspaces as dashed children of their images' cards. */
export function paintWorkspaces(paint: Paint): void {
  const { ctx, frame, palette, transform, strokePath } = paint;
  const { workspaceWidth, workspaceGap, chipHeight } = frame.scene.metrics;
  const stretch = transform.kx / transform.k;
  const width = workspaceWidth * stretch;
  const height = chipHeight - 10;
  for (const item of workspacesIn(frame.scene, frame.area, frame.pin)) {
    const x = (item.x + frame.pin.by) * stretch;
    const isFocused = frame.focusShown && item === frame.focused;
    ctx.strokeStyle = palette.get('focus');
    ctx.lineWidth = 1.5;
    ctx.setLineDash([3, 3]);
    ctx.beginPath();
    ctx.moveTo(x - workspaceGap * stretch, item.y);
    ctx.lineTo(x, item.y);
    ctx.stroke();
    roundBox(ctx, x, item.y - height / 2, width, height, 7);
    ctx.fillStyle = palette.get('surface');
    ctx.fill();
    if (item === frame.hovered) {
      ctx.fillStyle = palette.get('accent-soft');
      ctx.fill();
    }
    ctx.setLineDash(isFocused ? [] : [4, 3]);
    ctx.lineWidth = isFocused ? 2.5 : 1.5;
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.save();
    ctx.translate(x + 9, item.y - 7);
    ctx.strokeStyle = palette.get('accent-text');
    ctx.lineWidth = 1.2;
    strokePath(pencil);
    ctx.restore();
    ctx.font = fonts.title;
    ctx.fillStyle = palette.get('text');
    ctx.fillText(fitText(item.name, workspaceWidth - 36, fonts.title), x + 27, item.y + 4);
  }
}
