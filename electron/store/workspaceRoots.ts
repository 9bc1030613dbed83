import { join } from 'node:path';
import { isDigest } from '../../shared/image/digest';
import type { OciDescriptor } from '../../shared/image/manifest';
import { problem } from '../../shared/image/problem';
import { infoOwn, isRecordText, listRecords, readOwnText } from './ownPlaces';
import { places } from './places';

/** Times that a list is read again because it changed meanwhile; then it is taken as it is. */
const mostLooks = 20;

/**
 * What `read` says of each folder of a list. A folder that is renamed while the list is read would be under neither name: the list
 * is read again until it is the same before and after.
 */
export async function readSteadily<T>(
  path: string,
  isOne: (name: string) => boolean,
  read: (name: string) => Promise<T>,
): Promise<T[]> {
  let names = await listRecords(path, isOne);
  for (let look = 1; ; look++) {
    const found: T[] = [];
    for (const name of names) found.push(await read(name));
    const now = await listRecords(path, isOne);
    const known = new Set(names);
    if (look === mostLooks || (now.length === names.length && now.every((name) => known.has(name))))
      return found;
    names = now;
  }
}

/**
 * Roots of the images that workspaces stand on. They are kept like those of index.json: another tool may have taken such
 * an image out of the index, and its blobs would be swept from under the workspace. Throws `workspace-damaged`: nobody
 * knows what such a record keeps.
 */
export async function workspaceRoots(store: string): Promise<readonly OciDescriptor[]> {
  const folder = places.workspaces(store);
  const roots = await readSteadily(
    folder,
    () => true,
    async (name) => {
      const path = join(folder, name, 'workspace.json');
      const root = await rootIn(path);
      // One that is there and says nothing: whatever is swept now may be what the workspace stands on.
      if (!root && (await infoOwn(path)) !== null) throw problem('workspace-damaged', { name });
      return root;
    },
  );
  return roots.filter((root) => root !== null);
}

/** The root that a record names; null for one that is damaged, or is not there: its workspace is being made or removed. */
async function rootIn(path: string): Promise<OciDescriptor | null> {
  try {
    const { root } = JSON.parse(await readOwnText(path)) as { root?: Partial<OciDescriptor> };
    if (!root || !isDigest(root.digest)) return null;
    const { mediaType, digest, size } = root;
    return isRecordText(mediaType) && typeof size === 'number' ? { mediaType, digest, size } : null;
  } catch {
    return null;
  }
}
