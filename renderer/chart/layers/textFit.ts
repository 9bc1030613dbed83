import { splitName } from '../../../shared/image/reference';

let context: CanvasRenderingContext2D | null = null;
const widths = new Map<string, number>();

/** Width of a text in CSS pixels; remembered. `font` is a CSS font shorthand. Where nothing can be drawn, 7 a letter. */
export function textWidth(text: string, font: string): number {
  const key = `${font}\n${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (typeof document !== 'undefined') context ??= document.createElement('canvas').getContext('2d');
    if (!context) return text.length * 7;
    context.font = font;
    width = context.measureText(text).width;
    if (widths.size > 20_000) widths.clear();
    widths.set(key, width);
  }
  return width;
}

/** Forgets all widths, after the fonts have come. */
export function forgetWidths(): void {
  widths.clear();
}

function longest(count: number, fits: (length: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Shortens at the end to `room` CSS pixels, with an ellipsis. */
export function fitEnd(text: string, room: number, font: string): string {
  if (text === '') return '';
  if (textWidth(text, font) <= room) return text;
  const letters = [...text];
  const kept = longest(
    letters.length,
    (length) => textWidth(`${letters.slice(0, length).join('').trimEnd()}…`, font) <= room,
  );
  return `${letters.slice(0, kept).join('').trimEnd()}…`;
}

/**
 * A repository as it fits: whole, else without so many of its first parts as are too much (what images are told apart by stands last),
 * else its last part alone, shortened in the middle; null where not even three letters fit.
 */
export function fitRepository(repository: string, fits: Fits): string | null {
  if (fits(repository)) return repository;
  // Measured by halves: a peer's name may have ten thousand letters, or as many parts.
  const slashes = [...repository.matchAll(/\//g)].map(({ index }) => index);
  const shown = (count: number): string => `…${repository.slice(slashes[slashes.length - count])}`;
  const parts = longest(slashes.length, (count) => fits(shown(count)));
  if (parts > 0) return shown(parts);
  return fitMiddle(repository.slice(repository.lastIndexOf('/') + 1), fits);
}

/** Whether what would be shown has room. */
export type Fits = (shown: string) => boolean;

/** So many letters of a text, its end and its start, with an ellipsis between them; `ends`: which part of them stands at the end. */
function inMiddle(letters: readonly string[], kept: number, ends = 0.5): string {
  if (kept >= letters.length) return letters.join('');
  const end = Math.floor(kept * ends);
  return `${letters.slice(0, kept - end).join('')}…${letters.slice(letters.length - end).join('')}`;
}

/** A text as it fits: whole, else shortened in the middle; null where not even three letters fit. */
export function fitMiddle(text: string, fits: Fits): string | null {
  if (fits(text)) return text;
  const letters = [...text];
  const kept = longest(letters.length - 1, (count) => fits(inMiddle(letters, count)));
  return kept > 2 ? inMiddle(letters, kept) : null;
}

/** {@link fitMiddle} to `room` CSS pixels; at its end where nothing else fits. */
export function fitText(text: string, room: number, font: string): string {
  return fitMiddle(text, (shown) => textWidth(shown, font) <= room) ?? fitEnd(text, room, font);
}

/** An image's name in the parts that are shortened, each after the other. */
export interface NameParts {
  /** Registry and namespaces, with the last slash. */
  readonly lead: string;
  readonly last: string;
  /** With what parts it from the repository. */
  readonly tag: string;
}

/** A repository keeps so many letters before its tag is cut; a tag of no more letters than the second never is. */
const keeps = { repository: 5, tag: 8 } as const;
/** What tells tags apart stands at their ends more often. */
const tagEnds = 2 / 3;

/**
 * The parts of a name as they fit. First registry and namespaces give way, then the middle of the repository, until a few letters
 * are left, then the middle of the tag: neither vanishes beside the other while there is room for both. Null where there is not.
 */
export function fitNameParts(name: string, fits: Fits): NameParts | null {
  const { repository } = splitName(name);
  const tag = name.slice(repository.length);
  const slash = repository.lastIndexOf('/') + 1;
  const last = repository.slice(slash);
  if (fits(name)) return { lead: repository.slice(0, slash), last, tag };
  const head = fitRepository(repository, (shown) => fits(`${shown}${tag}`));
  if (head !== null && (head.endsWith(last) || [...head].length > keeps.repository)) {
    const lead = head.endsWith(last) ? head.slice(0, head.length - last.length) : '';
    return { lead, last: head.slice(lead.length), tag };
  }
  const letters = [...last];
  const tagLetters = [...tag];
  if (tagLetters.length <= keeps.tag + 1) {
    if (head !== null) return { lead: '', last: head, tag };
    // How it begins and ends is more than nothing.
    const few = longest(Math.min(2, letters.length - 1), (kept) => fits(`${inMiddle(letters, kept)}${tag}`));
    if (few === 2) return { lead: '', last: inMiddle(letters, few), tag };
    return tag !== '' && fits(`…${tag}`) ? { lead: '', last: '…', tag } : null;
  }
  const mark = tag.slice(0, 1);
  const shortTag = (kept: number): string => `${mark}${inMiddle(tagLetters.slice(1), kept, tagEnds)}`;
  const both = longest(Math.max(letters.length, tagLetters.length - 1), (kept) =>
    fits(`${inMiddle(letters, kept)}${shortTag(kept)}`),
  );
  if (both < 3) return null;
  // What the shorter one leaves is the other's.
  const first = inMiddle(letters, both);
  const ofTag = Math.max(
    both,
    longest(tagLetters.length - 1, (kept) => fits(`${first}${shortTag(kept)}`)),
  );
  const ofLast = Math.max(
    both,
    longest(letters.length, (kept) => fits(`${inMiddle(letters, kept)}${shortTag(ofTag)}`)),
  );
  return { lead: '', last: inMiddle(letters, ofLast), tag: shortTag(ofTag) };
}

/** {@link fitNameParts} in one text; where there is no room for both, the whole is shortened in its middle, or null. */
export function fitNamed(name: string, fits: Fits): string | null {
  const parts = fitNameParts(name, fits);
  return parts ? `${parts.lead}${parts.last}${parts.tag}` : fitMiddle(name, fits);
}

/** {@link fitNamed} to `room` CSS pixels; at its end where nothing else fits. */
export function fitName(name: string, room: number, font: string): string {
  return fitNamed(name, (shown) => textWidth(shown, font) <= room) ?? fitEnd(name, room, font);
}
