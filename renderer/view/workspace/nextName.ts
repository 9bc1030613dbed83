/** Longest tag that a reference may have. */
const longestTag = 128;

/**
 * The name after one that was just given, for the next commit: the last number of its tag one higher (`1.9` to `1.10`), or `-2` where
 * it has none; of those the first that `isTaken` does not know. Null where the tag would become too long.
 */
export function nextName(name: string, isTaken: (name: string) => boolean): string | null {
  const colon = name.lastIndexOf(':');
  const tagged = colon > name.lastIndexOf('/');
  const repository = tagged ? name.slice(0, colon) : name;
  const tag = tagged ? name.slice(colon + 1) : 'latest';
  const found = /^(.*?)(\d+)(\D*)$/s.exec(tag);
  const [, before = `${tag}-`, number = '1', after = ''] = found ?? [];
  for (let n = BigInt(number) + 1n; ; n++) {
    // Zeros in front keep the number's place: 09, 10.
    const next = `${before}${n.toString().padStart(number.length, '0')}${after}`;
    if (next.length > longestTag) return null;
    if (!isTaken(`${repository}:${next}`)) return `${repository}:${next}`;
  }
}
