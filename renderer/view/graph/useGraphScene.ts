import { useMemo, useRef } from 'react';
import type { ChainId, ImageId } from '../../../shared/image/digest';
import { lineageImages } from '../../../shared/graph/lineageImages';
import { chartInput, familiesInOrder } from '../../chart/layers/input';
import { metricsFor } from '../../chart/layers/metrics';
import { makeScene, type Scene } from '../../chart/layers/scene';
import { useApp } from '../../store/hooks';
import { canHere } from '../../store/sources';
import { useFiltered } from '../useFiltered';
import { useLayout } from '../useLayout';

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

  const layout = useLayout('layers', size.width > 0 ? input : null);

  const all = useApp((state) => state.workspaces);
  const canMount = useApp(canHere('mount'));
  const workspaces = useMemo(() => {
    const found = new Map<ImageId, string[]>();
    // Workspaces stand on images of the store, though an engine may have the same images.
    for (const { image, name } of canMount ? all : []) found.set(image, [...(found.get(image) ?? []), name]);
    return found;
  }, [all, canMount]);

  return useMemo(() => {
    if (!index || !input || !layout) return null;
    const besides = Math.max(0, ...[...workspaces.values()].map((names) => names.length));
    const metrics = metricsFor(layout, size.width, size.height, besides);
    return makeScene(input, layout, index, metrics, workspaces);
  }, [index, input, layout, size.width, size.height, workspaces]);
}
