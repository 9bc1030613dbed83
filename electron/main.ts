import './store/noDebugger';
import { app, BrowserWindow, clipboard, Menu, nativeTheme, session, shell, webContents } from 'electron';
import { readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { languageOf, translator } from '../shared/text/catalogue';
import { visibleName, type Language } from '../shared/text/format';
import { storeTitle } from '../shared/text/storeTitle';
import { ProblemError, problemOf } from '../shared/image/problem';
import type { OperationResult } from '../shared/ipc/operation';
import type { Settings } from '../shared/ipc/settings';
import type { Run } from './actions/ground/context';
import { createContext } from './actions/ground/createContext';
import { asDeleted } from './actions/ground/meanwhile';
import { isNamed, openDefaultStore, storeDirectory } from './actions/ground/openStore';
import { EngineHub } from './engine/engineHub';
import { enginePlaces } from './place/engine/enginePlaces';
import { OpenedPlaces, type Begin } from './place/opened/openedPlaces';
import { followAddedPaths } from './place/opened/followAddedPaths';
import { Places } from './place/places';
import { sourceList } from './place/sourceList';
import { homeStore } from './place/store/homeStore';
import { sweepWork } from './actions/upkeep/sweepWork';
import { loadImages } from './actions/copy/loadImages';
import { OtherStores } from './otherStores';
import { parseLaunch, type Launch } from './launch';
import {
  askEngine,
  askLeave,
  askPaste,
  askTerminal,
  chooseArchives,
  chooseCopy,
  chooseTarget,
  chooseViewFile,
} from './ipc/dialogs';
import { Answers } from './ipc/answer';
import { FileLimits, type RaisedLimit } from './ipc/fileLimits';
import { FileTokens } from './ipc/fileTokens';
import type { Caller } from './ipc/handlerMap';
import { Leaving, type Endings } from './ipc/leaving';
import { createHandlers } from './ipc/handlers';
import { Operations } from './ipc/operations';
import { broadcast, serve } from './ipc/serve';
import { RecentStores } from './ipc/recentStores';
import { SettingsFile } from './ipc/settingsFile';
import type { TypedInput } from './ipc/typedInput';
import { sayLaunchFailure } from './launchFailure';
import { buildMenu } from './menu';
import { Terminals } from './run/terminals';
import { helperFlag, serveJobs } from './namespace/helper';
import { watchPlaces } from './store/watchPlaces';
import { isHome } from '../shared/ipc/placeKinds';
import { registerAppScheme, serveApp } from './protocol';
import { createWorkerPool } from './worker/workerPool';
import { watchPage } from './pageLife';
import { pageCopies, personIn, readClipboard, watchPerson } from './person';
import {
  clearKept,
  drawsWindowButtons,
  lockClipboard,
  lockContents,
  lockNetwork,
  lockSession,
  openWindow,
  pageSession,
} from './window';

app.setName('Stratigraph');
// As root Chromium runs only with --no-sandbox, which this call would take away again from its child processes.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
registerAppScheme();
lockNetwork();
lockClipboard();
lockContents();
watchPerson();

const launch = parseLaunch(process.argv.slice(process.defaultApp ? 2 : 1), process.env);
const version = (
  JSON.parse(readFileSync(join(__dirname, '..', 'package.json'), 'utf8')) as { version: string }
).version;

// One process a profile; a second start hands its files to the first. A start with a store of its own stands alone.
// A helper runs jobs inside of a user namespace for another process of ours: no window, no profile, nothing else.
const helping = process.argv.includes(helperFlag);
if (helping) void serveJobs(createWorkerPool(), process.stdin, process.stdout).finally(() => process.exit(0));

const alone =
  helping ||
  launch.store !== null ||
  app.requestSingleInstanceLock({ files: launch.files, look: launch.look });
if (!alone) app.quit();
else if (!helping)
  void app
    .whenReady()
    .then(run)
    .catch(async (thrown: unknown) => {
      await sayLaunchFailure(thrown, languageOf(app.getLocale()));
      app.exit(1);
    });

/** What a start asks for: files to load, and files to look at where they lie. */
type Handed = Pick<Launch, 'files' | 'look'>;

/** How another process of ours is started: as this one, with what it was told of the screen and of its profile. */
function startWords(): { readonly program: string; readonly words: readonly string[] } {
  const switches = [
    'no-sandbox',
    'disable-gpu',
    'force-device-scale-factor',
    'lang',
    'ozone-platform',
    'user-data-dir',
  ];
  const told = switches.filter((name) => app.commandLine.hasSwitch(name));
  const values = told.map((name) => {
    const value = app.commandLine.getSwitchValue(name);
    return value === '' ? `--${name}` : `--${name}=${value}`;
  });
  // What an AppImage shows as its program is gone with the process that mounted it.
  const program = (app.isPackaged && process.env['APPIMAGE']) || process.execPath;
  return { program, words: [...(process.defaultApp ? [app.getAppPath()] : []), ...values] };
}

async function run(): Promise<void> {
  const windows = new Set<BrowserWindow>();
  const settings = new SettingsFile(join(app.getPath('userData'), 'settings.json'), (found) =>
    broadcast(windows, 'settings.unsaved', { problem: found }),
  );
  const files = new FileTokens();
  const operations = new Operations(
    (state) => broadcast(windows, 'operation.changed', state),
    (thrown) => asDeleted(context, thrown),
  );
  const terminals = new Terminals({
    data: (terminal, data) => broadcast(windows, 'terminal.data', { terminal, data }),
    exit: (terminal, ended) => broadcast(windows, 'terminal.exit', { terminal, ...ended }),
  });
  const pool = createWorkerPool();
  const store = await openDefaultStore(launch.store, pool);
  const context = createContext(store, pool);

  const recent = new RecentStores(join(app.getPath('userData'), 'stores.json'));
  if (isNamed(launch.store)) void recent.add(store.directory);
  const { STRATIGRAPH_STORE: _, ...withoutStore } = process.env;
  const stores = new OtherStores({
    own: store.directory,
    usual: storeDirectory(null, withoutStore),
    recent,
    pool,
    start: startWords(),
  });

  const fileLimits = new FileLimits(process.env);
  // What is on the list is read when somebody goes there: as an operation, which shows how far it is and can be cancelled.
  const readListed: Begin = ({ id, path, label }, work) =>
    new Promise((resolve, reject) => {
      const read = async (run: Run): Promise<OperationResult> => {
        try {
          const { images } = await work(run);
          resolve();
          return { kind: 'look', source: id, images, listed: true };
        } catch (thrown) {
          reject(ProblemError.from(problemOf(thrown)));
          throw thrown;
        }
      };
      operations.start('look', label, read, { retryToken: files.mint(path), places: [id] });
    });
  const opened = new OpenedPlaces({ pool, own: () => Promise.resolve(context) }, undefined, readListed);
  const engines = new EngineHub();

  const places = new Places([homeStore(context), enginePlaces(engines), opened]);

  const followed = followAddedPaths({
    list: (path) => void opened.enlist(path, fileLimits.usual),
    leave: (path) => opened.delist(path),
  });
  const list = sourceList({
    opened,
    called: async (id) => (await places.list()).find((each) => each.id === id)?.word ?? null,
    changed: async () => {
      await Promise.all([followed.look(), engines.lookAgain()]);
    },
  });

  const language = (): Language =>
    settings.settings.language === 'system' ? languageOf(app.getLocale()) : settings.settings.language;
  const focused = (): TypedInput[] =>
    [...windows].filter((window) => window.isFocused()).map(({ webContents: { id } }) => personIn(id));
  const leaving = new Leaving<BrowserWindow>((window, endings, signal) =>
    askLeave(window, endings, language(), signal),
  );
  /** What would end with a window; with all of them where it is null. Operations end with the last one. */
  const endingsOf = (window: BrowserWindow | null): Endings => ({
    programs: terminals.programs(window?.webContents.id),
    operations:
      window === null || windows.size === 1
        ? operations.list().filter(({ status }) => status === 'running')
        : [],
  });
  const quit = (): void => {
    const [first] = windows;
    const asked = [...windows].find((window) => window.isFocused()) ?? first;
    const go = (): void => app.quit();
    if (!asked || leaving.mayClose(asked, () => endingsOf(null), go)) go();
  };
  const applySettings = (now: Settings): void => {
    nativeTheme.themeSource = now.theme;
    Menu.setApplicationMenu(
      buildMenu(translator(language()), {
        act: (action) => {
          // Whoever chose an item of the menu asked for what it does, though neither key nor click was the page's.
          for (const person of focused()) person.act();
          broadcast(windows, 'menu.action', { action });
        },
        opened: () => {
          for (const person of focused()) person.menu();
        },
        quit,
      }),
    );
  };
  const startLoad = (path: string, retryToken: string, raise?: RaisedLimit): string => {
    const within = { ...context, limits: fileLimits.of(retryToken, raise) };
    const label = basename(path);
    return operations.start('load', label, (run) => loadImages(within, { path, label }, run), {
      retryToken,
    });
  };

  const startLook = (path: string, retryToken: string, raise?: RaisedLimit, adds = false): string => {
    const limits = fileLimits.of(retryToken, raise);
    return operations.start(
      'look',
      basename(path),
      async (run) => {
        const { id: source, images } = await opened.look(path, limits, run);
        if (adds) await list.add({ path });
        return { kind: 'look', source, images, ...(adds && { added: true as const }) };
      },
      { retryToken, ...(adds && { adds: true as const }) },
    );
  };

  const windowOf = ({ id }: Caller): BrowserWindow => {
    const contents = webContents.fromId(id);
    const window = contents ? BrowserWindow.fromWebContents(contents) : null;
    if (window === null) throw new Error('the caller has no window');
    return window;
  };

  // Windows have the one in memory; nothing is begun in the other.
  for (const each of [session.defaultSession, pageSession()]) lockSession(each);
  clearKept();
  serveApp(pageSession(), join(__dirname, 'renderer'));
  applySettings(settings.settings);

  const pageGone: ((caller: Caller) => void)[] = [];
  const handlers = createHandlers({
    context,
    operations,
    places,
    opened,
    list,
    files,
    terminals,
    startLoad,
    startLook,
    app: () => ({
      version,
      platform: process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux',
      locale: app.getLocale(),
      storePath: store.directory,
      windowButtons: drawsWindowButtons,
    }),
    stores,
    settings: {
      read: () => settings.settings,
      change: (change) => {
        const now = settings.changeSettings(change);
        applySettings(now);
        return now;
      },
    },
    chooseArchives: (caller, options) => chooseArchives(windowOf(caller), options, translator(language())),
    chooseTarget: (caller, suggestion) =>
      chooseTarget(windowOf(caller), join(app.getPath('downloads'), suggestion), translator(language())),
    chooseCopy: (caller, suggestion) =>
      chooseCopy(windowOf(caller), join(app.getPath('downloads'), suggestion), translator(language())),
    chooseViewFile: (caller, suggestion, format) =>
      chooseViewFile(
        windowOf(caller),
        join(app.getPath('downloads'), suggestion),
        format,
        translator(language()),
      ),
    askTerminal: (caller, question) => askTerminal(windowOf(caller), question, translator(language())),
    askEngine: (caller, address) => askEngine(windowOf(caller), address, translator(language())),
    askPaste: (caller, question) => askPaste(windowOf(caller), question, translator(language())),
    person: ({ id }) => personIn(id),
    onPageGone: (listener) => void pageGone.push(listener),
    showFile: (path) => shell.showItemInFolder(path),
    openFolder: async (path) => {
      await shell.openPath(path);
    },
    send: (name, payload) => broadcast(windows, name, payload),
    writeClipboard: (text) => {
      pageCopies.wrote(text);
      // Electron 45 answers with a promise where 33 answers nothing.
      void clipboard.writeText(text);
    },
    readClipboard,
    isMaximized: (caller) => windowOf(caller).isMaximized(),
    controlWindow: (caller, action) => {
      const window = windowOf(caller);
      if (action === 'minimize') window.minimize();
      else if (action === 'close') window.close();
      else if (window.isMaximized()) window.unmaximize();
      else window.maximize();
    },
  });
  const answers = new Answers(
    handlers,
    (paths) => files.registerAll(paths),
    (thrown) => {
      process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
    },
    (operation) => operations.ended(operation),
    (thrown) => asDeleted(context, thrown),
  );
  pageGone.push((caller) => answers.pageGone(caller));
  serve(windows, answers);

  const storeChanged = (): void =>
    void store.readIndex().then(
      ({ revision }) => broadcast(windows, 'store.changed', { revision }),
      // An index that cannot be read is said by the next request for the graph, beside its cause.
      () => broadcast(windows, 'store.changed', { revision: 'unreadable' }),
    );
  const stopWatching = places.watch({
    placesChanged: () => broadcast(windows, 'sources.changed', {}),
    imagesChanged: (source) =>
      isHome(source) ? storeChanged() : broadcast(windows, 'source.changed', { source }),
  });

  const stopWatchingPlaces = await watchPlaces(store.directory, () =>
    broadcast(windows, 'workspaces.changed', {}),
  );
  // What a crash left mounted or half made goes first; the window does not wait for it.
  void sweepWork(context).catch((thrown: unknown) => {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`);
  });

  const open = (): BrowserWindow => {
    const window = openWindow(settings, (changed) =>
      broadcast(new Set([changed]), 'window.state', {
        maximized: changed.isMaximized(),
        focused: changed.isFocused(),
      }),
    );
    const caller = { id: window.webContents.id };
    const mayClose = (go: () => void): boolean => leaving.mayClose(window, () => endingsOf(window), go);
    window.on('close', (event) => {
      if (!mayClose(() => window.close())) event.preventDefault();
    });
    watchPage(window, {
      gone: () => {
        for (const listener of pageGone) listener(caller);
      },
      close: () => {
        const go = (): void => window.destroy();
        if (mayClose(go)) go();
      },
      translate: () => translator(language()),
    });
    windows.add(window);
    // Windows over several stores are told apart in a list of windows, too.
    window.setTitle(`${visibleName(storeTitle(store.directory))} – Stratigraph`);
    window.on('closed', () => windows.delete(window));
    return window;
  };
  const openAll = async ({ files: toLoad, look }: Handed, cwd: string): Promise<void> => {
    for (const [start, words] of [
      [startLoad, toLoad],
      [startLook, look],
    ] as const)
      for (const word of words) {
        const path = resolve(cwd, word);
        await operations.room();
        // A file that is not there fails as a load, so that the person sees it in the window.
        start(path, files.mint(path));
      }
  };

  open();
  engines.start();
  void openAll(launch, process.cwd()).catch(() => undefined);

  app.on('second-instance', (_event, _argv, cwd, data) => {
    const { files: toLoad = [], look = [] } = data as Partial<Handed>;
    const [first] = windows;
    const window = first ?? open();
    if (window.isMinimized()) window.restore();
    window.focus();
    void openAll({ files: toLoad, look }, cwd).catch(() => undefined);
  });
  app.on('activate', () => {
    if (windows.size === 0) open();
  });
  app.on('window-all-closed', () => app.quit());

  let ending = false;
  app.on('before-quit', (event) => {
    if (ending) return;
    event.preventDefault();
    ending = true;
    // Whoever ends the program by now has been asked, or is the system.
    leaving.leave();
    answers.close();
    followed.stop();
    stopWatching();
    stopWatchingPlaces();
    // What runs is cancelled and cleans up after itself before the process goes.
    void Promise.allSettled([operations.cancelAll(), settings.flush(), engines.close()])
      .then(() => opened.closeAll())
      .then(() => context.close())
      .then(() => pool.close())
      .finally(() => app.quit());
  });
}
