import { fitRepositoryApart, type ShownTexts } from '../layers/fitApart';
import { fitEnd, fitText, textWidth } from '../layers/textFit';
import { fonts } from './fonts';
import type { HeadWords } from './strataText';

/** A head line by line, as it fits a width. */
export interface HeadLines {
  readonly name: string;
  /** Whether the name stands in the smaller size, which lets it be whole. */
  readonly tight: boolean;
  /** One line, or two where one does not hold it; none where there is no tag. */
  readonly tag: readonly string[];
  readonly size: string;
  /** CSS pixels in all, with the room below. */
  readonly height: number;
}

export const nameLine = 15;
export const smallLine = 14;
/** Between a head and its stack. */
const below = 6;
const hanging = 1;
/** A head needs so much width. */
export const headFrom = 34;

/** Fits a head into `room` CSS pixels. The repository is shortened, and told from those of `among`; the tag is broken, and cut only when two lines are too few. */
export function headLines(words: HeadWords, room: number, among: ShownTexts | null = null): HeadLines {
  if (room < headFrom) return { name: '', tight: false, tag: [], size: '', height: 0 };
  const tagFont = words.dangling ? fonts.mono : fonts.small;
  const tag = words.tag === '' ? [] : breakTag(words.tag, room, tagFont);
  const size = textWidth(words.size, fonts.small) <= room ? words.size : '';
  const { name, tight } = fitName(words, room, among);
  return {
    name,
    tight,
    tag,
    size,
    height: nameLine + smallLine * (tag.length + (size === '' ? 0 : 1)) + below,
  };
}

function fitName(
  { name, dangling }: HeadWords,
  room: number,
  among: ShownTexts | null,
): Pick<HeadLines, 'name' | 'tight'> {
  const last = name.slice(name.lastIndexOf('/') + 1);
  const font = dangling ? fonts.dangling : fonts.name;
  const small = dangling ? fonts.tightDangling : fonts.tightName;
  const tight = textWidth(last, font) > room;
  const used = tight ? small : font;
  const fits = (text: string): boolean => textWidth(text, used) <= room;
  const shown = fitRepositoryApart(name, among, fits, `${used} ${room}`);
  return { name: shown ?? fitEnd(last, room, used), tight };
}

/** Breaks a tag in two, after a hyphen, a dot or an underscore where there is one in the right place. */
function breakTag(tag: string, room: number, font: string): string[] {
  if (textWidth(tag, font) <= room) return [tag];
  let cut = 0;
  for (let i = 1; i < tag.length; i++) {
    // A hyphen at the end of a line may hang over.
    if (textWidth(tag.slice(0, i - 1), font) > room - hanging) break;
    if (/[-._+]/.test(tag[i - 1] ?? '')) cut = i;
  }
  const rest = tag.slice(cut);
  if (cut === 0 || textWidth(rest, font) > room) {
    cut = 0;
    while (cut < tag.length && textWidth(tag.slice(0, cut + 1), font) <= room) cut++;
    cut = Math.max(1, cut);
  }
  return [tag.slice(0, cut), fitText(tag.slice(cut), room, font)];
}
