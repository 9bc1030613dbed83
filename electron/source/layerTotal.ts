import { problem } from '../../shared/image/problem';
import type { ArchiveFiles } from './archiveFiles';

/** Images of an input whose layers were counted, and how many those are. */
interface Total {
  readonly counted: Set<string>;
  sum: number;
}

const totals = new WeakMap<object, Total>();

/**
 * Counts the layers of an image of an input, once by its config: every one of them is a line in a manifest, and a node of an
 * image in whatever lists the store from then on, however few bytes brought it. Throws `limit-exceeded` past `layers-total`.
 */
export function holdLayers(
  files: Pick<ArchiveFiles, 'label' | 'limits'>,
  config: string,
  layers: number,
): void {
  let total = totals.get(files);
  if (!total) totals.set(files, (total = { counted: new Set(), sum: 0 }));
  if (total.counted.has(config)) return;
  total.counted.add(config);
  total.sum += layers;
  const limit = files.limits['layers-total'];
  if (total.sum > limit)
    throw problem('limit-exceeded', {
      file: files.label,
      what: config,
      limit,
      name: 'layers-total',
      found: total.sum,
    });
}
