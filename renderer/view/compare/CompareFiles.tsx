import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { ImageId } from '../../../shared/image/digest';
import type { DifferencePage } from '../../../shared/ipc/compare';
import type { SourceId } from '../../../shared/ipc/source';
import { textBounds } from '../../../shared/ipc/textBounds';
import { formatBytes, groupDigits, visibleText } from '../../../shared/text/format';
import { useApp, useBridge, useT } from '../../store/hooks';
import { canHere } from '../../store/sources';
import { Button } from '../../ui/Button';
import { TextInput } from '../../ui/Field';
import { Icon } from '../../ui/Icon';
import { useMenu } from '../../ui/Menu';
import { travelRows } from '../../ui/rowTravel';
import { Segmented } from '../../ui/Segmented';
import { Skeleton } from '../../ui/Skeleton';
import { tip } from '../../ui/Tooltip';
import { useVirtualRows } from '../../ui/useVirtualRows';
import { ProblemNotice } from '../dialogs/NameDialog';
import { differenceText } from './differenceText';
import { useReply } from '../useReply';
import { ContentsDialog } from './ContentsDialog';
import { useDifferences } from './useDifferences';

type Kind = 'all' | 'added' | 'changed' | 'removed';
type Difference = DifferencePage['page'][number];

const rowHeight = 28;
const letters = { added: 'A', changed: 'C', removed: 'D' } as const;

interface Props {
  readonly first: ImageId;
  readonly second: ImageId;
  /** The place of the first image, and that of the second. */
  readonly source: SourceId;
  readonly other: SourceId;
}

/** The paths in which the root filesystems of two images differ. */
export function CompareFiles(props: Props): ReactNode {
  const t = useT();
  const canLook = useApp(canHere('inside'));
  return canLook ? <Files {...props} /> : <p className="page-empty t2">{t('compare.files.engine')}</p>;
}

function Files(props: Props): ReactNode {
  const t = useT();
  const [kind, setKind] = useState<Kind>('all');
  const [text, setText] = useState('');
  const [open, setOpen] = useState<readonly string[]>([]);
  const bridge = useBridge();
  const [looked, setLooked] = useState<string | null>(null);
  const found = useDifferences({ ...props, kind, text, open });
  const contents = useReply('compare.contents', looked === null ? null : { ...props, path: looked });
  const close = (): void => {
    setLooked(null);
    // Two large files may still be read.
    void bridge.request['compare.stop'](props);
  };
  const toggle = (path: string): void =>
    setOpen((was) => (was.includes(path) ? was.filter((each) => each !== path) : [...was, path]));
  const { about, problem, again } = found;
  if (problem && problem.code !== 'cancelled')
    return (
      <div className="page-empty">
        <ProblemNotice problem={problem} again={again} />
      </div>
    );
  if (!about)
    return (
      <div className="page-empty">
        <Skeleton rows={8} label={t('compare.files.reading')} />
      </div>
    );
  const { added, changed, removed } = about;
  const all = added.paths + changed.paths + removed.paths;
  if (all === 0)
    return (
      <p className="page-empty t2">
        {t('compare.files.none')}{' '}
        {about.timesOnly > 0 && t('compare.files.times', { count: about.timesOnly })}
      </p>
    );
  return (
    <>
      <div className="change-bar">
        <Segmented<Kind>
          size="sm"
          label={t('compare.files.show')}
          value={kind}
          onChange={setKind}
          segments={[
            { value: 'all', label: t('compare.files.all', { count: groupDigits(all) }) },
            { value: 'added', label: t('compare.files.added', { count: groupDigits(added.paths) }) },
            { value: 'changed', label: t('compare.files.changed', { count: groupDigits(changed.paths) }) },
            { value: 'removed', label: t('compare.files.removed', { count: groupDigits(removed.paths) }) },
          ]}
        />
        <span className="right row">
          <TextInput
            size="sm"
            look="soft"
            icon="filter"
            value={text}
            most={textBounds.search}
            onChange={setText}
            placeholder={t('compare.files.filter')}
            aria-label={t('compare.files.filter')}
          />
        </span>
      </div>
      {about.unread > 0 && <Unread {...props} about={about} again={again} />}
      <List key={`${kind} ${text}`} found={found} open={open} onToggle={toggle} onLook={setLooked} />
      {looked !== null && <ContentsDialog path={looked} reply={contents} onClose={close} />}
      {(about.timesOnly > 0 || about.omitted > 0) && (
        <div className="compare-end f12 t3 num">
          {about.timesOnly > 0 && <span>{t('compare.files.times', { count: about.timesOnly })}</span>}
          {about.omitted > 0 && <span>{t('compare.files.omitted', { count: about.omitted })}</span>}
        </div>
      )}
    </>
  );
}

/** Files whose contents were not compared: how many, and the way to do it. */
function Unread(props: Props & { readonly about: DifferencePage; readonly again: () => void }): ReactNode {
  const { about, source, first, second, other, again } = props;
  const t = useT();
  const bridge = useBridge();
  const [operation, setOperation] = useState<string | null>(null);
  const status = useApp((state) => state.operations.find(({ id }) => id === operation)?.status);
  const reload = useRef(again);
  useEffect(() => {
    reload.current = again;
  });
  useEffect(() => {
    if (status !== undefined && status !== 'running') reload.current();
  }, [status]);
  const running = status === 'running';
  return (
    <div className="change-hint compare-unread" role="note">
      <Icon name="info" />
      <span className="grow">
        {t(about.bytesToRead > 0 ? 'compare.files.unread' : 'compare.files.unreadable', {
          count: about.unread,
        })}
      </span>
      {about.bytesToRead > 0 && (
        <Button
          size="sm"
          onClick={() => {
            if (running && operation !== null) void bridge.request['operation.cancel']({ operation });
            else
              void bridge.request['compare.read']({ source, other, first, second }).then((reply) => {
                if (reply.ok) setOperation(reply.value.operation);
              });
          }}
        >
          {running
            ? t('compare.files.stop')
            : t('compare.files.read', { size: formatBytes(about.bytesToRead) })}
        </Button>
      )}
    </div>
  );
}

/** Whether the contents of a path can be looked at: a regular file is there on one side at least. */
const hasContents = ({ before, after }: Difference): boolean =>
  before?.type === 'file' || after?.type === 'file';

interface ListProps {
  readonly found: ReturnType<typeof useDifferences>;
  readonly open: readonly string[];
  readonly onToggle: (path: string) => void;
  readonly onLook: (path: string) => void;
}

/** The differences as a tree in rows: arrows travel, Enter shows how a file differs, and opens a directory that came or went as a whole. */
function List({ found, open, onToggle, onLook }: ListProps): ReactNode {
  const t = useT();
  const scroller = useRef<HTMLDivElement>(null);
  const { count, row, want } = found;
  const menu = useMenu(t('compare.files'));
  const act = (difference: Difference | null): void => {
    if (difference?.below) onToggle(difference.path);
    else if (difference && hasContents(difference)) onLook(difference.path);
  };
  const { first, end, before, after } = useVirtualRows(scroller, count, rowHeight, rowHeight);
  const [active, setActive] = useState(0);
  const at = Math.min(active, Math.max(0, count - 1));
  useEffect(() => want(first, end), [want, first, end]);
  const key = (event: KeyboardEvent): void => {
    const { current } = scroller;
    if (travelRows(event, { scroller: current, count, at, rowHeight, head: rowHeight, go: setActive }))
      return;
    const there = row(at);
    const isOpen = there !== null && open.includes(there.path);
    if (event.key === 'Enter') act(there);
    else if (there?.below && event.key === (isOpen ? 'ArrowLeft' : 'ArrowRight')) onToggle(there.path);
    else return;
    event.preventDefault();
  };
  if (count === 0) return <p className="page-empty t3">{t('compare.files.noMatch')}</p>;
  return (
    <div
      ref={scroller}
      className="changes compare-files scroll"
      role="treegrid"
      aria-label={t('compare.files')}
      aria-rowcount={count + 1}
      aria-activedescendant={`difference-${at}`}
      tabIndex={0}
      data-pane="main"
      data-pane-focus
      onKeyDown={key}
    >
      <div className="change-row change-head" role="row" aria-rowindex={1}>
        <span role="columnheader">{t('compare.path')}</span>
        <span role="columnheader">{t('compare.what')}</span>
        <span role="columnheader" className="r">
          {t('compare.before')}
        </span>
        <span role="columnheader" className="r">
          {t('compare.after')}
        </span>
      </div>
      <div role="presentation" style={{ height: before }} />
      {Array.from({ length: end - first }, (_, i) => (
        <Row
          key={first + i}
          difference={row(first + i)}
          index={first + i}
          active={first + i === at}
          open={open.includes(row(first + i)?.path ?? '')}
          onActive={() => setActive(first + i)}
          onAct={() => act(row(first + i))}
          onMenu={(place) => {
            setActive(first + i);
            const there = row(first + i);
            if (!there || !(there.below || hasContents(there))) return;
            menu.open(place, [
              {
                kind: 'item',
                id: 'act',
                label: t(there.below ? 'compare.files.members' : 'compare.files.contents'),
                icon: there.below ? 'folder' : 'compare',
                run: () => act(there),
              },
            ]);
          }}
        />
      ))}
      <div role="presentation" style={{ height: after }} />
      {menu.element}
    </div>
  );
}

interface RowProps {
  /** Null while it is on its way. */
  readonly difference: Difference | null;
  readonly index: number;
  readonly active: boolean;
  readonly open: boolean;
  readonly onActive: () => void;
  /** Shows what is behind it: the contents of a file, or what lies in a directory. */
  readonly onAct: () => void;
  readonly onMenu: (at: { readonly x: number; readonly y: number }) => void;
}

function Row({ difference, index, active, open, onActive, onAct, onMenu }: RowProps): ReactNode {
  const t = useT();
  const path = visibleText(difference?.path ?? '');
  const slash = path.lastIndexOf('/') + 1;
  const text = difference ? differenceText(difference, t) : '';
  const { below = null, depth = 0 } = difference ?? {};
  const size = (facts: Difference['before'] | undefined): ReactNode => {
    if (!facts) return <span className="t3">–</span>;
    if (facts.type === 'file') return formatBytes(facts.size);
    return below && facts.type === 'directory' ? formatBytes(below.bytes) : '';
  };
  return (
    <div
      id={`difference-${index}`}
      className={active ? 'change-row active' : 'change-row'}
      role="row"
      aria-rowindex={index + 2}
      aria-level={depth + 1}
      aria-expanded={below ? open : undefined}
      aria-selected={active}
      onClick={onActive}
      onDoubleClick={onAct}
      onContextMenu={(event) => {
        event.preventDefault();
        onMenu({ x: event.clientX, y: event.clientY });
      }}
    >
      <span role="gridcell" className="change-path" {...tip(`/${path}`)}>
        {difference && (
          <>
            <span className="difference-depth" style={{ width: depth * 16 }} />
            <span
              className={`mark ${letters[difference.kind]}`}
              role="img"
              aria-label={t(`compare.kind.${difference.kind}`)}
            >
              {letters[difference.kind]}
            </span>
            {below && (
              <button
                type="button"
                className="change-open"
                tabIndex={-1}
                aria-label={t('compare.files.members')}
                onClick={onAct}
              >
                <Icon name={open ? 'chevronDown' : 'chevronRight'} size={12} />
              </button>
            )}
            <span className="t3 ell">/{path.slice(0, slash)}</span>
            {hasContents(difference) ? (
              <button type="button" className="change-name link-btn" tabIndex={-1} onClick={onAct}>
                {path.slice(slash)}
              </button>
            ) : (
              <span className="change-name">{path.slice(slash)}</span>
            )}
          </>
        )}
      </span>
      <span role="gridcell" className="ell t2" {...tip(text)}>
        {text}
      </span>
      <span role="gridcell" className="r num">
        {difference && size(difference.before)}
      </span>
      <span role="gridcell" className="r num">
        {difference && size(difference.after)}
      </span>
    </div>
  );
}
