/** First names of paths that a root filesystem has (Filesystem Hierarchy Standard), of which no saved image has one. */
const rootNames = new Set([
  'bin',
  'etc',
  'usr',
  'lib',
  'sbin',
  'var',
  'opt',
  'home',
  'root',
  'srv',
  'dev',
  'proc',
  'sys',
]);

const firstName = (path: string): string => path.replace(/^(?:\.?\/)+/, '').split('/')[0] ?? '';

/** Whether names, as an archive or a folder has them, are those of a root filesystem: it has two of the folders that all have. */
export function isRootfs(names: Iterable<string>): boolean {
  const found = new Set<string>();
  for (const name of names) {
    const first = firstName(name);
    if (rootNames.has(first) && found.add(first).size > 1) return true;
  }
  return false;
}

/** Whether names are those of a saved image: an archive of Docker's, of today or of old, an image layout, or a `dir:` folder. */
export function isSavedImage(names: Iterable<string>): boolean {
  const found = new Set<string>();
  let hasOldLayer = false;
  const seen: string[] = [];
  for (const name of names) {
    const plain = name.replace(/^(?:\.?\/)+/, '').replace(/\/$/, '');
    seen.push(plain);
    if (['manifest.json', 'index.json', 'oci-layout', 'repositories', 'version'].includes(plain))
      found.add(plain);
    if (/^[0-9a-f]{64}\/(?:json|layer\.tar)$/.test(plain)) hasOldLayer = true;
  }
  if (isRootfs(seen)) return false;
  const isLayout = found.has('oci-layout') && found.has('index.json');
  const isDocker =
    found.has('manifest.json') &&
    seen.some((name) => /^(?:(?:sha256:)?[0-9a-f]{64}(?:\.json|\.tar|\/layer\.tar)?$|blobs\/)/.test(name));
  return isLayout || isDocker || (found.has('repositories') && hasOldLayer);
}
