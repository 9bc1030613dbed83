import {
  useEffect,
  useMemo,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import type { ImageId } from '../../../shared/image/digest';
import type { Settings } from '../../../shared/ipc/settings';
import { platformTwins } from '../../../shared/graph/platformTwins';
import { visibleText } from '../../../shared/text/format';
import { fonts } from '../../chart/layers/itemText';
import { textWidth } from '../../chart/layers/textFit';
import { useActions, useApp, useT } from '../../store/hooks';
import { CheckBox } from '../../ui/Choice';
import type { ChartExport } from '../../chart/chartExport';
import { pageSvg } from '../../chart/pageSvg';
import { backgroundBehind } from '../../chart/standaloneSvg';
import { imageRows } from '../../../shared/graph/graphExport';
import { useChartExport } from '../export/currentExport';
import { useMenu } from '../../ui/Menu';
import { pageRows, rowByKey } from '../../ui/rowTravel';
import { revealRow, useVirtualRows } from '../../ui/useVirtualRows';
import { imageMenu } from '../imageMenu';
import { NoMatch } from '../NoMatch';
import { openImage } from '../openThing';
import { useReveal } from '../useReveal';
import { useFonts } from '../useFonts';
import { useFiltered } from '../useFiltered';
import { tableRows } from './rows';
import { nameColumns } from './columnRoom';
import { SelectionBar } from './SelectionBar';
import { TableBar } from './TableBar';
import { GroupRow, Head, ImageRow, rowId } from './TableRows';

type Column = Settings['tableSort']['column'];

const heads: readonly { readonly column: Column; readonly right: boolean }[] = [
  { column: 'repository', right: false },
  { column: 'tag', right: false },
  { column: 'id', right: false },
  { column: 'created', right: false },
  { column: 'size', right: true },
  { column: 'shared', right: true },
  { column: 'unique', right: true },
];
const headHeight = 28;
/** Width of the view, CSS pixels, from which on there is room for what an image is built on and its platform. */
const roomy = 1290;

/** The table of images: sorts, groups, selects many, and draws only the rows in sight. */
export function TableView(): ReactNode {
  const t = useT();
  const act = useActions();
  const index = useApp((state) => state.index);
  const sort = useApp((state) => state.settings.tableSort);
  const group = useApp((state) => state.settings.tableGroup);
  const density = useApp((state) => state.settings.density);
  const selected = useApp((state) => state.selection.images);
  const reveal = useReveal();
  const filtered = useFiltered();
  const menu = useMenu(t('graph.menu'));
  const scroller = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<ImageId | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const wide = useWide(place);

  const rows = useMemo(
    () => (filtered && index ? tableRows(filtered.images, index, sort, group) : []),
    [filtered, index, sort, group],
  );
  const order = useMemo(() => rows.flatMap((row) => (row.kind === 'image' ? [row.image.id] : [])), [rows]);
  const fontsReady = useFonts();
  const columns = useMemo((): CSSProperties => {
    if (!fontsReady || !index) return {};
    const twins = platformTwins(index.graph.images);
    const [repository, tag] = nameColumns(
      rows,
      (text) => textWidth(visibleText(text), fonts.title),
      ({ image }) => (wide ? '' : (twins.get(image.id) ?? '')),
    );
    return { '--repository': repository, '--tag': tag } as CSSProperties;
  }, [rows, index, wide, fontsReady]);
  const largest = useMemo(() => Math.max(1, ...(filtered?.images.map(({ size }) => size) ?? [])), [filtered]);
  const rowHeight = density === 'compact' ? 24 : 28;
  const { first, end, before, after } = useVirtualRows(scroller, rows.length, rowHeight, headHeight);
  const chosen = new Set(selected);
  const placeOf = (id: ImageId): number =>
    rows.findIndex((row) => row.kind === 'image' && row.image.id === id);
  // Where the row that the keyboard was on is gone, the one that has come into its place.
  const lastPlace = useRef(0);
  const placeNow = focused === null ? -1 : order.indexOf(focused);
  const active = order[placeNow >= 0 ? placeNow : Math.min(lastPlace.current, order.length - 1)] ?? null;
  useEffect(() => {
    if (placeNow >= 0) lastPlace.current = placeNow;
  }, [placeNow]);

  useEffect(() => {
    if (!reveal || !scroller.current) return;
    const at = rows.findIndex((row) => row.kind === 'image' && row.image.id === reveal.image);
    if (at >= 0) revealRow(scroller.current, at, rowHeight, headHeight);
    // Only a new wish scrolls; rows that change later do not.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [reveal]);

  const focusRow = (id: ImageId): void => {
    setFocused(id);
    if (scroller.current) revealRow(scroller.current, placeOf(id), rowHeight, headHeight);
    requestAnimationFrame(() => document.getElementById(rowId(id))?.focus({ preventScroll: true }));
  };
  // The bar of the selection takes room from the rows: the one that it came for is not to be lost below it.
  const hasBar = selected.length > 0;
  useEffect(() => {
    const { current: element } = scroller;
    const id = selected[selected.length - 1];
    const at = id === undefined ? -1 : placeOf(id);
    if (hasBar && element && at >= 0) revealRow(element, at, rowHeight, headHeight);
    // Only when the bar comes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [hasBar]);

  const openMenu = (id: ImageId, at: { x: number; y: number } | Element): void => {
    const images = selected.includes(id) ? selected : [id];
    if (!selected.includes(id)) act.selectImage(id, 'only');
    menu.open(at, imageMenu(images));
  };
  const click = (event: MouseEvent, id: ImageId): void => {
    setFocused(id);
    const how = event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'toggle' : 'only';
    act.selectImage(id, how, order);
  };
  const keyDown = (event: KeyboardEvent): void => {
    if (
      !(event.target instanceof HTMLElement) ||
      event.target.getAttribute('role') !== 'row' ||
      active === null
    )
      return;
    const page = pageRows(scroller.current?.clientHeight ?? 0, rowHeight, headHeight);
    const to = rowByKey(event.key, order.indexOf(active), order.length, page);
    const next = to === null ? undefined : order[to];
    if (next !== undefined) {
      event.preventDefault();
      focusRow(next);
      if (event.shiftKey) act.selectImage(next, 'extend', order);
      else if (!event.ctrlKey) act.selectImage(next, 'only', order);
    } else if (event.key === ' ') {
      event.preventDefault();
      act.selectImage(active, event.shiftKey ? 'extend' : 'toggle', order);
    } else if (event.key === 'Enter') {
      openImage(active);
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      act.selectImages(order);
    }
  };
  const offered = useMemo((): ChartExport | null => {
    const images = rows.flatMap((row) => (row.kind === 'image' ? [row.image] : []));
    if (images.length === 0) return null;
    return {
      name: 'table',
      svg: () => (place.current ? pageSvg(place.current, backgroundBehind(place.current)) : ''),
      data: () => ({ json: images, csv: imageRows(images), dot: null }),
    };
  }, [rows]);
  useChartExport(offered);
  const all = order.length > 0 && order.every((id) => chosen.has(id));
  const some = order.some((id) => chosen.has(id));

  return (
    <>
      <TableBar shown={order.length} />
      <div ref={place} className="table-canvas" data-pane="main">
        {filtered?.images.length === 0 ? (
          <NoMatch />
        ) : (
          <div ref={scroller} className="table-scroll scroll" data-testid="table">
            <div
              className={wide ? 'table wide' : 'table'}
              style={columns}
              role="grid"
              aria-label={t('app.main')}
              aria-rowcount={rows.length + 1}
              aria-multiselectable="true"
              onKeyDown={keyDown}
            >
              <div className="table-head" role="row">
                <span role="columnheader">
                  <CheckBox
                    checked={all ? true : some ? 'mixed' : false}
                    aria-label={t('command.selectAll')}
                    onChange={() => (all ? act.clearSelection() : act.selectImages(order))}
                  />
                </span>
                {heads.map(({ column, right }) => (
                  <Head key={column} column={column} right={right} sort={sort} />
                ))}
                <span role="columnheader">
                  <span className="visually-hidden">{t('table.bar')}</span>
                </span>
                {wide && <span role="columnheader">{t('table.builtOn')}</span>}
                {wide && <span role="columnheader">{t('table.platform')}</span>}
              </div>
              <div style={{ height: before }} />
              {rows
                .slice(first, end)
                .map((row, i) =>
                  row.kind === 'group' ? (
                    <GroupRow key={row.key} row={row} place={first + i} />
                  ) : (
                    <ImageRow
                      key={row.key}
                      row={row}
                      place={first + i}
                      on={chosen.has(row.image.id)}
                      tabbable={row.image.id === active}
                      largest={largest}
                      wide={wide}
                      onClick={(event) => click(event, row.image.id)}
                      onOpen={() => openImage(row.image.id)}
                      onToggle={() => act.selectImage(row.image.id, 'toggle', order)}
                      onMenu={(at) => openMenu(row.image.id, at)}
                    />
                  ),
                )}
              <div style={{ height: after }} />
            </div>
          </div>
        )}
        {selected.length > 0 && filtered && <SelectionBar images={selected} inSight={filtered.ids} />}
        {menu.element}
      </div>
    </>
  );
}

/** Whether the view has room for the further columns. */
function useWide(place: RefObject<HTMLElement | null>): boolean {
  const [wide, setWide] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const watch = new ResizeObserver(() => setWide(element.clientWidth >= roomy));
    watch.observe(element);
    return () => watch.disconnect();
  }, [place]);
  return wide;
}
