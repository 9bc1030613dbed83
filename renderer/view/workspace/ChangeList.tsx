import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { ChangeRow } from '../../../shared/layer/changeRows';
import { formatBytes, visibleText } from '../../../shared/text/format';
import { useT } from '../../store/hooks';
import { CheckBox } from '../../ui/Choice';
import { Icon } from '../../ui/Icon';
import { travelRows } from '../../ui/rowTravel';
import { tip } from '../../ui/Tooltip';
import { useVirtualRows } from '../../ui/useVirtualRows';
import { changeText } from './changeText';

const rowHeight = 28;
const letters = { added: 'A', changed: 'C', removed: 'D' } as const;

interface Props {
  readonly rows: readonly ChangeRow[];
  readonly unticked: ReadonlySet<string>;
  readonly onTick: (row: ChangeRow, on: boolean) => void;
  readonly onToggle: (path: string) => void;
  /** Shows how a file differs from what the image has. */
  readonly onLook: (path: string) => void;
  /** Largest copy-up, for the bars. */
  readonly largest: number;
}

/** The changes as a grid: arrows travel, Space ticks, Enter opens a new directory. */
export function ChangeList({ rows, unticked, onTick, onToggle, onLook, largest }: Props): ReactNode {
  const t = useT();
  const scroller = useRef<HTMLDivElement>(null);
  const { first, end, before, after } = useVirtualRows(scroller, rows.length, rowHeight, rowHeight);
  const [active, setActive] = useState(0);
  const at = Math.min(active, Math.max(0, rows.length - 1));
  const seen = useRef<Set<string> | null>(null);
  const fresh = (path: string): boolean => seen.current !== null && !seen.current.has(path);
  useEffect(() => {
    seen.current = new Set(rows.map(({ change }) => change.path));
  }, [rows]);

  const key = (event: KeyboardEvent): void => {
    const row = rows[at];
    const travelled = { scroller: scroller.current, count: rows.length, at, go: setActive };
    if (travelRows(event, { ...travelled, rowHeight, head: rowHeight })) return;
    if (event.key === ' ' && row) onTick(row, tickOf(row, unticked) !== true);
    else if (event.key === 'Enter' && row && hasContents(row)) onLook(row.change.path);
    else if (row?.canOpen && (event.key === 'Enter' || (event.key === 'ArrowRight') !== row.open))
      if (event.key === 'Enter' || event.key === 'ArrowRight' || event.key === 'ArrowLeft')
        onToggle(row.change.path);
      else return;
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={scroller}
      className="changes scroll"
      role="grid"
      aria-label={t('workspace.list')}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={rows.length > 0 ? `change-${at}` : undefined}
      tabIndex={0}
      data-pane-focus
      onKeyDown={key}
    >
      <div className="change-row change-head" role="row" aria-rowindex={1}>
        <span role="columnheader">
          <span className="visually-hidden">{t('commit.title')}</span>
        </span>
        <span role="columnheader">{t('workspace.path')}</span>
        <span role="columnheader">{t('workspace.what')}</span>
        <span role="columnheader" className="r">
          {t('workspace.size')}
        </span>
        <span role="columnheader" className="r">
          {t('workspace.copiedUp')}
        </span>
      </div>
      <div role="presentation" style={{ height: before }} />
      {rows.slice(first, end).map((row, i) => (
        <Row
          key={row.change.path}
          row={row}
          index={first + i}
          active={first + i === at}
          fresh={fresh(row.change.path)}
          tick={tickOf(row, unticked)}
          share={largest > 0 ? row.copiedUp / largest : 0}
          onActive={() => setActive(first + i)}
          onTick={(on) => onTick(row, on)}
          onToggle={() => onToggle(row.change.path)}
          onLook={hasContents(row) ? () => onLook(row.change.path) : null}
        />
      ))}
      <div role="presentation" style={{ height: after }} />
    </div>
  );
}

/** Whether a change is one of a regular file, on one side at least. */
const hasContents = ({ canOpen, change: { before, after } }: ChangeRow): boolean =>
  !canOpen && (before?.type === 'file' || after?.type === 'file');

/** A folded row is ticked, not ticked, or partly. */
export function tickOf(row: ChangeRow, unticked: ReadonlySet<string>): boolean | 'mixed' {
  const off = row.paths.reduce((count, path) => count + (unticked.has(path) ? 1 : 0), 0);
  if (off === 0) return true;
  return off === row.paths.length ? false : 'mixed';
}

interface RowProps {
  readonly row: ChangeRow;
  readonly index: number;
  readonly active: boolean;
  readonly fresh: boolean;
  readonly tick: boolean | 'mixed';
  readonly share: number;
  readonly onActive: () => void;
  readonly onTick: (on: boolean) => void;
  readonly onToggle: () => void;
  /** Null where no file is there on either side. */
  readonly onLook: (() => void) | null;
}

function Row(props: RowProps): ReactNode {
  const { row, index, active, fresh, tick, share, onActive, onTick, onToggle, onLook } = props;
  const t = useT();
  const { change } = row;
  const path = visibleText(change.path);
  const slash = path.lastIndexOf('/') + 1;
  const text = changeText(row, t);
  const costly = change.kind === 'changed' && change.copiedUp > 0 && !change.aspects.includes('content');
  return (
    <div
      id={`change-${index}`}
      className={`change-row ${active ? 'active' : ''} ${fresh ? 'fresh' : ''}`.trim()}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={active}
      onClick={onActive}
      onDoubleClick={row.canOpen ? onToggle : (onLook ?? undefined)}
    >
      <span role="gridcell">
        <CheckBox
          checked={tick}
          tabIndex={-1}
          aria-label={t('workspace.tick', { name: `/${path}` })}
          onChange={onTick}
        />
      </span>
      <span role="gridcell" className="change-path" {...tip(`/${path}`)}>
        <span className={`mark ${letters[change.kind]}`} aria-label={t(`workspace.kind.${change.kind}`)}>
          {letters[change.kind]}
        </span>
        {row.canOpen && (
          <button
            type="button"
            className="change-open"
            tabIndex={-1}
            aria-expanded={row.open}
            aria-label={`/${path}`}
            onClick={onToggle}
          >
            <Icon name={row.open ? 'chevronDown' : 'chevronRight'} size={12} />
          </button>
        )}
        <span className="t3 ell">/{path.slice(0, slash)}</span>
        {onLook ? (
          <button
            type="button"
            className="change-name link-btn"
            tabIndex={-1}
            aria-label={t('workspace.look', { name: `/${path}` })}
            onClick={onLook}
          >
            {path.slice(slash)}
          </button>
        ) : (
          <span className="change-name">{path.slice(slash)}</span>
        )}
      </span>
      <span role="gridcell" className={costly ? 'ell costly' : 'ell t2'} {...tip(text)}>
        {text}
      </span>
      <span role="gridcell" className="r num">
        {formatBytes(row.size)}
      </span>
      <span role="gridcell" className="r num">
        {row.copiedUp > 0 ? (
          <>
            <span className="copy-bar" style={{ width: Math.max(3, Math.round(40 * share)) }} />
            {formatBytes(row.copiedUp)}
          </>
        ) : (
          <span className="t3">{t('workspace.nothing')}</span>
        )}
      </span>
    </div>
  );
}
