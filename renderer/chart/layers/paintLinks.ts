import { crossCurve } from './crossLinks';
import { leadsIn, linksIn } from './links';
import type { Paint } from './paint';
import { leadShape, lineWidth, type Point } from './shapes';

/** Where a chip is now, in the stretched coordinates of the canvas. */
export function chipPoint({ frame: { scene }, motion, transform }: Paint, chip: number): Point {
  const stretch = transform.kx / transform.k;
  const at = motion ? motion.chip(chip) : { x: scene.chipX(chip), y: scene.chipY(chip) };
  return { x: at.x * stretch, y: at.y };
}

/** Where a card is now, in the stretched coordinates of the canvas. */
export function cardPoint({ frame: { scene, pin }, motion, transform }: Paint, card: number): Point {
  const { cardX } = scene.metrics;
  const at = motion ? motion.card(card) : { x: cardX, y: scene.cardY(card) };
  // A pinned column is where it was in the scene before, too.
  const x = pin.by === 0 ? at.x : cardX + pin.by;
  return { x: (x * transform.kx) / transform.k, y: at.y };
}

/** Paints the edges in sight, as wide as the images that run through them; what is lit lies on top. */
export function paintLinks(paint: Paint): void {
  const { ctx, frame, palette, transform } = paint;
  const { scene, lit } = frame;
  const width = (scene.metrics.chipWidth * transform.kx) / transform.k;
  const links = linksIn(scene, frame.area);
  const draw = (chip: number): void => {
    const from = chipPoint(paint, scene.parentOf(chip));
    const to = chipPoint(paint, chip);
    const x0 = from.x + width;
    const middle = (x0 + to.x) / 2;
    ctx.beginPath();
    ctx.moveTo(x0, from.y);
    ctx.bezierCurveTo(middle, from.y, middle, to.y, to.x, to.y);
    ctx.strokeStyle = palette.line(scene.colourOf(chip));
    ctx.lineWidth = lineWidth(scene.through(chip));
    ctx.stroke();
  };
  ctx.globalAlpha = lit.size > 0 ? 0.26 : 0.45;
  for (const chip of links) if (!lit.hasChip(chip)) draw(chip);
  ctx.globalAlpha = 1;
  for (const chip of links) if (lit.hasChip(chip)) draw(chip);
}

/** Paints the leads from chips to the cards of the images that end there. */
export function paintLeads(paint: Paint): void {
  const { ctx, frame, palette, transform } = paint;
  const { scene, lit } = frame;
  const { metrics } = scene;
  const stretch = transform.kx / transform.k;
  const places = frame.chips.map(({ place }) => place);
  const leads = leadsIn(scene, frame.area, places);
  const isLit = (card: number): boolean =>
    lit.hasCard(card) && lit.hasChip(scene.layout.cardChip[card] as number);
  ctx.lineCap = 'round';
  // Many at a time: all bends of a colour are one path, and all level parts are one.
  const bends = new Map<number, number[]>();
  const level: { readonly x1: number; readonly x2: number; readonly y: number; readonly card: number }[] = [];
  for (const card of leads) {
    const chip = scene.layout.cardChip[card] as number;
    const from = chipPoint(paint, chip);
    const to = cardPoint(paint, card);
    const { x0, x1, x2 } = leadShape(
      { x: from.x / stretch, y: from.y },
      scene.folded(chip),
      metrics,
      frame.pin.by,
    );
    const straight = Math.abs(to.y - from.y) < 1;
    level.push({ x1: (straight ? x0 + 3 : x1) * stretch, x2: x2 * stretch, y: to.y, card });
    if (straight) continue;
    const colour = scene.colourOf(chip) * (isLit(card) ? -1 : 1);
    const list = bends.get(colour) ?? [];
    if (list.length === 0) bends.set(colour, list);
    list.push(x0 * stretch, from.y, x1 * stretch, to.y);
  }
  for (const [colour, points] of [...bends].sort(([a], [b]) => b - a)) {
    ctx.beginPath();
    for (let i = 0; i < points.length; i += 4) {
      const [x0, y0, x1, y1] = points.slice(i, i + 4) as [number, number, number, number];
      ctx.moveTo(x0, y0);
      ctx.bezierCurveTo((x0 + x1) / 2, y0, (x0 + x1) / 2, y1, x1, y1);
    }
    ctx.globalAlpha = colour < 0 ? 1 : 0.55;
    ctx.strokeStyle = palette.line(Math.abs(colour));
    ctx.lineWidth = colour < 0 ? 2 : 1.5;
    ctx.stroke();
  }
  ctx.globalAlpha = 0.55;
  ctx.strokeStyle = palette.get('text-3');
  ctx.lineWidth = 1.25;
  // Dots that are closer than a pixel are a line; drawing them one by one would only cost time.
  if (transform.k > 0.4) ctx.setLineDash([1, 4]);
  else ctx.globalAlpha = 0.2;
  ctx.beginPath();
  // A dotted line has its dots where it begins, so it is drawn from there, but not beyond what is in sight.
  const left = frame.area.left * stretch;
  for (const { x1, x2, y, card } of level) {
    if (isLit(card)) continue;
    ctx.moveTo(x1 < left ? x1 + Math.floor((left - x1) / 5) * 5 : x1, y);
    ctx.lineTo(Math.min(x2, frame.area.right * stretch), y);
  }
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
  ctx.lineWidth = 2;
  for (const { x1, x2, y, card } of level) {
    if (!isLit(card)) continue;
    ctx.beginPath();
    ctx.moveTo(x1, y);
    ctx.lineTo(x2, y);
    ctx.strokeStyle = palette.line(scene.colourOf(scene.layout.cardChip[card] as number));
    ctx.stroke();
  }
  ctx.lineCap = 'butt';
}

/** Paints cross links between chips that hold the same blob. */
export function paintCrossLinks(paint: Paint): void {
  const { ctx, frame, palette, transform } = paint;
  if (frame.crossLinks.length === 0) return;
  const { metrics } = frame.scene;
  const stretch = transform.kx / transform.k;
  ctx.strokeStyle = palette.get('text-2');
  ctx.lineWidth = 1.5;
  ctx.setLineDash([5, 4]);
  for (const { from, to } of frame.crossLinks) {
    const unstretched = ({ x, y }: Point): Point => ({ x: x / stretch, y });
    const [x0, y0, a, b, c, d, x1, y1] = crossCurve(
      unstretched(chipPoint(paint, from)),
      unstretched(chipPoint(paint, to)),
      metrics,
    ) as [number, number, number, number, number, number, number, number];
    ctx.beginPath();
    ctx.moveTo(x0 * stretch, y0);
    ctx.bezierCurveTo(a * stretch, b, c * stretch, d, x1 * stretch, y1);
    ctx.stroke();
  }
  ctx.setLineDash([]);
}
