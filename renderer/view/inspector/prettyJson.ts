/** Steps that lines are moved in at the most: a document of a thousand brackets must not become a million spaces. */
const deepest = 40;

/**
 * Breaks JSON on one line into lines for reading. Works on the characters, not on values: numbers, escapes and doubled
 * keys stay as they are. Text that has line breaks of its own already, or is no JSON, is given back untouched.
 */
export function prettyJson(text: string): string {
  if (!isOneLineJson(text)) return text;
  let out = '';
  let depth = 0;
  const line = (): string => `\n${'  '.repeat(Math.min(depth, deepest))}`;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s"{}[\],:]+/g) ?? [];
  for (const [i, token] of tokens.entries()) {
    const next = tokens[i + 1];
    if (token === '{' || token === '[') {
      depth++;
      out += next === '}' || next === ']' ? token : token + line();
    } else if (token === '}' || token === ']') {
      depth--;
      const before = tokens[i - 1];
      out += before === '{' || before === '[' ? token : line() + token;
    } else if (token === ',') out += token + line();
    else if (token === ':') out += ': ';
    else out += token;
  }
  return out;
}

function isOneLineJson(text: string): boolean {
  if (!/^\s*[{[]/.test(text) || text.trim().includes('\n')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
