import { treeObjects } from '../../shared/layer/compareTrees';
import { efficiencyOf } from '../../shared/layer/efficiency';
import type { LayerEntry } from '../../shared/layer/entry';
import { stackProblem } from '../../shared/layer/stackLayers';
import type { JobInput, JobOutput } from '../worker/jobs';
import { readContentHashes } from './contentHashes';
import { readLayerEntries } from './layerIndex';

/** Entries read between two looks at whether to stop. */
const stride = 10_000;

/** The job `analyze-layers`. */
export async function analyzeLayers(
  { layers, limit, label }: JobInput<'analyze-layers'>,
  tools: { readonly tick: (bytes: number) => void },
): Promise<JobOutput<'analyze-layers'>> {
  const objects: ReturnType<typeof treeObjects>[] = [];
  let count = 0;
  for (const [layer, { indexPath, hashesPath, diffId }] of layers.entries()) {
    const entries: LayerEntry[] = [];
    for await (const entry of readLayerEntries(indexPath)) {
      if (++count % stride === 0) tools.tick(0);
      entries.push(entry);
    }
    const hashes = readContentHashes(hashesPath, diffId);
    objects.push(treeObjects(entries, layer, (file) => hashes?.hashOf(file) ?? null));
  }
  try {
    return efficiencyOf(objects, limit);
  } catch (thrown) {
    throw stackProblem(thrown, label);
  }
}
