import { useMemo } from 'react';
import { filterGraph, type Filtered } from '../../shared/graph/filterGraph';
import { useApp } from '../store/hooks';

/** The images in sight of every view: what the filter field and the sidebar leave. Null until the graph is here. */
export function useFiltered(): Filtered | null {
  const index = useApp((state) => state.index);
  const text = useApp((state) => state.filter);
  const hiddenFamilies = useApp((state) => state.hiddenFamilies);
  const showDangling = useApp((state) => state.settings.showDangling);
  return useMemo(
    () => index && filterGraph(index, { text, hiddenFamilies, showDangling }),
    [index, text, hiddenFamilies, showDangling],
  );
}
