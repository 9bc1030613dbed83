import { treeObject } from '../../shared/layer/compareTrees';
import { countAsDive } from '../../shared/layer/diveNumbers';
import { countEfficiency } from '../../shared/layer/efficiency';
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
  const efficiency = countEfficiency();
  const dive = countAsDive();
  let count = 0;
  try {
    for (const [number, { indexPath, hashesPath, diffId }] of layers.entries()) {
      const hashes = readContentHashes(hashesPath, diffId);
      const toObject = treeObject(number, (file) => hashes?.hashOf(file) ?? null);
      // Entry by entry: a list of a large layer would take as much as its tree.
      const layer = efficiency.begin();
      const asDive = dive.begin();
      for await (const entry of readLayerEntries(indexPath)) {
        if (++count % stride === 0) tools.tick(0);
        asDive.put(entry);
        const stacked = toObject(entry);
        if (stacked) layer.put(stacked);
      }
      layer.end();
      asDive.end();
    }
    return { ...efficiency.result(limit), dive: dive.result() };
  } catch (thrown) {
    throw stackProblem(thrown, label);
  }
}
