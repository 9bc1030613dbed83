import { randomBytes } from 'node:crypto';
import { problem, problemOf } from '../../shared/image/problem';
import type {
  OperationKind,
  OperationProgress,
  OperationResult,
  OperationState,
} from '../../shared/ipc/operation';
import type { Run } from '../actions/ground/context';
import { createProgressTeller } from '../actions/ground/progressMeter';

/** Shortest time between two progress events of one operation, milliseconds. */
const interval = 100;
/** Finished operations that are remembered. */
const remembered = 50;
/** Operations that run at a time: somebody may drop many archives at once. */
const mostRunning = 200;

const nothingYet: OperationProgress = {
  phase: 'starting',
  done: 0,
  total: null,
  rate: null,
  secondsLeft: null,
};

/** What is told of an operation beside what it does. */
type About = Partial<Pick<OperationState, 'retryToken' | 'places' | 'engine' | 'adds'>>;

/**
 * Long work as one mechanism: everything that takes time is started here, reports here, is cancelled here, and ends
 * here as done, failed or cancelled. States are plain values; each change is announced through `announce`. `explain` may give another
 * fault for one that was thrown.
 */
export class Operations {
  private readonly states = new Map<string, OperationState>();
  private readonly aborts = new Map<string, AbortController>();
  private readonly running = new Set<Promise<void>>();
  private readonly ends = new Map<string, Promise<void>>();
  private closed = false;
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly announce: (state: OperationState) => void,
    private readonly explain: (thrown: unknown) => Promise<unknown> = (thrown) => Promise.resolve(thrown),
  ) {}

  /** All operations that are remembered, newest first. */
  list(): readonly OperationState[] {
    return [...this.states.values()].reverse();
  }

  /** Resolves when one more may be started, in the order it was asked for: at once, or the next one takes its place. */
  async room(): Promise<void> {
    const before = this.turn;
    let pass = (): void => undefined;
    this.turn = new Promise((resolve) => (pass = resolve));
    await before;
    while (this.running.size >= mostRunning) await Promise.race(this.running);
    // Whoever asked starts before the next one looks.
    setImmediate(pass);
  }

  /** Resolves when the operation of this ID has ended; at once for one that is not known. */
  async ended(id: string): Promise<void> {
    await this.ends.get(id);
  }

  /** True while anything runs. */
  get busy(): boolean {
    return this.running.size > 0;
  }

  /**
   * Starts work and answers at once with the operation's ID. `work` must leave nothing behind when it is aborted. Throws
   * `too-much-at-once`, and `app-closing` after `cancelAll`.
   */
  start(
    kind: OperationKind,
    subject: string,
    work: (run: Run) => Promise<OperationResult>,
    { retryToken = null, places, engine, adds }: About = {},
  ): string {
    if (this.closed) throw problem('app-closing', {});
    if (this.running.size >= mostRunning)
      throw problem('too-much-at-once', { what: 'operation', limit: mostRunning });
    const id = `op-${randomBytes(8).toString('hex')}`;
    const abort = new AbortController();
    this.aborts.set(id, abort);
    this.set({
      id,
      kind,
      subject,
      status: 'running',
      progress: nothingYet,
      startedAt: Date.now(),
      finishedAt: null,
      result: null,
      problem: null,
      retryToken: null,
      ...(adds ? { adds } : {}),
      ...(places ? { places } : {}),
      ...(engine === undefined ? {} : { engine }),
    });
    const ended = this.follow(id, abort, work, retryToken).finally(() => {
      this.running.delete(ended);
      this.ends.delete(id);
    });
    this.running.add(ended);
    this.ends.set(id, ended);
    return id;
  }

  /** Asks a running operation to stop. Throws `request-invalid` for one that is not known. */
  cancel(id: string): void {
    if (!this.states.has(id))
      throw problem('request-invalid', { what: 'operation', reason: 'operation', place: '' });
    this.aborts.get(id)?.abort();
  }

  /** Forgets a finished operation; a running one stays. */
  dismiss(id: string): void {
    if (this.states.get(id)?.status !== 'running') this.states.delete(id);
  }

  /** Cancels all, starts no more, and resolves when the last one has cleaned up. */
  async cancelAll(): Promise<void> {
    this.closed = true;
    for (const abort of this.aborts.values()) abort.abort();
    await Promise.all(this.running);
  }

  private async follow(
    id: string,
    abort: AbortController,
    work: (run: Run) => Promise<OperationResult>,
    retryToken: string | null,
  ): Promise<void> {
    let last = 0;
    let pending: NodeJS.Timeout | null = null;
    let progress = nothingYet;
    const tell = (): void => {
      pending = null;
      last = Date.now();
      const state = this.states.get(id);
      if (state?.status === 'running') this.set({ ...state, progress });
    };
    const teller = createProgressTeller((now) => {
      progress = now;
      const wait = last + interval - Date.now();
      if (wait <= 0) {
        if (pending) clearTimeout(pending);
        tell();
      } else pending ??= setTimeout(tell, wait);
    });
    const { report } = teller;

    let end: Partial<OperationState>;
    try {
      const result = await work({ signal: abort.signal, report });
      end = { status: 'done', result };
    } catch (thrown) {
      const found = problemOf(await this.explain(thrown));
      if (found.code === 'internal')
        process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
      end =
        found.code === 'cancelled'
          ? { status: 'cancelled' }
          : { status: 'failed', problem: found, retryToken };
    }
    teller.end();
    if (pending) clearTimeout(pending);
    this.aborts.delete(id);
    const state = this.states.get(id);
    if (state) this.set({ ...state, ...end, progress, finishedAt: Date.now() });
    this.forgetOld();
  }

  private set(state: OperationState): void {
    this.states.set(state.id, state);
    this.announce(state);
  }

  private forgetOld(): void {
    for (const state of this.states.values()) {
      if (this.states.size <= remembered) return;
      if (state.status !== 'running') this.states.delete(state.id);
    }
  }
}
