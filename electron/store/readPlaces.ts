/** What a process reads images from beside the store that a use case is handed. */
type Kind =
  /** The person's own store, while an archive or folder stands for it. */
  | 'store'
  /** An archive or folder that is looked at where it lies. */
  | 'looked';

const places = new Map<string, Kind>();

/** Adds a folder or file to what no target that a person names may be in; the function it gives takes it out again. */
export function readsFrom(path: string, kind: Kind): () => void {
  places.set(path, kind);
  return () => void places.delete(path);
}

/** The paths of these. */
export const readPlaces = (kind: Kind): readonly string[] =>
  [...places].flatMap(([path, each]) => (each === kind ? [path] : []));
