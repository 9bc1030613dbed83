import { useEffect, useRef, useSyncExternalStore, type ReactNode } from 'react';
import { missingGuardText } from '../../../shared/text/missingGuard';
import { useApp, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { InlineNotice } from '../../ui/InlineNotice';
import { useMenu, type MenuEntry } from '../../ui/Menu';
import { ProblemNotice } from '../dialogs/NameDialog';
import type { TerminalSession } from './terminalSession';

interface Props {
  readonly session: TerminalSession;
  /** Closes it; offered where it could not be opened. */
  readonly onClose: () => void;
}

/** A terminal of the system in the window. It starts when it is first shown, and outlives what shows it. */
export function TerminalView({ session, onClose }: Props): ReactNode {
  const t = useT();
  const mac = useApp((state) => state.start?.platform === 'darwin');
  const holder = useRef<HTMLDivElement>(null);
  const { problem, refused, missing, ended } = useSyncExternalStore(session.subscribe, session.snapshot);
  const menu = useMenu(t('terminal.menu'));
  useEffect(() => (holder.current ? session.attach(holder.current) : undefined), [session]);

  const entries = (): readonly MenuEntry[] => [
    {
      kind: 'item',
      id: 'copy',
      label: t('terminal.copy'),
      icon: 'copy',
      shortcut: mac ? '⌘C' : 'Ctrl+Shift+C',
      disabledReason: session.hasSelection ? null : t('terminal.nothingSelected'),
      run: () => session.copy(),
    },
    {
      kind: 'item',
      id: 'paste',
      label: t('terminal.paste'),
      shortcut: mac ? '⌘V' : 'Ctrl+Shift+V',
      disabledReason: session.live ? null : t('terminal.hasEnded'),
      run: () => session.paste(),
    },
    { kind: 'rule' },
    { kind: 'item', id: 'all', label: t('terminal.selectAll'), run: () => session.selectAll() },
    { kind: 'item', id: 'clear', label: t('terminal.clear'), run: () => session.clear() },
  ];
  return (
    <div className="terminal">
      {(problem !== null || refused !== null || missing.length > 0) && (
        <div className="terminal-notice">
          {problem && <ProblemNotice problem={problem} again={() => session.restart()} close={onClose} />}
          {refused && <ProblemNotice problem={refused} />}
          {missing.map((each) => (
            <InlineNotice key={each.guard} tone="warn">
              {missingGuardText(each, t)}
            </InlineNotice>
          ))}
        </div>
      )}
      <div
        ref={holder}
        className="terminal-screen"
        onContextMenu={(event) => {
          event.preventDefault();
          menu.open({ x: event.clientX, y: event.clientY }, entries());
        }}
      />
      {menu.element}
      {ended && (
        <div className="terminal-end" role="status">
          <span>{t('terminal.ended', { code: ended.code === null ? '–' : String(ended.code) })}</span>
          <Button size="sm" onClick={() => session.restart()}>
            {t('terminal.again')}
          </Button>
        </div>
      )}
    </div>
  );
}
