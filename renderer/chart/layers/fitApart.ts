import type { ImageNode } from '../../../shared/graph/imageGraph';
import { splitName } from '../../../shared/image/reference';
import { visibleText } from '../../../shared/text/format';
import { fitEnd, fitNamed, fitRepository, textWidth, type Fits } from './textFit';

/** How one text is cut, whatever others there are; null where nothing of it fits. */
export type Cut = (text: string, fits: Fits) => string | null;

/** Texts that are looked at, of those that end alike, and groups that are told apart together. */
const bounds = { looked: 4000, alike: 300, together: 48 } as const;

const reversed = (text: string): string => [...text].reverse().join('');

/** The texts that are shown in one view, or one list of it: what each is to be told from. */
export class ShownTexts {
  /** By their ends; made when the first one is cut. */
  private sorted: readonly (readonly [end: string, text: string])[] | null = null;

  private readonly made = new Map<string, string | null>();

  /** `texts`: as they are shown whole; read when the first one is cut. */
  constructor(private readonly texts: () => Iterable<string>) {}

  /** What was made before for a key, else what `make` gives. */
  once(key: string, make: () => string | null): string | null {
    let found = this.made.get(key);
    if (found !== undefined) return found;
    found = make();
    if (this.made.size > 20_000) this.made.clear();
    this.made.set(key, found);
    return found;
  }

  /** The texts other than this that `cut` makes the same of: it is what is cut off that tells them apart. */
  alike(text: string, shown: string, cut: (other: string) => string | null): readonly string[] {
    const chunks = shown.split('…');
    const [first = ''] = chunks;
    const last = reversed(chunks.at(-1) ?? '');
    const sorted = (this.sorted ??= this.sort());
    const found: string[] = [];
    // Those that end alike for longest are next to it.
    const at = this.placeOf(reversed(text));
    for (const step of [-1, 1]) {
      for (let i = step < 0 ? at - 1 : at, looked = 0; looked < bounds.looked; i += step, looked++) {
        const [end, other] = sorted[i] ?? [];
        if (end === undefined || other === undefined || !end.startsWith(last)) break;
        if (found.length >= bounds.alike) break;
        if (other === text || !(first === '' || other.includes(first))) continue;
        if (cut(other) === shown) found.push(other);
      }
    }
    return found;
  }

  private placeOf(end: string): number {
    const sorted = this.sorted ?? [];
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle]?.[0] ?? '') < end) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private sort(): readonly (readonly [string, string])[] {
    return [...new Set(this.texts())]
      .map((text) => [reversed(text), text] as const)
      .sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  }
}

/** Where a text differs from others, as far as each goes with it. */
function differences(letters: readonly string[], others: readonly (readonly string[])[]): readonly number[] {
  const found = new Set<number>();
  for (const other of others) {
    let same = 0;
    while (same < letters.length && same < other.length && letters[same] === other[same]) same++;
    found.add(same);
  }
  return [...found].sort((one, other) => one - other);
}

/** The letters at some places, with so many of their neighbours, and ellipses for what is between. */
function around(letters: readonly string[], places: readonly number[], reach: number): string {
  let shown = '';
  let end = 0;
  for (const place of places) {
    const from = Math.max(end, Math.min(place, letters.length) - reach);
    const to = Math.min(letters.length, place + reach + 1);
    if (to <= end) continue;
    // An ellipsis for one letter saves none.
    shown += from > end + 1 ? '…' : letters.slice(end, from).join('');
    shown += letters.slice(from, to).join('');
    end = to;
  }
  return shown + (end + 1 < letters.length ? '…' : letters.slice(end).join(''));
}

/** How a text may be shown among others that are cut alike, best first: with its tail whole, else without, and with as much around as fits. */
function* ways(text: string, others: readonly string[], tail: string, fits: Fits): Iterable<string> {
  for (const kept of tail === '' ? [''] : [tail, '']) {
    const letters = [...text.slice(0, text.length - kept.length)];
    const places = differences(
      letters,
      others.map((other) => [...other.slice(0, other.length - kept.length)]),
    );
    const show = (reach: number): string => `${around(letters, places, reach)}${kept}`;
    let low = -1;
    let high = letters.length;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (fits(show(middle))) low = middle;
      else high = middle - 1;
    }
    for (let reach = low; reach >= 0; reach--) yield show(reach);
  }
}

/**
 * A text as it is shown among others: as `cut` has it, unless others would be cut to the same, then with what it differs in. `tailOf` gives the
 * part at its end that is kept whole if that can be, a tag. Null as of `cut`. What fits whole is shown whole.
 */
export function fitApart(
  text: string,
  among: ShownTexts | null,
  {
    cut,
    tailOf,
    fits,
  }: { readonly cut: Cut; readonly tailOf: (text: string) => string; readonly fits: Fits },
): string | null {
  const shown = cut(text, fits);
  if (shown === null || shown === text || among === null) return shown;
  const known = new Map<string, string | null>();
  const cutOther = (other: string): string | null => {
    let found = known.get(other);
    if (found === undefined) known.set(other, (found = cut(other, fits)));
    return found;
  };
  const alike = among.alike(text, shown, cutOther);
  if (alike.length === 0) return shown;
  const tail = tailOf(text);
  const kept = shown.endsWith(tail) && alike.every((other) => tailOf(other) === tail) ? tail : '';
  const isFree = (way: string): boolean => among.alike(text, way, cutOther).length === 0;
  const group = [...alike, text].sort();
  if (group.length > bounds.together) {
    for (const way of ways(text, alike, kept, fits)) if (isFree(way)) return way;
    return shown;
  }
  // Each of them comes to the same: the first one takes what it wants, the next one something else.
  const taken = new Set<string>();
  for (const each of group) {
    const others = group.filter((other) => other !== each);
    let found: string | null = null;
    for (const way of ways(each, others, kept, fits)) {
      if (taken.has(way) || !isFree(way)) continue;
      found = way;
      break;
    }
    if (each === text) return found ?? shown;
    if (found !== null) taken.add(found);
  }
  return shown;
}

const names = new WeakMap<readonly ImageNode[], ShownTexts>();
const repositories = new WeakMap<readonly ImageNode[], ShownTexts>();

function onceOf(
  known: WeakMap<readonly ImageNode[], ShownTexts>,
  images: readonly ImageNode[],
  textOf: (name: string) => string,
): ShownTexts {
  let found = known.get(images);
  if (!found)
    known.set(images, (found = new ShownTexts(() => images.flatMap((image) => image.names.map(textOf)))));
  return found;
}

/** All names of some images, as they are shown. */
export const namesOf = (images: readonly ImageNode[]): ShownTexts => onceOf(names, images, visibleText);

/** The repositories of all names of some images, as they are shown. */
export const repositoriesOf = (images: readonly ImageNode[]): ShownTexts =>
  onceOf(repositories, images, (name) => visibleText(splitName(name).repository));

/** A name's tag or digest, with what parts it from the repository. */
export const tagOf = (name: string): string => name.slice(splitName(name).repository.length);

/** A name in one text, told apart from others; what fits of it is cut as `fitNamed` does, null where that is nothing. */
export const fitNameApart = (name: string, among: ShownTexts | null, fits: Fits): string | null =>
  fitApart(name, among, { cut: fitNamed, tailOf: tagOf, fits });

/** A repository, told apart from others; cut as `fitRepository` does. Worked out once for each `room`, which says what `fits` goes by. */
export function fitRepositoryApart(
  repository: string,
  among: ShownTexts | null,
  fits: Fits,
  room: string,
): string | null {
  const make = (): string | null =>
    fitApart(repository, among, { cut: fitRepository, tailOf: () => '', fits });
  return among === null ? make() : among.once(`${room}\n${repository}`, make);
}

/** {@link fitNameApart} to `room` CSS pixels; at its end where nothing else fits. */
export const fitNameTo = (name: string, among: ShownTexts | null, room: number, font: string): string =>
  fitNameApart(name, among, (shown) => textWidth(shown, font) <= room) ?? fitEnd(name, room, font);
