/** What stands for itself behind a backslash in a pattern. */
const escapes = /\\([*?[\]\\])/g;

/** Whether a pattern has `*`, `?` or `[` that no backslash takes by its letter. */
export const isGlob = (pattern: string): boolean => /[*?[]/.test(pattern.replace(escapes, ''));

/** What a pattern without such characters fits: `\[` and its like are the character. */
export const unescapeGlob = (pattern: string): string => pattern.replace(escapes, '$1');

/** The pattern that fits one text alone, and no glob by {@link isGlob}. */
export const escapeGlob = (text: string): string => text.replace(/[*?[\]\\]/g, '\\$&');

/**
 * A shell pattern (`*`, `?`, `[…]`, `\` before one of these; `*` does not cross `/`) as Go's path.Match reads it, for paths and
 * `-f reference=`.
 */
export function globToRegExp(glob: string): RegExp {
  let out = '';
  for (let i = 0; i < glob.length; i++) {
    const c = glob[i] ?? '';
    if (c === '\\' && /[*?[\]\\]/.test(glob[i + 1] ?? '')) out += `\\${glob[++i] ?? ''}`;
    else if (c === '*') out += '[^/]*';
    else if (c === '?') out += '[^/]';
    else if (c === '[') {
      const inside = /^(?:\\[*?[\]\\]|\\(?![*?[\]\\])|[^\]\\])*(?=\])/.exec(glob.slice(i + 1))?.[0];
      if (inside === undefined) out += '\\[';
      else {
        out += `[${unescapeGlob(inside).replace(/[\\\]]/g, '\\$&')}]`;
        i += inside.length + 1;
      }
    } else out += c.replace(/[.+^${}()|\\\]]/g, '\\$&');
  }
  try {
    return new RegExp(`^${out}$`);
  } catch {
    // A range from above to below fits nothing.
    return /(?!)/;
  }
}

/**
 * Whether a pattern is none to Go's path.Match, which Docker refuses with `syntax error in pattern`: brackets that are not closed or hold
 * nothing, a range without an end, a backslash with nothing behind it.
 */
export function isMalformedGlob(glob: string): boolean {
  return !/^(?:\\[^]|\[(?:\^|(?!\^))(?:(?:\\[^]|[^\]\\-])(?:-(?:\\[^]|[^\]\\-]))?)+\]|[^[\\])*$/.test(glob);
}
