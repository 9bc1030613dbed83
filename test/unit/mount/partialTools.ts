import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { commitWorkspace, type CommitRequest } from '../../../electron/actions/trees/commitWorkspace';
import { mountImage, unmountImage } from '../../../electron/actions/trees/mounts';
import { readStoreView } from '../../../electron/actions/images/storeView';
import { saveImages } from '../../../electron/actions/copy/saveImages';
import {
  createWorkspace,
  mountWorkspace,
  workspaceChanges,
} from '../../../electron/actions/trees/workspaces';
import { parseImageId, type ImageId } from '../../../shared/image/digest';
import type { Change } from '../../../shared/layer/change';
import { dockerArchive, type ImageSpec } from '../../setup/imageBuilder';
import { load, openStore, quietRun, temporaryFolder, type TestStore } from '../../setup/temporary';
import { factsOfDirectory, type TreeFacts } from '../../setup/treeFacts';

/** What tests of partial commits do with a workspace, and the model that they hold it against. */

const run = quietRun();

/** Facts of a tree with the times of what is no directory; without the names that are one file where `links` is false. */
export function treeOf(root: string, links = false): TreeFacts {
  const plain = [...factsOfDirectory(root)].map(([path, text]): [string, string] => {
    const info = lstatSync(join(root, path), { bigint: true });
    const time = info.isDirectory() ? '' : ` @${info.mtimeNs}`;
    return [path, (links ? text : text.replace(/ = .*$/, '')) + time];
  });
  return new Map(plain);
}

/** A store with one image of this description and the workspace `own` on it. */
export async function openWorkspace(spec: ImageSpec): Promise<{ store: TestStore; merged: string }> {
  const store = await openStore();
  const { images } = await load(store, dockerArchive([spec]));
  const [image] = images;
  if (!image) throw new Error('nothing was loaded');
  await createWorkspace(store, { image: parseImageId(image.id), name: 'own' }, run);
  return { store, merged: await mergedOf(store) };
}

/** Where the workspace is mounted now. */
export async function mergedOf(store: TestStore): Promise<string> {
  return (await mountWorkspace(store, 'own', false, run)).merged;
}

/** Where the image below the workspace is mounted now. */
export async function baseOf(store: TestStore): Promise<string> {
  return (await mountWorkspace(store, 'own', false, run)).base;
}

/** What changed, directories that are listed only for what is in them left out. */
export async function changesOf(store: TestStore): Promise<readonly Change[]> {
  const found = await workspaceChanges(store, 'own', run);
  return (found?.changes ?? []).filter(({ onlyParent }) => !onlyParent);
}

/** Commits these paths, or everything, as a dangling image. */
export async function commitPaths(
  store: TestStore,
  paths: readonly string[] | null,
  ticked?: CommitRequest['ticked'],
): Promise<{ readonly id: ImageId; readonly changes: number; readonly stay: number }> {
  const request = { workspace: 'own', reference: null, author: '', message: '', changes: [], paths };
  const more = ticked === undefined ? {} : { ticked };
  const { id, changes, stay } = await commitWorkspace(store, { ...request, ...more }, run);
  return { id: parseImageId(id), changes, stay };
}

/** The tree of an image as it is mounted here. */
export async function imageTree(store: TestStore, image: ImageId, links = false): Promise<TreeFacts> {
  const mounted = await mountImage(store, { image, target: null, kept: false }, run);
  const tree = treeOf(mounted.path, links);
  await unmountImage(store, mounted.id);
  return tree;
}

/** The same from the image's blobs alone, unpacked in a store that has nothing of the workspace. */
export async function unpackedTree(store: TestStore, image: ImageId, links = false): Promise<TreeFacts> {
  const target = join(await temporaryFolder(), 'saved.tar');
  await saveImages(store, { what: [image], format: 'oci-archive', target }, run);
  const fresh = await openStore();
  await load(fresh, target);
  return imageTree(fresh, image, links);
}

const isDirectory = (text: string | undefined): boolean => text?.startsWith('directory ') === true;

/**
 * The model: the base tree with the ticked changes made to it, one path each. A directory that a ticked path lies in and
 * that the base lacks comes along.
 */
export function withChanges(
  base: TreeFacts,
  workspace: TreeFacts,
  changes: readonly Change[],
  ticked: ReadonlySet<string>,
): { readonly tree: TreeFacts; readonly taken: ReadonlySet<string> } {
  const tree = new Map(base);
  const taken = new Set(ticked);
  const clear = (path: string): void => {
    for (const each of [...tree.keys()]) if (each === path || each.startsWith(`${path}/`)) tree.delete(each);
  };
  const put = (path: string): void => {
    for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
      const parent = path.slice(0, at);
      if (!isDirectory(tree.get(parent))) {
        taken.add(parent);
        set(parent);
      }
    }
    set(path);
  };
  const set = (path: string): void => {
    const now = workspace.get(path);
    if (now === undefined) throw new Error(`the workspace has no ${path}`);
    if (!isDirectory(now) || !isDirectory(tree.get(path))) clear(path);
    tree.set(path, now);
  };
  for (const { path, kind } of changes)
    if (ticked.has(path)) {
      if (kind === 'removed') clear(path);
      // The root directory is in no tree of facts.
      else if (path !== '') put(path);
    }
  return { tree: new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1))), taken };
}

/** A line for each change, to compare lists by. */
export const lines = (changes: readonly Change[]): string[] =>
  changes.map(({ kind, path }) => `${kind} ${path}`);

/** The image that the workspace stands on. */
export async function imageOf(store: TestStore): Promise<ImageId> {
  const { image } = await mountWorkspace(store, 'own', false, run);
  return image.id;
}

/** How many images the store has. */
export async function imageCount(store: TestStore): Promise<number> {
  return (await readStoreView(store)).graph.images.length;
}
