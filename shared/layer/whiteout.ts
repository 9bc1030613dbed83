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

/**
 * True for a name that no file of a layer can have: it begins with `.wh.`, and whoever reads the layer takes it for a
 * deletion, or for AUFS's book-keeping. A file that is really called so cannot be committed or imported.
 */
export function isReservedName(name: string): boolean {
  return name.startsWith(prefix);
}

/** The first part of a path that has such a name, as a path; null when there is none. */
export function reservedPart(path: string): string | null {
  for (let from = 0; ;) {
    const slash = path.indexOf('/', from);
    const end = slash < 0 ? path.length : slash;
    if (isReservedName(path.slice(from, end))) return path.slice(0, end);
    if (slash < 0) return null;
    from = slash + 1;
  }
}

/** The path of the mark that deletes `path`, which must not have a reserved name: its mark would say something else. */
export function whiteoutPath(path: string): string {
  const slash = path.lastIndexOf('/') + 1;
  return `${path.slice(0, slash)}${prefix}${path.slice(slash)}`;
}

/** The name that {@link impliedMark} deletes: none that a file has. */
export const impliedName = '.stratigraph-empty';

/**
 * The mark of a directory that a layer implies by nothing else: it deletes a name that is not there. So the directory is there,
 * and, other than one that is listed, it has the looks of the one below, where there is one.
 */
export function impliedMark(directory: string): string {
  return whiteoutPath(`${directory}/${impliedName}`);
}

/** The path of the mark that hides what lies below a directory. */
export function opaquePath(directory: string): string {
  return directory === '' ? opaque : `${directory}/${opaque}`;
}

/** True for `.wh.`, `.wh..` and `.wh...`: a deletion of nothing, of the directory itself or of its parent. */
export function isInvalidWhiteout(path: string): boolean {
  const base = path.slice(path.lastIndexOf('/') + 1);
  return base === '.wh.' || base === '.wh..' || base === '.wh...';
}
