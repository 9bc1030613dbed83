import { fstatSync } from 'node:fs';
import { basename } from 'node:path';
import type { ActionContext, Run } from '../actions/ground/context';
import { createContext, type OwnedContext } from '../actions/ground/createContext';
import type { LookedContext, LookTools } from '../place/opened/lookAt';
import { openDefaultStore, storeDirectory } from '../actions/ground/openStore';
import type { Limits } from '../../shared/image/limits';
import { createProgressTeller } from '../actions/ground/progressMeter';
import { progressParts } from '../../shared/text/progressText';
import type { Standing } from '../../shared/image/problem';
import { isEmptyPlace } from '../store/layout';
import { missingFolders, unmakeStore } from '../store/unmake';
import { readsFrom } from '../store/readPlaces';
import { createBriefPool } from '../worker/briefPool';
import { createWorkerPool } from '../worker/workerPool';
import { visibleLines, visibleText, type Language } from '../../shared/text/format';
import { translator } from '../../shared/text/catalogue';
import type { Session } from './command';
import { limitsOf } from './limits';
import { leaveNow, watchEnding } from './endSignals';

/** Shortest time between two progress lines, milliseconds. */
const interval = 100;

/** Whether standard output is a regular file; of one that is closed, no. */
function isFileOutput(): boolean {
  try {
    return fstatSync(process.stdout.fd).isFile();
  } catch {
    return false;
  }
}

/** A session with its end. */
export interface OpenSession extends Session {
  /** The store, where a command has asked for it. */
  opened(): Promise<ActionContext> | null;
  /** The first thing that the command has made and named on standard output. */
  stands(): Standing | null;
  /** Has what this opens stand for the store, from when that is first asked for. */
  lookInstead(title: string, open: (tools: LookTools, run: Run) => Promise<LookedContext>): void;
  close(): Promise<void>;
}

/** Opens a session: nothing is touched before a command asks for the store. */
export function openSession(options: {
  store: string | null;
  json: boolean;
  language: Language;
  /** An archive or layout folder that stands for the store; null: the store. */
  look?: string | null;
  /** The bounds of what is looked at; without it the environment's. */
  limits?: () => Limits;
}): OpenSession {
  const { json, language, limits: bounds = () => limitsOf({ values: new Map() }) } = options;
  let instead: (() => Promise<OwnedContext>) | null = null;
  const abort = new AbortController();
  const pool = createBriefPool(createWorkerPool());
  let context: Promise<OwnedContext> | null = null;
  /** The folders that were not there before a store was made; null where none was made. */
  let madeFolders: readonly string[] | null = null;
  /** The same once it may be used. */
  let usable: Promise<OwnedContext> | null = null;
  /** The person's own store, where something else stands for it. */
  let home: Promise<ActionContext | null> | null = null;
  /** What is looked at, and the store beside it. */
  const looked: OwnedContext[] = [];
  const inputs: LookedContext[] = [];
  let drawn = false;
  let stands: Standing | null = null;
  const cancel = (): void => abort.abort();
  const unwatch = watchEnding(cancel, leaveNow(language));

  const endTelling: (() => void)[] = [];
  const endProgress = (): void => {
    for (const end of endTelling.splice(0)) end();
    if (drawn) process.stderr.write('\r\u001b[K');
    drawn = false;
  };
  const run = (title: string): Run => {
    // Whoever reads a pipe or JSON is told nothing on the way.
    if (!process.stderr.isTTY || json) return { signal: abort.signal, report: () => undefined };
    let last = 0;
    let phase = '';
    const teller = createProgressTeller((progress) => {
      const now = Date.now();
      // Another phase is news at once: nothing more may come of it for long.
      if (now - last < interval && phase === progress.phase) return;
      last = now;
      phase = progress.phase;
      drawn = true;
      process.stderr.write(
        `\r\u001b[K${[visibleText(title), ...progressParts(progress, translator(language))].join('  ')}`,
      );
    });
    endTelling.push(teller.end);
    return { signal: abort.signal, report: teller.report };
  };
  /** Refuses standard output that is a file of what is opened, before a byte is written to it. */
  const checked = async <T extends ActionContext>(opened: T): Promise<T> => {
    if (!isFileOutput()) return opened;
    const { checkDescriptor } = await import('../actions/target/targetPlace');
    const label = translator(language)('cli.standardOutput');
    await checkDescriptor(process.stdout.fd, opened.store.directory, label);
    return opened;
  };
  /** The person's own store; null where there is none. */
  const openHome = async (): Promise<ActionContext | null> => {
    if (isEmptyPlace(storeDirectory(options.store))) return null;
    const store = createContext(await openDefaultStore(options.store, pool, false), pool);
    looked.push(store);
    return store;
  };
  const lookThere = async (
    path: string | readonly string[],
    limits = bounds(),
    headersOnly = false,
  ): Promise<OwnedContext> => {
    const { lookAt } = await import('../place/opened/lookAt');
    // The person's own store is not written into either while something else stands for it.
    readsFrom(storeDirectory(options.store), 'store');
    const name = basename((typeof path === 'string' ? path : path[0]) ?? '');
    const title = translator(language)('place.opening', { name });
    const tools = { pool, limits, own: () => (home ??= openHome()), headersOnly };
    const opened = await lookAt(path, tools, run(title)).finally(endProgress);
    inputs.push(opened);
    return opened;
  };
  return {
    json,
    language,
    pool,
    look: async (path, limits, headersOnly) => {
      const opened = await lookThere(path, limits, headersOnly);
      looked.push(opened);
      return checked(opened);
    },
    inputOf: (digest) =>
      Promise.resolve(inputs.map((each) => each.inputOf(digest)).find((input) => input !== null) ?? null),
    context: ({ make } = { make: false }) => {
      const directory = storeDirectory(options.store);
      if (make && !options.look && isEmptyPlace(directory)) madeFolders ??= missingFolders(directory);
      context ??= (
        options.look || instead
          ? (instead ?? (() => lookThere(options.look ?? '')))()
          : openDefaultStore(options.store, pool, make).then((store) => createContext(store, pool))
      ).catch((thrown: unknown) => {
        // One that is not there may be made by who asks next.
        context = null;
        usable = null;
        throw thrown;
      });
      return (usable ??= context.then(checked));
    },
    // Whatever a command prints of a store, a terminal obeys none of it. A program gets a path as it is.
    out: (text, made) => {
      stands ??= made ?? null;
      process.stdout.write(process.stdout.isTTY ? visibleLines(text) : text);
    },
    note: (text) => void process.stderr.write(`${visibleLines(text)}\n`),
    run,
    // Nothing that is still to be done keeps the process for it.
    giveUpAfter: (milliseconds) => void setTimeout(cancel, milliseconds).unref(),
    endProgress,
    lookInstead(title, open) {
      instead = async () => {
        const opened = await open({ pool, limits: bounds() }, run(title)).finally(endProgress);
        inputs.push(opened);
        return opened;
      };
    },
    opened: () => context,
    stands: () => stands,
    async close() {
      endProgress();
      // To the very end: what is mounted for this process alone is unmounted now.
      if (context) await context.then((owned) => owned.close()).catch(() => undefined);
      for (const each of looked) await each.close().catch(() => undefined);
      if (madeFolders) await unmakeStore(storeDirectory(options.store), madeFolders).catch(() => undefined);
      await pool.close();
      unwatch();
    },
  };
}
