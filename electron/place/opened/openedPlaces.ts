import { resolve } from 'node:path';
import type { Limits } from '../../../shared/image/limits';
import { problem, problemOf, type Problem } from '../../../shared/image/problem';
import { isOpened, placeKinds } from '../../../shared/ipc/placeKinds';
import type { SourceId, SourceInfo } from '../../../shared/ipc/source';
import type { ActionContext, Run } from '../../actions/ground/context';
import { readStoreView } from '../../actions/images/storeView';
import { nearPath } from '../../store/blobFile';
import { heldPlace } from '../heldPlace';
import type { Place, PlaceListener, PlacesOfKind } from '../place';
import { inputId, realInput } from './inputNames';
import { lookAt, type LookTools } from './lookAt';
import { infosOf, isRead, kindOf, lookOf, newOpened, type Look, type Opened } from './opened';
import { Reading } from './reading';
import { markOfInput, watchInput, type WatchTimes } from './watchInput';

/** Archives and folders that are read at a time: each holds what it lists in memory. */
const mostOpen = 100;

/**
 * Has the first reading of what is on the list done where people see how far it is, and can end it; resolves when it has ended. Throws as
 * `work` does.
 */
export type Begin = (
  input: { readonly id: SourceId; readonly path: string; readonly label: string },
  work: (run: Run) => Promise<Look>,
) => Promise<void>;

const unseen: Begin = async (_input, work) => {
  await work({ signal: new AbortController().signal, report: () => undefined });
};

/**
 * Archives and layout folders that are looked at where they lie, each opened once however often it is asked for. They are followed:
 * one that changes is read anew, one that vanishes says so until it is there again or is closed. Those on the person's list
 * are read when somebody goes there: by the first who asks for anything of them.
 */
export class OpenedPlaces implements PlacesOfKind {
  private readonly open = new Map<SourceId, Opened>();
  private readonly ending = new Set<Promise<void>>();
  private readonly listeners = new Set<PlaceListener>();
  private isClosed = false;

  constructor(
    private readonly tools: Omit<LookTools, 'limits'>,
    private readonly times?: WatchTimes,
    private readonly begin: Begin = unseen,
  ) {}

  watch(listener: PlaceListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /**
   * Opens an input by its path: reads and verifies its documents, a compressed one in one pass; one that is open already is read anew only
   * where it could not be read. Throws as `lookAt`, and `too-much-at-once`.
   */
  async look(path: string, limits: Limits, run: Run): Promise<Look> {
    const real = realInput(path);
    const known = this.at(real);
    if (known && isRead(known)) return lookOf(known);
    const read = [...this.open.values()].filter(({ reading }) => reading !== null);
    if (!known?.reading && read.length >= mostOpen)
      throw problem('too-much-at-once', { what: 'operation', limit: mostOpen });
    const mark = markOfInput(real);
    const { reading, images } = await this.read(real, limits, run);
    const meanwhile = this.at(real);
    const isThere = meanwhile !== undefined && isRead(meanwhile);
    if (this.isClosed || run.signal.aborted || isThere) {
      await reading.end();
      if (isThere && !run.signal.aborted) return lookOf(meanwhile);
      throw problem('cancelled', {});
    }
    const opened = meanwhile ?? this.make(path, real, limits);
    const before = opened.reading;
    Object.assign(opened, { path: real, kind: kindOf(real), limits, reading, images, problem: null });
    this.follow(opened, mark);
    await before?.retire().catch(() => undefined);
    this.tell();
    return lookOf(opened);
  }

  /**
   * Lists what lies at a path of the person's list, or will lie there: nothing is read before somebody goes there. What is open already
   * stays as it is.
   */
  enlist(path: string, limits: Limits): SourceId {
    let real = resolve(path);
    let found: Problem | null = null;
    try {
      real = realInput(path);
    } catch (thrown) {
      found = problemOf(thrown);
    }
    const known = this.at(real);
    const opened = known ?? this.make(path, real, limits);
    opened.listedAs.add(path);
    if (!known) {
      opened.problem = found;
      this.follow(opened, markOfInput(real));
    }
    this.tell();
    return opened.id;
  }

  /** Takes a path of the list off it again, and closes what was read of it. */
  delist(path: string): void {
    for (const { id, listedAs } of [...this.open.values()])
      if (listedAs.delete(path) && listedAs.size === 0) this.close(id);
  }

  /** Has one that is on the list read, where nobody has gone to it before. Throws why it cannot be, `place-closed`, `cancelled`. */
  async ready(id: SourceId): Promise<void> {
    const opened = this.opened(id);
    if (!opened.reading) await this.readFirst(opened);
  }

  /** The paths of the person's list by which a place is listed; none where it is not on it. */
  listedAs(id: SourceId): readonly string[] {
    return [...(this.open.get(id)?.listedAs ?? [])];
  }

  /** By which way the person named what is open. Throws `place-closed`. */
  pathOf(id: SourceId): string {
    return this.opened(id).named;
  }

  /**
   * Closes one; nothing where it is not open. What was kept of it goes when nobody works with it any more. One on the person's list stays
   * there, to be read again when somebody goes there.
   */
  close(id: SourceId): void {
    const opened = this.open.get(id);
    if (!opened) return;
    const gone = (opened.listedAs.size > 0 ? this.forgetReading(opened) : this.forget(opened)).catch(
      () => undefined,
    );
    this.ending.add(gone);
    void gone.finally(() => this.ending.delete(gone));
    this.tell();
  }

  /** Closes all, and resolves when everything that was kept of them is gone, whoever works with it. */
  async closeAll(): Promise<void> {
    this.isClosed = true;
    const all = [...this.open.values()];
    const readings = all.map(({ reading }) => reading);
    for (const opened of all) {
      opened.listedAs.clear();
      this.close(opened.id);
    }
    await Promise.allSettled([...readings.map((reading) => reading?.end()), ...this.ending]);
  }

  list(): readonly SourceInfo[] {
    return infosOf([...this.open.values()]);
  }

  find(id: SourceId): Place | null {
    if (!isOpened(id)) return null;
    const opened = this.opened(id);
    // What could not be read at all is tried again when it is asked for.
    if (opened.problem && opened.reading) throw problem(opened.problem.code, opened.problem.facts);
    const within = <T>(work: (context: ActionContext) => Promise<T>): Promise<T> => this.within(opened, work);
    return heldPlace({ id, label: opened.label, cannot: placeKinds.opened.cannot, within });
  }

  private opened(id: SourceId): Opened {
    const opened = this.open.get(id);
    if (!opened) throw problem('place-closed', {});
    return opened;
  }

  /** What is open of a path with its links followed. */
  private at(real: string): Opened | undefined {
    return this.open.get(inputId(real)) ?? [...this.open.values()].find(({ path }) => path === real);
  }

  /** One that nothing is known of yet. */
  private make(path: string, real: string, limits: Limits): Opened {
    const opened = newOpened(path, real, limits);
    this.open.set(opened.id, opened);
    return opened;
  }

  /** Works with what was read last. What is found to be another meanwhile, though nothing else has told so, is read anew for who asks next. */
  private async within<T>(opened: Opened, work: (context: ActionContext) => Promise<T>): Promise<T> {
    const reading = opened.reading ?? (await this.readFirst(opened));
    try {
      return await reading.within(work);
    } catch (thrown) {
      const { code } = problemOf(thrown);
      if ((code === 'place-changed' || code === 'place-gone') && opened.reading === reading)
        void this.again(opened);
      throw await reading.explain(thrown);
    }
  }

  /** Reads what nobody has gone to before, once at a time; why that cannot be stands in its place, too. */
  private async readFirst(opened: Opened): Promise<Reading> {
    const { id, path, named, label, limits, abort } = opened;
    if (this.open.get(id) !== opened) throw problem('place-closed', {});
    const work = (run: Run): Promise<Look> =>
      this.look(named, limits, { ...run, signal: AbortSignal.any([run.signal, abort.signal]) });
    const first = (opened.first ??= this.begin({ id, path, label }, work));
    try {
      await first;
    } catch (thrown) {
      const found = problemOf(thrown);
      if (opened.first === first && found.code !== 'cancelled') {
        opened.problem = found;
        this.tell();
      }
      throw thrown;
    } finally {
      if (opened.first === first) opened.first = null;
    }
    if (!opened.reading) throw problem('place-closed', {});
    return opened.reading;
  }

  /** Reads one anew, once at a time. */
  private async again(opened: Opened): Promise<void> {
    opened.rereading ??= this.changed(opened, markOfInput(opened.path) !== null).finally(() => {
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

  /** Follows the input from now on; `mark` is from before it was read. */
  private follow(opened: Opened, mark: string | null): void {
    opened.stopWatching();
    opened.stopWatching = watchInput(
      opened.path,
      mark,
      (isThere) => this.changed(opened, isThere),
      this.times,
    );
  }

  /** Reads one anew that is another by now; why that cannot be is said in its place. What nobody has gone to is not read for it. */
  private async changed(opened: Opened, isThere: boolean): Promise<void> {
    const { id, path, label, limits, abort, reading: before } = opened;
    if (!before) {
      opened.problem = isThere ? null : problemOf(problem('file-not-found', { path: label }));
      opened.kind = kindOf(path);
      return this.tell();
    }
    const isOpen = (): boolean => this.open.get(id) === opened && opened.reading === before;
    try {
      if (!isThere) throw problem('place-gone', { name: label, path: nearPath(path) });
      const run = { signal: abort.signal, report: () => undefined };
      const { reading, images } = await this.read(path, limits, run);
      if (!isOpen()) return await reading.end();
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
    await opened.reading?.retire();
  }

  /** What was read of one that stays listed goes. */
  private async forgetReading(opened: Opened): Promise<void> {
    const { reading, abort } = opened;
    const isThere = markOfInput(opened.path) !== null;
    Object.assign(opened, { reading: null, images: 0, abort: new AbortController(), first: null });
    opened.problem = isThere ? null : problemOf(problem('file-not-found', { path: opened.label }));
    abort.abort();
    await reading?.retire();
  }
}
