import type { Translate } from '../../../shared/text/catalogue';
import type { ChartEvents, LayersChart } from '../../chart/layers/layersChart';
import type { ChartTarget } from '../../chart/layers/target';
import { appState, currentActions } from '../../store/hooks';
import type { MenuEntry } from '../../ui/Menu';
import { grabImages } from '../drag/imageDrag';
import { imageMenu } from '../imageMenu';
import { openImage, openLayer } from '../openThing';
import { workspaceMenu } from '../workspace/workspaceMenu';
import { groupMenu } from './groupMenu';
import type { Hovered } from './HoverCard';
import { layerMenu } from './layerMenu';
import type { Folding } from './useFolding';

interface Parts {
  readonly chart: () => LayersChart | null;
  readonly folding: Folding;
  readonly t: Translate;
  readonly openMenu: (
    at: { readonly x: number; readonly y: number } | Element,
    entries: readonly MenuEntry[],
  ) => void;
  readonly setHovered: (hovered: Hovered | null) => void;
  readonly setZoom: ChartEvents['zoomed'];
}

/** What the graph view does when something happens in its chart. */
export function chartEvents({ chart, folding, t, openMenu, setHovered, setZoom }: Parts): ChartEvents {
  const act = currentActions();
  /** Changes what is folded, with the thing that was meant staying where it is. */
  const still = (target: ChartTarget, work: () => void): void => {
    chart()?.holdStill(target);
    work();
  };

  const unfold = (target: Extract<ChartTarget, { kind: 'layer' }>): void => {
    still(target, () => folding.unfold(target.run));
    // The run is none any more: its last layer stays selected, alone.
    if (appState().selection.layer === target.id) act.selectLayer(target.id);
  };

  const open = (target: ChartTarget): void => {
    if (target.kind === 'workspace') act.openPage({ kind: 'workspace', name: target.id });
    else if (target.kind === 'group') {
      const { collapsed } = target;
      if (collapsed === null) chart()?.zoomTo(target);
      else still(target, () => folding.expand(collapsed));
    } else if (target.kind === 'layer' && target.run.length > 1) {
      unfold(target);
    } else if (target.kind === 'image') openImage(target.id);
    else openLayer(target.id, (layer) => chart()?.revealLayer(layer));
  };

  const menuOf = (target: ChartTarget): readonly MenuEntry[] => {
    if (target.kind === 'workspace') {
      const found = appState().workspaces.find(({ name }) => name === target.id);
      return found ? workspaceMenu(found, t) : [];
    }
    if (target.kind === 'image') {
      const { images } = appState().selection;
      if (!images.includes(target.id)) act.selectImage(target.id, 'only');
      return imageMenu(images.includes(target.id) ? images : [target.id]);
    }
    if (target.kind === 'group')
      return groupMenu(target, t, { expand: () => open(target), zoomTo: () => open(target) });
    act.selectLayer(target.id, target.run);
    return layerMenu(target, t, {
      ...folding,
      unfold: () => unfold(target),
      foldAgain: (layer) => still(target, () => folding.foldAgain(layer)),
      subtree: {
        collapsed: folding.collapsed,
        collapse: (layer) => still(target, () => folding.collapse(layer)),
        expand: (layer) => still(target, () => folding.expand(layer)),
        zoomTo: () => chart()?.zoomTo(target),
      },
    });
  };

  return {
    open,
    select: (target, how) => {
      if (!target) act.clearSelection();
      else if (target.kind === 'image') act.selectImage(target.id, how, chart()?.order() ?? []);
      else if (target.kind === 'workspace') act.openPage({ kind: 'workspace', name: target.id });
      else if (target.kind === 'group') {
        const before = how === 'only' ? [] : appState().selection.images;
        act.selectImages([...before, ...target.images]);
      } else act.selectLayer(target.id, target.run);
    },
    menu: (target, at) => {
      setHovered(null);
      const entries = target ? menuOf(target) : [];
      if (entries.length > 0) openMenu(at, entries);
    },
    hover: (target, box) => setHovered(target && target.kind !== 'workspace' && box ? { target, box } : null),
    zoomed: setZoom,
    grab: (images, press) => grabImages(press, images, () => setHovered(null)),
  };
}
