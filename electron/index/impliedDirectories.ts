import {
  impliedDirectories,
  LayerStack,
  stackProblem,
  toStackEntry,
  type StackEntry,
} from '../../shared/layer/stackLayers';
import type { JobInput, JobOutput } from '../worker/jobs';
import { readLayerEntries } from './layerIndex';

/** The job `implied-directories`. */
export async function findImplied({
  indexes,
  label,
}: JobInput<'implied-directories'>): Promise<JobOutput<'implied-directories'>> {
  const stack = new LayerStack<number>();
  for (const [number, indexPath] of indexes.entries()) {
    const entries: StackEntry<number>[] = [];
    for await (const entry of readLayerEntries(indexPath)) {
      const stacked = toStackEntry(entry, number);
      if (stacked) entries.push(stacked);
    }
    try {
      stack.add(entries);
    } catch (thrown) {
      throw stackProblem(thrown, label);
    }
  }
  return impliedDirectories(stack);
}
