/**
 * An address as it may be shown: who logs in and with what (`//me:secret@host`), and what stands behind a question mark or a number sign
 * (`?token=…`), may be secret, and are an ellipsis. A word that is no address stays as it is.
 */
export function maskedAddress(text: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
  if (scheme === undefined) return text.replace(/^[^/@\s]*:[^/@\s]*@(?=[^/@\s]*\/?$)/, '…@');
  const rest = text.slice(scheme.length).replace(/^[^/]+@/, '…@');
  // A file may well be called `a?b` or `a#b`.
  const secret = /^(?:unix|npipe):/i.test(scheme) ? /\?[\w.-]+=.*$/s : /[?#].*$/s;
  return scheme + rest.replace(secret, (found) => `${found.slice(0, 1)}…`);
}

/**
 * A word where an image's name belongs, as it may be shown: of an address, with or without its scheme, who logs in is an ellipsis. What
 * stands behind the `@` of a name is a digest or a layer, and never has a slash.
 */
export function maskedWord(text: string): string {
  const masked = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? maskedAddress(text) : text;
  return masked.replace(/^((?:[a-z-]+:)?(?:\/\/)?)[^/@\s]*:[^/@\s]*@(?=[^/@\s]+\/)/, '$1…@');
}
