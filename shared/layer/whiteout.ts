/** Whiteouts in layer archives (OCI image-spec, layer.md "Whiteouts"). */

const prefix = '.wh.';
const opaque = '.wh..wh..opq';

/** What a path's last component says: a deletion, an opaque directory, or an ordinary name. */
export type WhiteoutMark =
  | { readonly kind: 'whiteout'; readonly path: string }
  | { readonly kind: 'opaque'; readonly path: string }
  | null;

/**
 * Reads the whiteout mark of a normalised path. Names that begin with `.wh..wh.` other than the opaque mark are AUFS's
 * own book-keeping (`.wh..wh.plnk`): not deletions; the specification reserves them and readers skip them, so they give
 * null and stay visible as what they are. `.wh.` with nothing, `.` or `..` behind it deletes nothing and is refused by
 * {@link isInvalidWhiteout}.
 */
export function whiteoutMark(path: string): WhiteoutMark {
  const slash = path.lastIndexOf('/');
  const base = path.slice(slash + 1);
  if (!base.startsWith(prefix)) return null;
  const parent = slash < 0 ? '' : path.slice(0, slash);
  if (base === opaque) return { kind: 'opaque', path: parent };
  if (base.startsWith('.wh..wh.')) return null;
  const name = base.slice(prefix.length);
  return { kind: 'whiteout', path: parent === '' ? name : `${parent}/${name}` };
}

/** True for `.wh.`, `.wh..` and `.wh...`: a deletion of nothing, of the directory itself or of its parent. */
export function isInvalidWhiteout(path: string): boolean {
  const base = path.slice(path.lastIndexOf('/') + 1);
  return base === '.wh.' || base === '.wh..' || base === '.wh...';
}
