import { setTimeout as delay } from 'node:timers/promises';
import { problem, problemOf, type Problem } from '../../shared/image/problem';
import type { SourceId, SourceInfo } from '../../shared/ipc/source';
import { addressText } from './address';
import { discoverEngines, type EngineEndpoint } from './discover';
import { engineName, isNotRunning, openEngine, type Engine } from './engine';
import { followEvents } from './events';
import { listedEngines } from './listedEngines';
import { EngineImages, type EngineView } from './readImages';
import { sourceWords } from './sourceWords';

/** Who wants to know. */
export interface HubListener {
  /** The list of sources changed: one came, went, started, stopped, or has another number of images. */
  sourcesChanged(): void;
  /** The images of a source changed. */
  sourceChanged(id: SourceId): void;
}

/** How it is timed, milliseconds; tests are in more of a hurry. */
export interface HubTimes {
  /** Between two searches for engines. */
  readonly search: number;
  /** Events that come closer together than this are one change. */
  readonly quiet: number;
  /** Shortest and longest wait before an engine that is gone is tried again. */
  readonly retry: readonly [shortest: number, longest: number];
}

const usualTimes: HubTimes = { search: 4000, quiet: 150, retry: [300, 5000] };

/** One engine while the window is open: tried until it answers, followed while it runs, tried again when it is gone. */
class EngineWatch {
  state: SourceInfo['state'] = 'connecting';
  problem: Problem | null = null;
  engine: Engine | null = null;
  images: EngineImages | null = null;
  count: number | null = null;
  /** It has answered once: it stays listed when it stops. */
  met = false;
  private readonly abort = new AbortController();
  private readonly ended: Promise<void>;
  private timer: NodeJS.Timeout | null = null;
  private counting: Promise<void> | null = null;

  constructor(
    public endpoint: EngineEndpoint,
    private readonly listener: HubListener,
    private readonly times: HubTimes,
  ) {
    this.ended = this.follow();
  }

  async close(): Promise<void> {
    this.abort.abort();
    if (this.timer) clearTimeout(this.timer);
    await this.ended;
    await this.counting;
  }

  private async follow(): Promise<void> {
    const { signal } = this.abort;
    let [wait, longest] = this.times.retry;
    while (!signal.aborted) {
      try {
        const engine = await openEngine(this.endpoint, signal);
        [wait, longest] = this.times.retry;
        // The same object while the same engine is there: what it said about its images is still true.
        const same = this.engine?.kind === engine.kind && this.images !== null;
        this.engine = engine;
        this.images = same && this.images ? this.images.over(engine) : new EngineImages(engine);
        this.met = true;
        await followEvents(engine, {
          signal,
          began: () => void this.recount(),
          changed: () => this.schedule(),
        });
      } catch (thrown) {
        if (signal.aborted) return;
        this.set(isNotRunning(thrown) ? 'not-running' : 'refused', problemOf(thrown));
      }
      await delay(wait, undefined, { signal, ref: false }).catch(() => undefined);
      wait = Math.min(longest, wait * 2);
    }
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.recount();
    }, this.times.quiet);
  }

  /** Counts the images and says that they may be others. */
  private async recount(): Promise<void> {
    const work = async (): Promise<void> => {
      try {
        this.count = (await this.images?.count(this.abort.signal)) ?? null;
        this.set('ready', null);
        this.listener.sourceChanged(this.endpoint.id);
      } catch (thrown) {
        if (!this.abort.signal.aborted)
          this.set(isNotRunning(thrown) ? 'not-running' : 'refused', problemOf(thrown));
      }
    };
    return (this.counting = (this.counting ?? Promise.resolve()).then(work));
  }

  private set(state: SourceInfo['state'], found: Problem | null): void {
    const before = JSON.stringify([this.state, this.problem, this.shown]);
    this.state = state;
    this.problem = found;
    const now = JSON.stringify([this.state, this.problem, this.count]);
    this.shown = this.count;
    if (before !== now) this.listener.sourcesChanged();
  }
  private shown: number | null = null;
}

/** All engines that a window lists, kept up to date by their own events. */
export class EngineHub {
  private readonly watches = new Map<SourceId, EngineWatch>();
  private searching: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  private readonly followers = new Set<HubListener>();
  private readonly listener: HubListener = {
    sourcesChanged: () => this.followers.forEach((each) => each.sourcesChanged()),
    sourceChanged: (id) => this.followers.forEach((each) => each.sourceChanged(id)),
  };

  constructor(
    follower: HubListener | null = null,
    private readonly search: () => Promise<readonly EngineEndpoint[]> = discoverEngines,
    private readonly times: HubTimes = usualTimes,
  ) {
    if (follower) this.followers.add(follower);
  }

  /** Tells somebody of changes from now on; returns a function that ends it. */
  follow(follower: HubListener): () => void {
    this.followers.add(follower);
    return () => void this.followers.delete(follower);
  }

  /** Looks for engines now, and again and again. */
  start(): void {
    void this.find();
  }

  /** Looks for engines now, since somebody knows that there is another or one less; resolves when they are listed. */
  async lookAgain(): Promise<void> {
    await this.searching;
    if (this.closed) return;
    if (this.timer) clearTimeout(this.timer);
    await this.find();
  }

  /** Ends every connection. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    await this.searching;
    await Promise.all([...this.watches.values()].map((watch) => watch.close()));
  }

  /**
   * The engines to list, as `listedEngines` has them.
   */
  list(): readonly SourceInfo[] {
    const all = [...this.watches.values()];
    const kindOf = (watch: EngineWatch) => watch.engine?.kind ?? watch.endpoint.hint;
    const shown = listedEngines(
      all.map((watch) => ({
        watch,
        kind: kindOf(watch),
        endpoint: watch.endpoint,
        isThere: watch.met || watch.state === 'ready' || watch.state === 'refused',
      })),
    ).map(({ watch }) => watch);
    const words = new Map<EngineWatch, string>();
    sourceWords(all.map((watch) => ({ ...watch.endpoint, kind: kindOf(watch) }))).forEach(({ word }, i) => {
      const watch = all[i];
      if (watch) words.set(watch, word);
    });
    return shown.map((watch): SourceInfo => ({
      id: watch.endpoint.id,
      kind: kindOf(watch),
      name: watch.engine?.name ?? engineName(watch.endpoint.hint, watch.endpoint.label),
      word: words.get(watch) ?? '',
      address: addressText(watch.endpoint.address),
      state: watch.state,
      problem: watch.problem,
      version: watch.engine?.version ?? null,
      images: watch.state === 'ready' ? watch.count : null,
      ...(watch.endpoint.added === true && { added: true as const }),
    }));
  }

  /** The engine of a source. Throws `source-not-found`, or why it cannot be used now. */
  engine(id: SourceId): Engine {
    const watch = this.watchOf(id);
    if (watch.engine && watch.state !== 'not-running' && watch.state !== 'refused') return watch.engine;
    throw this.obstacle(watch);
  }

  /** The images of a source. Throws as {@link engine}, and what reading them comes to. */
  async view(id: SourceId): Promise<EngineView> {
    const watch = this.watchOf(id);
    if (!watch.images || watch.state === 'not-running' || watch.state === 'refused')
      throw this.obstacle(watch);
    return watch.images.read();
  }

  private obstacle({ problem: found, endpoint, engine }: EngineWatch): Error {
    const { address, hint, label } = endpoint;
    if (found) return problem(found.code, found.facts);
    return problem('engine-not-running', {
      engine: engine?.name ?? engineName(hint, label),
      kind: hint,
      address: addressText(address),
      reason: 'ENOENT',
    });
  }

  private watchOf(id: SourceId): EngineWatch {
    const watch = this.watches.get(id);
    if (watch) return watch;
    const known = this.list().map(({ word }) => word);
    throw problem('source-not-found', { name: id, known: ['store', ...known].join(', ') });
  }

  private async find(): Promise<void> {
    return (this.searching = this.search()
      .catch(() => [])
      .then(async (endpoints) => {
        if (this.closed) return;
        const now = new Set(endpoints.map(({ id }) => id));
        let changed = false;
        for (const [id, watch] of this.watches) {
          // What was taken off the person's list goes, though it has been met.
          if (now.has(id) || (watch.met && watch.endpoint.added !== true)) continue;
          this.watches.delete(id);
          changed = true;
          await watch.close();
        }
        for (const endpoint of endpoints) {
          const known = this.watches.get(endpoint.id);
          if (known) {
            known.endpoint = endpoint;
            continue;
          }
          this.watches.set(endpoint.id, new EngineWatch(endpoint, this.listener, this.times));
          changed = true;
        }
        if (changed) this.listener.sourcesChanged();
      })
      .finally(() => {
        if (this.closed) return;
        this.timer = setTimeout(() => void this.find(), this.times.search);
        this.timer.unref();
      }));
  }
}
