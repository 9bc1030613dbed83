import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { formatClock, visibleText } from '../../../shared/text/format';
import { useActions, useApp, useBridge, useT } from '../../store/hooks';
import type { AppState } from '../../store/state';
import { Button, IconButton } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { useMenu, type MenuEntry } from '../../ui/Menu';
import { tip } from '../../ui/Tooltip';
import { closeAsked } from './closeFirst';
import { addTerminal, useTerminals } from './terminalList';
import { runPlan, type TerminalPlan } from './terminalSession';
import { TerminalDrawer } from './TerminalDrawer';
import { TerminalView } from './TerminalView';

interface Props {
  readonly tree: TerminalPlan['tree'];
  /** A run that the page's "Run…" asks for; the number makes the same words new. */
  readonly asked: Omit<NonNullable<AppState['asked']>, 'workspace'> | null;
}

/** The last run that was begun: its numbers only grow. */
let taken = 0;

/** Terminals on a tree, in tabs, and what has been run in them. */
export function TerminalPane({ tree, asked }: Props): ReactNode {
  const t = useT();
  const { formDone, takeAsked } = useActions();
  const support = useApp((state) => state.mountSupport);
  const user = useApp((state) => visibleText(state.start?.user ?? ''));
  const placeName = 'workspace' in tree ? visibleText(tree.workspace) : '';
  const bridge = useBridge();
  const { open, history } = useTerminals(tree);
  const [chosen, setShown] = useState<number | 'history' | null>(null);
  const last = open.at(-1)?.id ?? null;
  // What is not there any more gives way to the last one that is.
  const shown = chosen === 'history' || open.some(({ id }) => id === chosen) ? chosen : last;
  const menu = useMenu(t('terminal.new'));

  // Whoever renders this for another tree gives it another key.
  const [place] = useState(tree);
  const start = useCallback(
    (plan: Omit<TerminalPlan, 'tree'>, title: string, onEnd?: (code: number | null) => void): void =>
      setShown(addTerminal(bridge, { ...plan, tree: place }, title, onEnd).id),
    [bridge, place],
  );
  // Taken once: coming back to the page must not run it again.
  useEffect(() => {
    if (!asked || asked.id === taken) return;
    taken = asked.id;
    const { command, entrypoint } = asked.what;
    const { filled } = asked;
    const own = command === null && entrypoint === null;
    start(
      runPlan(asked.what),
      own ? t('terminal.runDefault') : [...(entrypoint ?? []), ...(command ?? [])].join(' '),
      // What came to nothing is to be put right: it stands in the dialog again.
      (code) => code === 0 && filled && formDone(filled.form, filled.sent),
    );
    takeAsked();
  }, [asked, start, t, formDone, takeAsked]);
  const noRuntime =
    support?.runtime === null ? t('terminal.noRuntime', { packages: support.runtimePackages }) : null;
  const choices: readonly MenuEntry[] = [
    {
      kind: 'item',
      id: 'shell',
      label: t('terminal.runShell'),
      icon: 'terminal',
      disabledReason: noRuntime,
      // Not a word for the image's own program, whatever that is.
      run: () => start({ kind: 'run', command: null, entrypoint: ['/bin/sh'], network: false }, 'sh'),
    },
    {
      kind: 'item',
      id: 'default',
      label: t('terminal.runDefault'),
      icon: 'play',
      disabledReason: noRuntime,
      run: () => start({ kind: 'run', command: null, network: false }, t('terminal.runDefault')),
    },
    {
      kind: 'item',
      id: 'host',
      label: t('terminal.hostShell', { user }),
      icon: 'folder',
      run: () =>
        start(
          { kind: 'shell', command: null, network: false },
          t('terminal.hostTitle', { name: placeName, user }),
        ),
    },
  ];
  return (
    <TerminalDrawer label={t('terminal.title')}>
      <div className="tabs" role="group" aria-label={t('terminal.title')}>
        {open.map((session) => {
          const { id, title } = session;
          return (
            <span key={id} className={shown === id ? 'tab on' : 'tab'}>
              <button type="button" aria-pressed={shown === id} onClick={() => setShown(id)}>
                <Icon name="terminal" size={14} />
                <span className="ell" {...tip(visibleText(title))}>
                  {visibleText(title)}
                </span>
              </button>
              <IconButton
                icon="close"
                size="sm"
                iconSize={12}
                label={t('terminal.close')}
                onClick={() => void closeAsked(session)}
              />
            </span>
          );
        })}
        {open.length === 0 && (
          <span className={shown === null ? 'tab on' : 'tab'}>
            <button type="button" aria-pressed={shown === null} onClick={() => setShown(null)}>
              <Icon name="terminal" size={14} />
              {t('terminal.title')}
            </button>
          </span>
        )}
        <span className={shown === 'history' ? 'tab on' : 'tab'}>
          <button type="button" aria-pressed={shown === 'history'} onClick={() => setShown('history')}>
            {t('terminal.history')}
            {history.length > 0 && <span className="tab-count num">{history.length}</span>}
          </button>
        </span>
        <span className="right t3 f11">{open.length > 0 && t('terminal.leave')}</span>
        <IconButton
          icon="plus"
          size="sm"
          label={t('terminal.new')}
          aria-haspopup="menu"
          onClick={(event) => menu.open(event.currentTarget, choices, 'below-end')}
        />
        {menu.element}
      </div>
      {open.map((session) => (
        <div key={session.id} className="terminal-holder" hidden={shown !== session.id}>
          <TerminalView session={session} onClose={() => void closeAsked(session)} />
        </div>
      ))}
      {shown === null && (
        <div className="terminal-start">
          <p>{noRuntime ?? t('terminal.start')}</p>
          <div className="row">
            {choices.map((choice) =>
              choice.kind === 'item' ? (
                <Button
                  key={choice.id}
                  icon={choice.icon}
                  disabledReason={choice.disabledReason}
                  onClick={choice.run}
                >
                  {choice.label}
                </Button>
              ) : null,
            )}
          </div>
        </div>
      )}
      {shown === 'history' && (
        <ul className="run-history scroll">
          {history.length === 0 && <li className="t3">{t('terminal.noHistory')}</li>}
          {history.map(({ title, code, at }, i) => (
            <li key={i}>
              <span className="mono ell">{visibleText(title)}</span>
              <span className={code === 0 ? 'tag ok' : 'tag danger'}>
                {t('terminal.ended', { code: code === null ? '–' : String(code) })}
              </span>
              <span className="t3 num">{formatClock(new Date(at))}</span>
            </li>
          ))}
        </ul>
      )}
    </TerminalDrawer>
  );
}
