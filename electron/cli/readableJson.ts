/**
 * JSON with its tokens as they are, set out in lines as `JSON.stringify` does with an indent of two: numbers keep their digits,
 * strings their escapes. `text` has to be JSON.
 */
export function readable(text: string): string {
  const out: string[] = [];
  let depth = 0;
  /** Whether the token before opened a list or an object, which may be empty. */
  let opened = false;
  const line = (): void => void out.push('\n', '  '.repeat(depth));
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/gs)) {
    const closes = token === '}' || token === ']';
    if (closes) {
      depth--;
      if (!opened) line();
    } else if (opened) line();
    opened = token === '{' || token === '[';
    if (opened) depth++;
    out.push(token === ':' ? ': ' : token);
    if (token === ',') line();
  }
  return out.join('');
}
