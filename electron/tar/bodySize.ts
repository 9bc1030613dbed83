/** What of a member of an archive says how long it is. */
type Sized =
  | { readonly kind: 'range'; readonly outSize: number }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'directory' | 'symlink' };

/** Bytes of a member as it is written, without its header and padding; none for folders and links. */
export function bodySize(member: Sized): number {
  if (member.kind === 'range') return member.outSize;
  return member.kind === 'bytes' ? member.bytes.length : 0;
}
