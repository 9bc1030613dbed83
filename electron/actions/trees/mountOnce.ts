import type { ImageId } from '../../../shared/image/digest';
import type { MountInfo } from '../../../shared/ipc/workspace';
import type { ActionContext, Run } from '../ground/context';
import { listMounts, mountImage } from './mounts';
import { isOwnMount } from './ownMounts';

/**
 * Mounts of whole images for as long as this process lives, one for each image: who asks again gets the one that is there. A page
 * could else have thousands made, of which the end of the process takes minutes.
 */
export class MountOnce {
  private readonly turns = new Map<ImageId, Promise<unknown>>();

  constructor(private readonly context: ActionContext) {}

  /** Throws as `mountImage` does. */
  async mount(image: ImageId, run: Run): Promise<MountInfo> {
    const before = this.turns.get(image) ?? Promise.resolve();
    const mine = before.then(
      () => this.find(image, run),
      () => this.find(image, run),
    );
    this.turns.set(image, mine);
    try {
      return await mine;
    } finally {
      if (this.turns.get(image) === mine) this.turns.delete(image);
    }
  }

  private async find(image: ImageId, run: Run): Promise<MountInfo> {
    const mounts = await listMounts(this.context);
    const there = mounts.find((each) => each.image === image && isOwnMount(this.context, each.id));
    return there ?? mountImage(this.context, { image, target: null, kept: false }, run);
  }
}
