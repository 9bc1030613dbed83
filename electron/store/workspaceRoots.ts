import { join } from 'node:path';
import { isDigest } from '../../shared/image/digest';
import type { OciDescriptor } from '../../shared/image/manifest';
import { listOwn, readOwnText } from './ownPlaces';
import { places } from './places';

/**
 * Roots of the images that workspaces stand on. They are kept like those of index.json: another tool may have taken such
 * an image out of the index, and its blobs would be swept from under the workspace.
 */
export async function workspaceRoots(store: string): Promise<readonly OciDescriptor[]> {
  const folder = places.workspaces(store);
  const roots: OciDescriptor[] = [];
  for (const name of await listOwn(folder)) {
    try {
      const text = await readOwnText(join(folder, name, 'workspace.json'));
      const { root } = JSON.parse(text) as { root?: Partial<OciDescriptor> };
      if (
        root &&
        isDigest(root.digest) &&
        typeof root.mediaType === 'string' &&
        typeof root.size === 'number'
      )
        roots.push({ mediaType: root.mediaType, digest: root.digest, size: root.size });
    } catch {
      // A workspace that is being made or removed.
    }
  }
  return roots;
}
