import { endOfString, jsonCodes } from './jsonScan';

/**
 * The one guard against a document that means two things to two readers: we take a key as it is written, Go's
 * `encoding/json` (skopeo, Podman, containerd, Docker) takes one that differs by letter case as well, and of two it takes the
 * last (CVE-2014-8179). So no object may have one key in two spellings.
 */

/**
 * Members that are maps with keys of somebody's choosing, folded: Go reads them as maps, to which letter case matters.
 * All other objects are Go structs somewhere.
 */
const freeMaps = new Set([
  'annotations',
  'labels',
  'exposedports',
  'volumes',
  'layersources',
  // What a signature's payload says beside what is signed.
  'optional',
]);

/** How the keys of a document are read. */
export interface KeyRules {
  /** Names that have to be spelled as they are here: another spelling of one is refused. Without: none. */
  readonly exact?: ReadonlySet<string>;
  /** Whether every object of it is a map, as in `repositories`. */
  readonly allFree?: boolean;
}

/** What is wrong with a document's keys. */
export interface KeyFault {
  readonly kind: 'twice' | 'two-spellings' | 'spelling';
  readonly key: string;
}

const loneSurrogates = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * A key as Go compares it: simple case folding (Unicode, CaseFolding.txt), in which `ſ` is an `s` and the Kelvin sign a `k`.
 * Half of a surrogate pair is U+FFFD, as Go decodes it.
 */
export function foldKey(key: string): string {
  if (/^[\x20-\x7e]*$/.test(key)) return key.toLowerCase();
  let folded = '';
  for (const character of wellFormed(key)) {
    // Upper case first, so that all letters of one orbit (`σ`, `ς`) meet; the dotless i is in none.
    const upper = character === 'ı' ? character : character.toUpperCase();
    const lower = (isOne(upper) ? upper : character).toLowerCase();
    folded += isOne(lower) ? lower : character;
  }
  return folded;
}

const isOne = (text: string): boolean => text.length === 1 || [...text].length === 1;
const wellFormed = (text: string): string => text.replace(loneSurrogates, '\ufffd');

const { quote, comma, openList, closeList, openObject, closeObject } = jsonCodes;

/** An object or a list that is open while the text is looked through. */
interface Level {
  /** Keys as they are compared, with the spelling that was there; null for a list. */
  readonly keys: Map<string, string> | null;
  readonly free: boolean;
  /** The last key, folded: it says what an object is that follows. */
  last: string;
}

/**
 * Finds a key that an object has twice, in two spellings, or in another spelling than `rules` want; null where there is none.
 * Works on text that `JSON.parse` accepts. Throws what `tooDeep` makes past `deepest` levels.
 */
export function findKeyFault(
  text: string,
  rules: KeyRules,
  deepest: number,
  tooDeep: () => Error,
): KeyFault | null {
  const stack: Level[] = [];
  const folds = new Map([...(rules.exact ?? [])].map((name) => [foldKey(name), name]));
  let expectKey = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    const level = stack.at(-1);
    if (c === quote) {
      const start = i;
      i = endOfString(text, start);
      if (expectKey && level?.keys) {
        const raw = text.slice(start + 1, i);
        const key = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
        const folded = foldKey(key);
        const compared = level.free ? wellFormed(key) : folded;
        const before = level.keys.get(compared);
        if (before !== undefined) return { kind: before === key ? 'twice' : 'two-spellings', key };
        const name = level.free ? undefined : folds.get(folded);
        if (name !== undefined && name !== key) return { kind: 'spelling', key };
        level.keys.set(compared, key);
        level.last = folded;
        expectKey = false;
      }
    } else if (c === openObject) {
      const free = rules.allFree === true || (level?.keys != null && !level.free && freeMaps.has(level.last));
      stack.push({ keys: new Map(), free, last: '' });
      expectKey = true;
    } else if (c === openList) {
      stack.push({ keys: null, free: false, last: '' });
      expectKey = false;
    } else if (c === closeObject || c === closeList) {
      stack.pop();
      expectKey = false;
    } else if (c === comma) expectKey = level?.keys != null;
    if (stack.length > deepest) throw tooDeep();
  }
  return null;
}
