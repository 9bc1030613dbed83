import type { ChartText } from './chartText';
import type { CardItem, ChipItem, GroupItem, Scene } from './scene';
import { fitNameTo } from './fitApart';
import { fitEnd, textWidth } from './textFit';

/** Fonts of the chart, as CSS shorthands. */
export const fonts = {
  title: '500 12px "Inter Variable", sans-serif',
  small: '400 11px "Inter Variable", sans-serif',
  smallMedium: '500 11px "Inter Variable", sans-serif',
  mono: '400 11px "JetBrains Mono Variable", monospace',
} as const;

/** What is free left and right of a single line, CSS pixels. */
export const lineMargin = 6;

/** Whether a card shows an ID, for want of a name. */
const isMono = (item: CardItem | GroupItem): boolean => item.kind === 'card' && item.image.names.length === 0;

/** What stands on a chip, shortened to its room. */
export interface ChipWords {
  readonly title: string;
  readonly foot: string;
  readonly mono: boolean;
  readonly amount: string;
}

/** What stands on a card, shortened to its room. */
export interface CardWords {
  readonly title: string;
  readonly mono: boolean;
  readonly badge: string;
  /** Width of the badge with its margins; 0 for none. */
  readonly badgeWidth: number;
  /** Where the title ends and the badge begins, from the card's left edge. */
  readonly badgeX: number;
  readonly foot: string;
}

/** The words of a scene's items; each is measured and shortened once. */
export class ItemText {
  private readonly chips: ChipWords[] = [];
  private readonly cards: CardWords[] = [];
  /** Of the last scale at which boxes had room for one line alone. */
  private lines = { scale: 0, chips: [] as string[], cards: [] as string[] };

  constructor(
    private readonly scene: Scene,
    private readonly text: ChartText,
  ) {}

  chip(item: ChipItem): ChipWords {
    return (this.chips[item.place] ??= this.makeChip(item));
  }

  card(item: CardItem | GroupItem): CardWords {
    return (this.cards[item.place] ??= this.makeCard(item));
  }

  /**
   * What stands on an item whose box is seen smaller than it was made, `scale` times as wide: one line, whose letters keep their
   * size in CSS pixels ({@link fonts}: `smallMedium`, `mono` for an image without a name).
   */
  line(item: ChipItem | CardItem | GroupItem, scale: number): string {
    if (this.lines.scale !== scale) this.lines = { scale, chips: [], cards: [] };
    const { chips, cards } = this.lines;
    if (item.kind === 'chip') return (chips[item.place] ??= this.chipLine(item, scale));
    return (cards[item.place] ??= this.cardLine(item, scale));
  }

  private chipLine(item: ChipItem, scale: number): string {
    return fitEnd(
      this.text.title(item),
      this.scene.metrics.chipWidth * scale - 2 * lineMargin,
      fonts.smallMedium,
    );
  }

  private cardLine(item: CardItem | GroupItem, scale: number): string {
    const room = this.scene.metrics.cardWidth * scale - 2 * lineMargin;
    const font = isMono(item) ? fonts.mono : fonts.smallMedium;
    const name = this.text.name(item, (shown) => textWidth(shown, font) <= room);
    return item.kind === 'group' || isMono(item)
      ? fitEnd(name, room, font)
      : fitNameTo(name, this.text.among, room, font);
  }

  private makeChip(item: ChipItem): ChipWords {
    const room = this.scene.metrics.chipWidth - 21;
    const amount = this.text.size(item);
    const { text: words, mono } = this.text.foot(item);
    const free = room - 6 - textWidth(amount, fonts.small);
    // A part of an ID is none: it is whole or not there.
    const whole = !mono || textWidth(words, fonts.mono) <= free;
    const foot = mono ? (whole ? words : '') : fitEnd(words, free, fonts.small);
    return { title: fitEnd(this.text.title(item), room, fonts.title), foot, mono, amount };
  }

  private makeCard(item: CardItem | GroupItem): CardWords {
    const { text } = this;
    const width = this.scene.metrics.cardWidth;
    const mono = isMono(item);
    const font = mono ? fonts.mono : fonts.title;
    const wide = (badge: string): number =>
      badge === '' ? 0 : Math.min(96, textWidth(badge, fonts.small) + 12);
    const roomBeside = (taken: number): number => width - 18 - (taken === 0 ? 0 : taken + 6);
    let badge = text.badge(item);
    // A second name is no reason to cut the first one: then they are counted.
    if (textWidth(text.name(item), font) > roomBeside(wide(badge))) badge = text.count(item);
    const badgeWidth = wide(badge);
    const room = roomBeside(badgeWidth);
    const name = text.name(item, (shown) => textWidth(shown, font) <= room);
    const title =
      mono || item.kind === 'group' ? fitEnd(name, room, font) : fitNameTo(name, text.among, room, font);
    return {
      title,
      mono,
      badge: fitEnd(badge, badgeWidth - 6, fonts.small),
      badgeWidth,
      badgeX: 9 + textWidth(title, font) + 6,
      foot: fitEnd(text.below(item), width - 18, fonts.small),
    };
  }
}
