import { replaceHidden, shownEscape } from '../image/hiddenText';

/**
 * Text from images in files that other programs read: one escape a format. Images are other people's text; in none of these
 * files may it mean anything.
 */

/** The same text with what cannot be seen as `\u{…}`; tabs and line breaks stay. */
const visible = (text: string): string =>
  replaceHidden(text, (char) => (/[\t\r\n]/.test(char) ? char : shownEscape(char)));

/** What XML 1.0 (2.2, "Char") forbids, also as a reference. */
const notXml = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** A serialised XML document without the characters that would keep it from being one: U+FFFD stands for each. */
export function xmlDocument(text: string): string {
  return text.replace(notXml, '\ufffd');
}

/** Text between double quotes in Graphviz's language (doc/info/lang.html, "ID"): no escape or entity of its own begins. */
export function dotText(text: string): string {
  return visible(text)
    .replace(/[\t\n\r]/g, ' ')
    .replace(/\\/g, '\\\\')
    .replace(/"/g, '\\"')
    .replace(/&/g, '&amp;');
}

/**
 * A field of comma-separated values (RFC 4180), quoted where needed. What a spreadsheet would take for a formula, also in
 * full-width signs or behind white space, begins with an apostrophe.
 */
export function csvField(value: string): string {
  const shown = visible(value);
  const text = /^(?:\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])/.test(shown) ? `'${shown}` : shown;
  return /[",;\t\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}
