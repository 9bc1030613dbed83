import { DuplicateFinder, SizeSieve } from '../../shared/graph/duplicateFiles';
import { LayerShape, namesOfShape } from '../../shared/layer/layerShape';
import { shapeEntry, StackFault, toStackEntry } from '../../shared/layer/stackLayers';
import type { JobInput, JobOutput } from '../worker/jobs';
import { readContentHashes } from './contentHashes';
import { readLayerEntries } from './layerIndex';

/** Entries read between two looks at whether to stop. */
const stride = 10_000;

interface Tools {
  readonly tick: (bytes: number) => void;
}

/**
 * Regular files of a layer as unpacking leaves them, by their place among the layer's files; a file with several names has one
 * of them. What cannot be unpacked has none.
 */
async function filesOf(
  indexPath: string,
  tools: Tools,
): Promise<ReadonlyMap<string, { readonly file: number; readonly size: number }>> {
  interface Known {
    readonly file: number;
    readonly size: number;
  }
  const files = new Map<string, Known>();
  const shape = new LayerShape<Known>();
  let count = 0;
  let file = 0;
  for await (const entry of readLayerEntries(indexPath)) {
    if (++count % stride === 0) tools.tick(0);
    const known = entry.kind === 'file' ? { file: file++, size: entry.size } : { file: -1, size: 0 };
    const stacked = toStackEntry(entry, known);
    try {
      if (stacked) shapeEntry(shape, stacked);
    } catch (thrown) {
      if (!(thrown instanceof StackFault)) throw thrown;
    }
  }
  shape.finish();
  const seen = new Set<Known>();
  for (const { path, node } of namesOfShape(shape)) {
    if (node.kind !== 'object' || node.data.file < 0 || seen.has(node.data)) continue;
    seen.add(node.data);
    files.set(path, node.data);
  }
  return files;
}

/** The job `duplicate-candidates`. */
export async function duplicateCandidates(
  { layers }: JobInput<'duplicate-candidates'>,
  tools: Tools,
): Promise<JobOutput<'duplicate-candidates'>> {
  const sieve = new SizeSieve();
  const sizes: ReadonlySet<number>[] = [];
  for (const [layer, indexPath] of layers.entries()) {
    const own = new Set<number>();
    for (const { size } of (await filesOf(indexPath, tools)).values()) own.add(size);
    for (const size of own) sieve.add(layer, size);
    sizes.push(own);
  }
  return sizes.flatMap((own, layer) => ([...own].some((size) => sieve.isCandidate(size)) ? [layer] : []));
}

/** The job `find-duplicates`. */
export async function findDuplicates(
  { layers, limit }: JobInput<'find-duplicates'>,
  tools: Tools,
): Promise<JobOutput<'find-duplicates'>> {
  const finder = new DuplicateFinder();
  for (const [layer, { indexPath, hashesPath, diffId }] of layers.entries()) {
    const hashes = readContentHashes(hashesPath, diffId);
    if (!hashes) continue;
    for (const [path, { file, size }] of await filesOf(indexPath, tools)) {
      const contents = hashes.hashOf(file);
      if (contents !== null) finder.add(layer, { path, size, contents });
    }
  }
  return finder.result(layers, limit);
}
