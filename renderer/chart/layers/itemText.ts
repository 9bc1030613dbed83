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
    const mono = item.kind === 'card' && item.image.names.length === 0;
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
