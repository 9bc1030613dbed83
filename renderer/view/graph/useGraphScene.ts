import { useEffect, useMemo, useRef, useState } from 'react';
import type { ChainId, ImageId } from '../../../shared/image/digest';
import { lineageImages } from '../../../shared/graph/lineageImages';
import { LayoutClient } from '../../chart/layoutClient';
import { chartInput, familiesInOrder, type ChartInput } from '../../chart/layers/input';
import type { LayersLayout } from '../../chart/layers/layoutTypes';
import { metricsFor } from '../../chart/layers/metrics';
import { makeScene, type Scene } from '../../chart/layers/scene';
import { useApp } from '../../store/hooks';
import { useFiltered } from '../useFiltered';

/** From this width of the view on, CSS pixels, runs of three fold; below it runs of two. */
const wideView = 1000;
/** From so many images on it is crowded however wide the view is: runs of two fold, too. */
const crowdedFrom = 60;

interface Folding {
  readonly unfolded: ReadonlySet<ChainId>;
  readonly collapsed: ReadonlySet<ChainId>;
}

/** What the graph view draws: laid out in a worker, in pixels for a size. Null until the first layout is there. */
export function useGraphScene(
  { unfolded, collapsed }: Folding,
  size: { readonly width: number; readonly height: number },
): Scene | null {
  const index = useApp((state) => state.index);
  const settings = useApp((state) => state.settings);
  const lineage = useApp((state) => state.lineage);
  const filtered = useFiltered();
  const [laidOut, setLaidOut] = useState<{ readonly of: ChartInput; readonly layout: LayersLayout } | null>(
    null,
  );
  const client = useRef<LayoutClient<'layers'> | null>(null);
  const asked = useRef<{ id: number; of: ChartInput } | null>(null);
  /** The order of families is kept while the window is open, so that new images push nothing around. */
  const families = useRef<readonly string[]>([]);

  const images = useMemo(() => {
    if (!index || !filtered || !lineage) return filtered?.ids ?? null;
    const found = lineageImages(index, lineage.image, lineage.direction);
    return new Set<ImageId>([...found].filter((id) => filtered.ids.has(id)));
  }, [index, filtered, lineage]);
  const crowded = size.width < wideView || (images?.size ?? 0) >= crowdedFrom;
  const foldFrom = settings.graphFold ? (crowded ? 2 : 3) : null;
  const { graphOnlyTagged: onlyTagged } = settings;
  const input = useMemo(() => {
    if (!index || !images) return null;
    families.current = familiesInOrder(index, families.current);
    return chartInput(index, {
      images,
      onlyTagged,
      foldFrom,
      unfolded,
      collapsed,
      familyOrder: families.current,
    });
  }, [index, images, onlyTagged, foldFrom, unfolded, collapsed]);

  useEffect(() => {
    const layouts = new LayoutClient('layers', (layout, id) => {
      if (asked.current?.id === id) setLaidOut({ of: asked.current.of, layout });
    });
    client.current = layouts;
    return () => {
      layouts.close();
      client.current = null;
    };
  }, []);

  const isPlaced = size.width > 0;
  useEffect(() => {
    if (input && client.current && isPlaced) {
      asked.current = { id: client.current.request(input.input), of: input };
    }
  }, [input, isPlaced]);

  const all = useApp((state) => state.workspaces);
  const inStore = useApp((state) => state.source === 'store');
  const workspaces = useMemo(() => {
    const found = new Map<ImageId, string[]>();
    // Workspaces stand on images of the store, though an engine may have the same images.
    for (const { image, name } of inStore ? all : []) found.set(image, [...(found.get(image) ?? []), name]);
    return found;
  }, [all, inStore]);

  return useMemo(() => {
    if (!index || !input || laidOut?.of !== input || size.width === 0) return null;
    const besides = Math.max(0, ...[...workspaces.values()].map((names) => names.length));
    const metrics = metricsFor(laidOut.layout, size.width, size.height, besides);
    return makeScene(input, laidOut.layout, index, metrics, workspaces);
  }, [index, input, laidOut, size.width, size.height, workspaces]);
}
