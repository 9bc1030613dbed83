import { randomBytes } from 'node:crypto';
import { spawn, type IPty } from '@lydell/node-pty';
import { problem, ProblemError, type Problem } from '../../shared/image/problem';
import { runningProgram } from './foreground';
import { startCodes } from './startFailure';
import { TerminalQuestions } from './terminalQuestions';

/** What a terminal shows: events to the window. */
export interface TerminalEvents {
  data(terminal: string, data: string): void;
  exit(terminal: string, ended: TerminalEnd): void;
}

/** How a program in a terminal ended; `problem`: why it could not begin, or what could not be cleaned up after it. */
export interface TerminalEnd {
  readonly code: number | null;
  readonly signal: number | null;
  readonly problem: Problem | null;
}

/** What to start in a terminal. */
export interface TerminalCommand {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly directory?: string;
  /**
   * Asked once it has ended with this exit code, which is not 0: the one for a command that could not begin, or null where the code is its
   * own. Throws why it could not.
   */
  readonly startFailure?: (code: number) => Promise<number | null>;
  /** Called once when it has ended, to clean up. */
  readonly finish: () => Promise<void>;
}

/** Output is sent at most this often, milliseconds, and at most this much at once, characters. */
const interval = 16;
const pieceLength = 64 * 1024;
/** Most characters that are sent beyond those that the window has shown, and most that wait here: then the program waits. */
const aheadOfWindow = 512 * 1024;
const mostPending = 4 << 20;
/** How long a command may take to end by itself, milliseconds: somebody waits for the tab, or for the tree that it holds. */
const grace = 500;

/** Terminals that may be open at once: each is a process, and a person looks at a few. */
const most = 32;

interface Open {
  /** The page that opened it, by Electron's ID of its web contents: nobody else writes to it. */
  readonly owner: number;
  readonly pty: IPty;
  /** What people call its tree, where it reaches beyond its container; else null. */
  readonly beyond: string | null;
  pending: string;
  /** Characters that were sent and are not shown yet. */
  ahead: number;
  timer: NodeJS.Timeout | null;
  readonly ended: Promise<void>;
  readonly questions: TerminalQuestions;
}

/** Cleans up after a program in a terminal that has ended with this exit code, null for a signal. Never rejects. */
async function endOf(
  what: TerminalCommand,
  code: number | null,
): Promise<Pick<TerminalEnd, 'code' | 'problem'>> {
  const faultOf = (thrown: unknown): Problem | null =>
    thrown instanceof ProblemError ? thrown.problem : null;
  let end: Pick<TerminalEnd, 'code' | 'problem'> = { code, problem: null };
  try {
    if (code) end = { code: (await what.startFailure?.(code)) ?? code, problem: null };
  } catch (thrown) {
    end = { code: startCodes.failed, problem: faultOf(thrown) };
  }
  try {
    await what.finish();
  } catch (thrown) {
    end = { ...end, problem: end.problem ?? faultOf(thrown) };
  }
  return end;
}

/** The terminals of the window: real ones of the system, with output in pieces that a window can take. */
export class Terminals {
  private readonly open = new Map<string, Open>();
  private readonly ending = new Set<Promise<void>>();
  /** How many pages of some web contents have gone, by their ID. */
  private readonly pages = new Map<number, number>();
  private closed = false;

  constructor(private readonly events: TerminalEvents) {}

  /** Throws `too-many-terminals` when no more can be opened, and `app-closing` after {@link closeAll}. */
  checkRoom(): void {
    if (this.closed) throw problem('app-closing', {});
    if (this.open.size >= most) throw problem('too-many-terminals', { limit: most });
  }

  /**
   * Starts a command in a terminal of one page. `beyond`: see {@link beyond}; `page`: what {@link pageOf} said when the page
   * asked for it. Throws `cancelled` when that page is gone, as {@link checkRoom} does, and what the system says
   * when it cannot be started.
   */
  start(
    owner: number,
    what: TerminalCommand,
    size: { readonly columns: number; readonly rows: number },
    beyond: string | null,
    page = this.pageOf(owner),
  ): string {
    this.checkRoom();
    if (page !== this.pageOf(owner)) throw problem('cancelled', {});
    const id = `term-${randomBytes(8).toString('hex')}`;
    const [program = '', ...words] = what.command;
    const pty = spawn(program, words, {
      name: 'xterm-256color',
      cols: size.columns,
      rows: size.rows,
      env: { ...what.env, TERM: 'xterm-256color' },
      cwd: what.directory ?? '/',
    });
    const ended = new Promise<void>((resolve) => {
      pty.onExit(({ exitCode, signal }) => {
        const state = this.open.get(id);
        if (state) this.flush(id, state, Infinity);
        this.open.delete(id);
        void endOf(what, signal ? null : exitCode).then((end) => {
          this.events.exit(id, { ...end, signal: signal ? signal : null });
          resolve();
        });
      });
    });
    const state: Open = {
      owner,
      pty,
      beyond,
      pending: '',
      ahead: 0,
      timer: null,
      ended,
      questions: new TerminalQuestions(),
    };
    this.open.set(id, state);
    pty.onData((data) => {
      try {
        this.take(id, state, data);
      } catch {
        // What a program writes ends its own terminal at the most, never this process.
        void this.close(id);
      }
    });
    return id;
  }

  /** Whether a terminal of this page is open. */
  has(owner: number, id: string): boolean {
    return this.open.get(id)?.owner === owner;
  }

  /** What the programs in a terminal have asked it; null for one that is not open. */
  questionsOf(id: string): TerminalQuestions | null {
    return this.open.get(id)?.questions ?? null;
  }

  /** What people call the tree of a terminal that reaches beyond its container; null for others, and for one that is not open. */
  beyond(id: string): string | null {
    return this.open.get(id)?.beyond ?? null;
  }

  /** The program that runs in a terminal and would be lost with it; null for a shell that waits, and for one that is not open. */
  program(id: string): string | null {
    const pty = this.open.get(id)?.pty;
    return pty ? runningProgram(pty.pid, pty.process) : null;
  }

  /** Programs that would be lost, of the terminals of one page or of all. */
  programs(owner: number | null = null): readonly string[] {
    return [...this.open]
      .filter(([, each]) => owner === null || each.owner === owner)
      .map(([id]) => this.program(id))
      .filter((name) => name !== null);
  }

  /** What the person typed. Terminals that have ended take nothing. */
  write(id: string, data: string): void {
    this.open.get(id)?.pty.write(data);
  }

  /** The window has shown so many characters more: it can be sent others. */
  shown(id: string, characters: number): void {
    const state = this.open.get(id);
    if (!state) return;
    state.ahead = Math.max(0, state.ahead - characters);
    this.schedule(id, state);
  }

  resize(id: string, columns: number, rows: number): void {
    this.open.get(id)?.pty.resize(columns, rows);
  }

  /** Ends what runs in a terminal, by force after a while. Resolves when it is cleaned up. */
  async close(id: string): Promise<void> {
    const state = this.open.get(id);
    if (!state) return;
    const { pty, ended } = state;
    const signal = (name: string): void => {
      try {
        pty.kill(name);
      } catch {
        // It has ended in the meantime.
      }
    };
    signal('SIGHUP');
    const timer = setTimeout(() => signal('SIGKILL'), grace);
    this.ending.add(ended);
    await ended;
    this.ending.delete(ended);
    clearTimeout(timer);
  }

  /** Resolves when what was being closed is cleaned up: from then on nothing of it is in the way. */
  async settled(): Promise<void> {
    await Promise.all(this.ending);
  }

  /** A number for the page that some web contents show now. */
  pageOf(owner: number): number {
    return this.pages.get(owner) ?? 0;
  }

  /** A page is gone: ends what it had open, which nothing shows any more, and what it has asked for opens no more. */
  async closeOf(owner: number): Promise<void> {
    this.pages.set(owner, this.pageOf(owner) + 1);
    await Promise.all(
      [...this.open].filter(([, each]) => each.owner === owner).map(([id]) => this.close(id)),
    );
  }

  /** Ends them all, and opens no more. */
  async closeAll(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.open.keys()].map((id) => this.close(id)));
  }

  private take(id: string, state: Open, data: string): void {
    state.questions.read(data);
    state.pending += data;
    // A program that writes faster than a window can show waits, as it would for a real terminal.
    if (state.pending.length > pieceLength) state.pty.pause();
    this.schedule(id, state);
  }

  private schedule(id: string, state: Open): void {
    state.timer ??= setTimeout(() => {
      state.timer = null;
      this.flush(id, state, aheadOfWindow);
      if (state.pending.length < mostPending) state.pty.resume();
    }, interval);
  }

  /** Sends what waits, as far as the window is no more than `most` characters behind. */
  private flush(id: string, state: Open, most: number): void {
    if (state.timer) clearTimeout(state.timer);
    state.timer = null;
    let at = 0;
    for (; at < state.pending.length && state.ahead < most; at += pieceLength) {
      const piece = state.pending.slice(at, at + pieceLength);
      state.ahead += piece.length;
      this.events.data(id, piece);
    }
    state.pending = state.pending.slice(at);
  }
}
