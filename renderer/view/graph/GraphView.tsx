import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { ChainId, ImageId } from '../../../shared/image/digest';
import { chartInput } from '../../chart/layers/input';
import { LayersChart, type ChartEvents } from '../../chart/layers/layersChart';
import { LayoutClient } from '../../chart/layoutClient';
import type { LayersLayout } from '../../chart/layers/layoutTypes';
import { chartText } from '../../chart/layers/chartText';
import { makeScene, metricsFor } from '../../chart/layers/scene';
import { forgetWidths } from '../../chart/layers/textFit';
import { backgroundBehind, standaloneSvg } from '../../chart/standaloneSvg';
import { appState, currentActions, useApp, useLanguage, useT } from '../../store/hooks';
import { useMenu } from '../../ui/Menu';
import { imageMenu } from '../imageMenu';
import { workspaceMenu } from '../workspace/workspaceMenu';
import { useChartExport } from '../export/currentExport';
import { NoMatch } from '../NoMatch';
import { useFiltered } from '../useFiltered';
import { GraphBar } from './GraphBar';
import { HoverCard, type Hovered } from './HoverCard';
import { graphExport } from './graphExport';
import { layerMenu } from './layerMenu';
import { ZoomControl } from './ZoomControl';

/** From this width of the view on, CSS pixels, runs of three fold; below it runs of two. */
const wideView = 1000;
const cardDelay = 300;

/** The layer graph: view bar, drawing, overview, zoom control, hover card and menus. */
export function GraphView(): ReactNode {
  const t = useT();
  const language = useLanguage();
  const index = useApp((state) => state.index);
  const settings = useApp((state) => state.settings);
  const selection = useApp((state) => state.selection);
  const reveal = useApp((state) => state.reveal);
  const filtered = useFiltered();
  const [unfolded, setUnfolded] = useState<ReadonlySet<ChainId>>(new Set());
  const [laidOut, setLaidOut] = useState<{ readonly of: object; readonly layout: LayersLayout } | null>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [scale, setScale] = useState(1);
  const [hovered, setHovered] = useState<Hovered | null>(null);
  const [fonts, setFonts] = useState(0);
  const menu = useMenu(t('graph.menu'));
  const svg = useRef<SVGSVGElement>(null);
  const map = useRef<SVGSVGElement>(null);
  const chart = useRef<LayersChart | null>(null);
  const client = useRef<LayoutClient | null>(null);
  const asked = useRef<{ id: number; of: object } | null>(null);
  const handlers = useRef<ChartEvents | null>(null);
  const revealed = useRef(0);

  const foldFrom = settings.graphFold ? (size.width >= wideView ? 3 : 2) : null;
  const input = useMemo(
    () =>
      index &&
      filtered &&
      chartInput(index, { images: filtered.ids, onlyTagged: settings.graphOnlyTagged, foldFrom, unfolded }),
    [index, filtered, settings.graphOnlyTagged, foldFrom, unfolded],
  );

  const unfold = useCallback((run: readonly ChainId[]) => {
    const [first] = run;
    if (first !== undefined) setUnfolded((was) => new Set([...was, first]));
  }, []);
  const foldAgain = useCallback((layer: ChainId) => {
    setUnfolded((was) => {
      const { index: now } = appState();
      const next = new Set(was);
      // The run's first layer is this one or one below it.
      for (let at: ChainId | null = layer; at !== null; at = now?.layers.get(at)?.parent ?? null) {
        if (next.delete(at)) return next;
      }
      return was;
    });
  }, []);

  useEffect(() => {
    const act = currentActions();
    const order = (): readonly ImageId[] => chart.current?.order() ?? [];
    handlers.current = {
      select: (target, how) => {
        if (!target) act.clearSelection();
        else if (target.kind === 'image') act.selectImage(target.id, how, order());
        else if (target.kind === 'workspace') act.openPage({ kind: 'workspace', name: target.id });
        else act.selectLayer(target.id);
      },
      open: (target) => {
        if (target.kind === 'workspace') act.openPage({ kind: 'workspace', name: target.id });
        else if (target.kind === 'layer' && target.run.length > 1) {
          chart.current?.holdStill(target);
          unfold(target.run);
        } else {
          if (target.kind === 'image') act.selectImage(target.id, 'only');
          else act.selectLayer(target.id);
          act.changeSettings({ inspector: true });
        }
      },
      menu: (target, at) => {
        setHovered(null);
        if (!target) return;
        if (target.kind === 'workspace') {
          const found = appState().workspaces.find(({ name }) => name === target.id);
          if (found) menu.open(at, workspaceMenu(found, t));
        } else if (target.kind === 'image') {
          const { images } = appState().selection;
          if (!images.includes(target.id)) act.selectImage(target.id, 'only');
          menu.open(at, imageMenu(images.includes(target.id) ? images : [target.id]));
        } else {
          act.selectLayer(target.id);
          const still = (work: () => void): void => {
            chart.current?.holdStill(target);
            work();
          };
          menu.open(
            at,
            layerMenu(target, t, {
              unfold: (run) => still(() => unfold(run)),
              foldAgain: (layer) => still(() => foldAgain(layer)),
              unfolded,
            }),
          );
        }
      },
      hover: (target, box) =>
        setHovered(target && target.kind !== 'workspace' && box ? { target, box } : null),
      zoomed: setScale,
    };
  }, [menu, t, unfold, foldAgain, unfolded]);

  useEffect(() => {
    if (!svg.current || !map.current) return undefined;
    const made = new LayersChart(
      svg.current,
      map.current,
      {
        select: (...args) => handlers.current?.select(...args),
        open: (...args) => handlers.current?.open(...args),
        menu: (...args) => handlers.current?.menu(...args),
        hover: (...args) => handlers.current?.hover(...args),
        zoomed: (value) => handlers.current?.zoomed(value),
      },
      () => setSize(made.viewport),
    );
    chart.current = made;
    setSize(made.viewport);
    const layouts = new LayoutClient((layout, id) => {
      if (asked.current?.id === id) setLaidOut({ of: asked.current.of, layout });
    });
    client.current = layouts;
    void document.fonts.ready.then(() => {
      forgetWidths();
      setFonts((count) => count + 1);
    });
    return () => {
      made.close();
      layouts.close();
      chart.current = null;
      client.current = null;
    };
  }, []);

  useEffect(() => {
    if (input && client.current && size.width > 0) {
      asked.current = { id: client.current.request(input.input), of: input };
    }
  }, [input, size.width]);

  const all = useApp((state) => state.workspaces);
  const inStore = useApp((state) => state.source === 'store');
  const workspaces = useMemo(() => {
    const found = new Map<ImageId, string[]>();
    // Workspaces stand on images of the store, though an engine may have the same images.
    for (const { image, name } of inStore ? all : []) found.set(image, [...(found.get(image) ?? []), name]);
    return found;
  }, [all, inStore]);

  const scene = useMemo(() => {
    if (!index || !input || laidOut?.of !== input || size.width === 0) return null;
    const besides = Math.max(0, ...[...workspaces.values()].map((names) => names.length));
    const metrics = metricsFor(laidOut.layout, size.width, size.height, besides);
    return makeScene(input, laidOut.layout, index, metrics, workspaces);
  }, [index, input, laidOut, size.width, size.height, workspaces]);

  useEffect(() => {
    if (!scene) return;
    const text = chartText(t, language, settings.graphSizes, Date.now());
    chart.current?.show(scene, text, settings.graphEmptySteps);
  }, [scene, t, language, settings.graphSizes, settings.graphEmptySteps, fonts]);

  useEffect(() => {
    chart.current?.select({ images: new Set(selection.images), layer: selection.layer });
  }, [selection, scene]);

  useEffect(() => {
    if (!reveal || !scene || reveal.id === revealed.current) return;
    if (chart.current?.reveal(reveal.image)) revealed.current = reveal.id;
  }, [reveal, scene]);

  const offered = useMemo(
    () =>
      index && filtered && scene
        ? graphExport(index, filtered, () =>
            svg.current ? standaloneSvg(svg.current, backgroundBehind(svg.current)) : '',
          )
        : null,
    [index, filtered, scene],
  );
  useChartExport(offered);

  const target = useSettled(hovered, cardDelay);
  const nothing = filtered !== null && filtered.images.length === 0;
  return (
    <>
      <GraphBar shown={filtered?.images.length ?? 0} />
      <div className="canvas" data-pane="main">
        <svg
          ref={svg}
          className="layer-graph"
          tabIndex={0}
          role="tree"
          aria-multiselectable="true"
          aria-label={t('app.graph')}
          aria-description={t('graph.description')}
          data-pane-focus=""
        />
        {nothing && <NoMatch />}
        <div className="graph-foot" hidden={nothing}>
          <div className="minimap-box floating">
            <svg ref={map} className="minimap" aria-label={t('graph.overview')} role="img" />
          </div>
          <ZoomControl
            scale={scale}
            onScale={(factor) => chart.current?.scaleBy(factor)}
            onReset={() => chart.current?.unscale()}
            onFit={() => chart.current?.fit()}
          />
        </div>
        {!nothing && <Legend />}
        {target && !menu.isOpen && <HoverCard {...target} />}
        {menu.element}
      </div>
    </>
  );
}

/** A value once it has been there for `ms`; null at once. */
function useSettled<T>(value: T | null, ms: number): T | null {
  const [settled, setSettled] = useState<T | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), value === null ? 0 : ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return value === null ? null : settled === value ? settled : null;
}

const samples = [1, 3, 7];

/** What the width of a line means. */
function Legend(): ReactNode {
  const t = useT();
  const { families } = useApp((state) => state.index) ?? { families: [] };
  if (families.length === 0) return null;
  return (
    <div className="graph-legend f11 t3">
      {t('graph.legend')}
      {samples.map((images) => (
        <span key={images} className="row num">
          <svg width="22" height="16" aria-hidden="true">
            <path d="M0 8h22" stroke="var(--lin-1)" strokeOpacity="0.7" strokeWidth={1.5 + 1.7 * images} />
          </svg>
          {images}
        </span>
      ))}
    </div>
  );
}
