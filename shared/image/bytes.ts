/**
 * Two numbers of bytes together. What a document or an archive claims may be as much as 2^53 - 1 each; a sum stays at that, so
 * that it is a whole number everywhere: beyond, numbers lose their last digits and no reply takes them.
 */
export function addBytes(one: number, other: number): number {
  return Math.min(one + other, Number.MAX_SAFE_INTEGER);
}
