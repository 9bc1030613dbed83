import type { Filtered } from '../../../shared/graph/filterGraph';
import { graphDot, layerRows, partOfGraph } from '../../../shared/graph/graphExport';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import { formatBytes } from '../../../shared/text/format';
import type { ChartExport } from '../../chart/chartExport';

/** What the graph hands out: the drawing, and the layers and images in sight. */
export function graphExport(index: GraphIndex, filtered: Filtered, svg: () => string): ChartExport {
  return {
    name: 'graph',
    svg,
    isGraph: true,
    data: () => {
      const part = partOfGraph(index.graph, filtered.images);
      return { json: part, csv: layerRows(part.layers), dot: graphDot(part, formatBytes) };
    },
  };
}
