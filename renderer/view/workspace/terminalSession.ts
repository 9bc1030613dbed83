import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import type { Bridge } from '../../../shared/ipc/bridge';
import type { RequestInput } from '../../../shared/ipc/contract';
import type { MissingGuard } from '../../../shared/ipc/workspace';
import { problemOf, type Problem } from '../../../shared/image/problem';
import { pastedText } from '../../../shared/text/format';
import type { AskedRun } from '../../store/state';
import { boundScreen } from './screenBounds';
import { ScreenFeed } from './screenFeed';
import { adoptStyles, styleSpansByScript, withoutStyleElements } from './terminalStyles';

/** What a terminal runs: see the request `terminal.open`. */
export type TerminalPlan = Pick<
  RequestInput<'terminal.open'>,
  'tree' | 'kind' | 'command' | 'entrypoint' | 'network'
>;

/** What a person asked for, as the request `terminal.open` says it. */
export function runPlan({ command, entrypoint, network }: AskedRun): Omit<TerminalPlan, 'tree'> {
  return {
    kind: 'run',
    command: command === null ? null : [...command],
    ...(entrypoint !== null && { entrypoint: [...entrypoint] }),
    network,
  };
}

/** What a terminal's surroundings show of it. */
export interface TerminalState {
  /** Set when what ran has ended; `code` null when a signal ended it. */
  readonly ended: { readonly code: number | null } | null;
  /** Why it could not be opened. */
  readonly problem: Problem | null;
  /** What does not keep the command in here, though it should. */
  readonly missing: readonly MissingGuard[];
  /** Why the last input was not taken, or what could not be cleaned up at the end. */
  readonly refused: Problem | null;
}

const beginning: TerminalState = { ended: null, problem: null, missing: [], refused: null };

/** Most characters that are kept of what is typed before the terminal is open. */
const mostTyped = 4096;

/** Most inputs that wait for an answer: a program can ask for answers faster than they are given. */
const mostInputs = 100;

let sessions = 0;

/**
 * A terminal of the system and its screen. Its life is its own: pages show it and go, and what runs in it goes on, until it is
 * {@link close}d.
 */
export class TerminalSession {
  readonly id = ++sessions;
  private readonly element = document.createElement('div');
  private feed: ScreenFeed | null = null;
  private screen: Terminal | null = null;
  private fit: FitAddon | null = null;
  private terminal: string | null = null;
  private state = beginning;
  /** What was typed before it was open: it goes to what runs there then. */
  private typed = '';
  /** Whether it still is to have the focus: what no page shows yet takes none. */
  private wantsFocus = false;
  private stop: () => void = () => undefined;
  /** Counts starts: what belongs to an earlier one is nobody's. */
  private round = 0;
  private readonly listeners = new Set<() => void>();
  private readonly watch = new ResizeObserver(() => this.resize());

  /** `onEnd` is told how it ended; `code` null when a signal did. */
  constructor(
    private readonly bridge: Bridge,
    /** Its tree's name may change. */
    public plan: TerminalPlan,
    readonly title: string,
    private readonly onEnd: (code: number | null) => void = () => undefined,
  ) {
    this.element.className = 'terminal-body';
    // Before xterm sees it, which would pass on an escape that ends its own brackets.
    const paste = (event: ClipboardEvent): void => {
      event.preventDefault();
      event.stopPropagation();
      this.screen?.paste(pastedText(event.clipboardData?.getData('text/plain') ?? ''));
    };
    this.element.addEventListener('paste', paste, true);
    this.watch.observe(this.element);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly snapshot = (): TerminalState => this.state;

  /** Whether something may run in it: it is being opened, or open. */
  get live(): boolean {
    return this.state.ended === null && this.state.problem === null;
  }

  /** Whether text is selected. */
  get hasSelection(): boolean {
    return this.screen?.hasSelection() === true;
  }

  /** Shows it in an element; the first time it starts. Returns what takes it out again. */
  attach(holder: HTMLElement): () => void {
    holder.append(this.element);
    if (this.screen === null) this.start();
    else {
      this.resize();
      this.screen.refresh(0, this.screen.rows - 1);
      this.screen.scrollToBottom();
    }
    return () => {
      if (this.element.parentElement === holder) this.element.remove();
    };
  }

  /** Starts the same again after it ended, or could not be opened. */
  restart(): void {
    this.end();
    this.start();
  }

  /** Ends what runs in it, and frees it. Resolves when it has ended. */
  async close(): Promise<void> {
    const { terminal } = this;
    this.end();
    this.watch.disconnect();
    this.element.remove();
    this.change({ ended: { code: null } });
    if (terminal !== null) await this.bridge.request['terminal.close']({ terminal }).catch(() => undefined);
  }

  /** The program that would be lost with it; null where a shell waits, or nothing runs. */
  async program(): Promise<string | null> {
    if (this.terminal === null) return null;
    const reply = await this.bridge.request['terminal.program']({ terminal: this.terminal }).catch(
      () => null,
    );
    return reply?.ok === true ? reply.value.program : null;
  }

  /** Copies what is selected. */
  copy(): void {
    const text = this.screen?.getSelection() ?? '';
    if (text !== '') void this.bridge.request['clipboard.write']({ text });
    this.screen?.focus();
  }

  /** Pastes by a click; a paste by its keys goes its own way. */
  paste(): void {
    if (this.terminal === null) return;
    const round = this.round;
    void this.bridge.request['terminal.paste']({ terminal: this.terminal }).then((reply) => {
      if (round === this.round) this.change({ refused: reply.ok ? null : reply.problem });
    });
    this.screen?.focus();
  }

  selectAll(): void {
    this.screen?.selectAll();
  }

  /** Empties the screen and what was scrolled away. */
  clear(): void {
    this.screen?.clear();
    this.feed?.forget();
    this.screen?.focus();
  }

  private change(change: Partial<TerminalState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }

  private resize(): void {
    // What no page shows has no size: it keeps its own.
    if (!this.element.isConnected || this.element.clientWidth === 0 || !this.screen) return;
    if (this.wantsFocus) this.takeFocus();
    this.fit?.fit();
    if (this.terminal === null) return;
    const { cols: columns, rows } = this.screen;
    void this.bridge.request['terminal.resize']({ terminal: this.terminal, columns, rows });
  }

  /** Takes the focus, so that keys are its own from the moment it was asked for; later, where it is not shown yet. */
  private takeFocus(): void {
    this.screen?.focus();
    this.wantsFocus = !this.element.contains(document.activeElement);
  }

  private start(): void {
    const round = ++this.round;
    const { bridge, element } = this;
    this.change(beginning);
    const screen = new Terminal({
      fontFamily: getComputedStyle(element).getPropertyValue('--font-mono'),
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
    this.screen = screen;
    boundScreen(screen);
    const feed = (this.feed = new ScreenFeed(screen, (characters) => {
      if (this.terminal !== null)
        void bridge.request['terminal.shown']({ terminal: this.terminal, characters });
    }));
    this.fit = new FitAddon();
    screen.loadAddon(this.fit);
    styleSpansByScript();
    withoutStyleElements(() => screen.open(element));
    const dropStyles = adoptStyles(element);
    this.fit.fit();
    screen.attachCustomKeyEventHandler((event) => this.takesKey(event));
    const stopData = bridge.on['terminal.data'](({ terminal, data }) => {
      if (terminal === this.terminal) feed.write(data);
    });
    const stopExit = bridge.on['terminal.exit'](({ terminal, code, problem: left }) => {
      if (terminal !== this.terminal) return;
      this.terminal = null;
      this.change({ refused: left, ended: { code } });
      this.onEnd(code);
    });
    let inputs = 0;
    this.typed = '';
    const send = (data: string): void => {
      if (this.terminal === null || inputs >= mostInputs) return;
      inputs++;
      void bridge.request['terminal.write']({ terminal: this.terminal, data }).then((reply) => {
        inputs--;
        if (round === this.round) this.change({ refused: reply.ok ? null : reply.problem });
      });
    };
    screen.onData((data) => {
      if (this.terminal !== null || !this.live) send(data);
      else if (this.typed.length + data.length <= mostTyped) this.typed += data;
    });
    this.takeFocus();
    this.stop = () => {
      stopData();
      stopExit();
      dropStyles();
      feed.end();
      screen.dispose();
    };
    void bridge.request['terminal.open']({ ...this.plan, columns: screen.cols, rows: screen.rows })
      .catch((thrown: unknown) => ({ ok: false as const, problem: problemOf(thrown) }))
      .then((reply) => {
        const isOurs = round === this.round;
        if (!reply.ok) {
          if (isOurs) this.change({ problem: reply.problem });
          return;
        }
        const { terminal, missing } = reply.value;
        if (!isOurs) {
          void bridge.request['terminal.close']({ terminal });
          return;
        }
        this.terminal = terminal;
        this.change({ missing });
        this.resize();
        if (this.wantsFocus && element.isConnected) this.takeFocus();
        const { typed } = this;
        this.typed = '';
        if (typed !== '') send(typed);
      });
  }

  /** Whether a key is the terminal's. Tab belongs to the shell; some keys lead out, and some are for its text. */
  private takesKey(event: KeyboardEvent): boolean {
    const control = event.ctrlKey && event.shiftKey && !event.altKey && !event.metaKey;
    const down = event.type === 'keydown';
    if (control && event.code === 'KeyC') {
      // Ctrl+C alone interrupts what runs.
      event.preventDefault();
      if (down) this.copy();
      return false;
    }
    // Chromium pastes at this key by itself.
    if (control && event.code === 'KeyV') return false;
    // What has ended takes no keys: they are those of the page or dialog that it stands in.
    if (!this.live && (event.key === 'Escape' || event.key === 'Tab') && !control) return false;
    if (event.key !== 'F6' && !(event.key === 'Escape' && control)) return true;
    if (down && event.key === 'Escape')
      document.querySelector<HTMLElement>('.changes, [data-pane-focus]')?.focus();
    return false;
  }

  private end(): void {
    this.round++;
    const { terminal } = this;
    this.terminal = null;
    this.stop();
    this.stop = () => undefined;
    this.screen = null;
    this.fit = null;
    if (terminal !== null && this.state.ended === null)
      void this.bridge.request['terminal.close']({ terminal });
  }
}
