/**
 * The file name that a save suggests: `shop-api-1.6.tar` for one name, `shop-api-1.6-and-2-more.tar` for several. What
 * a file system might refuse becomes a dash.
 */
export function savedFileName(names: readonly string[]): string {
  const [first] = names;
  if (first === undefined) return 'images.tar';
  const base = first
    .replace(/^sha256:([0-9a-f]{12})[0-9a-f]*$/, '$1')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, 120);
  const rest = names.length > 1 ? `-and-${names.length - 1}-more` : '';
  return `${base === '' ? 'images' : base}${rest}.tar`;
}
