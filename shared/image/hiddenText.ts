/**
 * Which characters of foreign text are not shown as they are, the one list for terminals, the window, files and the clipboard:
 * controls, what Unicode calls formats and what it lets a font leave out (marks that turn the direction of text or cannot be
 * seen, tags, fillers, selectors), separators of lines, lone surrogates (bytes of a name that are not UTF-8) and code points that
 * are no characters. Joiners and selectors stay where they shape what is seen: in pictographs, and between letters of
 * scripts that have them (Unicode 16, 23.2; UTS #51).
 */
const unseen =
  '\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}\\p{Default_Ignorable_Code_Point}\\p{Noncharacter_Code_Point}';
const pictograph = '[\\p{Extended_Pictographic}\\p{Emoji_Modifier}]';
const joining = [
  ...['Arabic', 'Syriac', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu'],
  ...['Kannada', 'Malayalam', 'Sinhala'],
]
  .map((script) => `\\p{Script=${script}}`)
  .join('');
const shaping = [
  `(?<=\\p{Extended_Pictographic})[\\ufe0e\\ufe0f]`,
  `(?<=${pictograph}\\ufe0f?)\\u200d(?=\\p{Extended_Pictographic})`,
  `(?<=[${joining}])[\\u200c\\u200d](?=[${joining}])`,
].join('|');
let hidden: RegExp | null = null;
/** What nearly all texts are; a look costs less than the whole expression, which is made when it is wanted. */
const plain = /^[ -~]*$/;

/** The same text with each hidden character, or an unpaired half of one, as `escape` gives it. */
export function replaceHidden(text: string, escape: (char: string) => string): string {
  if (plain.test(text)) return text;
  return text.replace((hidden ??= new RegExp(`(?!${shaping})[${unseen}]`, 'gu')), escape);
}

/** How a hidden character is shown: `\u{202e}`. */
export function shownEscape(char: string): string {
  return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}

/**
 * A text as it is shown: hidden characters by {@link shownEscape}. A backslash that would read as the
 * beginning of such an escape is shown as one, so that {@link fromShown} gives the very text back.
 */
export function shown(text: string): string {
  const escaped = text.includes('\\u{') ? text.replaceAll('\\u{', `${shownEscape('\\')}u{`) : text;
  return replaceHidden(escaped, shownEscape);
}

/**
 * What a word may name that a person typed, the likeliest first. A word that a list could have shown ({@link shown}) means what it
 * shows there; another one is what its letters say. What is behind the first is meant where there is nothing of that name.
 */
export function wordReadings(word: string): readonly string[] {
  const read = fromShown(word);
  if (read === word) return [word];
  return shown(read) === word ? [read, word] : [word, read];
}

/** The text that is shown so: what people copy from a list means what it is a name of. */
export function fromShown(text: string): string {
  return text.replace(/\\u\{([0-9a-f]{1,6})\}/gi, (escape, hex: string) => {
    const code = parseInt(hex, 16);
    return code > 0x10ffff ? escape : String.fromCodePoint(code);
  });
}
