import type { ImageId } from '../../../shared/image/digest';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { displayName } from '../../../shared/graph/sharing';
import { problem } from '../../../shared/image/problem';
import { isAlive } from '../../store/owner';
import { readMountRecords } from '../records/mountRecords';
import { readWorkspaces } from '../records/workspaceRecords';

/** Images that workspaces stand on or mounts show, with the names of those: such an image cannot be deleted. */
export async function imagesInUse(store: string): Promise<ReadonlyMap<ImageId, readonly string[]>> {
  const [workspaces, mounts] = await Promise.all([readWorkspaces(store), readMountRecords(store)]);
  const found = new Map<ImageId, string[]>();
  const add = (image: ImageId, name: string): void => {
    const names = found.get(image);
    if (names) names.push(name);
    else found.set(image, [name]);
  };
  for (const { image, name, next } of workspaces) {
    add(image, name);
    if (next && isAlive(next.owner) !== false) add(next.image, name);
  }
  for (const { image, kind, target, kept, owner } of mounts)
    if (kind === 'image' && (kept || isAlive(owner) !== false)) add(image, target);
  return found;
}

/** Where an image is mounted whole now, the first of several; null where it is not. */
export async function mountedAt(store: string, id: ImageId): Promise<string | null> {
  const mounts = await readMountRecords(store);
  const found = mounts.find(
    ({ image, upTo, kind, kept, owner }) =>
      image === id && upTo === undefined && kind === 'image' && (kept || isAlive(owner) !== false),
  );
  return found?.target ?? null;
}

/** Throws `image-in-use` for the first image that is. */
export async function checkUnused(store: string, images: readonly ImageNode[]): Promise<void> {
  const used = await imagesInUse(store);
  for (const image of images) {
    const users = used.get(image.id);
    if (users) throw problem('image-in-use', { name: displayName(image), workspaces: users.join(', ') });
  }
}
