/**
 * The ways to read `IMG:PATH`, the likeliest first. Names have colons, and so do paths: where a path begins with a slash that
 * says where; else the longest name that there is.
 */
export function copySources(word: string): readonly { readonly name: string; readonly path: string }[] {
  const at = (colon: number): { name: string; path: string } => ({
    name: word.slice(0, colon),
    path: word.slice(colon + 1),
  });
  const absolute = word.indexOf(':/');
  if (absolute > 0) return [at(absolute)];
  const colons = [...word.matchAll(/:/g)].map(({ index }) => index).filter((colon) => colon > 0);
  return colons.reverse().map(at);
}
