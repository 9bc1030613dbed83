import { replaceHidden } from '../../shared/image/hiddenText';
import { encodeName } from '../../shared/layer/entryPath';

const octal = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');

/**
 * A path or pattern as a POSIX shell takes it for one word, all of it visible: what is hidden in the octal escapes of
 * printf(1). Ends with a slash where it ended with a line break.
 */
export function shellWord(text: string): string {
  // A shell takes line breaks off the end of what a command prints.
  const whole = text.endsWith('\n') ? `${text}/` : text;
  if (/^[A-Za-z0-9_./@%+=:,-]+$/.test(whole)) return whole;
  const quoted = (word: string): string => `'${word.replace(/'/g, `'\\''`)}'`;
  if (replaceHidden(whole, () => '') === whole) return quoted(whole);
  const escaped = replaceHidden(
    whole.replace(/[\\%]/g, (c) => (c === '%' ? '%%' : '\\\\')),
    (c) => octal(encodeName(c)),
  );
  return `"$(printf ${quoted(escaped)})"`;
}
