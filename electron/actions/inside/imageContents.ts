import type { ImageId } from '../../../shared/image/digest';
import type { Contents } from '../../index/compareContents';
import type { ActionContext } from '../ground/context';
import { damageOf } from '../images/damageOf';
import { imageById } from '../images/resolveImage';
import { readStoreView } from '../images/storeView';
import { fileTree, readTreeFile } from './imageFiles';

type Stored = Pick<ActionContext, 'store' | 'pool'>;

/**
 * The contents of the regular file at a path of an image's root filesystem, links not followed; null where none is there. Throws
 * `image-not-found`, `layer-invalid`, `blob-damaged`.
 */
export async function imageContents(context: Stored, id: ImageId, path: string): Promise<Contents> {
  const view = await readStoreView(context);
  const image = imageById(view.graph, id);
  const file = (await fileTree(context, view, image, null)).find(path, false);
  if (file === null || (file.body ?? file.entry).kind !== 'file') return null;
  return (async function* () {
    try {
      yield* readTreeFile(context, file);
    } catch (thrown) {
      throw damageOf(thrown, view.graph.layers, [image]);
    }
  })();
}
