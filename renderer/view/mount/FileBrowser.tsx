import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import type { RequestInput, RequestOutput } from '../../../shared/ipc/contract';
import { formatBytes, formatDateTime, visibleText } from '../../../shared/text/format';
import { useBridge, useLanguage, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { Icon, type IconName } from '../../ui/Icon';
import { useMenu } from '../../ui/Menu';
import { travelRows } from '../../ui/rowTravel';
import { Skeleton } from '../../ui/Skeleton';
import { tip } from '../../ui/Tooltip';
import { useVirtualRows } from '../../ui/useVirtualRows';
import { ProblemNotice } from '../dialogs/NameDialog';
import { useReply } from '../useReply';

type Entry = RequestOutput<'tree.list'>['entries'][number];

const rowHeight = 28;
/** Rows that the page keys pass over. */
const page = 15;
const icons: Readonly<Record<Entry['type'], IconName>> = {
  directory: 'folder',
  file: 'file',
  symlink: 'link',
  character: 'settings',
  block: 'settings',
  fifo: 'settings',
  socket: 'settings',
};
const kinds: Readonly<Record<Entry['type'], string>> = {
  directory: 'd',
  file: '-',
  symlink: 'l',
  character: 'c',
  block: 'b',
  fifo: 'p',
  socket: 's',
};

/** A mode as `ls -l` writes it, setuid, setgid and sticky bits included. */
export function modeText({ type, mode }: Pick<Entry, 'type' | 'mode'>): string {
  const bits = [...'rwxrwxrwx'].map((bit, i) => ((mode >> (8 - i)) & 1 ? bit : '-'));
  const special = [
    [0o4000, 2, 's', 'S'],
    [0o2000, 5, 's', 'S'],
    [0o1000, 8, 't', 'T'],
  ] as const;
  for (const [mask, at, on, off] of special) if (mode & mask) bits[at] = bits[at] === 'x' ? on : off;
  return kinds[type] + bits.join('');
}

/** The files of a mounted tree: arrows travel, Enter opens a directory, Backspace goes up. */
export function FileBrowser({ tree }: { readonly tree: RequestInput<'tree.list'>['tree'] }): ReactNode {
  const t = useT();
  const language = useLanguage();
  const bridge = useBridge();
  const [path, setPath] = useState('');
  const [active, setActive] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);
  const { value, problem, loading, again } = useReply('tree.list', { tree, path });
  const entries = value?.entries ?? none;
  const { first, end, before, after } = useVirtualRows(scroller, entries.length, rowHeight, rowHeight);
  const menu = useMenu(t('mount.files'));
  const came = useRef<string | null>(null);
  useEffect(() => {
    // Going up puts the eye on where one came from.
    const at = came.current === null ? 0 : entries.findIndex(({ name }) => name === came.current);
    came.current = null;
    setActive(Math.max(0, at));
    if (scroller.current) scroller.current.scrollTop = Math.max(0, at * rowHeight - 120);
  }, [entries]);

  const below = (name: string): string => (path === '' ? name : `${path}/${name}`);
  const open = (entry: Entry): void => {
    if (entry.type === 'directory') setPath(below(entry.name));
  };
  const up = (): void => {
    if (path === '') return;
    const slash = path.lastIndexOf('/');
    came.current = path.slice(slash + 1);
    setPath(slash < 0 ? '' : path.slice(0, slash));
  };
  const copyOut = (entry: Entry): void =>
    void bridge.request['tree.copyOut']({ tree, path: below(entry.name) });
  const current = entries[Math.min(active, entries.length - 1)];
  const key = (event: KeyboardEvent): void => {
    const rows = { scroller: scroller.current, count: entries.length, at: active, go: setActive };
    if (travelRows(event, { ...rows, rowHeight, head: rowHeight, page })) return;
    if ((event.key === 'Enter' || event.key === 'ArrowRight') && current) open(current);
    else if (event.key === 'Backspace' || event.key === 'ArrowLeft') up();
    else return;
    event.preventDefault();
  };
  const parts = path === '' ? [] : path.split('/');
  return (
    <section className="browser" aria-label={t('mount.files')}>
      <div className="browser-bar">
        <Button size="sm" icon="chevronUp" disabled={path === ''} onClick={up}>
          {t('mount.up')}
        </Button>
        <nav className="crumbs">
          <button type="button" className="link-btn" onClick={() => setPath('')}>
            {t('mount.root')}
          </button>
          {parts.map((part, i) => (
            <span key={i}>
              <span className="t3">/</span>
              <button
                type="button"
                className="link-btn"
                aria-current={i === parts.length - 1 ? 'location' : undefined}
                onClick={() => setPath(parts.slice(0, i + 1).join('/'))}
              >
                {visibleText(part)}
              </button>
            </span>
          ))}
        </nav>
        <Button
          size="sm"
          icon="copy"
          className="right"
          disabled={!current}
          onClick={() => current && copyOut(current)}
        >
          {t('mount.copyOut')}
        </Button>
      </div>
      {problem && <ProblemNotice problem={problem} again={again} />}
      {!value && loading ? (
        <div className="page-empty">
          <Skeleton rows={6} label={t('mount.loading')} />
        </div>
      ) : entries.length === 0 && !problem ? (
        <p className="page-empty t3">{t('mount.empty')}</p>
      ) : (
        <div
          ref={scroller}
          className="browser-list scroll"
          role="grid"
          aria-label={`/${visibleText(path)}`}
          aria-rowcount={entries.length + 1}
          aria-activedescendant={current ? `file-${active}` : undefined}
          tabIndex={0}
          data-pane-focus
          onKeyDown={key}
        >
          <div className="file-row change-head" role="row" aria-rowindex={1}>
            <span role="columnheader">{t('mount.name')}</span>
            <span role="columnheader" className="r">
              {t('workspace.size')}
            </span>
            <span role="columnheader">{t('mount.mode')}</span>
            <span role="columnheader">{t('mount.owner')}</span>
            <span role="columnheader">{t('mount.modified')}</span>
          </div>
          <div role="presentation" style={{ height: before }} />
          {entries.slice(first, end).map((entry, i) => {
            const at = first + i;
            const name = visibleText(entry.name);
            return (
              <div
                key={entry.name}
                id={`file-${at}`}
                className={at === active ? 'file-row active' : 'file-row'}
                role="row"
                aria-rowindex={at + 2}
                aria-selected={at === active}
                onClick={() => setActive(at)}
                onDoubleClick={() => open(entry)}
                onContextMenu={(event) => {
                  event.preventDefault();
                  setActive(at);
                  menu.open({ x: event.clientX, y: event.clientY }, [
                    {
                      kind: 'item',
                      id: 'copy',
                      label: t('mount.copyOut'),
                      icon: 'copy',
                      run: () => copyOut(entry),
                    },
                  ]);
                }}
              >
                <span role="gridcell" className="file-name" {...tip(name)}>
                  <Icon name={icons[entry.type]} size={14} />
                  <span className="ell">{name}</span>
                  {entry.target !== '' && <span className="t3 ell">→ {visibleText(entry.target)}</span>}
                </span>
                <span role="gridcell" className="r num">
                  {entry.type === 'file' ? formatBytes(entry.size) : ''}
                </span>
                <span role="gridcell" className="mono f11 t2">
                  {modeText(entry)}
                </span>
                <span role="gridcell" className="num t2">
                  {entry.uid}:{entry.gid}
                </span>
                <span role="gridcell" className="t3 num ell">
                  {entry.mtime === 0
                    ? t('table.noDate')
                    : formatDateTime(new Date(entry.mtime * 1000).toISOString(), language)}
                </span>
              </div>
            );
          })}
          <div role="presentation" style={{ height: after }} />
          {value?.more === true && <p className="t3 f12">{t('mount.more')}</p>}
        </div>
      )}
      {menu.element}
    </section>
  );
}

const none: readonly Entry[] = [];
