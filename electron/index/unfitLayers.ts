import type { LayerEntry } from '../../shared/layer/entry';
import { LayerShape } from '../../shared/layer/layerShape';
import { isDevice, isOwner } from '../../shared/layer/linuxNumbers';
import { shapeEntry, StackFault, toStackEntry } from '../../shared/layer/stackLayers';
import type { JobInput, JobOutput } from '../worker/jobs';
import { readLayerEntries } from './layerIndex';

/** The job `unfit-layers`. */
export async function unfitLayers(
  { layers }: JobInput<'unfit-layers'>,
  tools: { readonly tick: (bytes: number) => void },
): Promise<JobOutput<'unfit-layers'>> {
  const found: (string | null)[] = [];
  for (const indexPath of layers) found.push(await faultOf(indexPath, tools));
  return found;
}

/** Whether a tree can have the owner, and the device, of an entry; a deletion has none there. */
function hasNumbers(entry: LayerEntry): boolean {
  if (entry.kind === 'whiteout' || entry.kind === 'opaque') return true;
  return isOwner(entry) && ((entry.kind !== 'character' && entry.kind !== 'block') || isDevice(entry));
}

/** The first entry of a layer that no tree can have. */
async function faultOf(
  indexPath: string,
  tools: { readonly tick: (bytes: number) => void },
): Promise<string | null> {
  const shape = new LayerShape<null>();
  try {
    for await (const entry of readLayerEntries(indexPath)) {
      tools.tick(0);
      if (!hasNumbers(entry)) return entry.path;
      const stacked = toStackEntry(entry, null);
      if (stacked) shapeEntry(shape, stacked);
    }
  } catch (thrown) {
    if (thrown instanceof StackFault) return thrown.path;
    throw thrown;
  }
  return null;
}
