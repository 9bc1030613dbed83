import { DuplicateFinder, SizeSieve } from '../../shared/graph/duplicateFiles';
import type { JobInput, JobOutput } from '../worker/jobs';
import { readContentHashes } from './contentHashes';
import { readLayerEntries } from './layerIndex';

/** Entries read between two looks at whether to stop. */
const stride = 10_000;

interface Tools {
  readonly tick: (bytes: number) => void;
}

/** Regular files of a layer as unpacking leaves them, by their place among the layer's files: of a path the last counts. */
async function filesOf(
  indexPath: string,
  tools: Tools,
): Promise<ReadonlyMap<string, { readonly file: number; readonly size: number }>> {
  const files = new Map<string, { file: number; size: number }>();
  let count = 0;
  let file = 0;
  for await (const entry of readLayerEntries(indexPath)) {
    if (++count % stride === 0) tools.tick(0);
    if (entry.kind === 'file') files.set(entry.path, { file: file++, size: entry.size });
    else if (entry.kind !== 'whiteout' && entry.kind !== 'opaque') files.delete(entry.path);
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
