/** What a process reads images from beside the store that a use case is handed. */
type Kind =
  /** The person's own store, while an archive or folder stands for it. */
  | 'store'
  /** An archive or folder that is looked at where it lies. */
  | 'looked'
  /** An archive, folder or list of which it was only asked what it has. A folder may be added to. */
  | 'asked';

/** Of a path that is read twice each reading counts: one that ends takes nothing from the other. */
const places = new Set<{ readonly path: string; readonly kind: Kind }>();

/** Adds a folder or file to what no target that a person names may be in; the function it gives takes it out again. */
export function readsFrom(path: string, kind: Kind): () => void {
  const place = { path, kind };
  places.add(place);
  return () => void places.delete(place);
}

/** The paths of these. */
export const readPlaces = (kind: Kind): readonly string[] => [
  ...new Set([...places].flatMap((each) => (each.kind === kind ? [each.path] : []))),
];

/** Does `work`, which writes, while paths that it was told something by are no targets. */
export async function whileRead<T>(paths: readonly string[], work: () => Promise<T>): Promise<T> {
  const forget = paths.map((path) => readsFrom(path, 'asked'));
  try {
    return await work();
  } finally {
    for (const each of forget) each();
  }
}
