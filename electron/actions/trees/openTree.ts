import type { ChainId, ImageId } from '../../../shared/image/digest';
import { displayName } from '../../../shared/graph/sharing';
import type { ActionContext, Run } from '../ground/context';
import { findLiveMount, mountImage, unmountImage } from './mounts';
import { readMountRecords } from '../records/mountRecords';
import { forgetMount } from './ownMounts';
import { unmountRecord } from './unmountRecord';
import { mountWorkspace, unmountWorkspace } from './workspaces';
import { mountIdOf } from '../records/workspaceLocks';
import { imageById } from '../images/resolveImage';
import { readStoreView } from '../images/storeView';

/** A tree that somebody works in: a mount, a workspace, or an image that is mounted for as long as it is held. */
export type TreeName =
  | { readonly mount: string }
  | { readonly workspace: string }
  | {
      readonly image: ImageId;
      /** The layer that is the top one; null or left out for all. */
      readonly upTo?: ChainId | null | undefined;
    };

/** A mounted tree, held until {@link OpenTree.release}. */
export interface OpenTree {
  /** Where it is mounted, inside of the mount namespace of `Privileged`. */
  readonly path: string;
  /** What people call it. */
  readonly name: string;
  /** The image that it shows or stands on. */
  readonly image: ImageId;
  readonly writable: boolean;
  /** ID of its mount's record. */
  readonly mount: string;
  /** Lets go; what was mounted for this only is unmounted. */
  release(): Promise<void>;
}

/**
 * Mounts a tree where it is not mounted yet and holds it. A workspace that this call mounted stays mounted for this
 * process, since its page or the next command is about to need it. Throws `mount-not-found`, `workspace-not-found`,
 * `image-not-found`, `mount-unavailable`, `mount-failed`.
 */
export async function openTree(context: ActionContext, tree: TreeName, run: Run): Promise<OpenTree> {
  const stay = (): Promise<void> => Promise.resolve();
  if ('mount' in tree) {
    const { id, target, name, image } = await findLiveMount(context, tree.mount);
    return { path: target, name, image, writable: false, mount: id, release: stay };
  }
  if ('workspace' in tree) {
    const { merged, record } = await mountWorkspace(context, tree.workspace, false, run);
    const { name, image } = record;
    return { path: merged, name, image, writable: true, mount: mountIdOf(record), release: stay };
  }
  const { upTo = null } = tree;
  const image = imageById((await readStoreView(context)).graph, tree.image, upTo);
  const { id } = await mountImage(context, { image: image.id, upTo, target: null, kept: false }, run);
  const { target } = await findLiveMount(context, id);
  return {
    path: target,
    name: displayName(image),
    image: image.id,
    writable: false,
    mount: id,
    release: async () => {
      const record = (await readMountRecords(context.store.directory)).find((each) => each.id === id);
      if (record) await unmountRecord(context, record, true);
      await forgetMount(context, id);
    },
  };
}

/** Unmounts a tree that has a name of its own. Throws `mount-not-found`, `mount-busy`, `workspace-busy`. */
export async function closeTree(
  context: ActionContext,
  tree: { readonly mount: string } | { readonly workspace: string },
): Promise<void> {
  if ('workspace' in tree) await unmountWorkspace(context, tree.workspace);
  else await unmountImage(context, tree.mount);
}
