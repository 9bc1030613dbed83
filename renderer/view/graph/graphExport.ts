import type { Filtered } from '../../../shared/graph/filterGraph';
import { graphDot, layerRows, partOfGraph } from '../../../shared/graph/graphExport';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import { formatBytes } from '../../../shared/text/format';
import type { ChartExport } from '../../chart/chartExport';

/** What the graph hands out: the drawing as it is seen and all of it, and the layers and images in sight. */
export function graphExport(
  index: GraphIndex,
  filtered: Filtered,
  svg: () => string,
  whole: () => string,
): ChartExport {
  return {
    name: 'graph',
    svg,
    whole,
    isGraph: true,
    data: () => {
      const part = partOfGraph(index.graph, filtered.images);
      return { json: part, csv: layerRows(part.layers), dot: graphDot(part, formatBytes) };
    },
  };
}
