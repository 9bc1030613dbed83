import type { Digest } from '../../../shared/image/digest';
import { displayName } from '../../../shared/graph/sharing';
import type { UnfitImage } from '../../../shared/ipc/operation';
import type { ActionContext, Run } from '../ground/context';
import { imageLayers, type ImageLayer } from './imageLayers';
import { openStoredLayer } from './storedLayers';
import type { StoreView } from './storeView';

/** Images that are named at the most. */
const named = 20;

/**
 * Images, of those that were just loaded, of which no command can make a tree: Docker and Podman refuse them when they load,
 * since a layer is unpacked by itself; umoci takes a hard link to a lower layer. They can be looked at, tagged, saved and removed.
 * Nothing is thrown: what is wrong with their blobs is said by whoever reads them, and a cancel comes too late.
 */
export async function unfitImages(
  context: Pick<ActionContext, 'store' | 'pool'>,
  view: StoreView,
  ids: ReadonlySet<string>,
  { signal }: Run,
): Promise<readonly UnfitImage[]> {
  const images = view.graph.images.filter(({ id }) => ids.has(id));
  const chains = images.map((image) => ({ name: displayName(image), layers: layersOf(view, image) }));
  const blobs = new Map(chains.flatMap(({ layers }) => layers.map(({ digest, blob }) => [digest, blob])));
  const faults = new Map<Digest, string | null>();
  try {
    const indexes: string[] = [];
    for (const blob of blobs.values())
      indexes.push((await openStoredLayer(context, blob, { signal })).indexPath);
    const found = await context.pool.run('unfit-layers', { layers: indexes }, { signal });
    [...blobs.keys()].forEach((digest, i) => faults.set(digest, found[i] ?? null));
  } catch {
    return [];
  }
  const unfit = chains.flatMap(({ name, layers }): UnfitImage[] => {
    const at = layers.findIndex(({ digest }) => (faults.get(digest) ?? null) !== null);
    const layer = layers[at];
    const path = layer ? (faults.get(layer.digest) ?? null) : null;
    return path === null ? [] : [{ name, layer: at + 1, layers: layers.length, path }];
  });
  return unfit.slice(0, named);
}

/** The layers of an image; none where it cannot be read here (it is encrypted, or a layer was left elsewhere). */
function layersOf(view: StoreView, image: StoreView['graph']['images'][number]): readonly ImageLayer[] {
  try {
    return imageLayers(view, image);
  } catch {
    return [];
  }
}
