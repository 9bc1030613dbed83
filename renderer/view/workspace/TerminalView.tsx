import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { RequestInput } from '../../../shared/ipc/contract';
import type { MissingGuard } from '../../../shared/ipc/workspace';
import { problemOf, type Problem } from '../../../shared/image/problem';
import { pastedText } from '../../../shared/text/format';
import { missingGuardText } from '../../../shared/text/missingGuard';
import { useBridge, useT } from '../../store/hooks';
import { Button } from '../../ui/Button';
import { InlineNotice } from '../../ui/InlineNotice';
import { ProblemNotice } from '../dialogs/NameDialog';
import { boundScreen } from './screenBounds';
import { ScreenFeed } from './screenFeed';
import { adoptStyles } from './terminalStyles';

/** What a terminal runs: see the request `terminal.open`. */
export type TerminalPlan = Pick<RequestInput<'terminal.open'>, 'tree' | 'kind' | 'command' | 'network'>;

interface Props {
  readonly plan: TerminalPlan;
  /** Called when what runs has ended; `code` null when a signal ended it. */
  readonly onEnd?: (code: number | null) => void;
  /** Closes it; offered where it could not be opened. */
  readonly onClose: () => void;
}

/** Most inputs that wait for an answer: a program can ask for answers faster than they are given. */
const mostInputs = 100;

/** A terminal of the system in the window. It starts when it is shown, and ends when it goes away. */
export function TerminalView({ plan, onEnd, onClose }: Props): ReactNode {
  const t = useT();
  const bridge = useBridge();
  const holder = useRef<HTMLDivElement>(null);
  const [round, setRound] = useState(0);
  const [ended, setEnded] = useState<{ readonly code: number | null } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  /** What does not keep the command in here, though it should. */
  const [missing, setMissing] = useState<readonly MissingGuard[]>([]);
  /** Why the last input was not taken, or what could not be cleaned up at the end. */
  const [refused, setRefused] = useState<Problem | null>(null);
  const tell = useRef(onEnd);
  tell.current = onEnd;
  // A new plan is another terminal: whoever renders this gives it another key.
  const first = useRef(plan);

  useEffect(() => {
    const element = holder.current;
    if (!element) return undefined;
    let live = true;
    let id: string | null = null;
    setEnded(null);
    setProblem(null);
    setRefused(null);
    setMissing([]);
    const style = getComputedStyle(element);
    const screen = new Terminal({
      fontFamily: style.getPropertyValue('--font-mono'),
      fontSize: 12,
      lineHeight: 1.35,
      cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
      screenReaderMode: true,
      scrollback: 5000,
      theme: {
        background: '#111418',
        foreground: '#e6e2da',
        cursor: '#e6e2da',
        selectionBackground: '#3a5a8c',
      },
    });
    boundScreen(screen);
    const feed = new ScreenFeed(screen, (characters) => {
      if (id !== null) void bridge.request['terminal.shown']({ terminal: id, characters });
    });
    const fit = new FitAddon();
    screen.loadAddon(fit);
    screen.open(element);
    const dropStyles = adoptStyles(element);
    fit.fit();
    // Tab belongs to the shell; these keys lead out.
    screen.attachCustomKeyEventHandler((event) => {
      const leaves = event.key === 'F6' || (event.key === 'Escape' && event.ctrlKey && event.shiftKey);
      if (leaves && event.type === 'keydown' && event.key === 'Escape') {
        document.querySelector<HTMLElement>('.changes, [data-pane-focus]')?.focus();
      }
      return !leaves;
    });
    const stopData = bridge.on['terminal.data'](({ terminal, data }) => {
      if (terminal === id) feed.write(data);
    });
    const stopExit = bridge.on['terminal.exit'](({ terminal, code, problem: left }) => {
      if (terminal !== id || !live) return;
      setRefused(left);
      id = null;
      setEnded({ code });
      tell.current?.(code);
    });
    // Before xterm sees it, which would pass on an escape that ends its own brackets.
    const paste = (event: ClipboardEvent): void => {
      event.preventDefault();
      event.stopPropagation();
      screen.paste(pastedText(event.clipboardData?.getData('text/plain') ?? ''));
    };
    element.addEventListener('paste', paste, true);
    let inputs = 0;
    screen.onData((data) => {
      if (id === null || inputs >= mostInputs) return;
      inputs++;
      void bridge.request['terminal.write']({ terminal: id, data }).then((reply) => {
        inputs--;
        if (live) setRefused(reply.ok ? null : reply.problem);
      });
    });
    const resize = (): void => {
      fit.fit();
      if (id !== null)
        void bridge.request['terminal.resize']({ terminal: id, columns: screen.cols, rows: screen.rows });
    };
    const watch = new ResizeObserver(resize);
    watch.observe(element);
    void bridge.request['terminal.open']({ ...first.current, columns: screen.cols, rows: screen.rows })
      .catch((thrown: unknown) => ({ ok: false as const, problem: problemOf(thrown) }))
      .then((reply) => {
        if (!reply.ok) {
          if (live) setProblem(reply.problem);
          return;
        }
        id = reply.value.terminal;
        if (!live) void bridge.request['terminal.close']({ terminal: id });
        else {
          setMissing(reply.value.missing);
          resize();
          screen.focus();
        }
      });
    return () => {
      live = false;
      watch.disconnect();
      stopData();
      stopExit();
      if (id !== null) void bridge.request['terminal.close']({ terminal: id });
      element.removeEventListener('paste', paste, true);
      dropStyles();
      feed.end();
      screen.dispose();
    };
  }, [bridge, round]);
  return (
    <div className="terminal">
      {(problem !== null || refused !== null || missing.length > 0) && (
        <div className="terminal-notice">
          {problem && (
            <ProblemNotice problem={problem} again={() => setRound((n) => n + 1)} close={onClose} />
          )}
          {refused && <ProblemNotice problem={refused} />}
          {missing.map((each) => (
            <InlineNotice key={each.guard} tone="warn">
              {missingGuardText(each, t)}
            </InlineNotice>
          ))}
        </div>
      )}
      <div ref={holder} className="terminal-screen" />
      {ended && (
        <div className="terminal-end" role="status">
          <span>{t('terminal.ended', { code: ended.code === null ? '–' : String(ended.code) })}</span>
          <Button size="sm" onClick={() => setRound((n) => n + 1)}>
            {t('terminal.again')}
          </Button>
        </div>
      )}
    </div>
  );
}
