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

/** Shortens a name in the middle: the beginning and the whole tag stay as long as there is room for them. */
export function fitName(text: string, room: number, font: string): string {
  if (textWidth(text, font) <= room) return text;
  const colon = text.lastIndexOf(':');
  const tail = colon > text.lastIndexOf('/') ? text.slice(colon) : text.slice(-6);
  const head = [...text.slice(0, text.length - tail.length)];
  if (textWidth(`…${tail}`, font) > room) return fitEnd(text, room, font);
  const kept = longest(
    head.length,
    (length) => textWidth(`${head.slice(0, length).join('')}…${tail}`, font) <= room,
  );
  return `${head.slice(0, kept).join('')}…${tail}`;
}
