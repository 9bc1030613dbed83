import { fitEnd, textWidth } from '../layers/textFit';
import { fonts } from './fonts';

/** Words of a band. */
export interface BandWords {
  readonly title: string;
  readonly size: string;
  readonly shared: string;
}

/** One text of a band's label: where it stands in the band, and in which of the label's styles. */
export interface LabelPart {
  readonly text: string;
  /** What follows it on the same line, after a space of its own; '' for nothing. */
  readonly after: string;
  /** CSS pixels from the band's corner; `y` is the baseline. */
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly style: 'title' | 'tight' | 'size' | 'small';
}

/** Bands lower than that carry no text. */
export const labelFrom = 17;
const inset = 10;
export const between = 8;
/** Text may turn out a little wider than it was measured. */
const slack = 4;
/** A band from this width on has its label on one line, from the left. */
const wideFrom = 150;
/** From this width on it says who shares it, too. */
const sharedFrom = 300;
const twoLines = 30;
const threeLines = 44;
const line = 14;

/**
 * What fits into a band of that width and height: the title with the size, on one line or below each other; of a low narrow
 * band the title or the size, whichever fits; of a lower one nothing.
 */
export function bandLabel(
  { title, size, shared }: BandWords,
  width: number,
  height: number,
): readonly LabelPart[] {
  if (height < labelFrom || width < 28) return [];
  const sizeWidth = textWidth(size, fonts.small);
  const titleWidth = textWidth(title, fonts.label);
  const one = width - 2 * inset;
  if (width > wideFrom || (height < twoLines && titleWidth + between + sizeWidth <= one)) {
    const y = height / 2 + 4;
    const sharedWidth = shared === '' ? 0 : textWidth(shared, fonts.small) + 16;
    const says = width > sharedFrom && titleWidth + between + sizeWidth + sharedWidth <= one;
    const room = one - between - sizeWidth - slack;
    const text = fitEnd(title, room, fonts.label);
    const parts: LabelPart[] = [{ text, after: size, x: inset, y, anchor: 'start', style: 'title' }];
    if (says && shared !== '')
      parts.push({ text: shared, after: '', x: width - inset, y, anchor: 'end', style: 'size' });
    return parts;
  }
  const room = width - 8;
  const x = width / 2;
  const part = (text: string, y: number, style: LabelPart['style']): LabelPart => ({
    text,
    after: '',
    x,
    y,
    anchor: 'middle',
    style,
  });
  const small = textWidth(size, fonts.small) <= room ? size : '';
  if (height < twoLines) {
    const text = textWidth(title, fonts.tight) <= room ? title : small;
    return text === '' ? [] : [part(text, height / 2 + 4, text === title ? 'tight' : 'small')];
  }
  const titles = height >= threeLines ? wrap(title, room) : [fitEnd(title, room, fonts.tight)];
  const shown = titles.filter((text) => text !== '…' && text !== '');
  const lines = shown.length + (small === '' ? 0 : 1);
  const first = height / 2 - (lines * line) / 2 + 10.5;
  return [
    ...shown.map((text, i) => part(text, first + i * line, 'tight')),
    ...(small === '' ? [] : [part(small, first + shown.length * line, 'small')]),
  ];
}

/** A title on one line or two, broken between words. */
function wrap(title: string, room: number): string[] {
  if (textWidth(title, fonts.tight) <= room) return [title];
  const words = title.split(' ');
  let first = '';
  let used = 0;
  for (const word of words) {
    const longer = first === '' ? word : `${first} ${word}`;
    if (textWidth(longer, fonts.tight) > room) break;
    first = longer;
    used++;
  }
  if (used === 0) return [fitEnd(title, room, fonts.tight)];
  return [first, fitEnd(words.slice(used).join(' '), room, fonts.tight)];
}
