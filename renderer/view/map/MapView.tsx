import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { isHome } from '../../../shared/ipc/placeKinds';
import type { ChainId } from '../../../shared/image/digest';
import type { ChartExport } from '../../chart/chartExport';
import { pictureSvg } from '../../chart/drawing/pictureSvg';
import { entryBlocks } from '../../chart/treemap/entryTree';
import { layoutMap } from '../../chart/treemap/mapLayout';
import { mapPicture } from '../../chart/treemap/mapPicture';
import { mapText } from '../../chart/treemap/mapText';
import { mapSteps, repositoriesWithoutBlock, type MapNode, type MapTree } from '../../chart/treemap/mapTree';
import { TreemapChart, type MapEvents } from '../../chart/treemap/treemapChart';
import { appState, currentActions, useApp, useT } from '../../store/hooks';
import { currentSource, sourceName } from '../../store/sources';
import { useMenu } from '../../ui/Menu';
import { grabImages } from '../drag/imageDrag';
import { useChartExport } from '../export/currentExport';
import { NoMatch } from '../NoMatch';
import { useFiltered } from '../useFiltered';
import { useFonts } from '../useFonts';
import { useReveal } from '../useReveal';
import { useSettled } from '../useSettled';
import { useThemePalette } from '../useThemePalette';
import { useViewStep } from '../viewStep';
import { MapBar } from './MapBar';
import { MapCard } from './MapCard';
import { MapFoot } from './MapFoot';
import { MapReading } from './MapReading';
import { mapData } from './mapExport';
import { mapMenu } from './mapMenu';
import { useLayerTree, type LayerPlace } from './useLayerTree';
import { useSteps } from '../useSteps';

const cardDelay = 300;
/** Levels of blocks within what fills the drawing. */
const levels = 3;
/** Selected images whose shared layers are marked; with more everything would be. */
const markedImages = 50;

const nowhere: readonly MapNode[] = [];

/** The same way in another tree, as far as it is still there. */
function walk(root: MapNode, way: readonly MapNode[]): readonly MapNode[] {
  const found: MapNode[] = [];
  let at = root;
  for (const step of way) {
    if (step.kind === 'entry') {
      // Files are no part of the tree: they are read when they are gone into.
      if (found.length === 0 || (at.kind !== 'layer' && at.kind !== 'entry')) break;
      found.push((at = step));
      continue;
    }
    const next = at.children.find(({ key }) => key === step.key);
    if (!next) break;
    found.push((at = next));
  }
  return found;
}

/** Whether a block can be gone into. */
const hasInside = (node: MapNode): boolean =>
  node.kind === 'layer' ||
  node.children.length > 0 ||
  (node.kind === 'entry' && (node.more !== null || node.entry === 'directory'));

/** The one image, or the one set of images, that all of the last block of a way is. */
function single(way: readonly MapNode[]): MapNode | null {
  const children = way[way.length - 1]?.children ?? [];
  const [only] = children;
  return children.length === 1 && (only?.kind === 'image' || only?.kind === 'together') ? only : null;
}

/** Where in a layer a way ends; null outside of layers. */
function placeIn(way: readonly MapNode[]): LayerPlace | null {
  const layer = way.find((node) => node.kind === 'layer');
  const last = way[way.length - 1];
  if (layer?.kind !== 'layer' || !last) return null;
  const { chainId } = layer.layers[0];
  if (last.kind !== 'entry') return { layer: chainId, path: '', offset: 0 };
  return { layer: chainId, path: last.path, offset: last.more?.offset ?? 0 };
}

/** The map: the bytes on disk as areas, from repositories down to files. */
export function MapView(): ReactNode {
  const t = useT();
  const index = useApp((state) => state.index);
  const detail = useApp((state) => state.settings.mapDetail);
  const selection = useApp((state) => state.selection);
  const reveal = useReveal();
  const filtered = useFiltered();
  const palette = useThemePalette();
  const menu = useMenu(t('graph.menu'));
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<TreemapChart | null>(null);
  const handlers = useRef<MapEvents | null>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const fontsReady = useFonts();
  const [wanted, setWanted] = useState<readonly MapNode[]>(nowhere);
  const [hovered, setHovered] = useState<{ node: MapNode; box: DOMRect } | null>(null);

  const begin = useMemo(
    () => (index && filtered ? () => mapSteps(index, filtered.ids) : null),
    [index, filtered],
  );
  const tree: MapTree | null = useSteps(begin);
  const way = useMemo(() => (tree ? walk(tree.root, wanted) : nowhere), [tree, wanted]);
  const place = useMemo(() => placeIn(way), [way]);
  const reading = useLayerTree(place);
  const inside = reading.value;

  /** What fills the drawing; null while it is read. */
  const root = useMemo((): MapNode | null => {
    if (!tree) return null;
    const last = way[way.length - 1];
    if (!last) return tree.root;
    if (!place) return last;
    const layer = way.find(({ kind }) => kind === 'layer');
    if (!inside || !layer) return null;
    const children = entryBlocks(layer, place.path, place.offset, inside, {
      more: t('map.rest.folder'),
      moreOf: (count) => t('map.moreFiles', { count }),
    });
    return { ...last, children, bytes: children.reduce((sum, { bytes }) => sum + bytes, 0) };
  }, [tree, way, place, inside, t]);

  const source = useApp(currentSource);
  const elsewhere = source === undefined || isHome(source.id) ? '' : sourceName(source, t);
  const text = useMemo(() => tree && mapText(tree, t, elsewhere), [tree, t, elsewhere]);
  const drawing = useMemo(() => {
    if (!root || !text || !tree || !fontsReady || size.width === 0) return null;
    const closed = (node: MapNode): boolean =>
      detail === 'images' && (node.kind === 'image' || node.kind === 'together');
    const tiles = layoutMap(root, size.width, size.height, { levels, closed });
    const picture = mapPicture(tiles, size, text, palette, root.colour);
    const total = inside && place ? inside.layerBytes : tree.root.bytes;
    return { root, tiles, picture, text, palette, total, way };
  }, [root, text, tree, size, detail, palette, inside, place, way, fontsReady]);

  const enter = useCallback(
    (path: readonly MapNode[]) => {
      const inner = [...path];
      while (inner.length > 0 && !hasInside(inner[inner.length - 1] as MapNode)) inner.pop();
      // A block that fills the one that it lies in is what was meant.
      for (let only = single(inner); only; only = single(inner)) inner.push(only);
      if (inner.length > 0) setWanted([...way, ...inner]);
    },
    [way],
  );
  const leave = useCallback(() => {
    setHovered(null);
    const outer = way.slice(0, -1);
    while (single(outer)) outer.pop();
    setWanted(outer);
  }, [way]);
  useViewStep(way.length > 0 ? leave : null);

  useEffect(() => {
    const act = currentActions();
    const last = (path: readonly MapNode[]): MapNode => path[path.length - 1] as MapNode;
    handlers.current = {
      select: (path, how) => {
        if (!path) {
          act.clearSelection();
          return;
        }
        const node = last(path);
        if (node.kind === 'image') act.selectImage(node.image.id, how);
        else if (node.kind === 'layer') act.selectLayer(layerIn([...way, ...path], node));
      },
      enter: (path) => {
        setHovered(null);
        // A block of the picture before, while the one that was gone into is still read: that is one way in, not two.
        if (drawing?.way === way) enter(path);
      },
      leave,
      menu: (path, at) => {
        setHovered(null);
        if (!path || !tree) return;
        const node = last(path);
        if (node.kind === 'image' && !appState().selection.images.includes(node.image.id))
          act.selectImage(node.image.id, 'only');
        if (node.kind === 'layer') act.selectLayer(layerIn([...way, ...path], node));
        const entries = mapMenu(node, { tree, t, enter: hasInside(node) ? () => enter(path) : null });
        if (entries.length > 0) menu.open(at, entries);
      },
      hover: (path, box) => setHovered(path && box ? { node: last(path), box } : null),
      grab: (path, press) => {
        const node = last(path);
        if (node.kind === 'image') grabImages(press, [node.image.id], () => setHovered(null));
      },
    };
  }, [menu, t, tree, way, drawing, enter, leave]);

  useEffect(() => {
    if (!host.current) return undefined;
    const made = new TreemapChart(
      host.current,
      {
        select: (...args) => handlers.current?.select(...args),
        enter: (...args) => handlers.current?.enter(...args),
        leave: () => handlers.current?.leave(),
        menu: (...args) => handlers.current?.menu(...args),
        hover: (...args) => handlers.current?.hover(...args),
        grab: (...args) => handlers.current?.grab(...args),
      },
      setSize,
    );
    chart.current = made;
    return () => {
      made.close();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    if (drawing) chart.current?.show(drawing);
  }, [drawing]);

  useEffect(() => {
    const needed = new Set<ChainId>();
    if (selection.images.length <= markedImages) {
      for (const id of selection.images)
        for (const chainId of index?.images.get(id)?.layers ?? []) needed.add(chainId);
    }
    chart.current?.select({ images: new Set(selection.images), needed, layer: selection.layer });
  }, [selection, index, drawing]);

  // An image that is searched for is shown from the outside: where it lies, and what it shares.
  useEffect(() => {
    if (reveal?.quiet === false) setWanted(nowhere);
  }, [reveal]);

  const offered = useMemo(
    (): ChartExport | null =>
      drawing &&
      tree && {
        name: 'map',
        svg: () => pictureSvg(drawing.picture, drawing.palette, drawing.text.title(drawing.root)),
        data: () => mapData(drawing.root, tree, drawing.text),
      },
    [drawing, tree],
  );
  useChartExport(offered);
  const atHome = useApp((state) => isHome(state.source));

  const without = useMemo(
    () => (index && filtered && tree ? repositoriesWithoutBlock(index, filtered.ids, tree.root) : []),
    [index, filtered, tree],
  );
  const steps = [
    { key: 'store', text: atHome ? t('map.store') : sourceName(source, t) },
    ...way.map((node) => ({ key: node.key, text: text?.title(node) ?? '' })),
  ];
  const settled = useSettled(hovered, cardDelay);
  const nothing = filtered !== null && filtered.images.length === 0;
  const here = way[way.length - 1];
  return (
    <>
      <MapBar steps={steps} onGo={(to) => setWanted(way.slice(0, to))} shown={filtered?.images.length ?? 0} />
      <div className="canvas map-canvas" data-pane="main">
        <div
          ref={host}
          className="treemap"
          tabIndex={0}
          role="tree"
          aria-multiselectable="true"
          aria-label={t('map.name')}
          aria-description={t('map.description')}
          data-pane-focus=""
        />
        {nothing && <NoMatch />}
        {place && here && text && <MapReading reading={reading} title={text.title(here)} onOut={leave} />}
        {settled && tree && text && !menu.isOpen && (
          <MapCard {...settled} tree={tree} text={text} inside={place ? inside : null} />
        )}
        {menu.element}
      </div>
      <MapFoot
        bytes={root?.bytes ?? 0}
        inLayer={place !== null}
        unpacked={index?.graph.sizes === 'unpacked'}
        elsewhere={!atHome}
        without={way.length === 0 ? without : []}
      />
    </>
  );
}

/** Which layer a blob means: the one in the chain of the image that it lies in, where it lies in one. */
function layerIn(path: readonly MapNode[], node: Extract<MapNode, { kind: 'layer' }>): ChainId {
  const image = path.find(({ kind }) => kind === 'image');
  const chain = image?.kind === 'image' ? new Set(image.image.layers) : null;
  return (node.layers.find(({ chainId }) => chain?.has(chainId)) ?? node.layers[0]).chainId;
}
