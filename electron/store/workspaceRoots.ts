import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { isDigest } from '../../shared/image/digest';
import type { OciDescriptor } from '../../shared/image/manifest';
import { problem } from '../../shared/image/problem';
import { isRecordText, listRecords, readOwnText } from './ownPlaces';
import { places } from './places';

/**
 * Roots of the images that workspaces stand on. They are kept like those of index.json: another tool may have taken such
 * an image out of the index, and its blobs would be swept from under the workspace. Throws `workspace-damaged`: nobody
 * knows what such a record keeps.
 */
export async function workspaceRoots(store: string): Promise<readonly OciDescriptor[]> {
  const folder = places.workspaces(store);
  const roots: OciDescriptor[] = [];
  for (const name of await listRecords(folder, () => true)) {
    const path = join(folder, name, 'workspace.json');
    const root = await rootIn(path);
    if (root) roots.push(root);
    // One that is there and says nothing: whatever is swept now may be what the workspace stands on.
    else if ((await lstat(path).catch(() => null)) !== null) throw problem('workspace-damaged', { name });
  }
  return roots;
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
