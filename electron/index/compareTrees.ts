import { compareTrees, mergeTree, treeObject, type TreeObject } from '../../shared/layer/compareTrees';
import { EntryCount, stackProblem, type StackEntry } from '../../shared/layer/stackLayers';
import type { JobInput, JobOutput } from '../worker/jobs';
import { readContentHashes } from './contentHashes';
import { readLayerEntries } from './layerIndex';

/** Entries read between two looks at whether to stop. */
const stride = 10_000;

/** The job `compare-trees`. A layer that both images hold is read once, and its entries are the same in both trees. */
export async function compareLayerTrees(
  { layers, first, second, limit, label }: JobInput<'compare-trees'>,
  tools: { readonly tick: (bytes: number) => void },
): Promise<JobOutput<'compare-trees'>> {
  const objects: (readonly StackEntry<TreeObject>[])[] = [];
  const held = new EntryCount();
  let count = 0;
  try {
    for (const [layer, { indexPath, hashesPath, diffId }] of layers.entries()) {
      const hashes = readContentHashes(hashesPath, diffId);
      const toObject = treeObject(layer, (file) => hashes?.hashOf(file) ?? null);
      const entries: StackEntry<TreeObject>[] = [];
      for await (const entry of readLayerEntries(indexPath)) {
        if (++count % stride === 0) tools.tick(0);
        held.add(entry.path);
        const stacked = toObject(entry);
        if (stacked) entries.push(stacked);
      }
      objects.push(entries);
    }
    const stack = (which: readonly number[]): ReturnType<typeof mergeTree> =>
      mergeTree(which.map((layer) => objects[layer] ?? []));
    const trees = [stack(first), stack(second)] as const;
    tools.tick(0);
    return compareTrees(...trees, limit);
  } catch (thrown) {
    throw stackProblem(thrown, label);
  }
}
