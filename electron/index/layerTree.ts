import { LayerTreeBuilder } from '../../shared/layer/layerTree';
import { problem } from '../../shared/image/problem';
import { readLayerEntries } from './layerIndex';
import type { JobInput, JobOutput } from '../worker/jobs';

/** Entries read between two looks at whether to stop. */
const stride = 10_000;

/** The job `layer-tree`. */
export async function layerTree(
  { indexPath, path, offset, limit, inner }: JobInput<'layer-tree'>,
  tools: { readonly tick: (bytes: number) => void },
): Promise<JobOutput<'layer-tree'>> {
  const builder = new LayerTreeBuilder();
  let count = 0;
  for await (const entry of readLayerEntries(indexPath)) {
    if (++count % stride === 0) tools.tick(0);
    builder.add(entry);
  }
  const sums = builder.finish();
  const page = sums.page(path, { offset, limit, inner });
  if (!page) throw problem('file-not-found', { path: `/${path}` });
  return { ...page, layerBytes: sums.bytes };
}
