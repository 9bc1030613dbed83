import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { LayersChart, type ChartEvents } from '../../chart/layers/layersChart';
import type { ImageNode } from '../../../shared/graph/imageGraph';
import { platformTwins } from '../../../shared/graph/platformTwins';
import { chartText } from '../../chart/layers/chartText';
import { namesOf } from '../../chart/layers/fitApart';
import { appState, useActions, useApp, useLanguage, useT } from '../../store/hooks';
import { useNow } from '../../ui/useNow';
import { useMenu } from '../../ui/Menu';
import { useChartExport } from '../export/currentExport';
import { NoMatch } from '../NoMatch';
import { useFiltered } from '../useFiltered';
import { useFonts } from '../useFonts';
import { useReveal } from '../useReveal';
import { useSettled } from '../useSettled';
import { chartEvents } from './chartEvents';
import { GraphBar } from './GraphBar';
import { HoverCard, type Hovered } from './HoverCard';
import { graphExport } from './graphExport';
import { Legend } from './Legend';
import { LineageBar } from './LineageBar';
import { useFolding } from './useFolding';
import { useGraphScene } from './useGraphScene';
import { ZoomControl } from './ZoomControl';

const none: readonly ImageNode[] = [];

const cardDelay = 300;

/** The layer graph: view bar, drawing, overview, zoom control, hover card and menus. */
export function GraphView(): ReactNode {
  const t = useT();
  const language = useLanguage();
  const { showEverything, focusLineage } = useActions();
  const settings = useApp((state) => state.settings);
  const selection = useApp((state) => state.selection);
  const reveal = useReveal();
  const filtered = useFiltered();
  const folding = useFolding();
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [zoom, setZoom] = useState({ scale: 1, far: false });
  const [hovered, setHovered] = useState<Hovered | null>(null);
  const fonts = useFonts();
  const menu = useMenu(t('graph.menu'));
  const svg = useRef<SVGSVGElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const map = useRef<SVGSVGElement>(null);
  const chart = useRef<LayersChart | null>(null);
  const handlers = useRef<ChartEvents | null>(null);
  const revealed = useRef(-1);
  const scene = useGraphScene(folding, size);

  useEffect(() => {
    handlers.current = chartEvents({
      chart: () => chart.current,
      folding,
      t,
      openMenu: menu.open,
      setHovered,
      setZoom: (scale, far) => setZoom({ scale, far }),
    });
  }, [menu.open, t, folding]);

  useEffect(() => {
    if (!svg.current || !canvas.current || !map.current) return undefined;
    const made = new LayersChart(
      svg.current,
      canvas.current,
      map.current,
      {
        select: (...args) => handlers.current?.select(...args),
        open: (...args) => handlers.current?.open(...args),
        menu: (...args) => handlers.current?.menu(...args),
        hover: (...args) => handlers.current?.hover(...args),
        zoomed: (...args) => handlers.current?.zoomed(...args),
        grab: (...args) => handlers.current?.grab(...args) ?? false,
      },
      () => setSize(made.viewport),
    );
    chart.current = made;
    setSize(made.viewport);
    return () => {
      made.close();
      chart.current = null;
    };
  }, []);

  const index = useApp((state) => state.index);
  const twins = platformTwins(index?.graph.images ?? none);
  const among = namesOf(index?.graph.images ?? none);
  // What says the ages of very many cards anew holds the window.
  const now = useNow((index?.graph.images.length ?? 0) > 2000 ? 600_000 : 60_000);
  useEffect(() => {
    if (!scene) return;
    const text = chartText(t, language, { sizes: settings.graphSizes, now, twins, among });
    chart.current?.show(scene, text, settings.graphEmptySteps);
  }, [scene, t, language, settings.graphSizes, settings.graphEmptySteps, fonts, twins, among, now]);

  useEffect(() => {
    chart.current?.select({ images: new Set(selection.images), layer: selection.layer });
  }, [selection, scene]);

  const { uncover } = folding;
  useEffect(() => {
    if (!reveal || !scene || reveal.id === revealed.current) return;
    const { image, layer } = reveal;
    if (reveal.quiet) {
      if (chart.current?.showSelected(image, layer)) revealed.current = reveal.id;
      return;
    }
    if (image === null || !appState().index?.images.has(image)) return;
    if (scene.cardOf(image)) {
      if (uncover(image)) return;
      if (chart.current?.reveal(image)) revealed.current = reveal.id;
      return;
    }
    // Whoever asks for an image by name wants to see it, whatever hides it.
    if (filtered?.ids.has(image) === false) showEverything();
    else if (appState().lineage) focusLineage(null);
  }, [reveal, scene, filtered, uncover, showEverything, focusLineage]);

  const offered = useMemo(
    () =>
      index && filtered && scene
        ? graphExport(
            index,
            filtered,
            () => chart.current?.document() ?? '',
            () => chart.current?.wholeDocument() ?? '',
          )
        : null,
    [index, filtered, scene],
  );
  useChartExport(offered);

  const target = useSettled(hovered, cardDelay);
  const nothing = filtered !== null && filtered.images.length === 0;
  return (
    <>
      <GraphBar shown={filtered?.images.length ?? 0} folding={folding} />
      <LineageBar />
      <div className="canvas" data-pane="main">
        <canvas ref={canvas} className="layer-canvas" aria-hidden="true" />
        <svg
          ref={svg}
          className="layer-graph"
          tabIndex={0}
          role="tree"
          aria-multiselectable="true"
          aria-label={t('app.graph')}
          aria-description={t('graph.description')}
          aria-busy={!nothing && scene === null}
          data-pane-focus=""
        />
        {nothing && <NoMatch />}
        {target && !menu.isOpen && <HoverCard {...target} layersOf={(run) => scene?.layersOf(run) ?? []} />}
        {menu.element}
      </div>
      {/* A strip of its own: nothing of the drawing lies under it. */}
      <div className="graph-foot" hidden={nothing}>
        <div className="minimap-box">
          <svg ref={map} className="minimap" aria-label={t('graph.overview')} role="img" />
        </div>
        <ZoomControl
          scale={zoom.scale}
          onScale={(factor) => chart.current?.scaleBy(factor)}
          onReset={() => chart.current?.unscale()}
          onFit={() => chart.current?.fit()}
        />
        {zoom.far ? <div className="far-legend f11 t3">{t('graph.legend.far')}</div> : <Legend />}
      </div>
    </>
  );
}
