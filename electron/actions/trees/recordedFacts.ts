import type { LeftLists } from '../../../shared/layer/accessList';
import { LayerNames } from '../../../shared/layer/layerNames';
import { stackProblem } from '../../../shared/layer/stackLayers';
import { readLayerEntries } from '../../index/layerIndex';
import { places } from '../../store/places';
import type { JobInput } from '../../worker/jobs';
import type { ActionContext, Privileged, Run } from '../ground/context';
import { imageLayers, type ImageLayer } from '../images/imageLayers';
import { readRecord } from './layerRecord';
import type { MountedWorkspace } from './workspaces';
import { openStoredLayer } from '../images/storedLayers';
import { readStoreView } from '../images/storeView';

/**
 * Owners and access lists that the image records and this user's IDs cannot express: on disk they are somebody else's, or not there, and
 * what a commit copies must say whose they were. Nothing of layers without such lists is read but their indexes.
 */
export async function recordedFacts(
  context: ActionContext,
  privileged: Privileged,
  image: MountedWorkspace['image'],
  run: Run,
): Promise<Pick<JobInput<'write-layer'>, 'owners' | 'lists'>> {
  const owners: Record<string, readonly [number, number]> = Object.create(null) as Record<
    string,
    readonly [number, number]
  >;
  const lists = new Map<string, ReadonlyMap<string, Uint8Array>>();
  if (privileged.mode === 'root') return { owners, lists };
  for (const layer of imageLayers(await readStoreView(context), image)) {
    const { indexPath } = await openStoredLayer(context, layer.blob);
    const left = await leftLists(context, privileged, layer, image.id, run);
    const names = new LayerNames();
    try {
      for await (const entry of readLayerEntries(indexPath)) names.add(entry);
    } catch (thrown) {
      throw stackProblem(thrown, image.id);
    }
    for (const { path, entry, body, implied } of names.names()) {
      if (implied || entry.kind === 'whiteout' || entry.kind === 'opaque') continue;
      const { ids } = privileged;
      if (body.uid < ids && body.gid < ids) delete owners[path];
      else owners[path] = [body.uid, body.gid];
      const list = left.get(path);
      if (list) lists.set(path, list);
      else lists.delete(path);
    }
  }
  return { owners, lists };
}

/** Lists of a layer that its tree does not have whole; the layer is read where it is not known that there are none. */
async function leftLists(
  { store }: ActionContext,
  { pool, style, key }: Privileged,
  { digest, diffId, blob }: ImageLayer,
  label: string,
  { signal }: Run,
): Promise<LeftLists> {
  const record = readRecord(places.unpacked(store.directory, key, diffId));
  // What is mounted as an image has no lists.
  if (record && (record.form === 'image' || record.leftLists === 0)) return new Map();
  const input = { file: store.fileOf(blob), digest, diffId, style, label };
  return (await pool.run('left-lists', input, { signal })).lists;
}
