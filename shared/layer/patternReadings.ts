import { globToRegExp, escapeGlob, isGlob, unescapeGlob } from '../image/glob';
import { wordReadings } from '../image/hiddenText';

/** One thing that a word for paths may mean. */
export interface PatternReading {
  /** The path, or the pattern, with hidden characters as they are. */
  readonly text: string;
  /** Whether the text is a path by its letters, and no pattern. */
  readonly literal: boolean;
  /** The same for `pathRemoval`. */
  readonly pattern: string;
}

/** Whether a pattern is a name that it fits itself (`*.pem`): as a pattern it means that name, too. */
const fitsItself = (text: string): boolean => !text.includes('/') && globToRegExp(text).test(text);

/** The pattern of a name in any directory. */
const anywhere = (name: string): string => escapeGlob(name).replace(/\\./, '[$&]');

function literals(text: string): readonly PatternReading[] {
  const whole = { text, literal: true, pattern: escapeGlob(text) };
  return text.includes('/') ? [whole] : [whole, { text, literal: true, pattern: anywhere(text) }];
}

/**
 * What a word may mean that stands for paths, the likeliest first: what is there by a reading is meant by it, and nothing by those
 * behind it. A path that is there as it is typed goes before what it fits as a pattern, so that `/app/[id].js` is never
 * `/app/i.js` where both are; each as lists show paths, and by its letters (`wordReadings`).
 */
export function patternReadings(word: string): readonly PatternReading[] {
  const texts = wordReadings(word);
  const patterns = texts.map((text): PatternReading => {
    const glob = isGlob(text);
    return { text: glob ? text : unescapeGlob(text), literal: !glob, pattern: text };
  });
  const special = texts.filter((text) => isGlob(text) || unescapeGlob(text) !== text);
  return [...special.filter((text) => !fitsItself(text)).flatMap(literals), ...patterns];
}
