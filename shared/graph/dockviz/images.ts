/**
 * The images of dockviz, whose output scripts know and ours equals: one a layer, as Docker's `/images/json?all=1` lists
 * them (dockviz v0.6.4, images.go).
 */
export interface DockvizImage {
  /** What tells images apart, and what is printed in dot. */
  readonly id: string;
  /** What is printed in trees and labels; equals `id` where it comes from JSON. */
  readonly shownId: string;
  /** `''`: a root. */
  readonly parentId: string;
  readonly repoTags: readonly string[];
  /** Bytes with all below, and on its own. */
  readonly virtualSize: number;
  readonly size: number;
  /** Seconds since 1970. */
  readonly created: number;
  readonly createdBy: string;
}

/** What Docker lists as the name of an image without one. */
export const noName = '<none>:<none>';

/** How dockviz's flags of the same letters would have it. */
export interface DockvizOptions {
  /** -n: IDs whole; trees only, as there. */
  readonly wholeIds: boolean;
  /** -i: own sizes. */
  readonly incremental: boolean;
  /** -c: plain bytes. */
  readonly plainBytes: boolean;
  /** --show-created-by: the command that made a layer; in dot of images without a name alone. */
  readonly createdBy: boolean;
}

/** Whether an image has a name; dockviz looks at the first entry alone. */
export const isNamed = ({ repoTags }: DockvizImage): boolean => (repoTags[0] ?? noName) !== noName;

/** What is drawn: roots in order, and the children of each ID in order. */
export interface DockvizForest {
  readonly roots: readonly DockvizImage[];
  readonly children: ReadonlyMap<string, readonly DockvizImage[]>;
}

function childrenOf(images: readonly DockvizImage[]): Map<string, DockvizImage[]> {
  const found = new Map<string, DockvizImage[]>();
  for (const image of images) {
    const list = found.get(image.parentId);
    if (list) list.push(image);
    else found.set(image.parentId, [image]);
  }
  return found;
}

/**
 * The image that a word names: the first whose ID begins with it or that has the name (`:latest` where it has no colon);
 * null when there is none.
 */
export function findStart(images: readonly DockvizImage[], word: string): DockvizImage | null {
  const name = word.includes(':') ? word : `${word}:latest`;
  return images.find(({ id, repoTags }) => id.startsWith(word) || repoTags.includes(name)) ?? null;
}

/**
 * Images that have a name, are roots, or have several children; the others give their children to their parents. Linear
 * but for the chains of those that give way, each followed once.
 */
function labelledOnly(images: readonly DockvizImage[]): DockvizImage[] {
  const children = childrenOf(images);
  const stays = (image: DockvizImage): boolean =>
    isNamed(image) || image.parentId === '' || (children.get(image.id)?.length ?? 0) > 1;
  // Of images with one ID, dockviz hands on the parent of whichever gives way; of several, the first in the list.
  const gone = new Map<string, string>();
  for (const image of images) if (!stays(image) && !gone.has(image.id)) gone.set(image.id, image.parentId);
  const settled = new Map<string, string>();
  const parentOf = (start: string): string => {
    const way: string[] = [];
    let at = start;
    const seen = new Set<string>();
    for (let next = gone.get(at); next !== undefined && !seen.has(at); next = gone.get(at)) {
      const known = settled.get(at);
      if (known !== undefined) {
        at = known;
        break;
      }
      seen.add(at);
      way.push(at);
      at = next;
    }
    for (const each of way) settled.set(each, at);
    return at;
  };
  return images.filter(stays).map((image) => {
    const parentId = parentOf(image.parentId);
    return parentId === image.parentId ? image : { ...image, parentId };
  });
}

/**
 * The forest that is drawn. With a start it is the one root, printed even where it would be filtered out; its children are
 * those that the list gives it.
 */
export function forestOf(
  images: readonly DockvizImage[],
  start: DockvizImage | null,
  onlyLabelled: boolean,
): DockvizForest {
  const roots =
    start === null ? images.filter(({ parentId }) => parentId === '') : [{ ...start, parentId: '' }];
  return { roots, children: childrenOf(onlyLabelled ? labelledOnly(images) : images) };
}

/** Bytes as dockviz writes them: by thousands, one place, up to TB. */
export function dockvizSize(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${roundHalfEven(value, 1)} ${units[unit] ?? ''}`;
}

/** A number with places as Go and C print it: the exact binary value, ties to even. `toFixed` rounds ties up. */
export function roundHalfEven(value: number, places: number): string {
  const fixed = value.toFixed(places);
  // Only a value that ends in a binary fraction exactly half-way is a tie; 10^places times it is then exact.
  const scaled = value * 10 ** places;
  if (Math.abs(scaled % 1) !== 0.5 || !isExact(value, places)) return fixed;
  const even = Math.floor(scaled) % 2 === 0 ? Math.floor(scaled) : Math.ceil(scaled);
  return (even / 10 ** places).toFixed(places);
}

/** True where scaling by a power of ten lost nothing: at most 52 bits are needed for the product. */
function isExact(value: number, places: number): boolean {
  return Number.isInteger(value * 2 ** (places + 1)) && Math.abs(value) * 10 ** places < 2 ** 52;
}

/** The size of an image as the options say, with what dockviz calls it. */
export function sizeText(image: DockvizImage, { incremental, plainBytes }: DockvizOptions): string {
  const bytes = incremental ? image.size : image.virtualSize;
  return `${incremental ? 'Size' : 'Virtual Size'}: ${plainBytes ? bytes : dockvizSize(bytes)}`;
}

/** An ID without an algorithm, 12 characters of it. */
export const shortId = (id: string): string => id.slice(id.lastIndexOf(':') + 1).slice(0, 12);

/** What Go calls white space: its own list, in which U+FEFF is none and U+0085 is. */
const space = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const edges = new RegExp(`^${space.source}|${space.source}$`, 'g');

/**
 * A command in at most `length` bytes of UTF-8: without shell and `#(nop)`, quotes and double spaces. Where dockviz would
 * cut a character in two, it is left out.
 */
export function shortCommand(command: string, length: number): string {
  let text = command;
  for (const prefix of ['/bin/sh -c', '#(nop)'])
    if (text.startsWith(prefix)) text = text.slice(prefix.length).replace(edges, '');
  const words = text.replace(/["']/g, ' ').split(space);
  return firstBytes(words.filter((word) => word !== '').join(' '), length);
}

function firstBytes(text: string, length: number): string {
  let bytes = 0;
  let end = 0;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes > length) return text.slice(0, end);
    end += char.length;
  }
  return text;
}
