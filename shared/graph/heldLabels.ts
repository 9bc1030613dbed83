/** Characters of all labels of an image that a graph holds as they are: buildpacks write some hundred thousand. */
const mostHeld = 256 << 10;
/** Characters of a label's value that are held where there are more. */
const mostValue = 4 << 10;

/**
 * The labels of an image as a graph holds them, for all images at once: those of megabytes shortened, long values first, then
 * by leaving out what comes last. `areCut` where they are; whoever decides something by them reads the config again.
 */
export function heldLabels(labels: Readonly<Record<string, string>>): {
  readonly labels: Readonly<Record<string, string>>;
  readonly areCut: boolean;
} {
  let left = mostHeld;
  for (const key in labels) left -= key.length + (labels[key] ?? '').length;
  if (left >= 0) return { labels, areCut: false };
  left = mostHeld;
  const held: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const key in labels) {
    const value = labels[key] ?? '';
    // A copy: a piece of a long string holds the whole of it.
    const shown = value.length <= mostValue ? value : `${structuredClone(value.slice(0, mostValue - 1))}…`;
    left -= key.length + shown.length;
    if (left < 0) break;
    held[key] = shown;
  }
  return { labels: { ...held }, areCut: true };
}
