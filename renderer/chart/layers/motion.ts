import { easeCubicInOut } from 'd3';
import type { CardItem, ChipItem, GroupItem, Scene } from './scene';
import type { Point } from './shapes';

/** How long things take to slide to their new places, milliseconds (design: charts re-arranging). */
const time = 360;

/** Things on their way from where they stood in one scene to where they stand in the next. */
export class Motion {
  private share = 0;
  private began = -1;

  /** `shift`: how far the view itself moved between the scenes, in units of the drawing. */
  constructor(
    private readonly from: Scene,
    private readonly to: Scene,
    private readonly shift: Point = { x: 0, y: 0 },
  ) {}

  /** Takes the time of a frame, milliseconds; true until everything has arrived. */
  advance(now: number): boolean {
    if (this.began < 0) this.began = now;
    const passed = Math.min(1, (now - this.began) / time);
    this.share = easeCubicInOut(passed);
    return passed < 1;
  }

  /** Where a chip is now: its middle left. */
  chip(place: number): Point {
    const before = this.from.chipOf(this.to.chip(place).last.chainId);
    return this.between(before, { x: this.to.chipX(place), y: this.to.chipY(place) });
  }

  /** Where a card is now. */
  card(place: number): Point {
    const item = this.to.card(place);
    const image = item.kind === 'card' ? item.image : item.images[0];
    const before: CardItem | GroupItem | ChipItem | null = image ? this.from.cardOf(image.id) : null;
    return this.between(before, item);
  }

  private between(before: Point | null, to: Point): Point {
    if (!before) return to;
    const x = before.x + this.shift.x;
    const y = before.y + this.shift.y;
    return { x: x + (to.x - x) * this.share, y: y + (to.y - y) * this.share };
  }
}
