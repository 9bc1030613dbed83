import { parseBoundedJson } from '../image/jsonScan';
import { replaceHidden, shown, shownEscape } from '../image/hiddenText';

/** Languages of the message catalogue. */
export type Language = 'en' | 'zh-CN';

/** Punctuation where texts are put together: the end of a sentence, and what stands between. */
export function marksOf(language: Language): {
  readonly stop: string;
  readonly colon: string;
  readonly comma: string;
  /** Between the members of a list. */
  readonly listed: string;
  /** Between two sentences. */
  readonly space: string;
} {
  return language === 'zh-CN'
    ? { stop: '。', colon: '：', comma: '，', listed: '、', space: '' }
    : { stop: '.', colon: ': ', comma: ', ', listed: ', ', space: ' ' };
}

const units = ['kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** A size in decimal units with three significant digits: `36 B`, `9.23 MB`, `117 MB`. Takes whole bytes >= 0. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes;
  let unit = -1;
  do {
    value /= 1000;
    unit++;
  } while (value >= 999.5 && unit < units.length - 1);
  const digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit] ?? 'PB'}`;
}

/** The exact number of bytes with thin spaces between groups: `74 812 672` (U+202F). */
export function groupDigits(value: number): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** A rate: `118 MB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(Math.round(bytesPerSecond))}/s`;
}

/** The day after the zero date of Go, which image tools write when they have none; 1970 is what a build asked for. */
const noDateUntil = Date.parse('0001-01-02T00:00:00Z');

/** True for dates that image tools write when they have none. */
export function isNoDate(iso: string | null): iso is null {
  if (iso === null || iso === '') return true;
  const time = Date.parse(iso);
  return Number.isNaN(time) || time <= noDateUntil;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const pad = (n: number): string => n.toString().padStart(2, '0');

/** Local date and time: `19 Nov 2026, 14:02`, in Chinese `2026-11-19 14:02`. Takes a date that {@link isNoDate} refuses not. */
export function formatDateTime(iso: string, language: Language): string {
  const d = new Date(iso);
  const time = `${pad(d.getHours())}:${pad(d.getMinutes())}`;
  if (language === 'zh-CN') return `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())} ${time}`;
  return `${d.getDate()} ${months[d.getMonth()] ?? ''} ${d.getFullYear()}, ${time}`;
}

/** The same without the time of day. */
export function formatDate(iso: string, language: Language): string {
  const d = new Date(iso);
  if (language === 'zh-CN') return `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())}`;
  return `${d.getDate()} ${months[d.getMonth()] ?? ''} ${d.getFullYear()}`;
}

/** Local time of day, with 24 hours as everywhere in the window: `14:02:07`. */
export function formatClock(at: Date): string {
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map(pad).join(':');
}

/** UTC for tooltips: `2026-11-19 14:02:07 UTC`. */
export function formatUtc(iso: string): string {
  return `${new Date(iso).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Units of an age: in short, in Docker's words, in Chinese. */
const ageUnits = {
  minute: ['min', 'minutes', '分钟'],
  hour: ['h', 'hours', '小时'],
  day: ['d', 'days', '天'],
  week: ['wk', 'weeks', '周'],
  month: ['mo', 'months', '个月'],
  year: ['yr', 'years', '年'],
} as const;

/** An age in the one unit that Docker says it in, and rounded as there (go-units, `HumanDuration`): 4 d 11 h are 4 days. */
function ageIn(minutes: number): readonly [count: number, unit: keyof typeof ageUnits] {
  if (minutes < 60) return [Math.floor(minutes), 'minute'];
  const hours = Math.floor(minutes / 60 + 0.5);
  if (hours < 48) return [hours, 'hour'];
  const days = Math.floor(hours / 24);
  if (days < 14) return [days, 'day'];
  if (days < 60) return [Math.floor(days / 7), 'week'];
  if (days < 730) return [Math.floor(days / 30), 'month'];
  return [Math.floor(Math.floor(minutes / 60) / 24 / 365), 'year'];
}

/** Minutes by which a date may lie ahead and be now to another clock, or in another zone. */
const aheadAtMost = 24 * 60;

/** The age of a date in short: `just now`, `4 d ago`, `3 wk ago`; a date that lies in the future as {@link formatDate}. */
export function formatAge(iso: string, now: number, language: Language): string {
  const zh = language === 'zh-CN';
  const minutes = (now - Date.parse(iso)) / 60_000;
  // Further ahead than clocks go wrong: somebody wrote that date.
  if (minutes < -aheadAtMost) return formatDate(iso, language);
  if (minutes < 1) return zh ? '刚刚' : 'just now';
  const [count, unit] = ageIn(minutes);
  const [short, , chinese] = ageUnits[unit];
  return zh ? `${count} ${chinese}前` : `${count} ${short} ago`;
}

/** The age of a date as Docker words it: `4 days ago`, `About an hour ago`; in Chinese as {@link formatAge}. */
export function formatAgeInWords(iso: string, now: number, language: Language): string {
  const elapsed = now - Date.parse(iso);
  if (language === 'zh-CN') return formatAge(iso, now, language);
  const seconds = Math.floor(elapsed / 1000);
  if (seconds < 1) return 'Less than a second ago';
  if (seconds < 60) return seconds === 1 ? '1 second ago' : `${seconds} seconds ago`;
  const [count, unit] = ageIn(elapsed / 60_000);
  if (count === 1 && (unit === 'minute' || unit === 'hour'))
    return unit === 'minute' ? 'About a minute ago' : 'About an hour ago';
  return `${count} ${ageUnits[unit][1]} ago`;
}

/** Text from an image made safe to show on one line: what a terminal obeys or nobody sees as `\u{…}` escapes. */
export function visibleText(text: string): string {
  return replaceHidden(text, shownEscape);
}

/**
 * A path or name of a file as lists show it: as {@link visibleText}, and told from every other (`shown`), so that it can be typed again.
 */
export const visiblePath = shown;

/** Characters of a text of an image that a window lays out: megabytes of one would hold it for half a minute. */
const laidOut = 1000;

/** {@link visibleText} for a text of any length in a window: what comes after so many characters is cut off. */
export function shownPiece(text: string): string {
  return visibleText(isCut(text) ? `${text.slice(0, laidOut)}…` : text);
}

/** Names of one line or tooltip: an image may have a hundred thousand. */
const namesTold = 50;

/** Names one behind the other as {@link visibleText}, of more than `most` the first ones and how many more there are (`… +7`). */
export function shownNames(names: readonly string[], between = ', ', most = namesTold): string {
  const told = names.slice(0, most).map(visibleText);
  return [...told, ...(names.length > told.length ? [`… +${names.length - told.length}`] : [])].join(between);
}

/** Whether {@link shownPiece} cuts something off. */
export function isCut(text: string): boolean {
  return text.length > laidOut;
}

/** {@link visibleText} for text of several lines: line feeds and tabs stay. */
export function visibleLines(text: string): string {
  return replaceHidden(text, (c) => (c === '\n' || c === '\t' ? c : shownEscape(c)));
}

/**
 * Text for the clipboard, from where it may go into a terminal: {@link visibleLines}, and of a JSON document the same
 * document, its hidden characters as JSON's own escapes.
 */
export function pasteText(text: string): string {
  return isJson(text)
    ? replaceHidden(text, (c) => (/[\t\r\n]/.test(c) ? c : jsonEscape(c)))
    : visibleLines(text.replace(/\r\n/g, '\n'));
}

/**
 * What a terminal may be given of a clipboard: no control characters but tabs and line ends, and no marks that turn the
 * direction of text. An escape could end the brackets of a paste (`ESC [201~`), so that the rest is run as if it was typed.
 */
export function pastedText(text: string): string {
  return text.replace(/(?![\t\n\r])[\p{Cc}\p{Bidi_Control}]/gu, '');
}

function isJson(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    parseBoundedJson(text);
    return true;
  } catch {
    return false;
  }
}

const jsonEscape = (char: string): string =>
  [...Array(char.length).keys()]
    .map((i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`)
    .join('');

/** Characters of a name that stand in a sentence: at most so many, from its beginning and its end. */
const shownInSentence = { head: 200, tail: 100 } as const;

/** {@link visibleText} for a sentence: the middle of a name that is very long is left out. */
export function visibleName(text: string): string {
  const { head, tail } = shownInSentence;
  if (text.length <= head + tail + 1) return visibleText(text);
  return `${visibleText(text.slice(0, head))}…${visibleText(text.slice(-tail))}`;
}

/**
 * JSON text with what {@link visibleText} hides as `\\uXXXX`: the same document, and nothing in it that a terminal would
 * obey. Line breaks between its members stay.
 */
export function safeJson(json: string): string {
  return replaceHidden(json, (c) => (c === '\n' ? c : jsonEscape(c)));
}
