import { statSync } from 'node:fs';

/**
 * What this process reads images from, beside the store that a use case is handed: the person's own store while an archive or folder
 * stands for it, and that archive or folder. No target that a person names may be in one of them, or be one.
 */
const places = new Set<string>();

/** Adds a folder or file to what nothing is written to; the function it gives takes it out again. */
export function readsFrom(path: string): () => void {
  places.add(path);
  return () => void places.delete(path);
}

/** Those of them that are folders, and those that are files. */
export function readPlaces(): { readonly folders: readonly string[]; readonly files: readonly string[] } {
  const [folders, files]: [string[], string[]] = [[], []];
  for (const path of places) {
    const info = statSync(path, { throwIfNoEntry: false });
    if (info?.isDirectory()) folders.push(path);
    else if (info) files.push(path);
  }
  return { folders, files };
}
