import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { ImageId } from '../../../shared/image/digest';
import type { GraphIndex } from '../../../shared/graph/graphIndex';
import { orderSteps } from '../../../shared/graph/imageOrder';
import type { ChartExport } from '../../chart/chartExport';
import { OverlapChart, type OverlapEvents } from '../../chart/overlap/overlapChart';
import { inOrder, overlapItems, rowsHolding, type OverlapItems } from '../../chart/overlap/overlapItems';
import { layoutOverlap, type Cell } from '../../chart/overlap/overlapLayout';
import { matrixSteps, type OverlapMatrix } from '../../chart/overlap/overlapMatrix';
import { labelWidths, scaleColour, type OverlapScene } from '../../chart/overlap/overlapPicture';
import { overlapText } from '../../chart/overlap/overlapText';
import { appState, currentActions, useApp, useT } from '../../store/hooks';
import { useMenu } from '../../ui/Menu';
import { grabImages } from '../drag/imageDrag';
import { useChartExport } from '../export/currentExport';
import { NoMatch } from '../NoMatch';
import { useFiltered } from '../useFiltered';
import { useFonts } from '../useFonts';
import { useReveal } from '../useReveal';
import { useSettled } from '../useSettled';
import { useSteps } from '../useSteps';
import { useThemePalette } from '../useThemePalette';
import { useViewStep } from '../viewStep';
import { OverlapBar } from './OverlapBar';
import { OverlapCard } from './OverlapCard';
import { OverlapFoot } from './OverlapFoot';
import { overlapData, overlapSvg } from './overlapExport';
import { overlapMenu } from './overlapMenu';

const cardDelay = 300;
/** Widest label, CSS pixels; longer names are shortened in the middle. */
const longestLabel = 300;

/** A step on the way into groups: which images are left. */
interface Step {
  readonly text: string;
  readonly images: ReadonlySet<ImageId>;
}

interface Made extends OverlapItems {
  readonly matrix: OverlapMatrix;
}

/** Rows and matrix of the images in sight, in small steps. */
function* makeMatrix(index: GraphIndex, shown: ReadonlySet<ImageId>): Generator<undefined, Made> {
  const order = yield* orderSteps(index);
  const rows = overlapItems(index, inOrder(order, shown));
  yield;
  const matrix = yield* matrixSteps(order, rows.items);
  return { ...rows, matrix };
}

/** The overlap matrix: which images share how many bytes, two by two. */
export function OverlapView(): ReactNode {
  const t = useT();
  const index = useApp((state) => state.index);
  const unit = useApp((state) => state.settings.overlapUnit);
  const selected = useApp((state) => state.selection.images);
  const reveal = useReveal();
  const filtered = useFiltered();
  const palette = useThemePalette();
  const menu = useMenu(t('graph.menu'));
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<OverlapChart | null>(null);
  const handlers = useRef<OverlapEvents | null>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const fontsReady = useFonts();
  const [way, setWay] = useState<readonly Step[]>([]);
  const [hovered, setHovered] = useState<{ cell: Cell; box: DOMRect } | null>(null);

  const shown = useMemo((): ReadonlySet<ImageId> => {
    const last = way[way.length - 1];
    if (!filtered) return new Set();
    return last ? new Set([...last.images].filter((id) => filtered.ids.has(id))) : filtered.ids;
  }, [way, filtered]);
  const begin = useMemo(() => (index ? () => makeMatrix(index, shown) : null), [index, shown]);
  const made = useSteps(begin);

  const scene = useMemo((): OverlapScene | null => {
    if (!made || !fontsReady || size.width === 0) return null;
    const { items, matrix } = made;
    const text = overlapText(t, unit);
    const layout = layoutOverlap(items, size, labelWidths(items, matrix, text, longestLabel));
    return { items, matrix, layout, text, unit, palette };
  }, [made, t, unit, size, palette, fontsReady]);

  const leave = useCallback(() => {
    setHovered(null);
    setWay((was) => was.slice(0, -1));
  }, []);
  useViewStep(way.length > 0 ? leave : null);

  useEffect(() => {
    const act = currentActions();
    const imagesOf = ({ row, column }: Cell): ImageId[] => {
      const rows = row === column ? [row] : [row, column];
      return rows.flatMap((at) => scene?.items[at]?.images.map(({ id }) => id) ?? []);
    };
    const grouped = made !== null && made.level !== 'image';
    const enter = ({ row, column }: Cell): void => {
      if (!scene) return;
      setHovered(null);
      const rows = row === column ? [row] : [row, column];
      const names = rows.flatMap((at) => {
        const item = scene.items[at];
        return item ? [scene.text.name(item)] : [];
      });
      const [a = '', b = ''] = names;
      const text = names.length === 1 ? a : t('overlap.two', { a, b });
      setWay((was) => [...was, { text, images: new Set(imagesOf({ row, column })) }]);
    };
    handlers.current = {
      select: (cell, how) => {
        if (!cell) {
          act.clearSelection();
          return;
        }
        const images = imagesOf(cell);
        const [first] = images;
        if (how === 'extend' && first !== undefined && images.length === 1) {
          act.selectImage(
            first,
            'extend',
            scene?.items.flatMap((item) => item.images.map(({ id }) => id)) ?? [],
          );
        } else if (how === 'toggle' && first !== undefined && images.length === 1) {
          act.selectImage(first, 'toggle');
        } else act.selectImages(how === 'only' ? images : [...appState().selection.images, ...images]);
      },
      open: (cell) => {
        if (grouped) enter(cell);
        else {
          act.selectImages(imagesOf(cell));
          act.changeSettings({ inspector: true });
        }
      },
      leave,
      menu: (cell, at) => {
        setHovered(null);
        if (!cell || !scene) return;
        const images = imagesOf(cell);
        const { images: before } = appState().selection;
        if (!grouped && !images.every((id) => before.includes(id))) act.selectImages(images);
        const bytes = scene.matrix.bytes(cell.row, cell.column);
        menu.open(at, overlapMenu(images, { t, enter: grouped ? () => enter(cell) : null, bytes }));
      },
      hover: (cell, box) => setHovered(cell && box ? { cell, box } : null),
      grab: (cell, press) => void grabImages(press, imagesOf(cell), () => setHovered(null)),
    };
  }, [menu, t, scene, made, leave]);

  useEffect(() => {
    if (!host.current) return undefined;
    const drawn = new OverlapChart(
      host.current,
      {
        select: (...args) => handlers.current?.select(...args),
        open: (...args) => handlers.current?.open(...args),
        leave: () => handlers.current?.leave(),
        menu: (...args) => handlers.current?.menu(...args),
        hover: (...args) => handlers.current?.hover(...args),
        grab: (...args) => handlers.current?.grab(...args),
      },
      setSize,
    );
    chart.current = drawn;
    return () => {
      drawn.close();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    if (scene) chart.current?.show(scene);
  }, [scene]);

  useEffect(() => {
    chart.current?.select(rowsHolding(scene?.items ?? [], selected));
  }, [selected, scene]);

  // An image that is searched for is shown among all.
  useEffect(() => {
    if (reveal?.quiet === false) setWay([]);
  }, [reveal]);
  const revealed = useRef(-1);
  useEffect(() => {
    if (!reveal || !scene || reveal.id === revealed.current) return;
    const row = scene.items.findIndex(({ images }) => images.some(({ id }) => id === reveal.image));
    if (row < 0) return;
    revealed.current = reveal.id;
    chart.current?.reveal(row);
  }, [reveal, scene]);

  const colour = useMemo(() => (scene ? scaleColour(scene) : 0), [scene]);
  const offered = useMemo(
    (): ChartExport | null =>
      scene && {
        name: 'overlap',
        svg: () => overlapSvg(scene, t('overlap.name')),
        data: () => overlapData(scene),
      },
    [scene, t],
  );
  useChartExport(offered);

  const settled = useSettled(hovered, cardDelay);
  const nothing = filtered !== null && filtered.images.length === 0;
  const steps = [
    { key: 'all', text: t('overlap.all') },
    ...way.map(({ text }, i) => ({ key: String(i), text })),
  ];
  return (
    <>
      <OverlapBar
        steps={steps}
        onGo={(to) => setWay(way.slice(0, to))}
        shown={filtered?.images.length ?? 0}
      />
      <div className="canvas map-canvas" data-pane="main">
        <div
          ref={host}
          className="overlap scroll"
          tabIndex={0}
          role="grid"
          aria-multiselectable="true"
          aria-label={t('overlap.name')}
          aria-description={t('overlap.description')}
          data-pane-focus=""
        />
        {nothing && <NoMatch />}
        {settled && scene && !menu.isOpen && <OverlapCard scene={scene} {...settled} />}
        {menu.element}
      </div>
      <OverlapFoot
        level={made ? t(`overlap.level.${made.level}`, { count: made.count, images: shown.size }) : ''}
        unit={unit}
        most={made?.matrix.most ?? 0}
        colour={colour}
        palette={palette}
      />
    </>
  );
}
