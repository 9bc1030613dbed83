import { useEffect, useMemo, useRef, useState } from 'react';
import type { Filtered } from '../../../shared/graph/filterGraph';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import type { ChainId } from '../../../shared/image/digest';
import type { Settings } from '../../../shared/ipc/settings';
import { LayoutClient } from '../../chart/layoutClient';
import { branchHues } from '../../chart/strata/hues';
import { chartInput, type GroupName } from '../../chart/strata/input';
import type { StrataLayout } from '../../chart/strata/layoutTypes';
import { makeScene, type Scene } from '../../chart/strata/scene';

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
  const [laidOut, setLaidOut] = useState<{ readonly of: object; readonly layout: StrataLayout } | null>(null);
  const client = useRef<LayoutClient<'strata'> | null>(null);
  const asked = useRef<{ id: number; of: object } | null>(null);
  const input = useMemo(
    () => index && filtered && chartInput(index, { images: filtered.ids, order, grouped, ...grouping }),
    [index, filtered, order, grouped, grouping],
  );
  const hues = useMemo(() => (index ? branchHues(index) : new Map<ChainId, number>()), [index]);
  useEffect(() => {
    const made = new LayoutClient('strata', (layout, id) => {
      if (asked.current?.id === id) setLaidOut({ of: asked.current.of, layout });
    });
    client.current = made;
    return () => {
      made.close();
      client.current = null;
    };
  }, []);
  useEffect(() => {
    if (input && client.current) asked.current = { id: client.current.request(input.input), of: input };
  }, [input]);
  const scene = useMemo(() => {
    if (!index || !input || laidOut?.of !== input) return null;
    return makeScene(input, laidOut.layout, index, hues);
  }, [index, input, laidOut, hues]);
  return { scene, hues };
}
