import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { places } from '../../store/places';
import type { ActionContext, Privileged } from '../ground/context';
import { beginStage } from './layerStage';

/**
 * In what form layers are made ready for a mount: unpacked into files, or as images whose files point into the layer's
 * tar. Creating files is what unpacking costs: an image of 70,000 names is written in a fraction of the time. Root alone
 * may mount images.
 */
export type LayerForm = 'files' | 'image';

/** What was found out; the rights of a process are asked for once for a store. */
const found = new WeakMap<Privileged, Promise<boolean>>();

async function canMountImages(context: ActionContext, privileged: Privileged): Promise<boolean> {
  const parent = places.unpackedOf(context.store.directory, privileged.key);
  const stage = await beginStage(parent);
  try {
    const folder = join(stage, 'try');
    await mkdir(folder);
    return await privileged.pool.run('try-images', { folder });
  } finally {
    await privileged.pool.run('remove-tree', { path: stage }).catch(() => undefined);
  }
}

/**
 * The form for layers here: images where they can be mounted. `STRATIGRAPH_LAYERS` chooses by hand: `files`, or `erofs`,
 * with which a mount fails where the kernel has it not.
 */
export async function layerForm(context: ActionContext, privileged: Privileged): Promise<LayerForm> {
  const asked = process.env['STRATIGRAPH_LAYERS'] ?? '';
  if (privileged.mode !== 'root' || asked === 'files') return 'files';
  if (asked === 'erofs') return 'image';
  let answer = found.get(privileged);
  if (!answer) {
    answer = canMountImages(context, privileged);
    found.set(privileged, answer);
    // A full disk is no answer: it is asked again.
    answer.catch(() => found.delete(privileged));
  }
  return (await answer) ? 'image' : 'files';
}
