import { useMemo } from 'react';
import type { Filtered } from '../../../shared/graph/filterGraph';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import type { ChainId } from '../../../shared/image/digest';
import type { Settings } from '../../../shared/ipc/settings';
import { branchHues } from '../../chart/strata/hues';
import { chartInput, type GroupName } from '../../chart/strata/input';
import { makeScene, type Scene } from '../../chart/strata/scene';
import { useLayout } from '../useLayout';

/** Groups that a person opened or shut. */
export interface Grouping {
  readonly open: readonly GroupName[];
  readonly shut: readonly GroupName[];
}

/**
 * The strata of the images in sight, laid out in the worker; null while a layout is on its way, in which the
 * chart goes on to show the last.
 */
export function useStrataScene(
  index: GraphIndex | null,
  filtered: Filtered | null,
  { strataOrder: order, strataGrouped: grouped }: Pick<Settings, 'strataOrder' | 'strataGrouped'>,
  grouping: Grouping,
): { readonly scene: Scene | null; readonly hues: ReadonlyMap<ChainId, number> } {
  const input = useMemo(
    () => index && filtered && chartInput(index, { images: filtered.ids, order, grouped, ...grouping }),
    [index, filtered, order, grouped, grouping],
  );
  const hues = useMemo(() => (index ? branchHues(index) : new Map<ChainId, number>()), [index]);
  const layout = useLayout('strata', input);
  const scene = useMemo(() => {
    if (!index || !input || !layout) return null;
    return makeScene(input, layout, index, hues);
  }, [index, input, layout, hues]);
  return { scene, hues };
}
