import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { ChainId, ImageId } from '../../../shared/image/digest';
import { StrataChart, type StrataEvents } from '../../chart/strata/strataChart';
import { strataText } from '../../chart/strata/strataText';
import type { GroupItem } from '../../chart/strata/scene';
import type { GroupName } from '../../chart/strata/input';
import { appState, currentActions, useApp, useT } from '../../store/hooks';
import { useMenu } from '../../ui/Menu';
import { useChartExport } from '../export/currentExport';
import { grabImages } from '../drag/imageDrag';
import { layerMenu } from '../graph/layerMenu';
import { ZoomControl } from '../graph/ZoomControl';
import { NoMatch } from '../NoMatch';
import { openImage, openLayer } from '../openThing';
import { useFiltered } from '../useFiltered';
import { useFonts } from '../useFonts';
import { useReveal } from '../useReveal';
import { useSettled } from '../useSettled';
import { useThemePalette } from '../useThemePalette';
import { StrataBar } from './StrataBar';
import { StrataCard, type Hovered } from './StrataCard';
import { strataExport } from './strataExport';
import { columnMenu, groupMenu } from './strataMenus';
import { useStrataScene, type Grouping } from './useStrataScene';

const cardDelay = 300;
/** What a layer's menu knows of folded runs: the strata fold none. */
const noFolding = { unfold: () => undefined, foldAgain: () => undefined, unfolded: new Set<ChainId>() };

const sameGroup = (a: GroupName, b: GroupName): boolean =>
  a.layer === b.layer && a.repository === b.repository;

/** The strata: view bar, drawing, overview, hover card and menus. */
export function StrataView(): ReactNode {
  const t = useT();
  const index = useApp((state) => state.index);
  const settings = useApp((state) => state.settings);
  const selection = useApp((state) => state.selection);
  const reveal = useReveal();
  const filtered = useFiltered();
  const palette = useThemePalette();
  const [grouping, setGrouping] = useState<Grouping>({ open: [], shut: [] });
  const { scene, hues } = useStrataScene(index, filtered, settings, grouping);
  const [zoom, setZoom] = useState({ scale: 1, overflows: false });
  const [hovered, setHovered] = useState<Hovered | null>(null);
  const fonts = useFonts();
  const menu = useMenu(t('strata.menu'));
  const svg = useRef<SVGSVGElement>(null);
  const paint = useRef<HTMLCanvasElement>(null);
  const overview = useRef<HTMLDivElement>(null);
  const chart = useRef<StrataChart | null>(null);
  const handlers = useRef<StrataEvents | null>(null);
  const revealed = useRef(-1);

  const toggle = useCallback((group: GroupItem, open: boolean) => {
    const without = (list: readonly GroupName[]): GroupName[] =>
      list.filter((name) => !sameGroup(name, group.name));
    setGrouping((was) => ({
      open: open ? [...without(was.open), group.name] : without(was.open),
      shut: open ? without(was.shut) : [...without(was.shut), group.name],
    }));
  }, []);

  useEffect(() => {
    const act = currentActions();
    const order = (): readonly ImageId[] => chart.current?.order() ?? [];
    const holders = (layer: ChainId): ImageId[] =>
      appState()
        .index?.graph.images.filter(({ layers }) => layers.includes(layer))
        .map(({ id }) => id) ?? [];
    const add = (ids: readonly ImageId[]): void => {
      const { images } = appState().selection;
      const all = ids.every((id) => images.includes(id));
      act.selectImages(all ? images.filter((id) => !ids.includes(id)) : [...images, ...ids]);
    };
    handlers.current = {
      select: (target, how) => {
        if (!target) {
          if (how === 'only') act.clearSelection();
        } else if (target.kind === 'image') act.selectImage(target.id, how, order());
        else {
          const ids = target.kind === 'group' ? target.group.images.map(({ id }) => id) : holders(target.id);
          if (how !== 'only') add(ids);
          else if (target.kind === 'group') act.selectImages(ids);
          else act.selectLayer(target.id);
        }
      },
      selectMany: (ids, toThese) => {
        if (toThese) act.selectImages([...appState().selection.images, ...ids]);
        else if (ids.length > 0) act.selectImages(ids);
        else act.clearSelection();
      },
      open: (target) => {
        // Its card would tell of a block that is none any more.
        setHovered(null);
        if (target.kind === 'group') return toggle(target.group, target.group.shut);
        if (target.kind === 'image') openImage(target.id);
        else openLayer(target.id, (layer) => chart.current?.revealLayer(layer));
      },
      menu: (target, at) => {
        setHovered(null);
        if (!target) return;
        if (target.kind === 'group') menu.open(at, groupMenu(target.group, t, toggle));
        else if (target.kind === 'image') {
          if (!appState().selection.images.includes(target.id)) act.selectImage(target.id, 'only');
          menu.open(at, columnMenu(target.id, scene, t, toggle));
        } else {
          act.selectLayer(target.id);
          menu.open(at, layerMenu(target, t, noFolding));
        }
      },
      hover: (target, box) => setHovered(target && box ? { target, box } : null),
      zoomed: (scale, overflows) => setZoom({ scale, overflows }),
      grab: (images, press) => grabImages(press, images, () => setHovered(null)),
    };
  }, [menu, t, toggle, scene]);

  useEffect(() => {
    if (!svg.current || !paint.current || !overview.current) return undefined;
    const made = new StrataChart(svg.current, paint.current, overview.current, {
      select: (...args) => handlers.current?.select(...args),
      selectMany: (...args) => handlers.current?.selectMany(...args),
      open: (...args) => handlers.current?.open(...args),
      menu: (...args) => handlers.current?.menu(...args),
      hover: (...args) => handlers.current?.hover(...args),
      zoomed: (...args) => handlers.current?.zoomed(...args),
      grab: (...args) => handlers.current?.grab(...args) ?? false,
    });
    chart.current = made;
    return () => {
      made.close();
      chart.current = null;
    };
  }, []);

  const { strataHeight: scale, graphEmptySteps } = settings;
  useEffect(() => {
    if (!scene) return;
    const emptySteps = graphEmptySteps ? scene.input.layers.map((layer) => layer.emptySteps.length) : null;
    chart.current?.show({ scene, scale, emptySteps, text: strataText(t), palette });
  }, [scene, scale, graphEmptySteps, t, palette, fonts]);

  useEffect(() => {
    chart.current?.select({ images: new Set(selection.images), layer: selection.layer });
  }, [selection]);

  useEffect(() => {
    if (!reveal || !scene || reveal.id === revealed.current) return;
    const { image, layer } = reveal;
    if (layer !== null ? chart.current?.revealLayer(layer) : image && chart.current?.reveal(image)) {
      revealed.current = reveal.id;
      return;
    }
    // It is in a block: that one opens, and what comes then has a column for it.
    const place = scene.input.images.findIndex(
      ({ id, layers }) => id === image || (layer !== null && layers.includes(layer)),
    );
    const family = scene.groups[scene.layout.familyGroup[place] ?? -1];
    const repository = scene.groups[scene.layout.repositoryGroup[place] ?? -1];
    for (const group of [family, repository]) if (group?.shut === true) toggle(group, true);
  }, [reveal, scene, toggle]);

  const offered = useMemo(
    () => (index && scene ? strataExport(index, scene, () => chart.current?.exportSvg() ?? '') : null),
    [index, scene],
  );
  useChartExport(offered);

  const placeCard = useCallback(
    (width: number, height: number) => chart.current?.placeCard(width, height) ?? null,
    [],
  );
  const dropLeader = useCallback(() => chart.current?.dropLeader(), []);
  const hueOf = useCallback((layer: ChainId) => hues.get(layer) ?? 0, [hues]);
  const target = useSettled(hovered, cardDelay);
  const nothing = filtered !== null && filtered.images.length === 0;
  const groups = scene?.groups ?? [];
  const nameAll = (): GroupName[] => groups.map(({ name }) => name);
  return (
    <>
      <StrataBar
        shown={filtered?.images.length ?? 0}
        groups={
          groups.length === 0
            ? null
            : {
                openAll: () => setGrouping({ open: nameAll(), shut: [] }),
                shutAll: () => setGrouping({ open: [], shut: nameAll() }),
              }
        }
      />
      <div className="canvas strata" data-pane="main">
        <div className="strata-stage">
          <canvas ref={paint} className="strata-paint" aria-hidden="true" />
          <svg
            ref={svg}
            className="strata-chart"
            tabIndex={0}
            role="tree"
            aria-multiselectable="true"
            aria-label={t('strata.title')}
            aria-description={t('strata.description')}
            data-pane-focus=""
          />
        </div>
        <div className="strata-foot" hidden={!zoom.overflows || nothing}>
          <ZoomControl
            scale={zoom.scale}
            onScale={(factor) => chart.current?.scaleBy(factor)}
            onReset={() => chart.current?.unscale()}
            onFit={() => chart.current?.fit()}
          />
          <div ref={overview} className="strata-overview">
            <canvas aria-hidden="true" />
            <div
              className="strata-window"
              role="slider"
              tabIndex={0}
              aria-label={t('strata.overview')}
              aria-orientation="horizontal"
              aria-valuenow={0}
            />
          </div>
        </div>
        {nothing && <NoMatch />}
        {target && !menu.isOpen && (
          <StrataCard
            {...target}
            palette={palette}
            hueOf={hueOf}
            placeCard={placeCard}
            dropLeader={dropLeader}
          />
        )}
        {menu.element}
      </div>
    </>
  );
}
