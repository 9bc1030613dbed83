import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDigest, type Digest, type ImageId } from '../../shared/image/digest';
import { checkOwned, fileInfo, hasBeenWritten, makeOwnFolder, readOwnFile, replaceCached } from './ownPlaces';
import { newOwner } from './owner';
import { fromSealedJson, toSealedJson } from './seal';

/** When images were last used, a cache: what it does not know is taken from the blobs' own times. */
const usePath = (store: string): string => join(store, 'cache', 'used.json');

function readUses(store: string): Map<Digest, number> {
  const kept = fromSealedJson('uses', readOwnFile(usePath(store))?.toString('utf8') ?? '');
  return new Map(
    Object.entries(kept ?? {}).flatMap(([id, at]) =>
      isDigest(id) && typeof at === 'number' ? [[id, at] as const] : [],
    ),
  );
}

/**
 * Notes that images were used now: mounted, run, saved, made a workspace of. Never fails: a use that could not be noted
 * costs a wrong age in a list of suggestions, nothing else. The last of two writers counts.
 */
export async function recordUse(store: string, images: readonly ImageId[]): Promise<void> {
  // A store that we never wrote to is left as it is.
  if (!hasBeenWritten(store)) return;
  const path = usePath(store);
  const draft = `${path}.${newOwner().token}`;
  try {
    const uses = readUses(store);
    for (const image of images) uses.set(image, Date.now());
    checkOwned(store);
    await makeOwnFolder(store, 'cache');
    await writeFile(draft, toSealedJson('uses', Object.fromEntries(uses)), { flag: 'wx', mode: 0o600 });
    await replaceCached(draft, path);
  } catch {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

/**
 * When each image was last used, milliseconds since 1970: as noted, else when its manifest came into the store. `pathOf`
 * gives the file of a blob.
 */
export async function lastUses(
  store: string,
  images: readonly { readonly id: ImageId; readonly manifests: readonly Digest[] }[],
  pathOf: (digest: Digest) => string,
): Promise<ReadonlyMap<ImageId, number>> {
  const uses = readUses(store);
  const found = new Map<ImageId, number>();
  for (const { id, manifests } of images) {
    const noted = uses.get(id) ?? 0;
    const [manifest] = manifests;
    const info = manifest === undefined ? null : await fileInfo(pathOf(manifest));
    const at = Math.max(noted, info?.mtimeMs ?? 0);
    if (at > 0) found.set(id, Math.round(at));
  }
  return found;
}
