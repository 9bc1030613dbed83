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
export function fitRepository(repository: string, fits: (shown: string) => boolean): string | null {
  if (fits(repository)) return repository;
  // Measured by halves: a peer's name may have ten thousand letters, or as many parts.
  const slashes = [...repository.matchAll(/\//g)].map(({ index }) => index);
  const shown = (count: number): string => `…${repository.slice(slashes[slashes.length - count])}`;
  const parts = longest(slashes.length, (count) => fits(shown(count)));
  if (parts > 0) return shown(parts);
  return fitMiddle(repository.slice(repository.lastIndexOf('/') + 1), fits);
}

/** A text as it fits: whole, else shortened in the middle; null where not even three letters fit. */
function fitMiddle(text: string, fits: (shown: string) => boolean): string | null {
  if (fits(text)) return text;
  const letters = [...text];
  const inMiddle = (kept: number): string => {
    const end = Math.floor(kept / 2);
    return `${letters.slice(0, kept - end).join('')}…${letters.slice(letters.length - end).join('')}`;
  };
  const kept = longest(letters.length - 1, (count) => fits(inMiddle(count)));
  return kept > 2 ? inMiddle(kept) : null;
}

/**
 * Shortens a name to `room` CSS pixels: the tag stays whole as long as there is room for it, before it {@link fitRepository}; what
 * has no room for its tag is shortened in the middle. */
export function fitName(text: string, room: number, font: string): string {
  if (textWidth(text, font) <= room) return text;
  const colon = text.lastIndexOf(':');
  const tail = colon > text.lastIndexOf('/') ? text.slice(colon) : '';
  const fits = (shown: string): boolean => textWidth(`${shown}${tail}`, font) <= room;
  const head = fitRepository(text.slice(0, text.length - tail.length), fits);
  if (head !== null) return `${head}${tail}`;
  if (fits('…')) return `…${tail}`;
  return fitMiddle(text, (shown) => textWidth(shown, font) <= room) ?? fitEnd(text, room, font);
}
