import { LayerShape } from '../../shared/layer/layerShape';
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

/** The first entry of a layer that no tree can have. */
async function faultOf(
  indexPath: string,
  tools: { readonly tick: (bytes: number) => void },
): Promise<string | null> {
  const shape = new LayerShape<null>();
  try {
    for await (const entry of readLayerEntries(indexPath)) {
      tools.tick(0);
      const stacked = toStackEntry(entry, null);
      if (stacked) shapeEntry(shape, stacked);
    }
  } catch (thrown) {
    if (thrown instanceof StackFault) return thrown.path;
    throw thrown;
  }
  return null;
}
