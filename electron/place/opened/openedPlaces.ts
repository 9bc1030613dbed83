import { createHmac, randomBytes } from 'node:crypto';
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, resolve, sep } from 'node:path';
import type { Limits } from '../../../shared/image/limits';
import { problem, ProblemError, problemOf, type Problem } from '../../../shared/image/problem';
import { systemCode } from '../../../shared/image/systemCode';
import { isOpened, placeKinds } from '../../../shared/ipc/placeKinds';
import type { SourceId, SourceInfo } from '../../../shared/ipc/source';
import type { ActionContext, Run } from '../../actions/ground/context';
import { ofInput } from './damagedInput';
import { lookAt, type LookedContext, type LookTools } from './lookAt';
import { readStoreView } from '../../actions/images/storeView';
import { heldPlace } from '../heldPlace';
import type { Place, PlaceListener, PlacesOfKind } from '../place';
import { markOfInput, watchInput, type WatchTimes } from './watchInput';

/** Makes IDs of paths that nobody can guess a path by: the page knows the IDs. */
const idKey = randomBytes(32);

/** Archives and folders that are open at a time: each holds what it lists in memory. */
const mostOpen = 100;

/** What was read of an input, kept as long as somebody works with it. */
class Reading {
  private users = 0;
  private isRetired = false;
  private ended: Promise<void> | null = null;

  constructor(private readonly context: LookedContext) {}

  async within<T>(work: (context: ActionContext) => Promise<T>): Promise<T> {
    this.users++;
    try {
      return await work(this.context);
    } finally {
      this.users--;
      if (this.isRetired && this.users === 0) await this.end().catch(() => undefined);
    }
  }

  /** What was thrown while somebody worked with it; of damage that lies in the input, with the input's name. */
  async explain(thrown: unknown): Promise<unknown> {
    const found = problemOf(thrown);
    const named = await ofInput((digest) => this.context.inputOf(digest), found);
    return named === found ? thrown : ProblemError.from(named);
  }

  /** No new work is begun with it; what it stands on goes when the last has ended. */
  async retire(): Promise<void> {
    this.isRetired = true;
    if (this.users === 0) await this.end();
  }

  /** What it stands on goes now. */
  async end(): Promise<void> {
    return (this.ended ??= this.context.close());
  }
}

/** An archive or folder that somebody opened. */
interface Opened {
  readonly id: SourceId;
  readonly path: string;
  readonly label: string;
  /** The way by which the person named it: links are not followed. */
  readonly named: string;
  readonly kind: 'archive' | 'layout';
  readonly limits: Limits;
  /** Ends a reading that runs. */
  readonly abort: AbortController;
  reading: Reading;
  images: number;
  problem: Problem | null;
  /** A reading for somebody who found it to be another. */
  rereading: Promise<void> | null;
  stopWatching: () => void;
}

/**
 * Archives and layout folders that are looked at where they lie, each opened once however often it is asked for. They are followed:
 * one that changes is read anew, one that vanishes says so until it is there again or is closed.
 */
export class OpenedPlaces implements PlacesOfKind {
  private readonly open = new Map<SourceId, Opened>();
  private readonly ending = new Set<Promise<void>>();
  private readonly listeners = new Set<PlaceListener>();
  private isClosed = false;

  constructor(
    private readonly tools: Omit<LookTools, 'limits'>,
    private readonly times?: WatchTimes,
  ) {}

  watch(listener: PlaceListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /**
   * Opens an input by its path: reads and verifies its documents, a compressed one in one pass; one that is open already is read anew only
   * where it could not be read. Throws as `lookAt`, and `too-much-at-once`.
   */
  async look(path: string, limits: Limits, run: Run): Promise<{ id: SourceId; images: number }> {
    const { id, real } = identityOf(path);
    const known = this.open.get(id);
    if (known && known.problem === null) return { id, images: known.images };
    if (this.open.size >= mostOpen) throw problem('too-much-at-once', { what: 'operation', limit: mostOpen });
    const mark = markOfInput(real);
    const { reading, images } = await this.read(real, limits, run);
    const meanwhile = this.open.get(id);
    if (this.isClosed || run.signal.aborted || (meanwhile && meanwhile.problem === null)) {
      await reading.end();
      if (meanwhile && !run.signal.aborted) return { id, images: meanwhile.images };
      throw problem('cancelled', {});
    }
    if (meanwhile) await this.forget(meanwhile);
    const kind = statSync(real, { throwIfNoEntry: false })?.isDirectory() === true ? 'layout' : 'archive';
    const opened: Opened = {
      id,
      path: real,
      label: basename(resolve(path)),
      named: resolve(path),
      kind,
      limits,
      abort: new AbortController(),
      reading,
      images,
      problem: null,
      rereading: null,
      stopWatching: () => undefined,
    };
    opened.stopWatching = watchInput(real, mark, (isThere) => this.follow(opened, isThere), this.times);
    this.open.set(id, opened);
    this.tell();
    return { id, images };
  }

  /** Closes one; nothing where it is not open. What was kept of it goes when nobody works with it any more. */
  close(id: SourceId): void {
    const opened = this.open.get(id);
    if (!opened) return;
    const gone = this.forget(opened).catch(() => undefined);
    this.ending.add(gone);
    void gone.finally(() => this.ending.delete(gone));
    this.tell();
  }

  /** Closes all, and resolves when everything that was kept of them is gone, whoever works with it. */
  async closeAll(): Promise<void> {
    this.isClosed = true;
    const all = [...this.open.values()];
    for (const { id } of all) this.close(id);
    await Promise.allSettled([...all.map(({ reading }) => reading.end()), ...this.ending]);
  }

  list(): readonly SourceInfo[] {
    const all = [...this.open.values()];
    const names = namesApart(all);
    return all.map(({ id, kind, label, path, images, problem: found }, i) => ({
      id,
      kind,
      name: names[i] ?? label,
      word: label,
      // Enough to tell two of a name apart; the window never learns the whole way to a file.
      address: `${basename(dirname(path))}/${basename(path)}`,
      state: found === null ? ('ready' as const) : ('refused' as const),
      problem: found,
      version: null,
      images: found === null ? images : null,
    }));
  }

  find(id: SourceId): Place | null {
    if (!isOpened(id)) return null;
    const opened = this.open.get(id);
    if (!opened) throw problem('place-closed', {});
    if (opened.problem) throw problem(opened.problem.code, opened.problem.facts);
    const within = <T>(work: (context: ActionContext) => Promise<T>): Promise<T> => this.within(opened, work);
    return heldPlace({ id, label: opened.label, cannot: placeKinds.opened.cannot, within });
  }

  /** Works with what was read last. What is found to be another meanwhile, though nothing else has told so, is read anew for who asks next. */
  private async within<T>(opened: Opened, work: (context: ActionContext) => Promise<T>): Promise<T> {
    const { reading } = opened;
    try {
      return await reading.within(work);
    } catch (thrown) {
      if (problemOf(thrown).code === 'place-changed' && opened.reading === reading) void this.again(opened);
      throw await reading.explain(thrown);
    }
  }

  /** Reads one anew, once at a time. */
  private async again(opened: Opened): Promise<void> {
    opened.rereading ??= this.follow(opened, markOfInput(opened.path) !== null).finally(() => {
      opened.rereading = null;
    });
    await opened.rereading;
  }

  private async read(
    path: string,
    limits: Limits,
    run: Run,
  ): Promise<{ readonly reading: Reading; readonly images: number }> {
    const context = await lookAt(path, { ...this.tools, limits }, run);
    const reading = new Reading(context);
    try {
      const { graph } = await reading.within(readStoreView);
      return { reading, images: graph.images.length };
    } catch (thrown) {
      await reading.end();
      throw thrown;
    }
  }

  /** Reads one anew that is another by now; why that cannot be is said in its place. */
  private async follow(opened: Opened, isThere: boolean): Promise<void> {
    const { id, path, label, limits, abort } = opened;
    const isOpen = (): boolean => this.open.get(id) === opened;
    try {
      if (!isThere) throw problem('place-changed', { path: label });
      const run = { signal: abort.signal, report: () => undefined };
      const { reading, images } = await this.read(path, limits, run);
      if (!isOpen()) return await reading.end();
      const before = opened.reading;
      Object.assign(opened, { reading, images, problem: null });
      await before.retire().catch(() => undefined);
    } catch (thrown) {
      if (!isOpen()) return;
      opened.problem = problemOf(thrown);
    }
    this.tell(id);
  }

  /** Says that the list is another, and the images of this one. */
  private tell(id?: SourceId): void {
    for (const listener of this.listeners) {
      listener.placesChanged();
      if (id !== undefined) listener.imagesChanged(id);
    }
  }

  private async forget(opened: Opened): Promise<void> {
    this.open.delete(opened.id);
    opened.stopWatching();
    opened.abort.abort();
    await opened.reading.retire();
  }
}

/**
 * What several inputs are called: their own names, and of those that share one as many of the folders that they lie in as tell them apart.
 * Where the ways by which they were named do not, those that they lead to do.
 */
function namesApart(inputs: readonly Pick<Opened, 'label' | 'named' | 'path'>[]): readonly string[] {
  const end = (path: string, parts: number): string => {
    const all = path.split(sep);
    return all.slice(-parts).join(sep);
  };
  return inputs.map(({ label, named, path }) => {
    const others = inputs.filter((other) => other.label === label && other.path !== path);
    if (others.length === 0) return label;
    for (const [own, theirs] of [
      [named, others.map((other) => other.named)],
      [path, others.map((other) => other.path)],
    ] as const) {
      for (let parts = 2; parts <= own.split(sep).length; parts++)
        if (!theirs.some((other) => end(other, parts) === end(own, parts))) return end(own, parts);
    }
    return path;
  });
}

/** Where an input really lies, and the ID that it has for that. Throws `file-not-found`, `file-unreadable`. */
function identityOf(path: string): { readonly id: SourceId; readonly real: string } {
  try {
    const real = realpathSync(path);
    return { id: `opened-${createHmac('sha256', idKey).update(real).digest('hex').slice(0, 16)}`, real };
  } catch (cause) {
    const label = basename(resolve(path));
    const code = systemCode(cause) ?? 'unknown';
    if (code === 'ENOENT' || code === 'ENOTDIR') throw problem('file-not-found', { path: label }, { cause });
    throw problem('file-unreadable', { path: label, reason: code }, { cause });
  }
}
